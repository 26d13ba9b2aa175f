#include "sid/run/sweep_axis.hpp"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

RunSpec spec_of(StepKind kind) {
  RunSpec spec;
  spec.run.iterations = 200;
  MethodSpec batch;
  batch.kind = MethodKind::batch;
  MethodSpec sid;
  sid.minibatch = 10;
  sid.step.kind = kind;
  sid.step.eta = 0.25;
  spec.methods = {batch, sid};
  return spec;
}

SweepAxis axis(const std::string& key, const RunSpec& spec) {
  auto made = known_sweep_axis(key, spec, 1);
  EXPECT_TRUE(made) << key;
  return *made;
}

TEST(SweepAxis, SpacesValuesFromOneEndToTheOther) {
  const auto log = sweep_values({1e-3, 2.0, 48, true}, false).value();
  ASSERT_EQ(log.size(), 48U);
  EXPECT_EQ(log.front(), 1e-3);
  EXPECT_EQ(log.back(), 2.0);
  for (std::size_t i = 2; i < log.size(); ++i) {
    EXPECT_NEAR(log[i] / log[i - 1], log[1] / log[0], 1e-12);
  }
  const auto linear = sweep_values({-1.0, 1.0, 5, false}, false).value();
  EXPECT_EQ(linear, (std::vector<double>{-1.0, -0.5, 0.0, 0.5, 1.0}));
  EXPECT_EQ(sweep_values({3.0, 3.0, 1, true}, false).value(), std::vector<double>{3.0});
}

TEST(SweepAxis, SpansTheWholeRangeOfDoubles) {
  const double least = std::numeric_limits<double>::min(), most = 1e308;
  const auto values = sweep_values({least, most, 5, true}, false).value();
  ASSERT_EQ(values.size(), 5U);
  EXPECT_EQ(values.front(), least);
  EXPECT_EQ(values.back(), most);
  for (std::size_t i = 1; i < values.size(); ++i) EXPECT_GT(values[i], values[i - 1]);
  EXPECT_NEAR(std::log10(values[2]), 0.5 * (std::log10(least) + 308.0), 1e-9);
}

TEST(SweepAxis, BeginsLogScalesOfWholeNumbersAtOne) {
  const auto values = sweep_values({0.2, 20.0, 5, true}, true);
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error().message, "A log scale of whole numbers begins at 1; 0.2 rounds to 0.");
  EXPECT_EQ(sweep_values({0.6, 20.0, 5, true}, true).value().front(), 1.0);
  EXPECT_EQ(sweep_values({0.2, 2.0, 3, false}, true).value().front(), 0.0);
}

TEST(SweepAxis, RoundsWholeOnesToDistinctNumbers) {
  const auto whole = sweep_values({1.0, 20.0, 12, true}, true).value();
  EXPECT_EQ(whole.front(), 1.0);
  EXPECT_EQ(whole.back(), 20.0);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(whole[i], std::round(whole[i]));
    if (i > 0) {
      EXPECT_GT(whole[i], whole[i - 1]);
    }
  }
  EXPECT_LT(whole.size(), 13U);
}

TEST(SweepAxis, RefusesRangesThatHaveNoValues) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInf = std::numeric_limits<double>::infinity();
  for (const SweepRange& range : {SweepRange{kNaN, 1.0, 3, false},
                                  SweepRange{0.0, kInf, 3, false},
                                  SweepRange{2.0, 1.0, 3, false},
                                  SweepRange{0.0, 1.0, 3, true},
                                  SweepRange{-1.0, 1.0, 3, true},
                                  SweepRange{1.0, 2.0, 0, false},
                                  SweepRange{1.0, 2.0, kMaxSweepValues + 1, false}}) {
    const auto values = sweep_values(range, false);
    ASSERT_FALSE(values);
    EXPECT_EQ(values.error().message.back(), '.');
  }
}

TEST(SweepAxis, SetsWhatItGets) {
  const RunSpec constant = spec_of(StepKind::constant), decreasing = spec_of(StepKind::decreasing);
  const struct {
    const char* key;
    const RunSpec& spec;
    double value;
  } cases[] = {{"eta", constant, 0.7},
               {"minibatch", constant, 33.0},
               {"lambda", constant, 0.03},
               {"split", constant, 0.25},
               {"t", constant, 77.0},
               {"k", constant, 12.0},
               {"beta_factor", decreasing, 3.5},
               {"gamma_factor", decreasing, 0.5}};
  for (const auto& c : cases) {
    const SweepAxis a = axis(c.key, c.spec);
    const RunSpec changed = a.set(c.spec, c.value).value();
    ASSERT_TRUE(a.get(changed)) << c.key;
    EXPECT_EQ(*a.get(changed), c.value) << c.key;
    EXPECT_EQ(changed.methods[0], c.spec.methods[0]) << c.key;
  }
}

TEST(SweepAxis, KeepsTheBudgetWhereItSplitsIt) {
  RunSpec spec = spec_of(StepKind::constant);
  const SweepAxis split = axis("split", spec);
  for (const double share : {0.0, 0.01, 0.3, 0.999, 1.0}) {
    const RunSpec changed = split.set(spec, share).value();
    EXPECT_EQ(*changed.methods[1].t + *changed.methods[1].k, 400);
    EXPECT_GE(*changed.methods[1].t, 1);
    EXPECT_GE(*changed.methods[1].k, 1);
  }
  // Iterations of one solver leave the other's alone.
  EXPECT_EQ(axis("t", spec).set(spec, 50.0)->methods[1].k, 200);
}

TEST(SweepAxis, SaysWhatAMethodHasInstead) {
  const auto eta = known_sweep_axis("eta", spec_of(StepKind::decreasing), 1);
  ASSERT_FALSE(eta);
  EXPECT_NE(eta.error().message.find("beta_factor"), std::string::npos) << eta.error().message;
  const auto beta = known_sweep_axis("beta_factor", spec_of(StepKind::constant), 1);
  ASSERT_FALSE(beta);
  EXPECT_NE(beta.error().message.find("eta"), std::string::npos);
  const auto minibatch = known_sweep_axis("minibatch", spec_of(StepKind::constant), 0);
  ASSERT_FALSE(minibatch);
  EXPECT_NE(minibatch.error().message.find("has no minibatch"), std::string::npos);
  EXPECT_FALSE(known_sweep_axis("eta", spec_of(StepKind::bound_optimal), 1));
  EXPECT_EQ(known_sweep_axis("ета", spec_of(StepKind::constant), 1).error().code,
            ErrorCode::not_found);
}

TEST(SweepAxis, ChoosesWhatMostMethodsHave) {
  EXPECT_EQ(usual_sweep_method(spec_of(StepKind::constant)), 1U);
  EXPECT_EQ(usual_sweep_method(spec_of(StepKind::decreasing)), 1U);
  EXPECT_EQ(usual_sweep_key(spec_of(StepKind::constant), 1), "eta");
  EXPECT_EQ(usual_sweep_key(spec_of(StepKind::decreasing), 1), "beta_factor");
  EXPECT_EQ(usual_sweep_key(spec_of(StepKind::bound_optimal), 1), "lambda");
  const RunSpec spec = spec_of(StepKind::two_phase);
  for (const std::string& key : known_sweep_keys()) {
    const auto made = known_sweep_axis(key, spec, 1);
    ASSERT_TRUE(made) << key;
    const SweepRange range = usual_range(key, spec, 1, 7);
    EXPECT_TRUE(sweep_values(range, made->whole)) << key;
  }
}

}  // namespace
}  // namespace sid
