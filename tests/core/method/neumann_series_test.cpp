#include "sid/method/neumann_series.hpp"

#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/method/batch_oracle.hpp"

#include "core/method/stopping_oracles.hpp"
#include "support/data_vectors.hpp"
#include "support/listed_minibatches.hpp"
#include "support/random_problem.hpp"
#include "support/vector_sample.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::ListedMinibatches;

constexpr std::array kProblems = {"P1", "P2", "P3", "P4", "P5"};

/// The first seed whose first length is `length` for k factors at most.
StreamKey key_with_length(std::int64_t length, std::int64_t k) {
  StreamKey key{.role = Role::linear_choice};
  while (static_cast<std::int64_t>(Stream(key).uniform() * static_cast<double>(k)) != length) {
    ++key.seed;
  }
  key.role = Role::linear_system;
  return key;
}

TEST(NeumannSeries, FollowsTheReferenceTrace) {
  for (const char* name : kProblems) {
    SCOPED_TRACE(name);
    const Json& json = testing::theory_vectors()["data_problems"][name];
    const Json& trace = json["neumann_trace"];
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const Vector w = testing::vector(json["at_point"]["w"]);
    Vector c(w.size()), v(w.size());
    problem->upper_gradient(w, c);
    const auto k = trace["k"].get<std::int64_t>();
    NeumannSeries series(
        *problem,
        std::make_unique<ListedMinibatches>(*problem, trace["idx"].get<ListedMinibatches::Lists>()),
        {});
    const auto solve = [&](std::int64_t length) {
      const LinearSolve result = series.solve({key_with_length(length, k), w, c, k}, v, {});
      EXPECT_EQ(result.status, PathStatus::reached);
      EXPECT_EQ(result.steps, length);
    };
    for (std::size_t p = 0; p < trace["products"].size(); ++p) {
      solve(static_cast<std::int64_t>(p) + 1);
      EXPECT_VECTOR_REL(
          (v / static_cast<double>(k)).eval(), testing::vector(trace["products"][p]), 1e-11);
    }
    solve(2);
    EXPECT_VECTOR_REL(v, testing::vector(trace["estimate_if_P_equals_2"]), 1e-11);
    solve(0);
    EXPECT_VECTOR_REL(v, (static_cast<double>(k) * c).eval(), 1e-15);
  }
}

// k full-batch fixed-point steps from 0.
Vector fixed_point_steps(
    const BilevelProblem& problem, const Vector& w, const Vector& c, std::int64_t k, double eta) {
  BatchOracle oracle(problem);
  Vector v(w.size());
  EXPECT_EQ(solve_linear_system(
                oracle, {}, StepSizeSchedule(ConstantStep{eta}), problem.alpha(), w, c, k, v, {})
                .status,
            PathStatus::reached);
  return v;
}

TEST(NeumannSeries, IsUnbiasedForTheFixedPointSteps) {
  // 20,000 estimates; 5 problems, 2 or 3 entries, 3 settings: 33 two-sided tests beyond 5.5
  // deviations, false alarm below 2e-6.
  constexpr std::int64_t kSteps = 6;
  const std::vector<NeumannSettings> all = {
      {}, {.copies = 3}, {.copies = 1, .eta = 0.6, .minibatch = 2}};
  for (const char* name : kProblems) {
    const Json& json = testing::theory_vectors()["data_problems"][name];
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const Vector w = testing::vector(json["at_point"]["w"]);
    Vector c(w.size()), v(w.size());
    problem->upper_gradient(w, c);
    for (const NeumannSettings& settings : all) {
      SCOPED_TRACE(std::string(name) + ", " + std::to_string(settings.copies) + " copies");
      NeumannSeries series(
          *problem, problem->make_oracle({.minibatch = settings.minibatch}), settings);
      testing::VectorSample sample(w.size());
      for (std::uint32_t i = 0; i < 20000; ++i) {
        const StreamKey key{.seed = 3, .role = Role::linear_system, .replica = i};
        ASSERT_EQ(series.solve({key, w, c, kSteps}, v, {}).status, PathStatus::reached);
        sample.add(v);
      }
      EXPECT_LT(sample.worst_z(fixed_point_steps(*problem, w, c, kSteps, settings.eta)), 5.5);
      const double factors = 20000.0 * static_cast<double>(settings.copies) * (kSteps - 1) / 2.0;
      EXPECT_NEAR(static_cast<double>(series.samples()) / static_cast<double>(settings.minibatch),
                  factors,
                  5.5 * std::sqrt(factors * 2.0))
          << "of uniform lengths, whose variance is 35/12";
    }
  }
}

TEST(NeumannSeries, SpreadIsBoundedAndFallsWithTheCopies) {
  const auto problem = testing::random_problem(
      {.shape = {.lower = {LossKind::logistic}, .upper = {LossKind::logistic}}});
  const Index d = problem->lower_dim();
  const Vector w = Vector::LinSpaced(d, -0.5, 0.5), c = Vector::LinSpaced(d, 1.0, 2.0);
  // chi = largest eigenvalue of the mean of (I - eta alpha H_i)^2, one example a factor. Steps so
  // short that it is below 1: the spread of longer ones has tails too heavy to be measured.
  constexpr double kEta = 0.3;
  const double length = kEta * problem->alpha();
  const Matrix rows = testing::training_rows(*problem);
  const Vector weights = static_cast<double>(problem->sample_count()) * problem->hessian_weights(w);
  Matrix mean = Matrix::Zero(d, d);
  for (Index i = 0; i < rows.rows(); ++i) {
    Matrix factor = -length * weights[i] * rows.row(i).transpose() * rows.row(i);
    factor.diagonal().array() += 1.0 - length * problem->regulariser().array();
    mean += factor * factor / static_cast<double>(rows.rows());
  }
  const double chi = Eigen::SelfAdjointEigenSolver<Matrix>(mean).eigenvalues().maxCoeff();
  ASSERT_LT(chi, 1.0);
  Vector v(d);
  for (const std::int64_t k : {3, 20}) {
    double bound = 0.0;
    for (std::int64_t p = 0; p < k; ++p) {
      bound += static_cast<double>(k) * kEta * kEta * c.squaredNorm() *
               std::pow(chi, static_cast<double>(p));
    }
    std::vector<double> variance;
    for (const std::int64_t copies : {1, 4}) {
      NeumannSeries series(*problem, problem->make_oracle({}), {.copies = copies, .eta = kEta});
      testing::VectorSample sample(d);
      for (std::uint32_t i = 0; i < 20000; ++i) {
        const StreamKey key{.seed = 4, .role = Role::linear_system, .replica = i};
        ASSERT_EQ(series.solve({key, w, c, k}, v, {}).status, PathStatus::reached);
        sample.add(v);
      }
      EXPECT_LE(sample.mean_square() - 4.0 * sample.mean_square_error(), bound);
      variance.push_back(sample.variance());
    }
    EXPECT_NEAR(4.0 * variance[1] / variance[0], 1.0, 0.1) << "k = " << k;
  }
}

TEST(NeumannSeries, StopsDivergesAndHandlesNoSteps) {
  const auto problem = testing::data_problem("P3", AlphaRule::optimal);
  const Vector w = Vector::Zero(problem->lower_dim()), c = Vector::Ones(problem->lower_dim());
  Vector v = Vector::Constant(c.size(), 7.0);
  NeumannSeries series(*problem, problem->make_oracle({}), {});
  const StreamKey key{.seed = 1, .role = Role::linear_system};
  EXPECT_EQ(series.solve({key, w, c, 0}, v, {}).status, PathStatus::reached);
  EXPECT_EQ(v, w);
  std::stop_source source;
  source.request_stop();
  const StreamKey some = key_with_length(30, 50);
  EXPECT_EQ(series.solve({some, w, c, 50}, v, source.get_token()).status, PathStatus::stopped);
  NeumannSeries wild(*problem, problem->make_oracle({}), {.eta = 1e9});
  const LinearSolve lost = wild.solve({some, w, c, 50}, v, {});
  EXPECT_EQ(lost.status, PathStatus::diverged);
  EXPECT_GE(lost.steps, 15);
  EXPECT_LE(lost.steps, 19);
  EXPECT_THROW(NeumannSeries(*problem, problem->make_oracle({}), {.copies = 0}), ContractViolation);
  EXPECT_THROW(NeumannSeries(*problem, problem->make_oracle({}), {.eta = 0.0}), ContractViolation);
}

TEST(NeumannSeries, PollsAtEveryFactorAndEveryCopy) {
  const auto problem = testing::data_problem("P3", AlphaRule::optimal);
  const Vector w = Vector::Zero(problem->lower_dim()), c = Vector::Ones(problem->lower_dim());
  Vector v = c;
  testing::StopAfter stop{.calls_left = 7};
  NeumannSeries series(
      *problem, std::make_unique<testing::StoppingOracle>(problem->make_oracle({}), stop), {});
  const StreamKey some = key_with_length(30, 50);
  const LinearSolve left = series.solve({some, w, c, 50}, v, stop.source.get_token());
  EXPECT_EQ(left.status, PathStatus::stopped);
  EXPECT_EQ(left.steps, 7);
  // k = 1: no copy has a factor.
  NeumannSeries copies(*problem, problem->make_oracle({}), {.copies = 5});
  EXPECT_EQ(copies.solve({some, w, c, 1}, v, stop.source.get_token()).status, PathStatus::stopped);
  EXPECT_EQ(copies.solve({some, w, c, 1}, v, {}).status, PathStatus::reached);
}

}  // namespace
}  // namespace sid
