#include "sid/problem/data_derivative_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <Eigen/SVD>
#include <gtest/gtest.h>

#include "sid/problem/component_oracle.hpp"
#include "sid/problem/teaching_problem.hpp"

#include "support/data_vectors.hpp"
#include "support/extended_problem.hpp"
#include "support/forwarding_problem.hpp"

namespace sid {
namespace {

using testing::ExtendedProblem;
using testing::ExtendedVector;
using testing::number;

Vector random_vector(Index size, double scale, Stream& stream) {
  Vector out(size);
  for (double& value : out) value = scale * stream.normal();
  return out;
}

/// C(w), row by row: C^T e_i is row i.
Matrix cross_at(const BilevelProblem& problem, const Vector& w) {
  Matrix out(problem.lower_dim(), problem.upper_dim());
  Vector row(problem.upper_dim());
  for (Index i = 0; i < problem.lower_dim(); ++i) {
    problem.cross_transpose(w, Vector::Unit(problem.lower_dim(), i), row);
    out.row(i) = row.transpose();
  }
  return out;
}

double spectral_norm(const Matrix& m) {
  return m.jacobiSvd().singularValues()(0);
}

TEST(DerivativeLipschitz, AgreesWithReference) {
  for (const std::string name : {"P1", "P2", "P3", "P4", "P5"}) {
    SCOPED_TRACE(name);
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const testing::Json& json = testing::theory_vectors()["data_problems"][name]["deterministic"];
    const DerivativeLipschitz l = problem->derivative_lipschitz();
    EXPECT_REL(l.hessian, number(json["L_A"]), 1e-11);
    EXPECT_REL(l.cross, number(json["L_B"]), 1e-11);
    EXPECT_REL(l.upper_gradient, number(json["L_f"]), 1e-11);
  }
}

void expect_lipschitz(const BilevelProblem& problem, Stream& stream) {
  const DerivativeLipschitz l = problem.derivative_lipschitz();
  const Index d = problem.lower_dim();
  for (int i = 0; i < 50; ++i) {
    const double reach = std::pow(10.0, -2.0 + 0.06 * i);
    const Vector a = random_vector(d, reach, stream);
    const Vector b = a + random_vector(d, 0.1 * reach, stream);
    const Vector u = random_vector(d, 1.0, stream);
    const double distance = (a - b).norm() * (1.0 + 1e-12) + 1e-14;
    Vector at_a(d), at_b(d);
    problem.hessian_vector(a, u, at_a);
    problem.hessian_vector(b, u, at_b);
    EXPECT_LE((at_a - at_b).norm(), l.hessian * distance * u.norm() + 1e-13 * at_a.norm());
    problem.upper_gradient(a, at_a);
    problem.upper_gradient(b, at_b);
    EXPECT_LE((at_a - at_b).norm(), l.upper_gradient * distance);
    const Matrix change = cross_at(problem, a) - cross_at(problem, b);
    EXPECT_LE(spectral_norm(change), l.cross * distance);
  }
}

TEST(DerivativeLipschitz, BoundsWhatTheDerivativesDo) {
  Stream stream({.seed = 1});
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape});
    SCOPED_TRACE(problem->name());
    expect_lipschitz(*problem, stream);
  }
  expect_lipschitz(*make_teaching_problem({.dim = 3}, 0.5, AlphaRule::optimal), stream);
}

TEST(PointBounds, HoldTheNormOfTheCrossDerivative) {
  Stream stream({.seed = 2});
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape});
    SCOPED_TRACE(problem->name());
    for (const double scale : {0.0, 0.1, 1.0, 30.0}) {
      const Vector w = random_vector(problem->lower_dim(), scale, stream);
      const double norm = spectral_norm(cross_at(*problem, w));
      const double exact = problem->point_bounds(w).norm_cross;
      const double quick = problem->point_bounds(w, CrossNorm::quick).norm_cross;
      EXPECT_NEAR(exact, norm, 1e-10 * norm);
      EXPECT_GE(quick, exact * (1.0 - 1e-10));
      EXPECT_LE(quick, 2.5 * exact);
    }
  }
}

/// Every function of the problem is as near to its value in long double as it says, for small and
/// for enormous w.
TEST(PointBounds, HoldWhatRoundingDoes) {
  if (!testing::kExtendedIsWider) GTEST_SKIP() << "long double is double here";
  Stream stream({.seed = 3});
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.rows = 61, .columns = 7, .shape = shape});
    SCOPED_TRACE(problem->name());
    const ExtendedProblem exact(*problem);
    double largest = 0.0;  // of the errors over their bounds
    const auto compare = [&largest](
                             const Vector& computed, const ExtendedVector& value, double bound) {
      const auto error = static_cast<double>((computed.cast<testing::Extended>() - value).norm());
      EXPECT_LE(error, bound);
      largest = std::max(largest, error / bound);
    };
    for (const double scale : {1e-8, 0.1, 3.0, 1e3, 1e8}) {
      const Vector w = random_vector(problem->lower_dim(), scale, stream);
      const Vector u = random_vector(problem->lower_dim(), 2.0, stream);
      const ExtendedVector we = w.cast<testing::Extended>(), ue = u.cast<testing::Extended>();
      const PointBounds at = problem->point_bounds(w);
      Vector d_vector(problem->lower_dim()), m_vector(problem->upper_dim());
      problem->lower_gradient(w, d_vector);
      compare(d_vector, exact.lower_gradient(we), at.gradient_rounding);
      problem->upper_gradient(w, d_vector);
      compare(d_vector, exact.upper_gradient(we), at.upper_rounding);
      problem->hessian_vector(w, u, d_vector);
      compare(d_vector, exact.hessian(we) * ue, at.product_rounding * u.norm());
      problem->cross_transpose(w, u, m_vector);
      compare(m_vector, exact.cross_transpose(we, ue), at.cross_rounding * u.norm());
    }
    EXPECT_GT(largest, 1e-4) << "a bound that says nothing";
  }
}

TEST(PointBounds, OfTheTeachingProblemHoldWhatRoundingDoes) {
  if (!testing::kExtendedIsWider) GTEST_SKIP() << "long double is double here";
  Stream stream({.seed = 4});
  const auto problem = make_teaching_problem({.dim = 5}, 0.3, AlphaRule::optimal);
  const TeachingParameters& p = problem->parameters();
  const ExtendedVector h =
      (p.h.cast<testing::Extended>().array() + static_cast<testing::Extended>(p.lambda)).matrix();
  for (const double scale : {1e-8, 1.0, 1e6}) {
    const Vector w = random_vector(5, scale, stream), u = random_vector(5, 1.0, stream);
    const ExtendedVector we = w.cast<testing::Extended>(), ue = u.cast<testing::Extended>();
    const PointBounds at = problem->point_bounds(w);
    Vector out(5), one(1);
    const auto error = [](const Vector& computed, const ExtendedVector& value) {
      return static_cast<double>((computed.cast<testing::Extended>() - value).norm());
    };
    problem->lower_gradient(w, out);
    EXPECT_LE(error(out, h.cwiseProduct(we) - p.b.cast<testing::Extended>()), at.gradient_rounding);
    problem->upper_gradient(w, out);
    EXPECT_LE(error(out, we - p.target.cast<testing::Extended>()), at.upper_rounding);
    problem->hessian_vector(w, u, out);
    EXPECT_LE(error(out, h.cwiseProduct(ue)), at.product_rounding * u.norm());
    problem->cross_transpose(w, u, one);
    EXPECT_LE(error(one, ExtendedVector::Constant(1, we.dot(ue))), at.cross_rounding * u.norm());
    EXPECT_DOUBLE_EQ(at.norm_cross, w.norm());
  }
}

TEST(PointBounds, AreInfiniteWhereAProblemDoesNotKnow) {
  const auto target = testing::data_problem("P1", AlphaRule::optimal);
  const testing::ForwardingProblem problem(*target);
  EXPECT_EQ(problem.derivative_lipschitz(), DerivativeLipschitz{});
  EXPECT_EQ(problem.derivative_lipschitz().hessian, kInfinity);
  EXPECT_EQ(problem.point_bounds(Vector::Zero(3)).norm_cross, kInfinity);
}

std::shared_ptr<const DataProblem> hyper_cleaning(Index rows, double lambda) {
  auto data = std::make_shared<TrainValidation>();
  const auto ones = [](Index count) {
    Dataset out;
    out.features = FeatureMatrix(
        DenseDouble{.rows = count,
                    .cols = 1,
                    .values = std::vector<double>(static_cast<std::size_t>(count), 1.0)});
    out.labels = Vector::Ones(count);
    return out;
  };
  data->train = ones(rows);
  data->validation = ones(3);
  const DataProblemShape shape{
      {LossKind::logistic}, Hyperparameter::example_weights, 0.2, {LossKind::logistic}};
  return DataProblemFamily::make(data, shape).value()->at(lambda, AlphaRule::optimal).value();
}

/// Weights so near to 1 that the subtraction 1 - omega has few digits, or none.
TEST(PointBounds, HoldForTheWeightsOfLargeLambdaToo) {
  if (!testing::kExtendedIsWider) GTEST_SKIP() << "long double is double here";
  for (const double lambda : {-30.0, 3.0, 20.0, 36.0, 50.0}) {
    SCOPED_TRACE(lambda);
    const auto problem = hyper_cleaning(5, lambda);
    const ExtendedProblem exact(*problem);
    const Vector w = Vector::Constant(1, 0.7), v = Vector::Constant(1, -1.3);
    const PointBounds at = problem->point_bounds(w);
    const auto error = [](const Vector& computed, const ExtendedVector& value) {
      return static_cast<double>((computed.cast<testing::Extended>() - value).norm());
    };
    const ExtendedVector we = w.cast<testing::Extended>(), ve = v.cast<testing::Extended>();
    const ExtendedVector value = exact.cross_transpose(we, ve);
    Vector out(5);
    problem->cross_transpose(w, v, out);
    EXPECT_LE(error(out, value), at.cross_rounding * v.norm());
    EXPECT_LE(at.cross_rounding * v.norm(), 1e-12 * static_cast<double>(value.norm()));
    const auto norm = static_cast<double>(value.norm()) / v.norm();
    EXPECT_NEAR(at.norm_cross, norm, 1e-10 * norm);
    // The kernels of minibatches and of single examples take the same derivative.
    const auto oracle =
        problem->make_oracle({.minibatch = 5, .sampling = Sampling::without_replacement});
    oracle->start({});
    oracle->cross_transpose(w, v, 1, out);
    EXPECT_LE(error(out, value), at.cross_rounding * v.norm());
    out.setZero();
    const auto components = problem->make_component_oracle();
    for (const std::int32_t i : {0, 1, 2, 3, 4}) {
      components->add_cross_transpose(i, w, v, 0.2, out);
    }
    EXPECT_LE(error(out, value), at.cross_rounding * v.norm());
  }
}

/// A sum of many equal terms drifts, to below the truth for half of all lambdas.
TEST(PointBounds, QuickNormIsAboveTheTruthForManyExamples) {
  if (!testing::kExtendedIsWider) GTEST_SKIP() << "long double is double here";
  constexpr Index kRows = 20001;
  for (const double lambda : {-2.0, -1.0, -0.4, 0.0, 0.3, 0.7, 1.3, 2.2}) {
    const auto problem = hyper_cleaning(kRows, lambda);
    const auto omega = 1 / (1 + std::exp(-static_cast<testing::Extended>(lambda)));
    const testing::Extended norm =
        omega * (1 - omega) / 2 / std::sqrt(static_cast<testing::Extended>(kRows));
    const double quick = problem->point_bounds(Vector::Zero(1), CrossNorm::quick).norm_cross;
    EXPECT_GE(static_cast<testing::Extended>(quick), norm) << lambda;
    EXPECT_LE(static_cast<testing::Extended>(quick), norm * (1 + 1e-10L)) << lambda;
  }
}

}  // namespace
}  // namespace sid
