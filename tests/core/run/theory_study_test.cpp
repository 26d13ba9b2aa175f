#include "sid/run/theory_study.hpp"

#include <cmath>
#include <limits>
#include <map>

#include <gtest/gtest.h>

#include "test_specs.hpp"
#include "theory_scene.hpp"

namespace sid {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr TrueErrors kNothing{.hypergradient = kNaN, .lower = kNaN, .linear = kNaN};

using Scene = test::TheoryScene;

TheoryStudy study(const Scene& s, std::size_t method, const TrueErrors& measured) {
  const StudyPlace place{.panel = 0, .method = method, .checkpoint = 4};
  return study_theory(s.spec, *s.bench, s.theory[0][method], place, measured);
}

RunSpec careful() {
  RunSpec spec = test::small_quadratic();
  spec.problem.alpha = AlphaRule::inverse_smoothness;
  spec.methods = {test::batch(), test::constant(0.3), test::decreasing()};
  spec.methods[2].step.gamma_theorem = true;
  return spec;
}

TEST(TheoryStudy, AccountsForEveryDecadeBetweenTheoremAndTruth) {
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened, Ladder::prediction}) {
    RunSpec spec = careful();
    spec.ladder = ladder;
    spec.methods[1].step.eta = 1e-3;  // so small that the constants as printed cover it
    const Scene s(spec);
    const TheoryStudy result = study(s, 1, kNothing);  // exact expectations are the truth
    ASSERT_FALSE(result.looseness.empty());
    double decades = 0.0;
    for (const LoosenessStep& step : result.looseness) decades += step.decades;
    const double truth = s.theory[0][1].find("exact")->values[4];
    EXPECT_DOUBLE_EQ(result.looseness.back().to, truth);
    EXPECT_NEAR(decades, std::log10(result.looseness.front().from / truth), 1e-9);
    EXPECT_EQ(result.at, resolve_methods(spec, *s.bench, s.bench->panels[0])[1].checkpoints[4]);
  }
}

TEST(TheoryStudy, NamesTheConstantThatCostsMost) {
  const Scene s(careful());
  const TheoryStudy result = study(s, 1, kNothing);
  ASSERT_GE(result.sensitivities.size(), 4U);
  EXPECT_GE(result.sensitivities.front().size(), result.sensitivities.back().size());
  EXPECT_EQ(result.sensitivities.front().id, "contraction");
}

TEST(TheoryStudy, TakesMeasuredErrorsWhereNothingIsExact) {
  RunSpec spec = test::small_logistic();
  spec.methods = {test::constant(1e-4), test::decreasing()};
  const Scene s(spec);
  EXPECT_TRUE(study(s, 0, kNothing).looseness.empty());
  const TheoryStudy result = study(s, 0, {.hypergradient = 1e-3, .lower = 1e-2, .linear = 1e-1});
  ASSERT_FALSE(result.looseness.empty());
  EXPECT_EQ(result.looseness.back().to, 1e-3);
}

TEST(TheoryStudy, SpeaksTheConventionOfTheSpec) {
  RunSpec mean = test::small_logistic();
  mean.problem.lambda = std::vector<double>{0.1};
  mean.methods = {test::constant(1e-4)};
  RunSpec sum = mean;
  sum.problem.lower_loss = LossScale::sum;
  sum.problem.lambda = std::vector<double>{6.0};
  const Scene a(mean), b(sum);
  const TrueErrors truth{.hypergradient = 1e-3, .lower = 1e-2, .linear = 1e-1};
  const double n = 60.0;
  const TheoryStudy in_mean = study(a, 0, truth);
  const TheoryStudy in_sum =
      study(b, 0, {.hypergradient = 1e-3 / (n * n), .lower = 1e-2, .linear = 1e-1});
  ASSERT_EQ(in_mean.looseness.size(), in_sum.looseness.size());
  for (std::size_t i = 0; i < in_mean.looseness.size(); ++i) {
    EXPECT_NEAR(in_mean.looseness[i].decades, in_sum.looseness[i].decades, 1e-9);
    EXPECT_NEAR(in_sum.looseness[i].to * n * n / in_mean.looseness[i].to, 1.0, 1e-9);
  }
  const auto value = [](const TheoryStudy& from, const char* id) {
    for (const Sensitivity& one : from.sensitivities) {
      if (one.id == id) return one.value;
    }
    return kNaN;
  };
  for (const auto& [id, factor] : std::map<const char*, double>{
           {"mu1", 1.0}, {"L_Phi", 1.0 / n}, {"nu2", 1.0 / n}, {"noise_lower", n * n}}) {
    EXPECT_NEAR(value(in_sum, id) / value(in_mean, id), factor, 1e-9 * factor) << id;
  }
}

}  // namespace
}  // namespace sid
