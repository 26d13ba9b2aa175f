#include "sid/problem/accumulated_noise.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "support/vectors.hpp"

namespace sid {
namespace {

Vector eigenvalues(Index d) {
  Vector h(d);
  for (Index i = 0; i < d; ++i) h[i] = 0.02 + 1.3 * static_cast<double>(i) / static_cast<double>(d);
  return h;
}

std::vector<double> decreasing(int count) {
  std::vector<double> steps;
  steps.reserve(static_cast<std::size_t>(count));
  for (int u = 0; u < count; ++u) steps.push_back(0.9 / (1.0 + 0.1 * u));
  return steps;
}

// K by its sum: sum_u s_u^2 prod_{v > u} (1 - s_v h_i)(1 - s_v h_j).
double by_definition(const std::vector<double>& steps, double a, double b) {
  double sum = 0.0;
  for (std::size_t u = 0; u < steps.size(); ++u) {
    double term = steps[u] * steps[u];
    for (std::size_t v = u + 1; v < steps.size(); ++v) {
      term *= (1.0 - steps[v] * a) * (1.0 - steps[v] * b);
    }
    sum += term;
  }
  return sum;
}

// The entry (i, j) of K by a symmetric weight that is one there.
double entry(const AccumulatedNoise& noise, Index d, Index i, Index j) {
  Matrix weight = Matrix::Zero(d, d);
  weight(i, j) = weight(j, i) = i == j ? 1.0 : 0.5;
  return noise.sum_of(AccumulatedNoise::upper_weights(weight));
}

TEST(AccumulatedNoise, IsTheSumOfDecayedSteps) {
  for (const Index d : {1, 4, 8, 9, 21}) {
    const Vector h = eigenvalues(d);
    AccumulatedNoise noise(h);
    const std::vector<double> steps = decreasing(150);
    noise.advance(std::span(steps).first(100));
    noise.advance(std::span(steps).subspan(100));
    for (Index j = 0; j < d; ++j) {
      for (Index i = 0; i <= j; ++i) {
        EXPECT_REL(entry(noise, d, i, j), by_definition(steps, h[i], h[j]), 1e-12);
      }
      EXPECT_EQ(noise.diagonal(j), entry(noise, d, j, j));
    }
  }
}

TEST(AccumulatedNoise, RepetitionsAreStepsTakenAtOnce) {
  const Index d = 11;
  for (const double step : {0.3, 1.0, 1.6, 2.5}) {  // the last one diverges
    for (const std::int64_t count : {0, 1, 2, 7, 64, 1001}) {
      AccumulatedNoise one(eigenvalues(d)), all(eigenvalues(d));
      const std::vector<double> before = decreasing(5);
      one.advance(before);
      all.advance(before);
      one.advance(std::vector<double>(static_cast<std::size_t>(count), step));
      all.repeat(step, count);
      const Matrix ones = Matrix::Ones(d, d);
      const Matrix weights = AccumulatedNoise::upper_weights(ones);
      EXPECT_REL(all.sum_of(weights), one.sum_of(weights), 1e-12);
      EXPECT_REL(all.diagonal(0), one.diagonal(0), 1e-12);
    }
  }
}

// s^2/(1 - (1 - s h)^2) = s/(h (2 - s h)).
TEST(AccumulatedNoise, ReachesTheLimitOfConstantSteps) {
  AccumulatedNoise noise(Vector::Constant(1, 0.7));
  noise.repeat(0.4, 1'000'000'000'000);
  EXPECT_REL(noise.diagonal(0), 0.4 / (0.7 * (2.0 - 0.28)), 1e-13);
}

TEST(AccumulatedNoise, RefusesWeightsOfAnotherSize) {
  const AccumulatedNoise noise(eigenvalues(3));
  EXPECT_THROW((void)noise.sum_of(Matrix::Zero(2, 2)), ContractViolation);
}

}  // namespace
}  // namespace sid
