#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "core/theory/data_bench.hpp"
#include "core/theory/teaching_bench.hpp"

namespace sid {
namespace {

using testing::curve;
using testing::data_case;
using testing::DataBench;

constexpr const char* kPredictions[] = {"prediction", "prediction_lower", "prediction_linear"};
constexpr const char* kExact[] = {"exact", "exact_lower", "exact_linear"};

PredictedMoments some_predictions(std::size_t count) {
  PredictedMoments p;
  p.lower.assign(count, 1.0);
  p.linear.assign(count, 2.0);
  p.hypergradient.assign(count, 3.0);
  return p;
}

TEST(ExpectationCurves, PredictionsSayWhatTheyAre) {
  DataBench bench(data_case(1));
  PredictedMoments predicted = some_predictions(bench.checkpoints.size());
  bench.input.predicted = &predicted;
  for (const bool additive : {false, true}) {
    predicted.additive_noise = additive;
    const MethodTheory theory = bench.evaluate();
    double value = 0.0;
    for (const char* id : {"prediction_lower", "prediction_linear", "prediction"}) {
      const TheoryCurve c = curve(theory, id);
      EXPECT_EQ(c.kind, CurveKind::prediction);
      EXPECT_EQ(c.values.front(), value += 1.0);
      EXPECT_NE(c.source.find("not a bound"), std::string::npos);
      EXPECT_EQ(c.label.find("additive") != std::string::npos, additive) << c.label;
    }
    if (!additive) {
      EXPECT_EQ(curve(theory, "prediction").label, "prediction (linearised)");
      EXPECT_EQ(curve(theory, "prediction_linear").label, "prediction (exact at w(λ))");
    }
  }
}

TEST(ExpectationCurves, PredictionsAreShownWhereNothingExactIs) {
  testing::Bench bench;
  const std::size_t count = bench.checkpoints.size();
  const PredictedMoments predicted = some_predictions(count);
  bench.input.predicted = &predicted;
  ExactMoments exact;
  exact.lower.assign(count, 1.0);  // as for squares: the lower level alone
  const auto primary = [&](const char* id) { return curve(bench.evaluate(), id).primary; };
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened, Ladder::prediction}) {
    bench.input.ladder = ladder;
    bench.input.exact = nullptr;
    for (const char* id : kPredictions) EXPECT_TRUE(primary(id)) << id;
    bench.input.exact = &exact;
    EXPECT_EQ(primary("prediction_lower"), ladder == Ladder::prediction);
    EXPECT_TRUE(primary("prediction"));
    EXPECT_TRUE(primary("prediction_linear"));
  }
}

TEST(ExpectationCurves, AbsentExpectationsSayWhy) {
  testing::Bench bench;
  ExactMoments exact;
  PredictedMoments predicted;
  bench.input.exact = &exact;
  bench.input.predicted = &predicted;
  MethodTheory theory = bench.evaluate();
  for (const char* id : kExact) {
    EXPECT_FALSE(curve(theory, id).drawn());
    EXPECT_NE(curve(theory, id).reason.find("No closed form"), std::string::npos);
  }
  for (const char* id : kPredictions) {
    EXPECT_NE(curve(theory, id).reason.find("linearisation"), std::string::npos);
  }
  bench.input.exact = nullptr;
  bench.input.predicted = nullptr;
  bench.input.predicted_missing = "That would take too long.";
  EXPECT_EQ(curve(bench.evaluate(), "prediction").reason, "That would take too long.");
  bench.input.batch = true;
  EXPECT_NE(curve(bench.evaluate(), "prediction").reason.find("deterministic"), std::string::npos);
}

TEST(ExpectationCurves, DependentDrawsHaveNeither) {
  testing::Bench bench;
  const PredictedMoments predicted = some_predictions(bench.checkpoints.size());
  bench.input.predicted = &predicted;
  bench.input.constants.independent_draws = false;
  const TheoryCurve c = curve(bench.evaluate(), "prediction");
  EXPECT_FALSE(c.drawn());
  EXPECT_NE(c.reason.find("independent"), std::string::npos);
}

TEST(ExpectationCurves, VectorsOfTheWrongLengthAreRefused) {
  testing::Bench bench;
  const PredictedMoments predicted = some_predictions(bench.checkpoints.size() + 1);
  bench.input.predicted = &predicted;
  EXPECT_THROW(bench.evaluate(), ContractViolation);
}

}  // namespace
}  // namespace sid
