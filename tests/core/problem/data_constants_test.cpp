#include "sid/problem/data_constants.hpp"

#include <cmath>
#include <memory>
#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include "support/data_vectors.hpp"

namespace sid {
namespace {

using testing::data_problem;
using testing::Json;
using testing::number;
using testing::theory_vectors;

constexpr double kTolerance = 1e-11;

class DataConstants : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(AllProblems,
                         DataConstants,
                         ::testing::Values("P1", "P2", "P3", "P4", "P5"),
                         [](const auto& test) { return test.param; });

void expect_constants(const ProblemConstants& c, const Json& e) {
  const auto expect = [&](double actual, const char* key) {
    SCOPED_TRACE(key);
    EXPECT_REL(actual, number(e[key]), kTolerance);
  };
  const double a2 = c.alpha * c.alpha;
  expect(c.alpha, "alpha");
  expect(c.q, "q");
  expect(c.L, "L");
  expect(c.tau, "tau");
  expect(c.tau_R, "tau_R");
  expect(c.L_max0, "L_max0");
  expect(c.L_max, "L_max");
  expect(c.L_hat, "L_hat");
  expect(c.f_b, "fpc_over_b");
  expect(c.nu1, "nu1");
  expect(c.nu2, "nu2");
  expect(c.L_Phi, "L_Phi");
  expect(c.m2, "m2");
  expect(c.m2_at_solution, "m2_at_sol");
  expect(c.floor_exact, "floor_exact");
  expect(c.mu1, "mu1");
  expect(c.mu2, "mu2");
  expect(c.L_E, "L_E");
  expect(c.norm_w, "norm_w");
  expect(c.norm_v, "norm_v");
  expect(c.norm_c, "norm_c_star");
  expect(c.V_star_b, "V_star_b");
  if (e.contains("s1p_paper") && !e["s1p_paper"].is_null()) {
    expect(c.sigma1_prime_paper, "s1p_paper");
  }
  expect(c.sigma1_prime, "s1p");
  expect(c.sigma2_prime, "s2p");
  expect(a2 * c.sigma1_prime, "sigma1_w");
  expect(c.sigma2_prime, "sigma2_w");
  expect(c.sigma1_w_theorem43, "sigma1_w_43");
  expect(c.sigma2_theorem43, "sigma2_43");
  expect(2.0 * std::pow(c.L_hat / (1.0 - c.q), 2), "sigma2_43_noq");
  expect(c.v_noise_star, "sigma_v_star2");
  expect(c.sigma1_v_at_w, "sigma1_v");
  expect(c.sigma2_v_at_w, "sigma2_v");
  expect(c.c_b, "c_b");
  expect(c.sigma1_v_global, "sigma1_v_glob");
  expect(c.sigma2_v_global, "sigma2_v_glob");
  expect(c.sigma1_v_theorem51, "sigma1_v_43_glob");
  expect(c.c1, "c1");
}

// The bound's A_0, A_1 and k_1 put together from what they are made of.
void expect_solution_based(const ProblemConstants& c, const Json& e) {
  const double k1 = (c.mu1 + c.nu1 * c.norm_v) / (1.0 - c.q);
  EXPECT_REL(k1, number(e["k1"]), kTolerance);
  EXPECT_REL(std::sqrt(c.v_noise_star) / c.alpha, number(e["A0"]), kTolerance);
  const double a1 = std::sqrt(c.f_b) * (c.curvature_bound * std::sqrt(c.fourth_moment) * k1 +
                                        c.curvature_slope * std::sqrt(c.slope_moment));
  EXPECT_REL(a1, number(e["A1"]), kTolerance);
  EXPECT_REL(c.noise_reach, number(e["G"]), kTolerance);
  EXPECT_REL(c.noise_reach_star, number(e["G_h"]), kTolerance);
  EXPECT_REL(c.radius, number(e["R_as"]), kTolerance);
}

TEST_P(DataConstants, AgreeForEveryRuleAndSampling) {
  int cases = 0;
  for (const Json& entry : theory_vectors()["data_problems"][GetParam()]["cases"]) {
    const bool optimal = entry["rule"].get<std::string>() == "opt";
    const auto problem =
        data_problem(GetParam(), optimal ? AlphaRule::optimal : AlphaRule::inverse_smoothness);
    const Json& e = entry["constants"];
    const OracleSettings settings = testing::oracle_settings(e);
    const double theta = number(entry["theta"]);
    const Reference r = problem->solve_reference();
    SCOPED_TRACE("case " + std::to_string(cases));
    const ProblemConstants c = problem->constants(r, settings, theta);
    expect_constants(c, e);
    const Json& global = entry["v_bounds"]["direct_global"];
    EXPECT_REL(c.V_star_v_global, number(global["V_star"]), kTolerance);
    EXPECT_REL(c.norm_v_squared_sup, number(global["B0"]), kTolerance);
    expect_solution_based(c, entry["LOC"]);
    EXPECT_REL(c.radius, number(entry["local_R_bound"]["R"]), kTolerance);
    ++cases;
  }
  EXPECT_EQ(cases, 6);
}

TEST_P(DataConstants, MomentsOfTheDataAgree) {
  for (const Json& entry : theory_vectors()["data_problems"][GetParam()]["cases"]) {
    const auto problem = data_problem(GetParam(), AlphaRule::optimal);
    const Json& e = entry["constants"];
    if (e.contains("V_star_1")) {
      const SolutionConstants s = *measure_solution(*problem, problem->solve_reference());
      EXPECT_REL(s.gradient_variance, number(e["V_star_1"]), kTolerance);
    }
    if (e.contains("M2") && !e["M2"].is_null()) {
      EXPECT_REL(problem->geometry().second_moment, number(e["M2"]), kTolerance);
      EXPECT_REL(problem->geometry().labelled_variance, number(e["V_yx"]), kTolerance);
    }
  }
}

// The noise of the linear system at a w that is no solution.
TEST_P(DataConstants, NoiseOfTheLinearSystemAgreesAtAnyPoint) {
  const Json& at = theory_vectors()["data_problems"][GetParam()]["at_point"];
  for (const Json& entry : theory_vectors()["data_problems"][GetParam()]["cases"]) {
    const bool optimal = entry["rule"].get<std::string>() == "opt";
    const auto problem =
        data_problem(GetParam(), optimal ? AlphaRule::optimal : AlphaRule::inverse_smoothness);
    const Json& e = entry["v_noise_at_point"];
    const double f_b = number(entry["constants"]["fpc_over_b"]);
    const double theta = number(entry["theta"]);
    Reference point;
    point.w = testing::vector(at["w"]);
    point.v = problem->solve_linear_system(point.w);
    point.q = problem->alpha() * point.v;
    const SolutionConstants s = *measure_solution(*problem, point);
    EXPECT_REL(f_b * s.hessian_noise, number(e["sigma_v_star2"]), kTolerance);
    EXPECT_REL((1.0 + theta) * f_b * s.hessian_noise, number(e["sigma1_v"]), kTolerance);
    EXPECT_REL((1.0 + 1.0 / theta) * f_b * s.relative_noise, number(e["sigma2_v"]), kTolerance);
    EXPECT_REL(2.0 * f_b * s.hessian_noise, number(e["sigma1_v_43"]), kTolerance);
  }
}

// Changing the unit of w: features times s and lambda times s^2 describe the same problem with
// w/s. Every quantity must scale as its unit says: w ~ 1/s, E ~ 1, lambda ~ s^2, alpha ~ 1/s^2.
TEST(DataConstantsUnits, ScaleAsTheirUnits) {
  const double s = 4.0;
  const Json& in = theory_vectors()["data_problems"]["P1"]["inputs"];
  const auto solve = [&](double factor) {
    auto data = std::make_shared<TrainValidation>();
    data->train = testing::dataset(in["X"], in["y"]);
    data->validation = testing::dataset(in["upper"]["X"], in["upper"]["y"]);
    for (Dataset* part : {&data->train, &data->validation}) {
      DenseDouble scaled{part->rows(), part->cols(), {}};
      for (Index i = 0; i < part->rows(); ++i) {
        for (Index j = 0; j < part->cols(); ++j) {
          scaled.values.push_back(factor * part->features.at(i, j));
        }
      }
      part->features = FeatureMatrix(std::move(scaled));
    }
    const auto family = DataProblemFamily::make(data, {}).value();
    return family->at(number(in["lam"]) * factor * factor, AlphaRule::optimal).value();
  };
  const auto a = solve(1.0), b = solve(s);
  const Reference ra = a->solve_reference(), rb = b->solve_reference();
  const ProblemConstants ca = a->constants(ra, {.minibatch = 2});
  const ProblemConstants cb = b->constants(rb, {.minibatch = 2});
  EXPECT_VECTOR_REL((s * rb.w).eval(), ra.w, 1e-13);
  EXPECT_REL(rb.upper_value, ra.upper_value, 1e-13);
  EXPECT_REL(rb.hypergradient[0] * s * s, ra.hypergradient[0], 1e-12);
  EXPECT_REL(cb.L, ca.L * s * s, 1e-13);
  EXPECT_REL(cb.q, ca.q, 1e-12);
  EXPECT_REL(cb.L_hat, ca.L_hat, 1e-12);
  EXPECT_REL(cb.nu1, ca.nu1 * s, 1e-12);                // 1/W
  EXPECT_REL(cb.nu2, ca.nu2 / (s * s), 1e-12);          // 1/Lambda
  EXPECT_REL(cb.mu1, ca.mu1 * s * s, 1e-12);            // E/W^2
  EXPECT_REL(cb.L_E, ca.L_E * s, 1e-12);                // E/W
  EXPECT_REL(cb.L_Phi, ca.L_Phi / (s * s * s), 1e-12);  // W/Lambda
  EXPECT_REL(cb.c1, ca.c1 / s, 1e-12);                  // E/(Lambda W)
  EXPECT_REL(cb.sigma1_prime, ca.sigma1_prime * s * s, 1e-12);
  EXPECT_REL(cb.sigma2_v_global, ca.sigma2_v_global, 1e-12);
  EXPECT_REL(cb.sigma1_v_global, ca.sigma1_v_global * s * s, 1e-12);  // (E/W)^2
}

TEST_P(DataConstants, AreNotKeptFromAStoppedMeasurement) {
  const auto problem = data_problem(GetParam(), AlphaRule::optimal);
  const Reference r = problem->solve_reference();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(measure_solution(*problem, r, stop.get_token()).has_value());
  EXPECT_FALSE(prepare_constants(*problem, r, stop.get_token()));
  EXPECT_TRUE(prepare_constants(*problem, r));
  EXPECT_TRUE(prepare_constants(*problem, r, stop.get_token())) << "nothing is left to measure";
}

TEST_P(DataConstants, AreTheSameWithoutTheCache) {
  const auto problem = data_problem(GetParam(), AlphaRule::optimal);
  Reference r = problem->solve_reference();
  const ProblemConstants cached = problem->constants(r, {.minibatch = 2});
  r.cache = nullptr;
  const ProblemConstants fresh = problem->constants(r, {.minibatch = 2});
  EXPECT_EQ(cached.c1, fresh.c1);
  EXPECT_EQ(cached.sigma2_v_at_w, fresh.sigma2_v_at_w);
  EXPECT_EQ(cached.V_star_b, fresh.V_star_b);
  EXPECT_EQ(cached.fourth_moment, fresh.fourth_moment);
  EXPECT_EQ(cached.slope_moment, fresh.slope_moment);
}

// Features whose fourth powers overflow have no finite fourth moment; everything else stands.
TEST(DataConstantsOverflow, FourthMomentsAreInfiniteAndNothingElse) {
  Dataset rows;
  rows.features = make_features(3, 2, {1e80, 0.0, -1e80, 2e80, 1e79, 1e80});
  rows.labels = Vector{{1.0, -1.0, 1.0}};
  auto data = std::make_shared<TrainValidation>();
  data->train = data->validation = rows;
  const auto family = DataProblemFamily::make(std::move(data), {}).value();
  EXPECT_EQ(family->training_geometry()->fourth_moment, kInfinity);
  EXPECT_TRUE(std::isfinite(family->training_geometry()->largest.value));
}

}  // namespace
}  // namespace sid
