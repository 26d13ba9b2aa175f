#include "sid/io/theory_json.hpp"

#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/io/constants_table.hpp"
#include "sid/io/json_text.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/run/error_study.hpp"

#include "support/temporary_folder.hpp"

namespace sid {
namespace {

struct Scene {
  RunSpec spec;
  std::shared_ptr<const ProblemBench> bench;
  std::vector<std::vector<MethodTheory>> theory;
};

/// Logistic regression on forty points in three dimensions, losses summed: every constant of the
/// solution-based bound is finite, and conventions differ.
Scene logistic_with_sums() {
  static const test::TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 80; ++i) {
    const int label = i % 3 == 0 ? 1 : -1;
    const double x = 0.1 * static_cast<double>((7 * i) % 11) + 0.3 * label;
    const double y = 0.1 * static_cast<double>((5 * i) % 13) - 0.6;
    text += std::to_string(label) + " 1:" + std::to_string(x) + " 2:" + std::to_string(y) +
            " 3:" + std::to_string(x * y) + "\n";
  }
  Scene s;
  s.spec.problem.kind = ProblemKind::logistic;
  s.spec.problem.lower_loss = LossScale::sum;
  s.spec.problem.lambda = std::vector<double>{4.0};
  s.spec.data.source = DataSource::libsvm;
  s.spec.data.path = folder.write("points.svm", text);
  s.spec.data.train = 40;
  s.spec.data.validation = 40;
  s.spec.run.iterations = 100;
  s.spec.methods = default_methods();
  for (MethodSpec& method : s.spec.methods) method.minibatch = 10;
  const auto bench = prepare_bench(s.spec);
  EXPECT_TRUE(bench) << to_string(bench.error());
  s.bench = *bench;
  s.theory = evaluate_theory(s.spec, *s.bench);
  return s;
}

double constant_of(const Json& json, const char* name, const char* key) {
  return json_double(json["panels"][0]["methods"][1]["constants"][name], key, std::nan(""));
}

TEST(TheoryJson, NamesEveryConstantOnceWithSymbolUnitAndSource) {
  std::set<std::string_view> names;
  for (const ConstantEntry& entry : constant_entries()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    for (const std::string_view text : {entry.symbol, entry.unit, entry.source, entry.meaning}) {
      EXPECT_FALSE(text.empty()) << entry.name;
    }
  }
  for (const char* name : {"curvature_bound",
                           "curvature_slope",
                           "fourth_moment",
                           "slope_moment",
                           "noise_reach_star",
                           "noise_reach"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(TheoryJson, BringsBackTheConstantsOfTheSolutionBasedBound) {
  const Scene s = logistic_with_sums();
  const std::string text = write_theory_json(s.spec, *s.bench, s.theory);
  const auto read = read_theory_json(text, "t", s.spec);
  ASSERT_TRUE(read) << to_string(read.error());
  const ProblemConstants& a = s.theory[0][1].constants;
  const ProblemConstants& b = read->theory[0][1].constants;
  ASSERT_TRUE(std::isfinite(a.noise_reach) && std::isfinite(a.slope_moment));
  EXPECT_EQ(a.curvature_bound, b.curvature_bound);
  EXPECT_EQ(a.curvature_slope, b.curvature_slope);
  EXPECT_EQ(a.fourth_moment, b.fourth_moment);
  EXPECT_EQ(a.slope_moment, b.slope_moment);
  EXPECT_EQ(a.noise_reach_star, b.noise_reach_star);
  EXPECT_EQ(a.noise_reach, b.noise_reach);
  // Noise of a gradient is n times as large for sums; the loss of one example is what it is.
  const Json json = *parse_json(text, "t");
  EXPECT_NEAR(constant_of(json, "noise_reach", "value"), 40.0 * a.noise_reach, 1e-9);
  EXPECT_EQ(constant_of(json, "noise_reach", "mean"), a.noise_reach);
  EXPECT_EQ(constant_of(json, "curvature_bound", "value"), 0.25);
}

TEST(TheoryJson, ReadsFilesOfTheFormatBefore) {
  const Scene s = logistic_with_sums();
  Json old = *parse_json(write_theory_json(s.spec, *s.bench, s.theory), "t");
  old["format"] = "sidlab theory 1";
  old.erase("notes");
  for (Json& method : old["panels"][0]["methods"]) {
    for (const char* name : {"curvature_bound", "fourth_moment", "noise_reach"}) {
      method["constants"].erase(name);
    }
    for (auto& [name, entry] : method["constants"].items()) {
      entry.erase("symbol");
      entry.erase("unit");
    }
  }
  const auto read = read_theory_json(write_json(old), "t", s.spec);
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->theory[0][1].constants.c1, s.theory[0][1].constants.c1);
  EXPECT_EQ(read->theory[0][1].constants.fourth_moment, kInfinity) << "not known";
  EXPECT_EQ(read->theory[0][1].curves.size(), s.theory[0][1].curves.size());
}

TEST(TheoryJson, HoldsStudiesOnlyWhereTheyAreGiven) {
  const Scene s = logistic_with_sums();
  const Json plain = *parse_json(write_theory_json(s.spec, *s.bench, s.theory), "t");
  EXPECT_FALSE(plain["panels"][0]["methods"][1].contains("study"));
  EXPECT_FALSE(plain["notes"].empty());
  const auto studies = study_errors_of_all(s.spec, *s.bench, s.theory, 20);
  const std::string text = write_theory_json(s.spec, *s.bench, s.theory, studies);
  const Json full = *parse_json(text, "t");
  const Json& study = full["panels"][0]["methods"][1]["study"];
  EXPECT_EQ(study["checkpoint"].get<std::size_t>(), studies[0][1].theory.place.checkpoint);
  EXPECT_EQ(study["error"], "predicted");
  EXPECT_EQ(study["statements"].size(), studies[0][1].theory.statements.size());
  EXPECT_EQ(study["statements"][0]["symbols"].size(),
            studies[0][1].theory.statements[0].symbols.size());
  EXPECT_EQ(study["sensitivities"].size(), studies[0][1].theory.sensitivities.size());
  EXPECT_TRUE(read_theory_json(text, "t", s.spec));
}

}  // namespace
}  // namespace sid
