#include "sid/run/snapshot.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

MethodCurve two_checkpoints_three_replicas() {
  MethodCurve curve;
  curve.checkpoints = {{1, 1, 0.1}, {2, 2, 0.2}};
  curve.replicas = 3;
  curve.replica_numbers = {0, 1, 2};
  curve.checkpoints_done = 2;
  // row-major: replica, then checkpoint
  curve.errors = {{4.0, 1.0, 2.0},
                  {1.0, 0.5, kNaN},
                  {8.0, 3.0, 2.0},
                  {kNaN, 0.7, kNaN},
                  {6.0, 2.0, 5.0},
                  {kNaN, kNaN, kNaN}};
  return curve;
}

TEST(CurvePoint, AveragesEachErrorOverItsOwnFiniteReplicas) {
  const MethodCurve curve = two_checkpoints_three_replicas();
  const CurvePoint first = curve_point(curve, 0);
  EXPECT_EQ(first.at.t, 1);
  EXPECT_EQ(first.replicas, 3);
  EXPECT_EQ(first.diverged, 0);
  EXPECT_DOUBLE_EQ(first.hypergradient.mean, 6.0);
  EXPECT_DOUBLE_EQ(first.lower.mean, 2.0);
  EXPECT_DOUBLE_EQ(first.linear.mean, 3.0);
  const CurvePoint second = curve_point(curve, 1);
  EXPECT_EQ(second.replicas, 1);
  EXPECT_EQ(second.diverged, 2);
  EXPECT_DOUBLE_EQ(second.hypergradient.mean, 1.0);
  EXPECT_DOUBLE_EQ(second.lower.mean, 0.6);
  EXPECT_TRUE(std::isnan(second.linear.mean));
}

TEST(UnsolvedLinearErrors, AreThoseBesideAFiniteHypergradientError) {
  MethodCurve curve = two_checkpoints_three_replicas();
  std::int64_t expected = 0;
  for (const ReplicaError& error : curve.errors) {
    expected += std::isfinite(error.hypergradient) && std::isnan(error.linear) ? 1 : 0;
  }
  EXPECT_EQ(unsolved_linear_errors(curve), expected);
  curve.errors[0].linear = std::nan("");
  EXPECT_EQ(unsolved_linear_errors(curve), expected + 1);
  curve.errors[0].hypergradient = std::nan("");  // diverged: nothing was asked for
  EXPECT_EQ(unsolved_linear_errors(curve), expected);
  curve.errors[2].linear = std::nan("");
  curve.checkpoints_done = 0;
  EXPECT_EQ(unsolved_linear_errors(curve), 0) << "not measured yet";
}

TEST(CurvePoint, RecomputesOnlyCheckpointsThatAreDone) {
  MethodCurve curve = two_checkpoints_three_replicas();
  curve.checkpoints_done = 1;
  recompute_points(curve);
  ASSERT_EQ(curve.points.size(), 1U);
  EXPECT_EQ(curve.points[0].hypergradient.mean, curve_point(curve, 0).hypergradient.mean);
}

TEST(CurvePoint, RefusesErrorsOfTheWrongShape) {
  MethodCurve curve = two_checkpoints_three_replicas();
  EXPECT_THROW(curve_point(curve, 2), ContractViolation);
  curve.errors.pop_back();
  EXPECT_THROW(curve_point(curve, 0), ContractViolation);
  EXPECT_THROW(recompute_points(curve), ContractViolation);
}

}  // namespace
}  // namespace sid
