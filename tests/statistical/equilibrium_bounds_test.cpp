// Every bound that is drawn lies above the measured mean where the map is no gradient step; false
// alarms as in bounds_test.cpp.

#include <gtest/gtest.h>

#include "core/run/test_specs.hpp"
#include "statistical/bound_comparison.hpp"

namespace sid {
namespace {

using test::Tally;

RunSpec equilibrium(double contraction, double spread) {
  RunSpec spec;
  spec.problem.kind = ProblemKind::equilibrium;
  spec.problem.lambda = std::vector<double>{-0.4, 0.8};
  spec.problem.equilibrium = {
      .dim = 4, .contraction = contraction, .spread = spread, .samples = 15, .seed = 6};
  spec.run.iterations = 300;
  spec.run.checkpoints.count = 10;
  spec.run.replicas = 300;
  return spec;
}

TEST(EquilibriumBounds, DominateMeansOfStochasticMethods) {
  for (const double contraction : {0.4, 0.85}) {
    RunSpec spec = equilibrium(contraction, 0.7);
    MethodSpec theorem = test::decreasing(3);
    theorem.step.gamma_theorem = true;
    MethodSpec bound_optimal = theorem;
    bound_optimal.step = StepSpec{};
    bound_optimal.step.kind = StepKind::bound_optimal;
    MethodSpec neumann = test::constant(0.3, 5);
    neumann.kind = MethodKind::neumann;
    MethodSpec averaged = test::constant(0.05, 3);
    averaged.jacobian_samples = 4;
    averaged.sampling = Sampling::without_replacement;
    spec.methods = {
        test::constant(0.2, 5), averaged, test::decreasing(5), theorem, bound_optimal, neumann};
    const Tally tally = test::compare_with_bounds(spec, 4.0);
    EXPECT_GE(tally.curves, 100);
    EXPECT_GE(tally.hypergradient_curves, 25);
    EXPECT_GE(tally.comparisons, 1000);
  }
}

TEST(EquilibriumBounds, DominateErrorsOfDeterministicMethods) {
  RunSpec spec = equilibrium(0.7, 0.5);
  spec.run.iterations = 60;
  spec.run.replicas = 1;
  MethodSpec itd = test::batch(), cgnr = test::batch(), damped = test::batch();
  itd.kind = MethodKind::itd;
  cgnr.kind = MethodKind::aid_cgnr;
  damped.step.eta = 0.6;
  spec.methods = {test::batch(), damped, itd, cgnr};
  const Tally tally = test::compare_with_bounds(spec, 0.0);
  EXPECT_GE(tally.curves, 40);
  EXPECT_GE(tally.hypergradient_curves, 14);
}

}  // namespace
}  // namespace sid
