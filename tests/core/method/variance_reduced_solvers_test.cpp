#include "sid/method/variance_reduced_solvers.hpp"

#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/teaching_problem.hpp"
#include "sid/random/minibatch_sampler.hpp"

#include "core/method/stopping_oracles.hpp"
#include "support/data_vectors.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

constexpr VarianceReduction kKinds[] = {VarianceReduction::saga, VarianceReduction::loopless_svrg};

std::unique_ptr<SolverPath> make_path(const DataProblem& problem,
                                      VarianceReduction kind,
                                      std::int64_t jacobian_samples = 0) {
  const VarianceReductionSettings settings{
      .kind = kind, .step = variance_reduced_step_limit(problem.curvature())};
  return make_variance_reduced_path(
      problem, settings, settings, {problem.make_oracle({}), jacobian_samples});
}

std::shared_ptr<const DataProblem> logistic_problem() {
  return testing::random_problem(
      {.shape = {.lower = {LossKind::logistic}, .upper = {LossKind::logistic}}});
}

TEST(VarianceReducedPath, FindsTheExactHypergradientOfEveryFamily) {
  // Noise that vanishes at the solution: at a constant step the error falls to rounding, which SID
  // at a constant step never does.
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape});
    SCOPED_TRACE(problem->name());
    const Reference r = problem->solve_reference();
    for (const VarianceReduction kind : kKinds) {
      const auto path = make_path(*problem, kind);
      path->start(1, 0);
      ASSERT_EQ(path->run_to({.t = 20000, .k = 20000}, 0, {}), PathStatus::reached);
      EXPECT_LT((path->w() - r.w).norm(), 1e-11 * (1.0 + r.w.norm()));
      EXPECT_LT((path->v() - r.v).norm(), 1e-10 * (1.0 + r.v.norm()));
      EXPECT_VECTOR_REL(path->hypergradient(), r.hypergradient, 1e-9);
    }
  }
}

TEST(VarianceReducedPath, ErrorFallsByTheSameFactorEveryThousandSteps) {
  const auto problem = logistic_problem();
  const Reference r = problem->solve_reference();
  for (const VarianceReduction kind : kKinds) {
    const auto path = make_path(*problem, kind);
    std::vector<double> decades;
    for (std::uint32_t i = 1; i <= 5; ++i) {
      double mean = 0.0;
      for (std::uint32_t replica = 0; replica < 20; ++replica) {
        path->start(7, replica);
        ASSERT_EQ(path->run_to({.t = std::int64_t{300} * i, .k = 1}, 0, {}), PathStatus::reached);
        mean += (path->w() - r.w).squaredNorm() / 20.0;
      }
      decades.push_back(std::log10(mean));
    }
    const double slope = (decades.back() - decades.front()) / 4.0;
    EXPECT_LT(slope, -0.5) << "decades in 300 steps";
    for (std::size_t i = 1; i < decades.size(); ++i) {
      EXPECT_NEAR(decades[i] - decades[i - 1], slope, 0.5 * std::abs(slope));
    }
  }
}

TEST(VarianceReducedPath, DrawsTheExamplesOfSidWithOneExample) {
  const VarianceReductionSettings settings{.kind = VarianceReduction::loopless_svrg, .step = 0.1};
  VarianceReductionDraws draws(settings, 23);
  MinibatchSampler sampler(Sampling::iid, 23, 1);
  const StreamKey key{.seed = 5, .role = Role::lower_level, .replica = 3};
  draws.start(key, Role::lower_choice);
  sampler.start(key);
  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(draws.next_example(), sampler.next().front());
    draws.next_coin();
  }
}

TEST(VarianceReducedPath, CoinsHaveTheirProbability) {
  // 40,000 coins: five deviations, false alarm below 6e-7 each, three of them.
  for (const double p : {0.0, 0.3, 1.0}) {
    VarianceReductionDraws draws(
        {.kind = VarianceReduction::loopless_svrg, .step = 0.1, .refresh_probability = p}, 20);
    draws.start({.seed = 8, .role = Role::linear_system}, Role::linear_choice);
    int heads = 0;
    for (int i = 0; i < 40000; ++i) heads += draws.next_coin() ? 1 : 0;
    const double expected = p == 0.0 ? 0.05 : p;
    const double deviation = std::sqrt(40000.0 * expected * (1.0 - expected));
    EXPECT_NEAR(heads, 40000.0 * expected, 5.0 * deviation);
  }
  VarianceReductionDraws saga({.kind = VarianceReduction::saga, .step = 0.1}, 20);
  saga.start({}, Role::linear_choice);
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(saga.next_coin());
}

TEST(VarianceReducedPath, CountsTheExamplesItEvaluates) {
  const auto problem = logistic_problem();
  const std::int64_t n = problem->sample_count();
  const auto saga = make_path(*problem, VarianceReduction::saga);
  saga->start(1, 0);
  ASSERT_EQ(saga->run_to({.t = 100, .k = 40}, 0, {}), PathStatus::reached);
  EXPECT_EQ(saga->samples(), n + 100 + 40) << "the table of the linear system is zero for free";
  EXPECT_EQ(saga->solver_steps(), 140);

  // 2 + p n = 3 a step on average: 4000 steps of either solver move the anchor 4000/n times, give
  // or take five deviations (false alarm below 6e-7).
  const auto svrg = make_path(*problem, VarianceReduction::loopless_svrg);
  svrg->start(1, 0);
  ASSERT_EQ(svrg->run_to({.t = 4000, .k = 4000}, 0, {}), PathStatus::reached);
  const auto count = static_cast<double>(n);
  const double moves = static_cast<double>(svrg->samples() - n - std::int64_t{2} * 8000) / count;
  EXPECT_DOUBLE_EQ(moves, std::round(moves));
  EXPECT_NEAR(moves, 8000.0 / count, 5.0 * std::sqrt(8000.0 / count));
}

TEST(VarianceReducedPath, SameSeedsGiveTheSameBits) {
  const auto problem = logistic_problem();
  for (const VarianceReduction kind : kKinds) {
    const auto run = [&](std::uint64_t seed, std::uint32_t replica) {
      const auto path = make_path(*problem, kind, 1);
      path->start(seed, replica);
      EXPECT_EQ(path->run_to({.t = 30, .k = 20}, 0, {}), PathStatus::reached);
      return Vector(path->hypergradient());
    };
    EXPECT_EQ(run(4, 2), run(4, 2));
    EXPECT_NE(run(4, 2), run(4, 3));
    EXPECT_NE(run(4, 2), run(5, 2));
  }
}

TEST(VarianceReducedPath, GoesOnAfterAStopAndFromCheckpointToCheckpoint) {
  const auto problem = logistic_problem();
  for (const VarianceReduction kind : kKinds) {
    const auto straight = make_path(*problem, kind);
    straight->start(4, 0);
    ASSERT_EQ(straight->run_to({.t = 80, .k = 5}, 1, {}), PathStatus::reached);
    const auto path = make_path(*problem, kind);
    path->start(4, 0);
    ASSERT_EQ(path->run_to({.t = 30, .k = 9}, 0, {}), PathStatus::reached);
    std::stop_source source;
    source.request_stop();
    EXPECT_EQ(path->run_to({.t = 80, .k = 5}, 1, source.get_token()), PathStatus::stopped);
    ASSERT_EQ(path->run_to({.t = 80, .k = 5}, 1, {}), PathStatus::reached);
    EXPECT_EQ(path->w(), straight->w());
    EXPECT_EQ(path->v(), straight->v());
  }
}

TEST(VarianceReducedPath, RepetitionsAreIndependentSolvesAtTheSameW) {
  const auto problem = logistic_problem();
  const auto path = make_path(*problem, VarianceReduction::loopless_svrg);
  path->start(4, 0);
  ASSERT_EQ(path->run_to({.t = 30, .k = 9}, 0, {}), PathStatus::reached);
  const Vector w = path->w(), v = path->v();
  ASSERT_TRUE(path->can_repeat());
  ASSERT_EQ(path->repeat(1, {}), PathStatus::reached);
  EXPECT_EQ(path->w(), w);
  EXPECT_NE(path->v(), v);
  ASSERT_EQ(path->repeat(0, {}), PathStatus::reached);
  EXPECT_EQ(path->v(), v);
}

TEST(VarianceReducedPath, ReportsTheIterationThatOverflows) {
  const auto problem = logistic_problem();
  const auto ridge = testing::random_problem(
      {.shape = {.lower = {LossKind::squares}, .upper = {LossKind::squares}}});
  const VarianceReductionSettings sane{.step = 0.01}, wild{.step = 1e6};
  const auto lower = make_variance_reduced_path(*ridge, wild, sane, {nullptr, 0});
  lower->start(1, 0);
  EXPECT_EQ(lower->run_to({.t = 1000, .k = 3}, 0, {}), PathStatus::diverged);
  ASSERT_TRUE(lower->divergence().has_value());
  EXPECT_EQ(lower->divergence()->role, Role::lower_level);
  EXPECT_GT(lower->divergence()->iteration, 10);
  EXPECT_EQ(lower->run_to({.t = 2000, .k = 3}, 1, {}), PathStatus::diverged) << "it stays so";
  const auto linear = make_variance_reduced_path(*problem, sane, wild, {nullptr, 0});
  linear->start(1, 0);
  EXPECT_EQ(linear->run_to({.t = 5, .k = 1000}, 0, {}), PathStatus::diverged);
  EXPECT_EQ(linear->divergence()->role, Role::linear_system);
  EXPECT_EQ(linear->run_to({.t = 6, .k = 1}, 1, {}), PathStatus::reached) << "w is still fine";
}

TEST(VarianceReducedPath, StoragesOfTheSameNumbersAgree) {
  // Multiples of 1/256 are exact in every storage; a third of the entries is zero.
  const Index rows = 19, cols = 7;
  Stream stream({.seed = 6});
  DenseBytes bytes{.rows = rows, .cols = cols, .scale = 1.0 / 256.0, .bytes = {}};
  DenseFloat floats{.rows = rows, .cols = cols, .values = {}};
  DenseDouble doubles{.rows = rows, .cols = cols, .values = {}};
  SparseRows sparse{.rows = rows, .cols = cols, .row_begin = {0}, .columns = {}, .values = {}};
  Vector labels(rows);
  for (Index i = 0; i < rows; ++i) {
    labels[i] = stream.sign();
    for (Index j = 0; j < cols; ++j) {
      const auto byte = static_cast<std::uint8_t>((i + j) % 3 == 0 ? 0 : stream.index_below(256));
      const double value = byte / 256.0;
      bytes.bytes.push_back(byte);
      floats.values.push_back(static_cast<float>(value));
      doubles.values.push_back(value);
      if (byte == 0) continue;
      sparse.columns.push_back(static_cast<std::int32_t>(j));
      sparse.values.push_back(value);
    }
    sparse.row_begin.push_back(static_cast<std::int64_t>(sparse.columns.size()));
  }
  const auto solve = [&](FeatureMatrix::Storage storage, VarianceReduction kind) {
    auto data = std::make_shared<TrainValidation>();
    data->train.features = FeatureMatrix(std::move(storage));
    data->validation.features = FeatureMatrix(doubles);
    data->train.labels = data->validation.labels = labels;
    const auto family = DataProblemFamily::make(
                            data, {.lower = {LossKind::logistic}, .upper = {LossKind::logistic}})
                            .value();
    const auto problem = family->at(0.1, AlphaRule::optimal).value();
    const auto path = make_path(*problem, kind);
    path->start(2, 0);
    EXPECT_EQ(path->run_to({.t = 300, .k = 300}, 0, {}), PathStatus::reached);
    return Vector(path->hypergradient());
  };
  for (const VarianceReduction kind : kKinds) {
    const Vector reference = solve(doubles, kind);
    EXPECT_VECTOR_REL(solve(floats, kind), reference, 1e-12);
    EXPECT_VECTOR_REL(solve(bytes, kind), reference, 1e-12);
    EXPECT_VECTOR_REL(solve(sparse, kind), reference, 1e-12);
  }
}

TEST(VarianceReducedPath, NeedsAFiniteSum) {
  const auto teaching = make_teaching_problem({.dim = 3, .samples = 50}, 0.5, AlphaRule::optimal);
  const VarianceReductionSettings settings{.step = 0.1};
  EXPECT_EQ(make_variance_reduced_path(*teaching, settings, settings, {nullptr, 0}), nullptr);
  EXPECT_THROW(VarianceReducedLowerSolver(*teaching, settings), ContractViolation);
  EXPECT_THROW(VarianceReducedLinearSolver(*teaching, settings), ContractViolation);
  const auto problem = logistic_problem();
  EXPECT_THROW(VarianceReducedLowerSolver(*problem, {.step = 0.0}), ContractViolation);
  EXPECT_THROW(VarianceReducedLowerSolver(*problem, {.step = 0.1, .refresh_probability = 1.5}),
               ContractViolation);
}

TEST(VarianceReducedPath, BothSolversPollAtEveryStep) {
  const auto plain = logistic_problem();
  const Vector c = Vector::Ones(plain->lower_dim());
  for (const VarianceReduction kind : kKinds) {
    // One number a step, or two with an anchor; passes over the examples do not count.
    const int a_step = kind == VarianceReduction::saga ? 1 : 2;
    const VarianceReductionSettings settings{.kind = kind, .step = 0.01};
    testing::StopAfter stop{.calls_left = 9 * a_step};
    const testing::StoppingComponentProblem problem(*plain, stop);
    VarianceReducedLowerSolver lower(problem, settings);
    lower.start(1, 0, Vector());
    EXPECT_EQ(lower.advance_to(40, stop.source.get_token()), PathStatus::stopped);
    EXPECT_EQ(lower.t(), 9);
    stop = {.calls_left = 5 * a_step};
    VarianceReducedLinearSolver linear(problem, settings);
    Vector v = c;
    const StreamKey key{.seed = 1, .role = Role::linear_system};
    const LinearSolve left = linear.solve({key, c, c, 40}, v, stop.source.get_token());
    EXPECT_EQ(left.status, PathStatus::stopped);
    EXPECT_EQ(left.steps, 5);
  }
}

}  // namespace
}  // namespace sid
