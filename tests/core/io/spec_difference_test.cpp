#include "sid/io/spec_difference.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/io/spec_file.hpp"

#include "core/io/random_spec.hpp"

namespace sid {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RunSpec plain() {
  RunSpec spec;
  spec.title = "Plain";
  spec.methods = default_methods();
  return spec;
}

RunSpec changed(const RunSpec& spec, const std::string& setting) {
  const auto out = apply_overrides(spec, std::span(&setting, 1));
  if (!out) {
    ADD_FAILURE() << setting << ": " << to_string(out.error().front());
    return spec;
  }
  return *out;
}

std::vector<std::string> keys(const std::vector<RunSpec>& specs) {
  std::vector<std::string> out;
  for (const SpecDifferenceRow& row : spec_difference(specs).rows) out.push_back(row.key);
  return out;
}

TEST(SpecDifference, OfASpecWithItselfIsEmpty) {
  test::RandomSpec random(20261122);
  for (int i = 0; i < 200; ++i) {
    const RunSpec spec = random.next();
    EXPECT_THAT(keys({spec, spec}), IsEmpty()) << write_spec(spec);
  }
}

TEST(SpecDifference, IsEmptyOnlyForEqualSpecs) {
  test::RandomSpec random(7);
  for (int i = 0; i < 200; ++i) {
    const RunSpec a = random.next(), b = random.next();
    EXPECT_EQ(keys({a, b}).empty(), a == b) << write_spec(a) << write_spec(b);
  }
}

/// Settings one by one: each is the one difference it makes.
TEST(SpecDifference, EveryOverrideYieldsExactlyItsKey) {
  const std::vector<std::pair<std::string, std::string>> settings = {
      {"title", "Other"},
      {"problem.kind", "ridge"},
      {"problem.lambda", "[0.1, 1]"},
      {"problem.lower_loss", "sum"},
      {"problem.upper_loss", "mean"},
      {"problem.alpha", "2/(L+tau)"},
      {"problem.upper", "pseudo-huber"},
      {"problem.huber_delta", "2"},
      {"problem.weight_decay", "0.5"},
      {"problem.quadratic.dim", "7"},
      {"problem.quadratic.condition", "7"},
      {"problem.quadratic.smoothness", "7"},
      {"problem.quadratic.noise_multiplicative", "0.7"},
      {"problem.quadratic.noise_additive", "0.7"},
      {"problem.quadratic.noise_lambda", "0.7"},
      {"problem.quadratic.samples", "7"},
      {"problem.quadratic.seed", "7"},
      {"data.source", "mnist"},
      {"data.path", "folder"},
      {"data.validation_path", "folder"},
      {"data.train", "7"},
      {"data.validation", "7"},
      {"data.split_seed", "7"},
      {"data.labels", "two-values"},
      {"data.label_noise", "0.1"},
      {"data.sparse.features", "70"},
      {"data.sparse.nonzeros", "7"},
      {"data.sparse.noise", "0.1"},
      {"data.sparse.seed", "7"},
      {"run.iterations", "7"},
      {"run.checkpoints", "[1, 2, 5]"},
      {"run.checkpoints.count", "7"},
      {"run.checkpoints.spacing", "linear"},
      {"run.replicas", "7"},
      {"run.seed", "7"},
      {"run.vary_split", "true"},
      {"run.decomposition", "conditional-mean"},
      {"run.inner_replicas", "7"},
      {"theory.constants", "paper"},
      {"method[1].name", "mine"},
      {"method[2].name", "mine"},
      {"method[2].kind", "batch"},
      {"method[2].minibatch", "7"},
      {"method[1].minibatch", "7"},
      {"method[2].sampling", "reshuffle"},
      {"method[2].jacobian_samples", "7"},
      {"method[2].t", "7"},
      {"method[3].k", "7"},
      {"method[2].step.kind", "decreasing"},
      {"method[3].step.kind", "two-phase"},
      {"method[2].step.eta", "0.7"},
      {"method[3].step.eta", "0.7"},
      {"method[3].step.beta", "7"},
      {"method[3].step.gamma", "7"},
      {"method[3].step.gamma", "theorem"},
      {"method[3].step.beta_factor", "7"},
      {"method[2].step.gamma_factor", "7"},
      {"method[3].step.switch_at", "7"},
      {"method[2].linear_step", "{ kind = \"decreasing\" }"}};
  const RunSpec spec = plain();
  for (const auto& [key, value] : settings) {
    const RunSpec other = changed(spec, key + "=" + value);
    EXPECT_NE(other, spec) << key;
    EXPECT_THAT(keys({spec, other}), ElementsAre(key)) << value;
    EXPECT_THAT(keys({other, spec}), ElementsAre(key)) << value;
    EXPECT_THAT(keys({spec, spec, other}), ElementsAre(key)) << value;
  }
}

TEST(SpecDifference, SettingsOfOneTableAreComparedOneByOne) {
  RunSpec spec = plain();
  spec.methods[1].linear_step.emplace();
  EXPECT_THAT(keys({spec, changed(spec, "method[2].linear_step.eta=0.7")}),
              ElementsAre("method[2].linear_step.eta"));
  spec.problem.lambda = RandomLambda{};
  EXPECT_THAT(keys({spec, changed(spec, "problem.lambda.seed=7")}),
              ElementsAre("problem.lambda.seed"));
}

TEST(SpecDifference, ValuesAreThoseOfFiles) {
  const RunSpec spec = plain();
  const auto row = [&](const std::string& setting) {
    const std::vector<RunSpec> specs = {spec, changed(spec, setting)};
    const SpecDifference d = spec_difference(specs);
    return d.rows.size() == 1 ? d.rows[0].values : std::vector<std::string>{};
  };
  EXPECT_THAT(row("run.replicas=64"), ElementsAre("32", "64"));
  EXPECT_THAT(row("method[2].step.eta=0.25"), ElementsAre("1", "0.25"));
  EXPECT_THAT(row("problem.alpha=1/L"), ElementsAre("default", "1/L"));
  EXPECT_THAT(row("method[2].t=500"), ElementsAre("default", "500"));
  EXPECT_THAT(row("problem.lambda=[0.5, 2]"), ElementsAre("[0.5]", "[0.5, 2]"));
  EXPECT_THAT(row("problem.weight_decay=0.5"), ElementsAre("default", "0.5"));
  EXPECT_THAT(row("title=\"\""), ElementsAre("Plain", "\"\""));
}

TEST(SpecDifference, AnAddedMethodIsOneRow) {
  const RunSpec three = plain();
  RunSpec four = three;
  MethodSpec fresh;
  fresh.step.eta = 0.125;
  four.methods.insert(four.methods.begin() + 1, fresh);
  const std::vector<RunSpec> specs = {three, four};
  const std::vector<std::string> names = {"A", "B"};
  const SpecDifference d = spec_difference(specs, names);
  ASSERT_EQ(d.rows.size(), 1U);
  EXPECT_EQ(d.rows[0].key, "method[2] of B");
  EXPECT_THAT(d.rows[0].values, ElementsAre("–", "SID const η = 0.125"));
  const std::vector<RunSpec> back = {four, three};
  const SpecDifference removed = spec_difference(back, names);
  ASSERT_EQ(removed.rows.size(), 1U);
  EXPECT_EQ(removed.rows[0].key, "method[2]");
  EXPECT_THAT(removed.rows[0].values, ElementsAre("SID const η = 0.125", "–"));
}

TEST(SpecDifference, OfThreeWithAMethodThatTwoHaveNamesWhatDiffersBetweenThem) {
  RunSpec one = plain(), two = plain(), three = plain();
  one.methods.pop_back();
  three.methods[2].step.beta_factor = 4.0;
  const std::vector<RunSpec> specs = {one, two, three};
  const std::vector<std::string> names = {"A", "B", "C"};
  const SpecDifference d = spec_difference(specs, names);
  ASSERT_EQ(d.rows.size(), 2U);
  EXPECT_EQ(d.rows[0].key, "method[3] of B");
  EXPECT_EQ(d.rows[1].key, "method[3] of B.step.beta_factor");
  EXPECT_THAT(d.rows[1].values, ElementsAre("–", "2", "4"));
}

TEST(SpecDifference, AnotherOrderIsSaid) {
  RunSpec turned = plain();
  std::swap(turned.methods[1], turned.methods[2]);
  const std::vector<RunSpec> specs = {plain(), turned};
  const SpecDifference d = spec_difference(specs);
  ASSERT_EQ(d.rows.size(), 1U);
  EXPECT_EQ(d.rows[0].key, "method order");
  EXPECT_THAT(d.rows[0].values, ElementsAre("1, 2, 3", "1, 3, 2"));
}

TEST(SpecDifference, KeysComeInTheOrderOfFiles) {
  RunSpec other = changed(plain(), "theory.constants=paper");
  other = changed(other, "run.seed=1");
  other = changed(other, "method[2].minibatch=7");
  other = changed(other, "run.replicas=64");
  EXPECT_THAT(keys({plain(), other}),
              ElementsAre("run.replicas", "run.seed", "method[2].minibatch", "theory.constants"));
}

TEST(SpecDifference, NamesTellRunsApart) {
  RunSpec other = changed(plain(), "run.replicas=64");
  const std::vector<RunSpec> two = {plain(), other};
  EXPECT_THAT(telling_names(spec_difference(two), two),
              ElementsAre("replicas = 32", "replicas = 64"));
  other = changed(changed(other, "run.seed=1"), "method[2].step.eta=0.5");
  const std::vector<RunSpec> more = {plain(), other};
  EXPECT_THAT(telling_names(spec_difference(more), more, 2),
              ElementsAre("replicas = 32, eta = 1, …", "replicas = 64, eta = 0.5, …"));
  RunSpec longer = plain();
  longer.methods.push_back(default_methods()[1]);
  longer.problem.lambda = std::vector<double>(100, 0.5);
  const std::vector<RunSpec> lists = {plain(), longer};
  EXPECT_THAT(
      telling_names(spec_difference(lists), lists),
      ElementsAre("lambda = [0.5], 3 methods", "lambda = [0.5, 0.5, 0.5, 0.5, 0.…, 4 methods"));
  const std::vector<RunSpec> same = {plain(), plain()};
  EXPECT_THAT(telling_names(spec_difference(same), same), ElementsAre("Plain", "Plain"));
  const std::vector<RunSpec> one = {plain()};
  EXPECT_THAT(telling_names(spec_difference(one), one), ElementsAre("Plain"));
  EXPECT_THAT(telling_names(spec_difference({}), {}), IsEmpty());
}

}  // namespace
}  // namespace sid
