#include "sid/problem/teaching_oracle.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "sid/problem/exact_moments.hpp"

#include "support/listed_steps.hpp"

namespace sid {
namespace {

struct Statistic {
  double sum = 0.0, squares = 0.0;
  std::int64_t count = 0;
  void add(double value) {
    sum += value;
    squares += value * value;
    ++count;
  }
  double mean() const { return sum / static_cast<double>(count); }
  double standard_error() const {
    const auto n = static_cast<double>(count);
    return std::sqrt((squares / n - mean() * mean()) / n);
  }
  double z(double expected) const { return (mean() - expected) / standard_error(); }
};

struct MonteCarloCase {
  TeachingShape shape;
  std::int64_t minibatch;
  std::int64_t jacobian_samples;
};

class TeachingMonteCarlo : public ::testing::TestWithParam<MonteCarloCase> {};
INSTANTIATE_TEST_SUITE_P(
    Cases,
    TeachingMonteCarlo,
    ::testing::Values(MonteCarloCase{{.dim = 3, .noise_multiplicative = 0.5}, 1, 1},
                      MonteCarloCase{{.dim = 4, .noise_lambda = 0.6, .seed = 2}, 10, 1},
                      MonteCarloCase{{.dim = 2, .noise_additive = 0.0, .noise_lambda = 0.3}, 2, 3},
                      MonteCarloCase{{.dim = 3, .noise_multiplicative = 0.9, .seed = 5}, 70, 1}));

// Whole runs of SID against the exact moments. Four statistics and four cases, two-sided normal
// tail beyond 4 each: a correct program fails with probability 1e-3 for a fresh seed; the seed is
// fixed. A relative error of 4 sqrt(5/1e5) = 3 % in a mean square would be found.
TEST_P(TeachingMonteCarlo, AgreesWithExactMoments) {
  const MonteCarloCase& mc = GetParam();
  const auto problem = make_teaching_problem(mc.shape, 0.5, AlphaRule::inverse_smoothness);
  const OracleSettings settings{.minibatch = mc.minibatch};
  const Reference reference = problem->solve_reference();
  const std::vector<double> eta_lower{1.0, 0.9, 0.8, 0.7, 0.6, 0.5};
  const std::vector<double> eta_linear{0.8, 0.8, 0.6, 0.4};
  const std::vector<std::int64_t> t{6}, k{4};
  const ExactMoments exact =
      *problem->exact_moments({.settings = settings,
                               .lower_steps = testing::listed_steps(eta_lower),
                               .linear_steps = testing::listed_steps(eta_linear),
                               .t = t,
                               .k = k,
                               .jacobian_samples = mc.jacobian_samples});
  const auto oracle = problem->make_oracle(settings);
  const Index d = problem->lower_dim();
  Vector w(d), v(d), c(d), out(1);
  Statistic lower, linear, hypergradient, bias;
  for (std::uint32_t replica = 0; replica < 100000; ++replica) {
    const auto key = [&](Role role) {
      return StreamKey{.seed = 12, .role = role, .replica = replica};
    };
    w.setZero();
    oracle->start(key(Role::lower_level));
    for (const double eta : eta_lower) oracle->lower_level_step(w, eta * problem->alpha());
    problem->upper_gradient(w, c);
    v.setZero();
    oracle->start(key(Role::linear_system));
    oracle->freeze(w);
    for (const double eta : eta_linear) {
      oracle->linear_system_step(v, c, problem->alpha(), eta);
    }
    oracle->start(key(Role::jacobian_product));
    oracle->cross_transpose(w, v, mc.jacobian_samples, out);
    const double error = -problem->alpha() * out[0] - reference.hypergradient[0];
    lower.add((w - reference.w).squaredNorm());
    linear.add((v - problem->solve_linear_system(w)).squaredNorm());
    hypergradient.add(error * error);
    bias.add(error);
  }
  EXPECT_LT(std::abs(lower.z(exact.lower[0])), 4.0);
  EXPECT_LT(std::abs(linear.z(exact.linear[0])), 4.0);
  EXPECT_LT(std::abs(hypergradient.z(exact.hypergradient[0])), 4.0);
  EXPECT_LT((std::abs(bias.mean()) - std::sqrt(exact.bias_squared[0])) / bias.standard_error(),
            4.0);
}

TEST(TeachingOracle, AveragesAreMultiplesOfTheStepAndHaveAllValues) {
  // d = 1, only additive noise: w = step * s_a * average after one step with b = 0.
  for (const std::int64_t batch : {1, 3, 63, 64, 65, 130}) {
    TeachingParameters p;
    p.h = Vector::Ones(1);
    p.b = p.target = Vector::Zero(1);
    p.noise_additive = 1.0;
    const auto oracle = make_teaching_oracle(p, batch);
    oracle->start({.seed = 9});
    double sum = 0.0, squares = 0.0;
    const int draws = 20000;
    for (int i = 0; i < draws; ++i) {
      Vector w = Vector::Zero(1);
      oracle->lower_level_step(w, 1.0);
      const double ones = 0.5 * (w[0] + 1.0) * static_cast<double>(batch);
      ASSERT_NEAR(ones, std::round(ones), 1e-9);
      ASSERT_LE(std::abs(w[0]), 1.0);
      sum += w[0];
      squares += w[0] * w[0];
    }
    // Six batch sizes, two statistics, five standard errors: false alarm below 1e-5.
    const auto b = static_cast<double>(batch), n = static_cast<double>(draws);
    EXPECT_LT(std::abs(sum / n), 5.0 / std::sqrt(b * n));
    EXPECT_NEAR(squares / n * b, 1.0, 5.0 * std::sqrt((2.0 + 1e-9) / n));
  }
}

TEST(TeachingOracle, NoiseFreeProblemsTakeDeterministicSteps) {
  TeachingShape shape{.dim = 4};
  shape.noise_additive = shape.noise_multiplicative = 0.0;
  const auto problem = make_teaching_problem(shape, 0.3, AlphaRule::optimal);
  const auto oracle = problem->make_oracle({.minibatch = 5});
  oracle->start({});
  Vector w = Vector::Zero(4), exact = w, gradient(4);
  for (int i = 0; i < 10; ++i) {
    oracle->lower_level_step(w, 0.2);
    problem->lower_gradient(exact, gradient);
    exact -= 0.2 * gradient;
  }
  EXPECT_LT((w - exact).norm(), 1e-14);
}

}  // namespace
}  // namespace sid
