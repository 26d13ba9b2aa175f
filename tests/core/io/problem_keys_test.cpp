#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/io/share_string.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/run/validation.hpp"

namespace sid {
namespace {

using testing::AllOf;
using testing::HasSubstr;

RunSpec read(const std::string& text) {
  const auto document = parse_spec(text, "s.toml");
  EXPECT_TRUE(document) << (document ? "" : to_string(document.error().front()));
  return document ? document->spec : RunSpec();
}

/// What a user is told about this text: by the reader, or by validation.
std::string complaints(const std::string& text) {
  const auto document = parse_spec(text, "s.toml");
  std::string all;
  if (!document) {
    for (const Error& error : document.error()) all += to_string(error) + "\n";
    return all;
  }
  for (const SpecIssue& issue : validate(document->spec)) all += issue.to_string() + "\n";
  return all;
}

constexpr const char* kAll = R"([problem]
kind = "ridge-multi"
lambda = [0.5]
upper = "pseudo-huber"
huber_delta = 0.25
weight_decay = 0.125
[data]
source = "csv"
path = "a.csv"
labels = "as-given"
[run]
decomposition = "nested"
inner_replicas = 4
[[method]]
kind = "sid"
)";

TEST(ProblemKeys, AreReadAndWritten) {
  const RunSpec spec = read(kAll);
  EXPECT_EQ(spec.problem.kind, ProblemKind::ridge_multi);
  EXPECT_EQ(spec.problem.upper, UpperLevel::pseudo_huber);
  EXPECT_EQ(spec.problem.huber_delta, 0.25);
  EXPECT_EQ(spec.problem.weight_decay, 0.125);
  EXPECT_EQ(spec.data.labels, LabelRule::as_given);
  EXPECT_EQ(spec.run.decomposition, DecompositionRoute::nested);
  EXPECT_EQ(spec.run.inner_replicas, 4);
  EXPECT_TRUE(read(write_spec(spec)) == spec);
  const auto share = parse_share_string(write_share_string({spec, {}, {}}));
  ASSERT_TRUE(share) << to_string(share.error());
  EXPECT_TRUE(share->spec == spec);
  EXPECT_EQ(complaints(kAll), "");
}

TEST(ProblemKeys, OfTheEquilibriumAreReadAndWritten) {
  const RunSpec spec = read(
      "[problem]\nkind = \"equilibrium\"\nlambda = [-0.5, 1.0]\n[problem.equilibrium]\ndim = 7\n"
      "contraction = 0.9\nspread = 0.25\nhuber_delta = 2.0\nsamples = 30\nseed = 5\n"
      "[[method]]\nkind = \"sid\"\nminibatch = 10\n");
  EXPECT_EQ(spec.problem.kind, ProblemKind::equilibrium);
  const EquilibriumSpec wanted{
      .dim = 7, .contraction = 0.9, .spread = 0.25, .huber_delta = 2.0, .samples = 30, .seed = 5};
  EXPECT_TRUE(spec.problem.equilibrium == wanted);
  EXPECT_EQ(to_string(validate(spec)), "");
  const std::string written = write_spec(spec);
  EXPECT_THAT(written, HasSubstr("[problem.equilibrium]"));
  EXPECT_EQ(written.find("[data]"), std::string::npos);
  EXPECT_TRUE(read(written) == spec);
  const auto share = parse_share_string(write_share_string({spec, {}, {}}));
  ASSERT_TRUE(share) << to_string(share.error());
  EXPECT_TRUE(share->spec == spec);
  EXPECT_THAT(complaints("[problem.equilibrium]\nspred = 1"), HasSubstr("did you mean 'spread'"));
}

TEST(ProblemKeys, OfHyperCleaningAreReadAndWritten) {
  const RunSpec spec = read(
      "[problem]\nkind = \"data-weights\"\nlambda = { epsilon = [-1.0, 1.0], seed = 3 }\n"
      "weight_decay = 0.2\n[data]\nlabel_noise = 0.3\n"
      "[run]\ndecomposition = \"conditional-mean\"\n[[method]]\nkind = \"sid\"\n");
  EXPECT_EQ(spec.problem.kind, ProblemKind::data_weights);
  EXPECT_EQ(spec.data.label_noise, 0.3);
  EXPECT_EQ(spec.run.decomposition, DecompositionRoute::conditional_mean);
  EXPECT_TRUE(read(write_spec(spec)) == spec);
  const auto share = parse_share_string(write_share_string({spec, {}, {}}));
  ASSERT_TRUE(share) << to_string(share.error());
  EXPECT_TRUE(share->spec == spec);
  EXPECT_TRUE(validate(spec).empty());
}

struct Bad {
  const char* section;
  const char* setting;  ///< key = value
  const char* told;     ///< part of the sentence, beside key = value
};

TEST(ProblemKeys, OutOfTheirRangeAreNamedWithTheLimit) {
  const std::string weights = "[problem]\nkind = \"data-weights\"\nlambda = 0.0\n";
  const std::string huber = "[problem]\nkind = \"ridge\"\nlambda = 1.0\nupper = \"pseudo-huber\"\n";
  const std::vector<std::pair<std::string, Bad>> cases = {
      {huber, {"problem", "huber_delta = nan", "finite"}},
      {huber, {"problem", "huber_delta = 0", "must be > 0"}},
      {huber, {"problem", "huber_delta = -1", "must be > 0"}},
      {huber, {"problem", "huber_delta = 1e+300", "must be"}},
      {weights, {"problem", "weight_decay = nan", "finite"}},
      {weights, {"problem", "weight_decay = 0", "must be > 0"}},
      {weights, {"problem", "weight_decay = -0.5", "must be > 0"}},
      {weights, {"problem", "weight_decay = 1e+300", "must be"}},
      {weights + "[data]\n", {"data", "label_noise = nan", "finite"}},
      {weights + "[data]\n", {"data", "label_noise = -0.1", "must be"}},
      {weights + "[data]\n", {"data", "label_noise = 1.5", "must be"}},
      {weights + "[run]\ndecomposition = \"nested\"\n", {"run", "inner_replicas = 0", "must be"}},
      {weights + "[run]\ndecomposition = \"nested\"\n", {"run", "inner_replicas = 1", "must be"}},
      {weights + "[run]\ndecomposition = \"nested\"\n", {"run", "inner_replicas = -3", "must be"}},
      {weights + "[run]\ndecomposition = \"nested\"\n",
       {"run", "inner_replicas = 1000000000", "must be"}},
      {weights + "[run]\n", {"run", "inner_replicas = nan", "whole number"}}};
  for (const auto& [head, bad] : cases) {
    const std::string text = head + bad.setting + "\n";
    EXPECT_THAT(complaints(text),
                AllOf(HasSubstr(std::string(bad.section) + "." + bad.setting), HasSubstr(bad.told)))
        << text;
  }
}

TEST(ProblemKeys, ThatDoNotFitTogetherAreNamed) {
  EXPECT_THAT(complaints("[problem]\nkind = \"logistic\"\n[data]\nsource = \"csv\"\npath = \"a\"\n"
                         "labels = \"as-given\"\n"),
              HasSubstr("is for ridge regression only"));
  EXPECT_THAT(complaints("[problem]\nkind = \"ridge\"\n[data]\nlabels = \"as-given\"\n"),
              HasSubstr("must be \"odd-even\" for digit images"));
  EXPECT_THAT(complaints("[problem]\nkind = \"ridge\"\n[data]\nsource = \"csv\"\npath = \"a\"\n"
                         "labels = \"as-given\"\nlabel_noise = 0.5\n"),
              HasSubstr("must be 0 where labels are real numbers"));
  EXPECT_THAT(complaints("[problem]\nkind = \"logistic\"\n[run]\nvary_split = true\n"
                         "decomposition = \"nested\"\n"),
              HasSubstr("the parts speak of one problem"));
  EXPECT_THAT(complaints("[problem]\nkind = \"ridge\"\nlambda = [[1.0, 2.0]]\n"),
              HasSubstr("Use kind = \"logistic-multi\" or \"ridge-multi\""));
  EXPECT_THAT(complaints("[problem]\nupper = \"huber\"\n"),
              HasSubstr("must be one of logistic, squares, pseudo-huber"));
  EXPECT_THAT(complaints("[run]\ndecomposition = \"nestd\"\n"),
              HasSubstr("did you mean 'nested'?"));
  EXPECT_THAT(complaints("[data]\nlabels = \"as_given\"\n"), HasSubstr("did you mean 'as-given'?"));
}

}  // namespace
}  // namespace sid
