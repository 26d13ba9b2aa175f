#include "sid/problem/hessian_anchors.hpp"

#include <memory>
#include <vector>

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include "sid/problem/data_constants.hpp"
#include "sid/random/stream.hpp"

#include "support/data_vectors.hpp"

namespace sid {
namespace {

std::shared_ptr<const DataProblem> separable(double lambda) {
  Stream stream({.seed = 2});
  std::vector<double> values;
  Vector labels(80);
  for (Index i = 0; i < 80; ++i) {
    labels[i] = i % 2 == 0 ? 1.0 : -1.0;
    for (Index j = 0; j < 6; ++j) values.push_back(stream.normal() + (j < 2 ? 3.0 * labels[i] : 0));
  }
  auto data = std::make_shared<TrainValidation>();
  data->train.features = make_features(80, 6, std::move(values));
  data->train.labels = labels;
  data->validation = data->train;
  return DataProblemFamily::make(std::move(data), {})
      .value()
      ->at(lambda, AlphaRule::optimal)
      .value();
}

const HessianAnchors& anchors_of(const Reference& r) {
  return dynamic_cast<const DataSolutionCache&>(*r.cache).anchors;
}

/// Condition number of M^-1 H(w).
double condition(const DataProblem& p, const Vector& w, const HessianPreconditioner& m) {
  const Matrix h = *HessianProduct(p, w).rows().form();
  Matrix product(h.rows(), h.cols());
  Vector column;
  for (Index j = 0; j < h.cols(); ++j) {
    m.apply(h.col(j), column);
    product.col(j) = column;
  }
  const Vector values = product.eigenvalues().real();
  return values.maxCoeff() / values.minCoeff();
}

TEST(HessianAnchors, NearEitherAnchorThatOneIsTaken) {
  // Separable data and a small lambda: at the solution most curvature weights have vanished.
  const auto p = separable(1e-6);
  const Reference r = p->solve_reference();
  ASSERT_TRUE(r.converged);
  const HessianAnchors& anchors = anchors_of(r);
  const Vector origin = 0.001 * r.w;
  const Anchor early = anchors.nearest(*p, p->hessian_weights(origin), {});
  const Anchor late = anchors.nearest(*p, p->hessian_weights(0.99 * r.w), {});
  EXPECT_EQ(late.preconditioner, &anchors.at_solution());
  ASSERT_NE(early.preconditioner, nullptr);
  EXPECT_NE(early.preconditioner, late.preconditioner);
  EXPECT_LT(condition(*p, origin, *early.preconditioner), 1.1);
  EXPECT_LT(condition(*p, r.w, *late.preconditioner), 1.001);
  EXPECT_GT(condition(*p, origin, *late.preconditioner), 5.0) << "what the other one would give";
  EXPECT_EQ(anchors.nearest(*p, p->hessian_weights(origin), {}).preconditioner,
            early.preconditioner)
      << "made once";
}

TEST(HessianAnchors, FarBeyondTheSolutionTheRegulariserIsLeft) {
  const auto p = separable(1e-3);
  const Reference r = p->solve_reference();
  const Vector w = 100.0 * r.w;
  const Anchor anchor = anchors_of(r).nearest(*p, p->hessian_weights(w), {});
  ASSERT_NE(anchor.preconditioner, nullptr);
  EXPECT_NE(anchor.preconditioner, &anchors_of(r).at_solution());
  EXPECT_EQ(anchor.trust, 1.0);
  Vector out;
  anchor.preconditioner->apply(Vector::Ones(6), out);
  EXPECT_VECTOR_REL(out, Vector::Constant(6, 1e3).eval(), 1e-15);
}

TEST(HessianAnchors, TrustCountsWeightsThatAreTooLarge) {
  // M^-1 r is short of the error where M has more curvature than H.
  const auto p = separable(1e-3);
  const Reference r = p->solve_reference();
  const HessianAnchors& anchors = anchors_of(r);
  EXPECT_EQ(anchors.nearest(*p, p->hessian_weights(r.w), {}).trust, 1.0);
  const Anchor beyond = anchors.nearest(*p, p->hessian_weights(1.3 * r.w), {});
  EXPECT_EQ(beyond.preconditioner, &anchors.at_solution());
  EXPECT_LT(beyond.trust, 0.9);
  EXPECT_GT(anchors.nearest(*p, p->hessian_weights(0.8 * r.w), {}).trust, beyond.trust);
}

TEST(HessianAnchors, WeightsOfExamplesCountAtTheOriginToo) {
  const auto p = testing::data_problem("P5", AlphaRule::optimal);
  const Reference r = p->solve_reference();
  const Vector zero = Vector::Zero(p->lower_dim());
  const Anchor early = anchors_of(r).nearest(*p, p->hessian_weights(zero), {});
  ASSERT_NE(early.preconditioner, nullptr);
  EXPECT_NE(early.preconditioner, &anchors_of(r).at_solution());
  EXPECT_NEAR(condition(*p, zero, *early.preconditioner), 1.0, 1e-12);
}

TEST(HessianAnchors, SquaresHaveOneHessian) {
  const auto p = testing::data_problem("P3", AlphaRule::optimal);
  const Reference r = p->solve_reference();
  const Vector zero = Vector::Zero(p->lower_dim());
  const Anchor anchor = anchors_of(r).nearest(*p, p->hessian_weights(zero), {});
  EXPECT_EQ(anchor.preconditioner, &anchors_of(r).at_solution());
  EXPECT_EQ(anchor.trust, 1.0);
}

TEST(HessianAnchors, AStopLeavesNothingHalfMade) {
  const auto p = separable(1e-6);
  const Reference r = p->solve_reference();
  const Vector weights = p->hessian_weights(Vector::Zero(6));
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(anchors_of(r).nearest(*p, weights, source.get_token()).preconditioner, nullptr);
  EXPECT_NE(anchors_of(r).nearest(*p, weights, {}).preconditioner, nullptr);
}

}  // namespace
}  // namespace sid
