#include "sid/problem/data_reference.hpp"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/data_problem.hpp"
#include "sid/random/stream.hpp"

#include "support/reference_accuracy.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

using Real = long double;
using RealVector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
using RealMatrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;

/// The logistic problem once more, in extended precision and in the plainest way.
struct Extended {
  RealMatrix x, xv;
  RealVector y, yv, diagonal;
  bool mean = false;

  explicit Extended(const DataProblem& p)
      : x(dense(p.family().train().features)),
        xv(dense(p.family().validation().features)),
        y(p.family().train().labels.cast<Real>()),
        yv(p.family().validation().labels.cast<Real>()),
        diagonal(p.regulariser().cast<Real>()),
        mean(p.family().shape().upper_scale == UpperScale::mean) {}

  static RealMatrix dense(const FeatureMatrix& f) {
    RealMatrix out(f.rows(), f.cols());
    for (Index i = 0; i < f.rows(); ++i) {
      for (Index j = 0; j < f.cols(); ++j) out(i, j) = f.at(i, j);
    }
    return out;
  }

  static Real sigmoid(Real u) {
    const Real e = std::exp(-std::abs(u));
    return u >= 0 ? 1 / (1 + e) : e / (1 + e);
  }

  RealVector gradient(const RealVector& w) const {
    RealVector g = diagonal.cwiseProduct(w);
    for (Index i = 0; i < x.rows(); ++i) {
      const Real slope = -y[i] * sigmoid(-y[i] * x.row(i).dot(w));
      g += slope / static_cast<Real>(x.rows()) * x.row(i).transpose();
    }
    return g;
  }

  RealMatrix hessian(const RealVector& w) const {
    RealMatrix h = diagonal.asDiagonal();
    for (Index i = 0; i < x.rows(); ++i) {
      const Real u = y[i] * x.row(i).dot(w);
      const Real weight = sigmoid(u) * sigmoid(-u) / static_cast<Real>(x.rows());
      h += weight * x.row(i).transpose() * x.row(i);
    }
    return h;
  }

  RealVector solution() const {
    RealVector w = RealVector::Zero(x.cols());
    for (int step = 0; step < 100; ++step) {
      const RealVector g = gradient(w);
      const RealVector s = Eigen::LLT<RealMatrix>(hessian(w)).solve(g);
      // Damped far away (self-concordance of the logistic loss up to scale), full steps near.
      const Real size = (x * s).cwiseAbs().maxCoeff();
      w -= s / std::max<Real>(1, size);
      if (size < 1e-17L) break;
    }
    return w;
  }

  RealVector upper_gradient(const RealVector& w) const {
    RealVector c = RealVector::Zero(w.size());
    for (Index j = 0; j < xv.rows(); ++j) {
      c -= yv[j] * sigmoid(-yv[j] * xv.row(j).dot(w)) * xv.row(j).transpose();
    }
    return mean ? RealVector(c / static_cast<Real>(xv.rows())) : c;
  }
};

Dataset classes(Index rows, Index cols, bool images, Stream& stream) {
  std::vector<double> values(static_cast<std::size_t>(rows * cols));
  Vector direction(cols), labels(rows);
  for (double& value : direction) value = stream.normal();
  for (Index i = 0; i < rows; ++i) {
    double margin = stream.normal();
    for (Index j = 0; j < cols; ++j) {
      const double value = images ? std::max(0.0, stream.normal()) : stream.normal();
      values[static_cast<std::size_t>(i * cols + j)] = value;
      margin += direction[j] * value;
    }
    labels[i] = margin > 0.0 ? 1.0 : -1.0;
  }
  Dataset out;
  out.features = make_features(rows, cols, std::move(values));
  out.labels = std::move(labels);
  return out;
}

std::shared_ptr<const DataProblemFamily> family_of(
    Index n, Index d, bool images, Hyperparameter hyperparameter, UpperScale scale) {
  Stream stream({.seed = 17});
  auto data = std::make_shared<TrainValidation>();
  data->train = classes(n, d, images, stream);
  data->validation = classes(n / 2 + 1, d, images, stream);
  DataProblemShape shape;
  shape.hyperparameter = hyperparameter;
  shape.upper_scale = scale;
  return DataProblemFamily::make(std::move(data), shape).value();
}

struct Case {
  Index n, d;
  bool images;
};

class DataReference : public ::testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Shapes,
                         DataReference,
                         ::testing::Values(Case{5, 3, false},
                                           Case{
                                               5, 20, false},  // separable, fewer rows than columns
                                           Case{300, 40, false},
                                           Case{300, 40, true},
                                           Case{120, 70, true}));

void expect_agreement(const DataProblem& problem) {
  const Reference r = problem.solve_reference();
  ASSERT_TRUE(r.converged);
  const Extended extended(problem);
  const RealVector w = extended.solution();
  const RealVector q =
      Eigen::LLT<RealMatrix>(extended.hessian(w)).solve(extended.upper_gradient(w));
  const RealVector product = w.cwiseProduct(q);
  Vector hypergradient = (-product).cast<double>();
  if (problem.upper_dim() == 1) {
    hypergradient.resize(1);
    hypergradient[0] = static_cast<double>(-product.sum());
  }
  // Asked for are 1e-9 (hypergradient) and 1e-10 (L); the method is far better.
  EXPECT_VECTOR_REL(r.w, Vector(w.cast<double>()), 1e-11);
  EXPECT_VECTOR_REL(r.hypergradient, hypergradient, 1e-10);
  const double error = (r.hypergradient - hypergradient).norm();
  const double rounding = 1e-15 * r.w.norm() * r.q.norm();
  EXPECT_LE(error, r.certificate + rounding);
  EXPECT_LE(error, 1e3 * (r.first_order_estimate + rounding));
}

TEST_P(DataReference, AgreesWithExtendedPrecisionForEveryLambda) {
  const Case shape = GetParam();
  const auto family =
      family_of(shape.n, shape.d, shape.images, Hyperparameter::one_lambda, UpperScale::sum);
  for (const double lambda : {1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0}) {
    SCOPED_TRACE(lambda);
    expect_agreement(*family->at(lambda, AlphaRule::optimal).value());
  }
}

TEST_P(DataReference, AgreesWithExtendedPrecisionForVectors) {
  const Case shape = GetParam();
  const auto family =
      family_of(shape.n, shape.d, shape.images, Hyperparameter::per_coordinate, UpperScale::mean);
  Stream stream({.seed = 2});
  for (const double scale : {1e-4, 1e-2, 1.0}) {
    Vector lambda(shape.d);
    for (double& value : lambda) value = scale * std::exp(4.0 * stream.uniform() - 2.0);
    const auto problem = family->at(lambda, AlphaRule::optimal).value();
    expect_agreement(*problem);
    const Extended extended(*problem);
    const RealMatrix most = extended.x.transpose() * extended.x / (4 * static_cast<Real>(shape.n)) +
                            RealMatrix(extended.diagonal.asDiagonal());
    const Real L = Eigen::SelfAdjointEigenSolver<RealMatrix>(most).eigenvalues().maxCoeff();
    EXPECT_REL(problem->curvature().L, static_cast<double>(L), 1e-11);
    EXPECT_GE(static_cast<Real>(problem->curvature().L), L);
    EXPECT_EQ(problem->curvature().tau, lambda.minCoeff());
  }
}

TEST(DataReferenceLimits, ExtremeLambdasEndAndAreHonest) {
  const auto family = family_of(30, 6, false, Hyperparameter::one_lambda, UpperScale::sum);
  for (const double lambda : {1e-300, 1e-30, 1e-12, 1e6, 1e30, 1e150}) {
    const auto problem = family->at(lambda, AlphaRule::optimal);
    ASSERT_TRUE(problem.has_value()) << lambda;
    const Reference r = (*problem)->solve_reference();
    // Either solved, or it says so; never a quiet wrong answer.
    if (!r.converged) {
      EXPECT_EQ(r.certificate, kInfinity) << lambda;
      EXPECT_FALSE(testing::certified_to(r, 1.0));
      EXPECT_FALSE(testing::estimated_to(r, 1.0));
    }
  }
  const auto huge = family->at(1.7e308, AlphaRule::optimal);
  if (!huge.has_value()) {
    EXPECT_NE(huge.error().message.find("smaller"), std::string::npos);
  }
}

TEST(DataReferenceLimits, DegenerateDataIsSolved) {
  Stream stream({.seed = 1});
  for (const int kind : {0, 1, 2, 3}) {
    auto data = std::make_shared<TrainValidation>();
    data->train = data->validation = classes(12, 4, false, stream);
    if (kind == 0) data->train.labels.setOnes();  // one class
    if (kind == 1) {                              // no information at all
      data->train.features = make_features(12, 4, std::vector<double>(48, 0.0));
    }
    if (kind == 2) {  // a single example
      data->train = classes(1, 4, false, stream);
    }
    if (kind == 3) {  // features of very different size
      std::vector<double> values;
      values.reserve(48);
      for (int i = 0; i < 48; ++i)
        values.push_back(stream.normal() * std::pow(10.0, i % 4 * 2 - 3));
      data->train.features = make_features(12, 4, values);
    }
    const auto problem = DataProblemFamily::make(data, {}).value()->at(0.1, AlphaRule::optimal);
    const Reference r = (*problem)->solve_reference();
    EXPECT_TRUE(r.converged) << kind;
    EXPECT_TRUE(testing::estimated_to(r, 1e-9) || r.hypergradient.norm() == 0.0) << kind;
    const ProblemConstants c = (*problem)->constants(r, {.minibatch = 1});
    EXPECT_TRUE(std::isfinite(c.c1)) << kind;
  }
}

TEST(DataReferenceLimits, BadDataIsRefusedWithASentence) {
  Stream stream({.seed = 1});
  const Dataset good = classes(6, 3, false, stream);
  const auto with = [&](double value) {
    std::vector<double> values(18, 1.0);
    values[7] = value;
    auto data = std::make_shared<TrainValidation>();
    data->train = data->validation = good;
    data->train.features = FeatureMatrix(DenseDouble{6, 3, values});
    return DataProblemFamily::make(data, {});
  };
  for (const double bad : {1e200, -1e308, std::nan(""), kInfinity}) {
    const auto family = with(bad);
    ASSERT_FALSE(family.has_value()) << bad;
    EXPECT_EQ(family.error().code, ErrorCode::bad_input);
    EXPECT_NE(family.error().message.find("Rescale"), std::string::npos);
  }
  std::stop_source stopped;
  stopped.request_stop();
  auto data = std::make_shared<TrainValidation>();
  data->train = data->validation = good;
  const auto family = DataProblemFamily::make(data, {}, stopped.get_token());
  ASSERT_FALSE(family.has_value());
  EXPECT_EQ(family.error().code, ErrorCode::stopped);
  data->train.labels[2] = 3.0;
  EXPECT_THROW((void)DataProblemFamily::make(data, {}), ContractViolation);
}

TEST(DataReferenceLimits, WideDataIsSolvedWithoutAMatrix) {
  // 1200 columns: beyond the dense preconditioner.
  const auto family = family_of(40, 1200, false, Hyperparameter::one_lambda, UpperScale::mean);
  const auto problem = family->at(0.01, AlphaRule::optimal).value();
  const Reference r = problem->solve_reference();
  EXPECT_TRUE(r.converged);
  EXPECT_TRUE(testing::estimated_to(r, 1e-11));
  Vector gradient(1200);
  problem->lower_gradient(r.w, gradient);
  EXPECT_LT(gradient.norm(), 1e-14);
}

}  // namespace
}  // namespace sid
