#include "sid/method/krylov_steps.hpp"

#include <cmath>
#include <limits>
#include <stop_token>

#include <Eigen/LU>
#include <Eigen/QR>
#include <gtest/gtest.h>

#include "sid/random/stream.hpp"

#include "support/vectors.hpp"

namespace sid {
namespace {

Matrix random_matrix(Index d, std::uint64_t seed) {
  Stream stream({.seed = seed});
  Matrix out(d, d);
  for (double& value : out.reshaped()) value = stream.normal();
  return out;
}

Vector random_vector(Index d, std::uint64_t seed) {
  Stream stream({.seed = seed});
  Vector out(d);
  for (double& value : out) value = stream.normal();
  return out;
}

Matrix random_definite(Index d, std::uint64_t seed) {
  const Matrix root = random_matrix(d, seed);
  return root * root.transpose() + Matrix::Identity(d, d);
}

struct Solved {
  Vector x;
  KrylovSteps done;
};

Solved cg(const Matrix& a, const Vector& b, std::int64_t k, const std::stop_token& stop = {}) {
  KrylovWorkspace work(b.size());
  Solved out{.x = Vector::Constant(b.size(), 7.0), .done = {}};
  out.done = conjugate_gradient_steps(
      [&a](const Vector& u, Vector& image) { image = a * u; }, b, k, work, out.x, stop);
  return out;
}

Solved cgnr(const Matrix& a, const Vector& b, std::int64_t k, const std::stop_token& stop = {}) {
  KrylovWorkspace work(b.size());
  Solved out{.x = Vector::Constant(b.size(), 7.0), .done = {}};
  out.done =
      normal_equation_steps([&a](const Vector& u, Vector& image) { image = a * u; },
                            [&a](const Vector& u, Vector& image) { image = a.transpose() * u; },
                            b,
                            k,
                            work,
                            out.x,
                            stop);
  return out;
}

TEST(ConjugateGradientSteps, SolveInAsManyStepsAsThereAreDimensions) {
  for (const Index d : {1, 2, 5, 9}) {
    SCOPED_TRACE(d);
    const Matrix a = random_definite(d, 11);
    const Vector b = random_vector(d, 12);
    const Vector exact = a.partialPivLu().solve(b);
    EXPECT_VECTOR_REL(cg(a, b, d).x, exact, 1e-11);
    if (d > 1) {
      EXPECT_GT((cg(a, b, d - 1).x - exact).norm(), 1e-6 * exact.norm());
    }
    const Solved more = cg(a, b, 100 * d);
    EXPECT_VECTOR_REL(more.x, exact, 1e-11);
    EXPECT_LT(more.done.steps, 4 * d + 4) << "it ends where nothing is left to gain";
  }
}

TEST(ConjugateGradientSteps, SolveInAsManyStepsAsThereAreEigenvalues) {
  Vector diagonal(6);
  diagonal << 2.0, 5.0, 5.0, 2.0, 9.0, 9.0;
  const Matrix rotation = random_matrix(6, 3).householderQr().householderQ();
  const Matrix a = rotation * diagonal.asDiagonal() * rotation.transpose();
  const Vector b = random_vector(6, 4);
  const Vector exact = a.partialPivLu().solve(b);
  EXPECT_GT((cg(a, b, 2).x - exact).norm(), 1e-4 * exact.norm());
  EXPECT_VECTOR_REL(cg(a, b, 3).x, exact, 1e-13);
}

TEST(ConjugateGradientSteps, ErrorsDecreaseAtTheKnownRate) {
  const Index d = 30;
  const Matrix rotation = random_matrix(d, 5).householderQr().householderQ();
  const Vector spectrum = Vector::LinSpaced(d, 1.0, 40.0);
  const Matrix a = rotation * spectrum.asDiagonal() * rotation.transpose();
  const Vector b = random_vector(d, 6);
  const Vector exact = a.partialPivLu().solve(b);
  const double root = std::sqrt(40.0);
  double before = exact.norm(), rate = 2.0;
  const double start = std::sqrt(exact.dot(a * exact));
  for (std::int64_t k = 1; k <= 20; ++k) {
    const Vector error = cg(a, b, k).x - exact;
    rate *= (root - 1.0) / (root + 1.0);
    EXPECT_LE(error.norm(), before * (1.0 + 1e-12)) << "k = " << k;
    EXPECT_LE(std::sqrt(error.dot(a * error)), rate * start) << "k = " << k;
    before = error.norm();
  }
}

TEST(ConjugateGradientSteps, EndAtOnceWhereThereIsNothingToSolve) {
  const Matrix a = random_definite(4, 1);
  const Solved zero = cg(a, Vector::Zero(4), 10);
  EXPECT_EQ(zero.done.steps, 0);
  EXPECT_EQ(zero.x, Vector::Zero(4));
  const Solved none = cg(a, random_vector(4, 2), 0);
  EXPECT_EQ(none.done.steps, 0);
  EXPECT_EQ(none.x, Vector::Zero(4));
}

TEST(ConjugateGradientSteps, EndWithTheLastIterateAtABreakdown) {
  const Vector b = random_vector(3, 2);
  EXPECT_EQ(cg(Matrix::Zero(3, 3), b, 5).x, Vector::Zero(3));
  EXPECT_EQ(cg(-Matrix::Identity(3, 3), b, 5).x, Vector::Zero(3));
  const Matrix wrong = Matrix::Constant(3, 3, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(cg(wrong, b, 5).x, Vector::Zero(3));
  EXPECT_EQ(cg(1e-320 * Matrix::Identity(3, 3), b, 5).x, Vector::Zero(3)) << "1/A overflows";
  // Positive along b, negative later.
  Matrix a = Matrix::Identity(2, 2);
  a(1, 1) = -0.5;
  const Vector mixed = Vector::Ones(2);
  const Solved indefinite = cg(a, mixed, 5);
  EXPECT_EQ(indefinite.done.steps, 1);
  EXPECT_EQ(indefinite.x, cg(a, mixed, 1).x);
  EXPECT_TRUE(indefinite.x.allFinite());
}

TEST(NormalEquationSteps, SolveWhatIsNotSymmetric) {
  for (const Index d : {1, 3, 7}) {
    SCOPED_TRACE(d);
    const Matrix a = random_matrix(d, 21) + 3.0 * Matrix::Identity(d, d);
    const Vector b = random_vector(d, 22);
    const Vector exact = a.partialPivLu().solve(b);
    EXPECT_VECTOR_REL(cgnr(a, b, d).x, exact, 1e-9);
    double before = b.norm();
    for (std::int64_t k = 1; k <= d; ++k) {
      const double residual = (b - a * cgnr(a, b, k).x).norm();
      EXPECT_LE(residual, before * (1.0 + 1e-12)) << "k = " << k;
      before = residual;
    }
  }
}

TEST(NormalEquationSteps, EndSafely) {
  const Vector b = random_vector(3, 2);
  EXPECT_EQ(cgnr(Matrix::Zero(3, 3), b, 5).x, Vector::Zero(3));
  EXPECT_EQ(cgnr(Matrix::Identity(3, 3), Vector::Zero(3), 5).done.steps, 0);
  const Solved identity = cgnr(-2.0 * Matrix::Identity(3, 3), b, 50);
  EXPECT_EQ(identity.done.steps, 1);
  EXPECT_VECTOR_REL(identity.x, Vector(-0.5 * b), 1e-15);
  const Matrix wrong = Matrix::Constant(3, 3, std::numeric_limits<double>::infinity());
  EXPECT_EQ(cgnr(wrong, b, 5).x, Vector::Zero(3));
}

TEST(KrylovSteps, StopBetweenSteps) {
  std::stop_source source;
  source.request_stop();
  const Matrix a = random_definite(4, 1);
  const Vector b = random_vector(4, 2);
  for (const Solved& solved :
       {cg(a, b, 3, source.get_token()), cgnr(a, b, 3, source.get_token())}) {
    EXPECT_TRUE(solved.done.stopped);
    EXPECT_EQ(solved.done.steps, 0);
  }
}

}  // namespace
}  // namespace sid
