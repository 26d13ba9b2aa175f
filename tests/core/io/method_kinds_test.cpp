// Every kind of method in spec files, share strings, overrides and tables.

#include <array>
#include <cmath>
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/io/curves_table.hpp"
#include "sid/io/results.hpp"
#include "sid/io/share_string.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/io/spec_names.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/runner.hpp"
#include "sid/run/validation.hpp"

#include "core/run/test_specs.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kEveryKind = R"(
[[method]]
kind = "aid-fp"
[[method]]
kind = "itd"
[[method]]
kind = "aid-cg"
step = { kind = "constant", eta = 0.9 }
[[method]]
kind = "aid-cgnr"
[[method]]
kind = "sid"
minibatch = 10
[[method]]
kind = "saga"
step_factor = 0.5
[[method]]
kind = "svrg"
refresh_probability = 0.125
[[method]]
kind = "neumann"
minibatch = 10
copies = 3
step = { kind = "constant", eta = 0.5 }
linear_step = { kind = "constant", eta = 0.25 }
[[method]]
kind = "fp-km"
minibatch = 10
mixing = 0.25
step = { kind = "constant", eta = 0.5 }
[[method]]
kind = "stochastic-itd"
minibatch = 10
step = { kind = "decreasing" }
[[method]]
kind = "inexact"
lower_solver = "heavy-ball"
linear_solver = "conjugate-gradient"
lower_tolerance = 0.25
linear_tolerance = 0.125
[[method]]
kind = "itd"
lower_solver = "accelerated"
)";

RunSpec every_kind() {
  auto document = parse_spec(std::string("[run]\nreplicas = 3\n") + kEveryKind, "every.toml");
  EXPECT_TRUE(document) << to_string(document.error().front());
  RunSpec spec = document->spec;
  const RunSpec data = test::small_logistic();
  spec.problem = data.problem;
  spec.data = data.data;
  spec.run = data.run;
  return spec;
}

std::string first_complaint(const std::string& text) {
  const auto document = parse_spec(text, "s.toml");
  return document ? "" : to_string(document.error().front());
}

TEST(MethodKindNames, AreThoseOfTheRunner) {
  for (const auto& entry : kMethodKindNames) {
    EXPECT_EQ(name_of(entry.value, kMethodKindNames), kind_word(entry.value));
    EXPECT_EQ(value_of(entry.name, kMethodKindNames), entry.value);
  }
}

TEST(MethodKindSpecs, AreReadWithTheirSettings) {
  const RunSpec spec = every_kind();
  ASSERT_EQ(spec.methods.size(), 12U);
  EXPECT_EQ(spec.methods[0].kind, MethodKind::batch);
  EXPECT_EQ(spec.methods[2].step.eta, 0.9);
  EXPECT_EQ(spec.methods[5].step_factor, 0.5);
  EXPECT_EQ(spec.methods[6].refresh_probability, 0.125);
  EXPECT_EQ(spec.methods[7].copies, 3);
  EXPECT_EQ(spec.methods[8].mixing, 0.25);
  EXPECT_EQ(spec.methods[10].lower_solver, LowerIteration::heavy_ball);
  EXPECT_EQ(spec.methods[10].linear_solver, LinearIteration::conjugate_gradients);
  EXPECT_EQ(spec.methods[10].lower_tolerance, 0.25);
  EXPECT_EQ(spec.methods[10].linear_tolerance, 0.125);
  EXPECT_EQ(spec.methods[11].lower_solver, LowerIteration::accelerated);
  EXPECT_TRUE(validate(spec).empty()) << to_string(validate(spec));
}

TEST(MethodKindSpecs, SurviveFilesAndShareStrings) {
  const RunSpec spec = every_kind();
  const auto again = parse_spec(write_spec(spec), "again.toml");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->spec, spec);
  ShareString share;
  share.spec = spec;
  const auto shared = parse_share_string(write_share_string(share));
  ASSERT_TRUE(shared);
  EXPECT_EQ(shared->spec, spec);
}

TEST(MethodKindSpecs, AreWrittenWithoutWhatTheyDoNotHave) {
  RunSpec spec = every_kind();
  spec.methods = {spec.methods[1]};  // ITD
  const std::string text = write_spec(spec);
  for (const char* key : {"minibatch", "step", "jacobian_samples", "copies", "mixing"}) {
    EXPECT_THAT(text, Not(HasSubstr(std::string("\n") + key + " ="))) << key;
  }
}

TEST(MethodKindSpecs, NameTheNearestWord) {
  EXPECT_THAT(first_complaint("[[method]]\nkind = \"sagga\""), HasSubstr("did you mean 'saga'?"));
  EXPECT_THAT(first_complaint("[[method]]\nkind = \"aid_cg\""),
              HasSubstr("did you mean 'aid-cg'?"));
  EXPECT_THAT(first_complaint("[[method]]\nkind = \"saga\"\nmixin = 1"),
              HasSubstr("did you mean 'mixing'?"));
  EXPECT_THAT(first_complaint("[run]\ncertificat = true"),
              HasSubstr("did you mean 'certificate'?"));
}

TEST(MethodKindSpecs, AnOverrideOfTheKindTakesTheOldSettingsAway) {
  const RunSpec spec = every_kind();
  const std::array<std::string, 1> itd = {"method[5].kind=itd"};
  const auto changed = apply_overrides(spec, itd);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->methods[4].kind, MethodKind::itd);
  EXPECT_EQ(changed->methods[4].minibatch, MethodSpec{}.minibatch);
  EXPECT_TRUE(validate(*changed).empty()) << to_string(validate(*changed));
}

TEST(MethodKindSpecs, AnOverrideBesideThatOfTheKindIsNotDropped) {
  const RunSpec spec = every_kind();
  const std::array<std::string, 3> saga = {
      "method[5].kind=saga", "method[5].minibatch=5", "method[5].step_factor=0.25"};
  const auto changed = apply_overrides(spec, saga);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->methods[4].minibatch, 5);
  EXPECT_EQ(changed->methods[4].step_factor, 0.25);
  const auto issues = validate(*changed);
  ASSERT_EQ(issues.size(), 1U) << to_string(issues);
  EXPECT_EQ(issues[0].field, "method[5].minibatch");
  const std::array<std::string, 1> batch = {"method[8].kind=batch"};  // of a Neumann series
  const auto plain = apply_overrides(spec, batch);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->methods[7].copies, MethodSpec{}.copies);
  EXPECT_TRUE(validate(*plain).empty()) << to_string(validate(*plain));
}

RunSpec measured_spec() {
  RunSpec spec = every_kind();
  spec.run.certificate = true;
  spec.run.decomposition = DecompositionRoute::nested;
  return spec;
}

ResultTables tables_of(const RunSpec& spec, Shard shard = {}) {
  const RunSnapshot run = run_to_end(spec, {}, {}, {}, shard);
  EXPECT_EQ(run.status, RunStatus::finished) << run.message;
  return make_tables(run, evaluate_theory(spec, *run.bench), this_program(1, shard));
}

TEST(MethodKindTables, AreReadBackAsTheyWereWritten) {
  const test::TemporaryFolder folder;
  const RunSpec spec = measured_spec();
  const ResultTables tables = tables_of(spec);
  EXPECT_THAT(tables.curves.substr(0, tables.curves.find('\n')),
              HasSubstr(",linear_squared_error,certified_squared_error"));
  EXPECT_THAT(tables.summary.substr(0, tables.summary.find('\n')), HasSubstr(",certified_mse,"));
  const auto summary = read_summary_csv(tables.summary, "summary.csv");
  ASSERT_TRUE(summary) << to_string(summary.error());
  EXPECT_THAT(summary->theory_columns, Not(testing::Contains("certified_mse")));
  EXPECT_THAT(summary->theory_columns, testing::Contains("bound_lower"));
  ASSERT_TRUE(prepare_folder(folder.path(), true));
  ASSERT_TRUE(write_tables(folder.path(), tables));
  const auto read = read_results(folder.path());
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->snapshot.spec, spec);
  RunSnapshot again = read->snapshot;
  EXPECT_EQ(make_tables(again, read->theory, read->info).curves, tables.curves);
  EXPECT_EQ(make_tables(again, read->theory, read->info).summary, tables.summary);
  EXPECT_EQ(make_tables(again, read->theory, read->info).conditional, tables.conditional);
}

/// Earlier versions certified no method without v: their column is empty there.
TEST(MethodKindTables, WithoutSomeCertificatesAreReadAsTheyAre) {
  const test::TemporaryFolder folder;
  RunSpec spec = measured_spec();
  spec.run.decomposition = DecompositionRoute::none;
  ResultTables tables = tables_of(spec);
  std::istringstream lines(tables.curves);
  std::string older, line;
  while (std::getline(lines, line)) {
    if (line.starts_with("ITD,")) line.erase(line.rfind(',') + 1);
    older += line + '\n';
  }
  ASSERT_LT(older.size(), tables.curves.size());
  tables.curves = older;
  ASSERT_TRUE(prepare_folder(folder.path(), true));
  ASSERT_TRUE(write_tables(folder.path(), tables));
  const auto read = read_results(folder.path());
  ASSERT_TRUE(read) << to_string(read.error());
  for (const MethodCurve& curve : read->snapshot.curves) {
    EXPECT_EQ(curve.certificates.empty(), curve.label == "ITD") << curve.label;
  }
  EXPECT_EQ(make_tables(read->snapshot, read->theory, read->info).curves, older);
}

TEST(MethodKindTables, OfShardsMakeThoseOfTheWhole) {
  const test::TemporaryFolder folder;
  const RunSpec spec = measured_spec();
  std::vector<std::string> folders;
  for (std::int64_t i = 0; i < 2; ++i) {
    folders.push_back(folder.file("shard" + std::to_string(i)));
    ASSERT_TRUE(std::filesystem::create_directory(folders.back()));
    ASSERT_TRUE(write_tables(folders.back(), tables_of(spec, {.index = i, .count = 2})));
  }
  const auto merged = merge_results(folders);
  ASSERT_TRUE(merged) << to_string(merged.error());
  const ResultTables whole = tables_of(spec);
  EXPECT_EQ(merged->curves, whole.curves);
  EXPECT_EQ(merged->summary, whole.summary);
  EXPECT_EQ(merged->conditional, whole.conditional);
}

}  // namespace
}  // namespace sid
