// Random small problems of every family, with random settings, against what the theory says.
//
// Bounds: a comparison fails where measured - 4 standard errors > bound. Inequalities between
// bounds and the identity of the estimators hold always, to rounding. Seeds are fixed: no retries.
// A bound is at least the exact mean, so where it is tight a correct program with other seeds fails
// one comparison with probability below 3.2e-5 (normal limit); most bounds here are far from tight.

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "sid/run/validation.hpp"

#include "core/run/test_specs.hpp"
#include "statistical/bound_comparison.hpp"
#include "statistical/random_specs.hpp"

namespace sid {
namespace {

using test::kProblems;
using test::neighbours_spec;
using test::random_spec;

TEST(RandomProblems, NeverExceedABoundThatIsDrawn) {
  const test::TemporaryFolder folder;
  test::Tally all;
  for (int number = 0; number < kProblems; ++number) {
    const RunSpec spec = random_spec(number, folder);
    ASSERT_TRUE(validate(spec).empty()) << number << ": " << to_string(validate(spec));
    SCOPED_TRACE("problem " + std::to_string(number));
    all += test::compare_with_bounds(spec, 4.0);
  }
  EXPECT_GE(all.comparisons, 20'000);
  EXPECT_GE(all.hypergradient_curves, 1'000);
  EXPECT_GE(all.parts, 2'000);
}

TEST(RandomProblems, LeaveNeighbouringMethodsBelowTheirBounds) {
  const test::TemporaryFolder folder;
  test::Tally all;
  for (int number = 0; number < kProblems; number += 2) {
    const RunSpec spec = neighbours_spec(number, folder);
    ASSERT_TRUE(validate(spec).empty()) << number << ": " << to_string(validate(spec));
    SCOPED_TRACE("problem " + std::to_string(number));
    all += test::compare_with_bounds(spec, 4.0);
  }
  EXPECT_GE(all.comparisons, 20'000);
  EXPECT_GE(all.hypergradient_curves, 1'000);
}

TEST(RandomProblems, HaveEverSharperFormsOfTheorem34) {
  const test::TemporaryFolder folder;
  int compared = 0;
  for (int number = 0; number < kProblems; ++number) {
    const RunSpec spec = random_spec(number, folder);
    const auto bench = prepare_bench(spec);
    ASSERT_TRUE(bench) << number;
    for (const auto& panel : evaluate_theory(spec, **bench, {}, TheoryScope::bounds)) {
      for (const MethodTheory& theory : panel) {
        const TheoryCurve* const forms[] = {
            theory.find("bound_sharp"), theory.find("bound_merged"), theory.find("bound_3_4")};
        for (std::size_t i = 0; i < forms[0]->values.size(); ++i) {
          if (std::isnan(forms[0]->values[i])) continue;
          ++compared;
          EXPECT_LE(forms[0]->values[i], forms[1]->values[i] * (1.0 + 1e-12)) << number;
          EXPECT_LE(forms[1]->values[i], forms[2]->values[i] * (1.0 + 1e-12)) << number;
        }
      }
    }
  }
  EXPECT_GE(compared, 500);
}

TEST(RandomProblems, HavePartsThatAddUp) {
  const test::TemporaryFolder folder;
  int compared = 0;
  for (int number = 0; number < kProblems; number += 3) {
    RunSpec spec = random_spec(number, folder);
    spec.run.decomposition = DecompositionRoute::nested;
    spec.run.inner_replicas = 2 + number % 3;
    spec.run.replicas = 10;
    const RunSnapshot run = run_to_end(spec);
    for (const MethodCurve& curve : run.curves) {
      for (const CurvePoint& point : curve.points) {
        if (!point.parts) continue;
        const ErrorParts& p = point.parts->value;
        ++compared;
        EXPECT_NEAR(p.bias_squared + p.mean_of_variance + p.variance_of_mean,
                    p.mean_square_error,
                    1e-12 * (p.mean_square_error + std::abs(p.bias_squared)))
            << number;
      }
    }
  }
  EXPECT_GE(compared, 400);
}

}  // namespace
}  // namespace sid
