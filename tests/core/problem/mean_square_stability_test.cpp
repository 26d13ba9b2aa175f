#include "sid/problem/mean_square_stability.hpp"

#include <string>

#include <gtest/gtest.h>

#include "support/data_vectors.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;

// Radius of P -> E[(I - s H_B) P (I - s H_B)] by power iteration from P = I.
double radius(const CurvatureMoments& c, double f_b, double s, int iterations) {
  const Index d = c.dim();
  const Matrix shrink = Matrix::Identity(d, d) - s * c.hessian();
  Matrix p = Matrix::Identity(d, d), noise(d, d);
  CurvatureMoments::Scratch scratch;
  Vector packed;
  double growth = 0.0;
  for (int i = 0; i < iterations; ++i) {
    c.apply_fourth(p, scratch, packed);
    CurvatureMoments::unpack(packed, noise);
    noise -= c.data_hessian() * p * c.data_hessian();
    const Matrix next = shrink * p * shrink + s * s * f_b * noise;
    growth = next.trace() / p.trace();
    p = next / next.trace();
  }
  return growth;
}

TEST(MeanSquareStability, RadiusOfTheMapAgrees) {
  int compared = 0;
  for (const auto& [name, json] : testing::theory_vectors()["data_problems"].items()) {
    for (const Json& entry : json["cases"]) {
      const bool optimal = entry["rule"].get<std::string>() == "opt";
      const auto problem =
          testing::data_problem(name, optimal ? AlphaRule::optimal : AlphaRule::inverse_smoothness);
      const OracleSettings settings = testing::oracle_settings(entry["constants"]);
      const double f_b =
          variance_factor(settings.sampling, problem->sample_count(), settings.minibatch);
      const auto moments = CurvatureMoments::make(*problem, testing::vector(json["at_point"]["w"]));
      const double expected = number(entry["v_bounds"]["exact"]["ms_radius_eta1"]);
      EXPECT_REL(radius(*moments, f_b, problem->alpha(), 4000), expected, 1e-8) << name;
      // The edge is on the side of one that the radius says.
      const auto edge = stability_edge(*moments, f_b, 1e8);
      ASSERT_TRUE(edge.has_value());
      EXPECT_EQ(*edge > problem->alpha(), expected < 1.0) << name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 30);
}

TEST(MeanSquareStability, RadiusIsOneAtTheEdge) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    for (const Index n : {9, 60}) {
      const auto problem = testing::random_problem({.rows = n, .columns = 6, .shape = shape});
      const auto moments = CurvatureMoments::make(*problem, problem->solve_reference().w);
      for (const double f_b : {0.0, 0.02, 0.3, 1.0}) {
        const auto edge = stability_edge(*moments, f_b, 1e8);
        ASSERT_TRUE(edge.has_value());
        EXPECT_LE(radius(*moments, f_b, *edge * (1.0 - 1e-9), 20000), 1.0 + 1e-12);
        EXPECT_GT(radius(*moments, f_b, *edge * 1.002, 20000), 1.0);
      }
    }
  }
}

// Without noise the iteration is (I - s H) e: the edge is 2/L.
TEST(MeanSquareStability, EdgeWithoutNoiseIsTwoOverTheLargestCurvature) {
  const auto problem = testing::random_problem({.columns = 3, .shape = {}});
  const auto moments = CurvatureMoments::make(*problem, Vector::Zero(3));
  EXPECT_NEAR(*stability_edge(*moments, 0.0, 1e8) * problem->curvature().L, 2.0, 2e-4);
}

TEST(MeanSquareStability, IsLeftOutWhenStoppedOrTooExpensive) {
  const auto problem = testing::random_problem({.columns = 3, .shape = {}});
  const auto moments = CurvatureMoments::make(*problem, Vector::Zero(3));
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(stability_edge(*moments, 1.0, 1e8, source.get_token()).has_value());
  EXPECT_FALSE(stability_edge(*moments, 1.0, -1.0).has_value());
}

}  // namespace
}  // namespace sid
