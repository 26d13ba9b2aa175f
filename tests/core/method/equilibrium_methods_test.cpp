// Every method on a lower level whose map is no gradient step, so that a transpose taken for the
// matrix itself, or a symmetric system assumed, shows.

#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "sid/method/cg_path.hpp"
#include "sid/method/itd_path.hpp"
#include "sid/method/sid_path.hpp"
#include "sid/problem/equilibrium_problem.hpp"

#include "support/vectors.hpp"

namespace sid {
namespace {

/// d = 5, m = 2, n = 9.
std::shared_ptr<const EquilibriumProblem> problem() {
  EquilibriumParameters p =
      make_equilibrium_parameters({.dim = 5, .contraction = 0.6, .samples = 9, .seed = 3}, 0.0);
  const Matrix once = p.coupling;
  p.coupling.resize(2, once.cols());
  p.coupling << once, once.reverse();
  p.lambda = Vector{{0.4, -0.7}};
  return std::make_shared<EquilibriumProblem>(std::move(p));
}

StepSizeSchedule unit_steps() {
  return StepSizeSchedule(ConstantStep{.eta = 1.0});
}

TEST(EquilibriumMethods, NormalEquationsSolveInAsManyStepsAsUnknowns) {
  const auto p = problem();
  const Reference r = p->solve_reference();
  CgPath path(*p, {.lower_step = unit_steps(), .linear_method = KrylovMethod::normal_equations});
  path.start(0, 0);
  ASSERT_EQ(path.run_to({.t = 120, .k = 5}, 0, {}), PathStatus::reached);
  EXPECT_VECTOR_REL(path.v(), r.v, 1e-10);
  EXPECT_VECTOR_REL(path.hypergradient(), r.hypergradient, 1e-10);
}

TEST(EquilibriumMethods, BackwardDifferentiationTendsToImplicitDifferentiation) {
  const auto p = problem();
  const Reference r = p->solve_reference();
  ItdPath path(*p, 160);
  path.start(0, 0);
  double previous = 0.0;
  for (const std::int64_t t : {5, 10, 15}) {
    ASSERT_EQ(path.run_to({.t = t, .k = t}, 0, {}), PathStatus::reached);
    const double error = (path.hypergradient() - r.hypergradient).norm();
    if (previous > 0.0) {
      EXPECT_LT(error, 0.2 * previous);
    }
    previous = error;
  }
  ASSERT_EQ(path.run_to({.t = 160, .k = 160}, 0, {}), PathStatus::reached);
  EXPECT_VECTOR_REL(path.hypergradient(), r.hypergradient, 1e-11);
}

// ITD is the derivative of E(w_t(lambda)) itself: against central differences of the path in both
// entries of lambda.
TEST(EquilibriumMethods, BackwardDifferentiationIsTheDerivativeOfThePath) {
  const auto p = problem();
  constexpr std::int64_t kSteps = 7;
  const auto value = [&](const Vector& lambda) {
    EquilibriumParameters moved = p->map().parameters();
    moved.lambda = lambda;
    const EquilibriumProblem at(std::move(moved));
    Vector w = Vector::Zero(5), field(5);
    for (std::int64_t t = 0; t < kSteps; ++t) {
      at.lower_gradient(w, field);
      w -= field;
    }
    return at.upper_loss(w);
  };
  ItdPath path(*p, kSteps);
  path.start(0, 0);
  ASSERT_EQ(path.run_to({.t = kSteps, .k = kSteps}, 0, {}), PathStatus::reached);
  for (Index i = 0; i < 2; ++i) {
    const double h = 1e-4;
    Vector up = p->lambda(), down = p->lambda();
    up(i) += h;
    down(i) -= h;
    EXPECT_NEAR(path.hypergradient()(i), (value(up) - value(down)) / (2.0 * h), 1e-7);
  }
}

TEST(EquilibriumMethods, WholeMinibatchesMakeSidTheFixedPointIteration) {
  const auto p = problem();
  const OracleSettings whole{.minibatch = 9, .sampling = Sampling::without_replacement};
  const StepSizeSchedule steps(ConstantStep{.eta = 0.7});
  const std::shared_ptr<StochasticOracle> linear = p->make_oracle(whole);
  SidPath sid(*p, p->make_oracle(whole), linear, {.lower_step = steps, .linear_step = steps});
  sid.start(4, 2);
  ASSERT_EQ(sid.run_to({.t = 6, .k = 4}, 0, {}), PathStatus::reached);
  Vector w = Vector::Zero(5), v = w, field(5), c(5), cross(2);
  for (int t = 0; t < 6; ++t) {
    p->lower_gradient(w, field);
    w -= 0.7 * field;
  }
  p->upper_gradient(w, c);
  for (int k = 0; k < 4; ++k) {
    p->hessian_vector(w, v, field);
    v -= 0.7 * (field - c);
  }
  p->cross_transpose(w, v, cross);
  EXPECT_VECTOR_REL(sid.w(), w, 1e-13);
  EXPECT_VECTOR_REL(sid.v(), v, 1e-13);
  EXPECT_VECTOR_REL(sid.hypergradient(), (-cross).eval(), 1e-13);
}

}  // namespace
}  // namespace sid
