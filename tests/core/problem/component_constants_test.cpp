#include "sid/problem/component_constants.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "sid/problem/component_oracle.hpp"

#include "support/data_vectors.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::Json;

TEST(ComponentConstants, AgreeWithTheReferenceNumbers) {
  for (const char* name : {"P1", "P2", "P3", "P4", "P5"}) {
    SCOPED_TRACE(name);
    const Json& json = testing::theory_vectors()["data_problems"][name];
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const auto c = problem->component_constants(problem->solve_reference());
    ASSERT_TRUE(c.has_value());
    EXPECT_REL(c->lower_whole_table, testing::number(json["variance_reduced"]["sigma0"]), 1e-11);
    EXPECT_REL(1.0 / (6.0 * c->L_max), testing::number(json["variance_reduced"]["gamma"]), 1e-11);
    const Json& constants = json["cases"][0]["constants"];
    EXPECT_REL(c->L_max0, testing::number(constants["L_max0"]), 1e-11);
    EXPECT_REL(c->tau, testing::number(constants["tau"]), 1e-11);
    EXPECT_REL(std::sqrt(c->lower_initial), testing::number(constants["norm_w"]), 1e-11);
    EXPECT_REL(std::sqrt(c->linear_initial), testing::number(constants["norm_v"]), 1e-11);
  }
}

// (1/n) sum ||scale (s_i(a) - s_i(b)) x_i - shift||^2, written out.
double spread(ComponentOracle& oracle,
              const Matrix& rows,
              const Vector& a,
              const Vector& b,
              double scale,
              const Vector& shift) {
  double sum = 0.0;
  for (std::int32_t i = 0; i < oracle.count(); ++i) {
    const double change = scale * (oracle.scalar(i, a) - oracle.scalar(i, b));
    sum += (change * rows.row(i).transpose() - shift).squaredNorm();
  }
  return sum / static_cast<double>(oracle.count());
}

TEST(ComponentConstants, AreTheSumsTheyClaimToBe) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape});
    SCOPED_TRACE(problem->name());
    const Reference r = problem->solve_reference();
    const ComponentConstants c = *problem->component_constants(r);
    const Matrix rows = testing::training_rows(*problem);
    const auto oracle = problem->make_component_oracle();
    const Vector zero = Vector::Zero(problem->lower_dim());
    const Vector pull = problem->regulariser().cwiseProduct(r.w);
    oracle->pose_lower_level();
    EXPECT_REL(c.lower_table, spread(*oracle, rows, zero, r.w, 1.0, zero), 1e-11);
    EXPECT_REL(c.lower_whole_table, spread(*oracle, rows, zero, r.w, 1.0, pull), 1e-11);
    oracle->pose_linear_system(r.w);
    EXPECT_REL(c.linear_table, spread(*oracle, rows, zero, r.v, c.alpha, zero), 1e-11);
    EXPECT_EQ(std::isfinite(c.linear_table_sup), shape.upper.kind != LossKind::squares);
  }
}

TEST(ComponentConstants, OfTheLinearSystemHoldAtEveryPoint) {
  Stream stream({.seed = 12});
  double closest_table = 0.0, closest_initial = 0.0;
  for (const DataProblemShape& shape : testing::all_shapes()) {
    if (shape.upper.kind == LossKind::squares) continue;
    const auto problem = testing::random_problem({.shape = shape});
    SCOPED_TRACE(problem->name());
    const ComponentConstants c = *problem->component_constants(problem->solve_reference());
    const Matrix rows = testing::training_rows(*problem);
    const auto oracle = problem->make_component_oracle();
    const Vector zero = Vector::Zero(problem->lower_dim());
    for (int trial = 0; trial < 40; ++trial) {
      Vector w(zero.size());
      for (double& value : w) value = 3.0 * stream.normal();
      const Vector v = problem->solve_linear_system(w);
      oracle->pose_linear_system(w);
      const double table = spread(*oracle, rows, zero, v, c.alpha, zero);
      EXPECT_LE(table, c.linear_table_sup);
      EXPECT_LE(v.squaredNorm(), c.linear_initial_sup);
      closest_table = std::max(closest_table, table / c.linear_table_sup);
      closest_initial = std::max(closest_initial, v.squaredNorm() / c.linear_initial_sup);
    }
  }
  EXPECT_GT(closest_table, 1e-3) << "a bound far above everything would pass by itself";
  EXPECT_GT(closest_initial, 1e-2);
}

}  // namespace
}  // namespace sid
