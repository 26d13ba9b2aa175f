#include "sid/method/solver_path.hpp"

#include <memory>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "sid/method/sid_path.hpp"
#include "sid/math/contract.hpp"
#include "sid/method/batch_oracle.hpp"

#include "contract/problem_zoo.hpp"
#include "core/method/stopping_oracles.hpp"

namespace sid {
namespace {

const StepSizeSchedule kLower{ConstantStep{0.5}};
const StepSizeSchedule kLinear{DecreasingStep{.beta = 3.0, .gamma = 5.0}};

std::unique_ptr<SolverPath> sid_as_solvers(const BilevelProblem& problem,
                                           const OracleSettings& settings,
                                           std::int64_t jacobian_samples) {
  return std::make_unique<SolverPath>(
      problem,
      std::make_unique<StochasticLowerSolver>(
          problem, problem.make_oracle(settings), settings.minibatch, kLower),
      std::make_unique<StochasticLinearSolver>(
          problem, problem.make_oracle(settings), settings.minibatch, kLinear),
      JacobianSampling{problem.make_oracle(settings), jacobian_samples});
}

TEST(SolverPath, WithTheSolversOfSidIsSidBitForBit) {
  for (const testing::ProblemEntry& entry : testing::problem_zoo()) {
    SCOPED_TRACE(entry.name);
    const auto problem = entry.make(entry.lambda, AlphaRule::optimal);
    for (const std::int64_t samples : {0, 1, 3}) {
      const OracleSettings settings{.minibatch = 2};
      SidPath sid(*problem,
                  problem->make_oracle(settings),
                  problem->make_oracle(settings),
                  {.lower_step = kLower, .linear_step = kLinear, .jacobian_samples = samples});
      const auto path = sid_as_solvers(*problem, settings, samples);
      sid.start(11, 2);
      path->start(11, 2);
      for (std::uint32_t i = 0; i < 3; ++i) {
        const Checkpoint at{.t = 3 + 4 * i, .k = 2 + 5 * i};
        ASSERT_EQ(sid.run_to(at, i, {}), PathStatus::reached);
        ASSERT_EQ(path->run_to(at, i, {}), PathStatus::reached);
        EXPECT_EQ(path->w(), sid.w());
        EXPECT_EQ(path->v(), sid.v());
        EXPECT_EQ(path->upper_gradient(), sid.upper_gradient());
        EXPECT_EQ(path->hypergradient(), sid.hypergradient());
        EXPECT_EQ(path->linear_steps(), at.k);
      }
      ASSERT_EQ(sid.repeat(4, {}), PathStatus::reached);
      ASSERT_EQ(path->repeat(4, {}), PathStatus::reached);
      EXPECT_EQ(path->hypergradient(), sid.hypergradient());
      EXPECT_EQ(path->solver_steps(), sid.solver_steps());
      EXPECT_EQ(path->samples(), 2 * path->solver_steps());
    }
  }
}

TEST(SolverPath, StartsWhereItIsTold) {
  const testing::ProblemEntry& entry = testing::problem_zoo()[2];
  const auto problem = entry.make(entry.lambda, AlphaRule::optimal);
  const auto path = sid_as_solvers(*problem, {}, 1);
  const Vector start = Vector::Constant(problem->lower_dim(), 2.0);
  path->start_at(1, 0, start);
  ASSERT_EQ(path->run_to({.t = 0, .k = 3}, 0, {}), PathStatus::reached);
  EXPECT_EQ(path->w(), start);
  ASSERT_EQ(path->run_to({.t = 4, .k = 3}, 1, {}), PathStatus::reached);
  const Vector warm = path->w();
  path->start(1, 0);
  ASSERT_EQ(path->run_to({.t = 4, .k = 3}, 1, {}), PathStatus::reached);
  EXPECT_NE(path->w(), warm);
  path->start_at(1, 0, Vector::Zero(problem->lower_dim()));
  const Vector cold = path->w();
  path->start(1, 0);
  EXPECT_EQ(path->w(), cold);
  EXPECT_THROW(path->start_at(1, 0, Vector::Zero(1)), ContractViolation);
}

TEST(SolverPath, AsksForWhatItNeeds) {
  const testing::ProblemEntry& entry = testing::problem_zoo()[2];
  const auto problem = entry.make(entry.lambda, AlphaRule::optimal);
  const auto lower = [&] {
    return std::make_unique<StochasticLowerSolver>(
        *problem, std::make_unique<BatchOracle>(*problem), problem->sample_count(), kLower);
  };
  const auto linear = [&] {
    return std::make_unique<StochasticLinearSolver>(
        *problem, std::make_unique<BatchOracle>(*problem), problem->sample_count(), kLinear);
  };
  EXPECT_THROW(SolverPath(*problem, nullptr, linear(), {nullptr, 0}), ContractViolation);
  EXPECT_THROW(SolverPath(*problem, lower(), nullptr, {nullptr, 0}), ContractViolation);
  EXPECT_THROW(SolverPath(*problem, lower(), linear(), {nullptr, 1}), ContractViolation);
  SolverPath path(*problem, lower(), linear(), {nullptr, 0});
  path.start(0, 0);
  EXPECT_THROW(path.repeat(1, {}), ContractViolation) << "nothing was reached yet";
  ASSERT_EQ(path.run_to({.t = 2, .k = 2}, 0, {}), PathStatus::reached);
  EXPECT_EQ(path.samples(), 4 * problem->sample_count());
}

// Both paths, of which the lower level stops in its third step.
void expect_nothing_to_repeat(HypergradientPath& path, testing::StopAfter& stop) {
  path.start(1, 0);
  ASSERT_EQ(path.run_to({.t = 4, .k = 3}, 0, {}), PathStatus::reached);
  ASSERT_EQ(path.repeat(1, {}), PathStatus::reached);
  const Vector before = path.w();
  stop = {.calls_left = 3};
  ASSERT_EQ(path.run_to({.t = 9, .k = 3}, 1, stop.source.get_token()), PathStatus::stopped);
  EXPECT_NE(path.w(), before);
  EXPECT_THROW((void)path.repeat(1, {}), ContractViolation) << "w is not where the estimate was";
  ASSERT_EQ(path.run_to({.t = 9, .k = 3}, 1, {}), PathStatus::reached);
  EXPECT_EQ(path.repeat(1, {}), PathStatus::reached);
}

TEST(SolverPath, LikeSidRepeatsNothingAfterAStopInTheLowerLevel) {
  const testing::ProblemEntry& entry = testing::problem_zoo()[2];
  const auto problem = entry.make(entry.lambda, AlphaRule::optimal);
  testing::StopAfter stop;
  const auto oracle = [&] {
    return std::make_unique<testing::StoppingOracle>(problem->make_oracle({}), stop);
  };
  SidPath sid(
      *problem, oracle(), problem->make_oracle({}), {.lower_step = kLower, .linear_step = kLinear});
  expect_nothing_to_repeat(sid, stop);
  SolverPath path(
      *problem,
      std::make_unique<StochasticLowerSolver>(*problem, oracle(), 1, kLower),
      std::make_unique<StochasticLinearSolver>(*problem, problem->make_oracle({}), 1, kLinear),
      {nullptr, 0});
  expect_nothing_to_repeat(path, stop);
}

void expect_start_and_number(HypergradientPath& path) {
  EXPECT_THROW((void)path.run_to({.t = 1, .k = 1}, 0, {}), ContractViolation) << "not started";
  path.start(1, 0);
  for (const std::uint32_t index : {(1U << 24) - 1U, 0xFFFFFFFEU, 0xFFFFFFFFU}) {
    EXPECT_THROW((void)path.run_to({.t = 1, .k = 1}, index, {}), ContractViolation) << index;
  }
  EXPECT_EQ(path.run_to({.t = 1, .k = 1}, (1U << 24) - 2U, {}), PathStatus::reached);
}

TEST(SolverPath, LikeSidStartsFirstAndNumbersCheckpointsBelowItsLimit) {
  const testing::ProblemEntry& entry = testing::problem_zoo()[2];
  const auto problem = entry.make(entry.lambda, AlphaRule::optimal);
  const auto path = sid_as_solvers(*problem, {}, 1);
  expect_start_and_number(*path);
  SidPath sid(*problem,
              problem->make_oracle({}),
              problem->make_oracle({}),
              {.lower_step = kLower, .linear_step = kLinear});
  expect_start_and_number(sid);
}

}  // namespace
}  // namespace sid
