#include "sid/method/stochastic_itd_path.hpp"

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/method/itd_path.hpp"
#include "sid/problem/minibatch_kernels.hpp"
#include "sid/problem/teaching_problem.hpp"

#include "core/method/stopping_oracles.hpp"
#include "support/random_problem.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

const StepSizeSchedule kStep{DecreasingStep{.beta = 4.0, .gamma = 8.0}};

// E(w_t) at lambda with the minibatches of (seed, replica) and with alpha held at `alpha`.
double value_of_path(const DataProblem& problem,
                     const OracleSettings& oracle,
                     double alpha,
                     std::int64_t t,
                     const StreamKey& key) {
  MinibatchKernels kernels(problem, oracle.minibatch);
  MinibatchSampler sampler(oracle.sampling, problem.sample_count(), oracle.minibatch);
  sampler.start(key);
  Vector w = Vector::Zero(problem.lower_dim());
  for (std::int64_t s = 0; s < t; ++s) kernels.lower_step(sampler.next(), kStep.at(s) * alpha, w);
  return problem.upper_loss(w);
}

TEST(StochasticItdPath, IsTheDerivativeOfThePathWithItsMinibatches) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape});
    for (const Sampling sampling : {Sampling::iid, Sampling::without_replacement}) {
      const OracleSettings oracle{.minibatch = 3, .sampling = sampling};
      SCOPED_TRACE(problem->name());
      constexpr std::int64_t kSteps = 12;
      StochasticItdPath path(*problem, {.oracle = oracle, .step = kStep, .max_steps = kSteps});
      path.start(4, 1);
      ASSERT_EQ(path.run_to({.t = kSteps, .k = 1}, 0, {}), PathStatus::reached);
      const StreamKey key{.seed = 4, .role = Role::lower_level, .replica = 1};
      Vector expected(problem->upper_dim());
      for (Index j = 0; j < expected.size(); ++j) {
        const auto at = [&](double shift) {
          Vector lambda = problem->lambda();
          lambda[j] += shift;
          const auto moved = problem->family().at(lambda, AlphaRule::optimal).value();
          return value_of_path(*moved, oracle, problem->alpha(), kSteps, key);
        };
        const double h = 2e-3;  // fourth-order differences
        expected[j] = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * h);
      }
      EXPECT_VECTOR_REL(path.hypergradient(), expected, 1e-8);
    }
  }
}

TEST(StochasticItdPath, WithTheWholeDataIsItd) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape});
    SCOPED_TRACE(problem->name());
    ItdPath exact(*problem, 30);
    StochasticItdPath path(*problem,
                           {.oracle = {.minibatch = problem->sample_count(),
                                       .sampling = Sampling::without_replacement},
                            .max_steps = 30});
    exact.start(0, 0);
    path.start(3, 0);
    for (const std::uint32_t i : {0U, 1U, 2U}) {
      const Checkpoint at{.t = std::int64_t{15} * i, .k = 1};
      ASSERT_EQ(exact.run_to(at, i, {}), PathStatus::reached);
      ASSERT_EQ(path.run_to(at, i, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(path.w(), exact.w(), 1e-12);
      EXPECT_VECTOR_REL(path.hypergradient(), exact.hypergradient(), 1e-12);
      EXPECT_EQ(path.linear_steps(), at.t);
    }
    EXPECT_EQ(path.samples(), (15 + 15 + 15 + 30) * problem->sample_count());
    EXPECT_EQ(path.v().size(), 0);
    EXPECT_FALSE(path.can_repeat());
  }
}

TEST(StochasticItdPath, ErrorFallsWithDecreasingSteps) {
  const auto problem = testing::random_problem(
      {.shape = {.lower = {LossKind::logistic}, .upper = {LossKind::logistic}}});
  const Reference r = problem->solve_reference();
  const double beta = 2.0 / ((1.0 - problem->curvature().q) * (1.0 + problem->curvature().q));
  StochasticItdPath path(
      *problem,
      {.oracle = {.minibatch = 2},
       .step = StepSizeSchedule(DecreasingStep{.beta = beta, .gamma = 4.0 * beta}),
       .max_steps = 3200});
  double early = 0.0, late = 0.0;
  for (std::uint32_t replica = 0; replica < 60; ++replica) {
    path.start(2, replica);
    ASSERT_EQ(path.run_to({.t = 200, .k = 1}, 0, {}), PathStatus::reached);
    early += (path.hypergradient() - r.hypergradient).squaredNorm() / 60.0;
    ASSERT_EQ(path.run_to({.t = 3200, .k = 1}, 1, {}), PathStatus::reached);
    late += (path.hypergradient() - r.hypergradient).squaredNorm() / 60.0;
  }
  // 1/t would be a factor of 16 here.
  EXPECT_GT(early / late, 6.0);
  EXPECT_LT(early / late, 40.0);
}

TEST(StochasticItdPath, GoesOnAfterAStopAndFromCheckpointToCheckpoint) {
  const auto problem = testing::random_problem(
      {.shape = {.lower = {LossKind::logistic}, .upper = {LossKind::logistic}}});
  const StochasticItdPath::Settings settings{.step = kStep, .max_steps = 40};
  StochasticItdPath straight(*problem, settings), path(*problem, settings);
  straight.start(5, 0);
  ASSERT_EQ(straight.run_to({.t = 40, .k = 1}, 0, {}), PathStatus::reached);
  path.start(6, 0);  // another replica's steps leave nothing behind
  ASSERT_EQ(path.run_to({.t = 11, .k = 1}, 0, {}), PathStatus::reached);
  path.start(5, 0);
  ASSERT_EQ(path.run_to({.t = 17, .k = 1}, 0, {}), PathStatus::reached);
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(path.run_to({.t = 40, .k = 1}, 1, source.get_token()), PathStatus::stopped);
  ASSERT_EQ(path.run_to({.t = 40, .k = 1}, 1, {}), PathStatus::reached);
  EXPECT_EQ(path.w(), straight.w());
  EXPECT_EQ(path.hypergradient(), straight.hypergradient());
  EXPECT_THROW(path.run_to({.t = 41, .k = 1}, 2, {}), ContractViolation);
  EXPECT_THROW(path.run_to({.t = 39, .k = 1}, 2, {}), ContractViolation);
}

TEST(StochasticItdPath, ReportsOverflowAndStatesItsMemory) {
  const auto ridge = testing::random_problem(
      {.shape = {.lower = {LossKind::squares}, .upper = {LossKind::squares}}});
  StochasticItdPath path(*ridge, {.step = StepSizeSchedule(ConstantStep{1e6}), .max_steps = 1000});
  path.start(1, 0);
  EXPECT_EQ(path.run_to({.t = 1000, .k = 1}, 0, {}), PathStatus::diverged);
  ASSERT_TRUE(path.divergence().has_value());
  EXPECT_EQ(path.divergence()->role, Role::lower_level);
  EXPECT_EQ(path.run_to({.t = 1000, .k = 1}, 1, {}), PathStatus::diverged) << "it stays so";

  EXPECT_EQ(StochasticItdPath::stored_bytes(5, 3, 10), 8 * 5 * 11 + 4 * 3 * 10);
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(StochasticItdPath::stored_bytes(5, 3, kLargest / 4), kLargest);
  EXPECT_EQ(StochasticItdPath::stored_bytes(0, 3, kLargest / 4), kLargest);
  EXPECT_THROW(StochasticItdPath(*ridge, {.max_steps = std::int64_t{1} << 50}), ContractViolation);
  const auto teaching = make_teaching_problem({.dim = 3, .samples = 50}, 0.5, AlphaRule::optimal);
  EXPECT_THROW(StochasticItdPath(*teaching, {.max_steps = 5}), ContractViolation);
}

TEST(StochasticItdPath, StopsBetweenStepsOfEitherSweep) {
  const auto plain = testing::random_problem(
      {.shape = {.lower = {LossKind::logistic}, .upper = {LossKind::logistic}}});
  const StochasticItdPath::Settings settings{.step = kStep, .max_steps = 10};
  StochasticItdPath straight(*plain, settings);
  straight.start(5, 0);
  ASSERT_EQ(straight.run_to({.t = 10, .k = 1}, 0, {}), PathStatus::reached);
  for (const int calls : {4, 14}) {  // one number a step: within the forward and the backward sweep
    SCOPED_TRACE(calls);
    testing::StopAfter stop{.calls_left = calls};
    const testing::StoppingComponentProblem problem(*plain, stop);
    StochasticItdPath path(problem, settings);
    path.start(5, 0);
    EXPECT_EQ(path.run_to({.t = 10, .k = 1}, 0, stop.source.get_token()), PathStatus::stopped);
    EXPECT_EQ(path.solver_steps(), calls);
    ASSERT_EQ(path.run_to({.t = 10, .k = 1}, 0, {}), PathStatus::reached);
    EXPECT_EQ(path.hypergradient(), straight.hypergradient());
  }
}

TEST(StochasticItdPath, ReportsTheBackwardStepThatOverflows) {
  const auto ridge = testing::random_problem(
      {.shape = {.lower = {LossKind::squares}, .upper = {LossKind::squares}}});
  const auto path_with = [&](double eta) {
    return StochasticItdPath::Settings{.step = StepSizeSchedule(ConstantStep{eta}),
                                       .max_steps = 30};
  };
  // One step of 1e100: w_1 and a_0 are some 1e100 long, a_1 is some 1e200; w_0 = 0 leaves g = 0.
  StochasticItdPath adjoint(*ridge, path_with(1e100));
  adjoint.start(1, 0);
  EXPECT_EQ(adjoint.run_to({.t = 1}, 0, {}), PathStatus::diverged);
  EXPECT_EQ(adjoint.divergence(), (Divergence{.role = Role::linear_system, .iteration = 1}));
  EXPECT_LE(adjoint.w().norm(), 1e110);
  // w_19 and a_0 are near 1e110 each, and their product is part of the estimate.
  StochasticItdPath estimate(*ridge, path_with(1e6));
  estimate.start(1, 0);
  ASSERT_EQ(estimate.run_to({.t = 5}, 0, {}), PathStatus::reached);
  EXPECT_EQ(estimate.run_to({.t = 20}, 1, {}), PathStatus::diverged);
  EXPECT_EQ(estimate.divergence(), (Divergence{.role = Role::linear_system, .iteration = 1}));
  // w_1 just below the limit: the sum over the validation examples is beyond it.
  const double near_limit = 0.9 * kDivergenceNorm / adjoint.w().norm();
  StochasticItdPath upper(*ridge, path_with(1e100 * near_limit));
  upper.start(1, 0);
  EXPECT_EQ(upper.run_to({.t = 1}, 0, {}), PathStatus::diverged);
  EXPECT_EQ(upper.divergence(), (Divergence{.role = Role::linear_system, .iteration = 0}));
}

}  // namespace
}  // namespace sid
