#include "sid/problem/linear_error.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include "sid/problem/hessian.hpp"
#include "sid/random/stream.hpp"

#include "support/vectors.hpp"

namespace sid {
namespace {

std::shared_ptr<const DataProblemFamily> family_of(Dataset train) {
  auto data = std::make_shared<TrainValidation>();
  data->validation = train;
  data->train = std::move(train);
  return DataProblemFamily::make(std::move(data), {}).value();
}

/// Pictures of a sort: correlated non-negative features, so that curvatures spread over decades.
/// The first one is `outlier` times larger.
std::shared_ptr<const DataProblemFamily> pictures(Index rows, Index cols, double outlier = 1.0) {
  Stream stream({.seed = 11});
  std::vector<double> values;
  Vector labels(rows);
  for (Index i = 0; i < rows; ++i) {
    double level = stream.normal();
    double margin = stream.normal();
    for (Index j = 0; j < cols; ++j) {
      level = 0.9 * level + 0.4 * stream.normal();
      values.push_back((i == 0 ? outlier : 1.0) * std::max(0.0, level));
      margin += (j % 3 == 0 ? 1.0 : -0.6) * values.back();
    }
    labels[i] = margin > 0.0 ? 1.0 : -1.0;
  }
  Dataset data;
  data.features = make_features(rows, cols, std::move(values));
  data.labels = labels;
  return family_of(std::move(data));
}

/// Differences of neighbours on a line: the Hessian is a path's Laplacian, whose eigenvalues all
/// differ and spread over `cols` squared, so conjugate gradients need as many steps as columns.
std::shared_ptr<const DataProblemFamily> chain(Index cols) {
  SparseRows rows{cols - 1, cols, {0}, {}, {}};
  Vector labels(cols - 1);
  for (Index i = 0; i + 1 < cols; ++i) {
    rows.columns.insert(rows.columns.end(),
                        {static_cast<std::int32_t>(i), static_cast<std::int32_t>(i + 1)});
    rows.values.insert(rows.values.end(), {1.0, -1.0});
    rows.row_begin.push_back(static_cast<std::int64_t>(rows.values.size()));
    labels[i] = i % 2 == 0 ? 1.0 : -1.0;
  }
  Dataset data;
  data.features = FeatureMatrix(std::move(rows));
  data.labels = labels;
  return family_of(std::move(data));
}

/// ||v - v(w)||^2 by forming and factoring H(w), with one step of refinement.
double dense_error(const DataProblem& p, const Vector& w, const Vector& v) {
  const Matrix h = *HessianProduct(p, w).rows().form();
  Vector c(w.size());
  p.upper_gradient(w, c);
  const Eigen::LLT<Matrix> factor(h);
  const Vector b = h * v - c / p.alpha();
  Vector e = factor.solve(b);
  e += factor.solve((b - h * e).eval());
  return e.squaredNorm();
}

Vector random_vector(Index size, double scale, Stream& stream) {
  Vector out(size);
  for (double& x : out) x = scale * stream.normal();
  return out;
}

// One large row whose weight has vanished: every anchor has far more curvature in its direction,
// and the preconditioned residual alone would hide the error there.
TEST(LinearError, IsFoundWhereOneRowIsMuchLargerThanTheOthers) {
  for (const double outlier : {100.0, 300.0, 1000.0}) {
    const auto family = pictures(400, 60, outlier);
    for (const double lambda : {1e-6, 1e-4, 1e-2}) {
      const auto p = family->at(lambda, AlphaRule::optimal).value();
      const Reference r = p->solve_reference();
      ASSERT_TRUE(r.converged);
      Vector row = Vector::Zero(60);
      family->train().features.add_row(0, 1.0, row);
      for (const double margin : {3.0, 10.0, 30.0}) {
        const Vector w = margin / row.squaredNorm() * family->train().labels[0] * row;
        const Vector v = Vector::Zero(60);
        const Result<double> found =
            p->linear_system_squared_error(w, v, {.relative_residual = 1e-3, .near = &r});
        ASSERT_TRUE(found);
        EXPECT_NEAR(*found / dense_error(*p, w, v), 1.0, 0.01)
            << "outlier " << outlier << ", lambda " << lambda << ", margin " << margin;
      }
    }
  }
}

TEST(LinearError, IsFoundAnywhereBetweenTheStartAndTheSolutionAndBeyond) {
  const auto family = pictures(400, 60);
  Stream stream({.seed = 3});
  for (const double lambda : {1e-8, 1e-5, 1e-2}) {
    const auto p = family->at(lambda, AlphaRule::optimal).value();
    const Reference r = p->solve_reference();
    ASSERT_TRUE(r.converged);
    for (const double place : {0.0, 0.02, 0.3, 1.0, 30.0}) {
      const Vector w = place * r.w + random_vector(60, 0.01, stream);
      const Vector v = r.v + random_vector(60, r.v.norm(), stream);
      const double exact = dense_error(*p, w, v);
      for (const Reference* near : {&r, static_cast<const Reference*>(nullptr)}) {
        for (const auto& [accuracy, tolerance] : {std::pair{1e-3, 3e-3}, std::pair{1e-9, 1e-7}}) {
          const Result<double> found =
              p->linear_system_squared_error(w, v, {.relative_residual = accuracy, .near = near});
          ASSERT_TRUE(found.has_value()) << found.error().message;
          EXPECT_REL(*found, exact, tolerance) << "λ = " << lambda << ", w = " << place << " w*";
        }
      }
    }
  }
}

TEST(LinearError, IsFoundWhereIteratesAreNextToOverflow) {
  const auto family = pictures(50, 12);
  const auto p = family->at(0.01, AlphaRule::optimal).value();
  const Reference r = p->solve_reference();
  const Vector v = Vector::Constant(12, 1e149);
  const Result<double> found =
      p->linear_system_squared_error(r.w, v, {.relative_residual = 1e-6, .near = &r});
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_REL(*found, v.squaredNorm(), 1e-5);
}

TEST(LinearError, OfTheSolutionItselfIsZeroToRounding) {
  const auto p = pictures(50, 12)->at(0.01, AlphaRule::optimal).value();
  const Reference r = p->solve_reference();
  const Vector v = p->solve_linear_system(r.w);
  const Result<double> found =
      p->linear_system_squared_error(r.w, v, {.relative_residual = 1e-3, .near = &r});
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_LT(*found, 1e-24 * v.squaredNorm());
}

TEST(LinearError, IsFactoredForWhereProductsAloneWouldNotDo) {
  const auto p = chain(300)->at(1e-9, AlphaRule::optimal).value();
  const Vector w = Vector::Zero(300);
  Stream stream({.seed = 5});
  const Vector v = random_vector(300, 1.0, stream);
  const Result<double> found = data_linear_system_squared_error(
      *p, w, v, {.relative_residual = 1e-6}, {.direct_columns = 300, .products = 5});
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_REL(*found, dense_error(*p, w, v), 1e-5);
}

TEST(LinearError, IsAbsentRatherThanWrongWhereItCannotBeFound) {
  // Too wide to be factored, as far as these limits say, and in need of 300 products.
  const LinearErrorLimits limits{.direct_columns = 100, .products = 200};
  const auto family = chain(300);
  const Vector w = Vector::Zero(300);
  Stream stream({.seed = 5});
  const Vector v = random_vector(300, 1.0, stream);
  const LinearSolveOptions options{.relative_residual = 1e-6};
  const auto hard = family->at(1e-9, AlphaRule::optimal).value();
  const Result<double> lost = data_linear_system_squared_error(*hard, w, v, options, limits);
  ASSERT_FALSE(lost.has_value());
  EXPECT_EQ(lost.error().code, ErrorCode::breakdown);
  EXPECT_NE(lost.error().message.find("in 200 products"), std::string::npos)
      << lost.error().message;

  const auto easy = family->at(1e-2, AlphaRule::optimal).value();
  const Result<double> found = data_linear_system_squared_error(*easy, w, v, options, limits);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_REL(*found, dense_error(*easy, w, v), 1e-5);
}

TEST(LinearError, IsStoppedAtEveryStage) {
  const auto p = pictures(400, 60)->at(1e-6, AlphaRule::optimal).value();
  const Reference r = p->solve_reference();
  std::stop_source source;
  source.request_stop();
  for (const Reference* near : {&r, static_cast<const Reference*>(nullptr)}) {
    for (const double place : {0.0, 1.0}) {
      const Result<double> found = p->linear_system_squared_error(
          place * r.w,
          Vector::Zero(60),
          {.relative_residual = 1e-6, .near = near, .stop = source.get_token()});
      ASSERT_FALSE(found.has_value());
      EXPECT_EQ(found.error().code, ErrorCode::stopped);
    }
  }
  // A stop while the factor at the origin was being made leaves nothing half-made behind.
  const Result<double> found = p->linear_system_squared_error(
      Vector::Zero(60), Vector::Zero(60), {.relative_residual = 1e-6, .near = &r});
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_REL(*found, dense_error(*p, Vector::Zero(60), Vector::Zero(60)), 1e-5);
}

}  // namespace
}  // namespace sid
