#include "support/noise_summaries.hpp"

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "support/data_vectors.hpp"

namespace sid {
namespace {

using testing::data_problem;
using testing::Json;
using testing::noise_summaries;
using testing::NoiseSummaries;
using testing::number;
using testing::theory_vectors;

constexpr double kTolerance = 1e-11;

TEST(NoiseSummaries, AgreeAtTheSolutionAndElsewhere) {
  int compared = 0;
  for (const auto& [name, json] : theory_vectors()["data_problems"].items()) {
    for (const Json& entry : json["cases"]) {
      SCOPED_TRACE(name);
      const bool optimal = entry["rule"].get<std::string>() == "opt";
      const auto problem =
          data_problem(name, optimal ? AlphaRule::optimal : AlphaRule::inverse_smoothness);
      const Json& e = entry["constants"];
      const OracleSettings settings = testing::oracle_settings(e);
      const double a2 = problem->alpha() * problem->alpha();
      const NoiseSummaries s = noise_summaries(*problem, problem->solve_reference().w, settings);
      EXPECT_REL(s.m2_frobenius, number(e["m2_frob"]), kTolerance);
      EXPECT_REL(s.hessian_noise, number(e["S_H"]), kTolerance);
      EXPECT_REL(a2 * s.hessian_noise, number(e["S_Psi"]), kTolerance);
      EXPECT_REL(s.hessian_noise_bound, number(e["S_H_glob"]), kTolerance);
      EXPECT_REL(a2 * s.hessian_noise_bound, number(e["S_Psi_glob"]), kTolerance);
      const NoiseSummaries at =
          noise_summaries(*problem, testing::vector(json["at_point"]["w"]), settings);
      const Json& point = entry["v_noise_at_point"];
      EXPECT_REL(at.hessian_noise, number(point["S_H"]), kTolerance);
      EXPECT_REL(a2 * at.hessian_noise, number(point["S_Psi"]), kTolerance);
      EXPECT_LE(at.hessian_noise, s.hessian_noise_bound * (1.0 + 1e-12));
      ++compared;
    }
  }
  EXPECT_EQ(compared, 30);
}

TEST(NoiseSummaries, RefuseAnImpossibleMinibatch) {
  const auto problem = data_problem("P1", AlphaRule::optimal);
  const Vector w = Vector::Zero(problem->lower_dim());
  EXPECT_THROW((void)noise_summaries(*problem, w, {.minibatch = 9}), ContractViolation);
}

}  // namespace
}  // namespace sid
