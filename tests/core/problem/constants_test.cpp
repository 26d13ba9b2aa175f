#include "sid/problem/constants.hpp"

#include <gtest/gtest.h>

#include "support/vectors.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;

TEST(TheoremConstants, OfTheorem31AgreesWithReference) {
  int rows = 0;
  for (const Json& row : testing::theory_vectors()["c1_formula"]) {
    ProblemConstants c;
    c.mu1 = number(row["mu1"]);
    c.mu2 = number(row["mu2"]);
    c.nu1 = number(row["nu1"]);
    c.nu2 = number(row["nu2"]);
    c.L_E = number(row["L_E"]);
    c.L_Phi = number(row["L_Phi"]);
    c.q = number(row["q"]);
    fill_theorem_constants(c);
    EXPECT_REL(c.c1, number(row["c1"]), 1e-14);
    ++rows;
  }
  EXPECT_GT(rows, 0);
}

TEST(TheoremConstants, OfTheorem43And51AgreeWithReference) {
  for (const char* group : {"data_problems", "teaching_problems"}) {
    for (const auto& [name, problem] : testing::theory_vectors()[group].items()) {
      for (const Json& entry : problem["cases"]) {
        SCOPED_TRACE(name);
        const Json& e = entry["constants"];
        ProblemConstants c;
        c.alpha = number(e["alpha"]);
        c.q = number(e["q"]);
        c.L_hat = number(e["L_hat"]);
        c.L_E = number(e["L_E"]);
        c.V_star_b = number(e["V_star_b"]);
        fill_theorem_constants(c);
        EXPECT_REL(c.sigma2_theorem43, number(e["sigma2_43"]), 1e-11);
        EXPECT_REL(c.sigma1_w_theorem43, number(e["sigma1_w_43"]), 1e-11);
        if (e.contains("sigma1_v_43_glob")) {
          EXPECT_REL(c.sigma1_v_theorem51, number(e["sigma1_v_43_glob"]), 1e-11);
        }
      }
    }
  }
}

TEST(TheoremConstants, OfAQuadraticUpperLevelAreInfiniteAndNotNaN) {
  ProblemConstants c;
  c.mu1 = c.nu2 = c.L_Phi = 1.0;
  c.L_hat = 1.0;
  c.q = 0.5;  // nu1 = 0 and L_E = infinity
  fill_theorem_constants(c);
  EXPECT_EQ(c.c1, kInfinity);
  EXPECT_EQ(c.sigma1_v_theorem51, kInfinity);
}

}  // namespace
}  // namespace sid
