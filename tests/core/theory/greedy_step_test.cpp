#include "sid/theory/greedy_step.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "sid/method/recommended_steps.hpp"
#include "sid/theory/solver_bounds.hpp"

#include "core/theory/vector_cases.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;

TEST(GreedyStep, AgreesWithReferenceAlongItsOwnBound) {
  for (const testing::VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const NoisyContraction map = testing::lower_level_map(c);
    const Json& json = (*c.json)["w_bounds"]["greedy"];
    const GreedySteps run = greedy_steps(map, 50);
    double bound = map.initial;
    for (std::size_t t = 0; t < 50; ++t) {
      const double eta = greedy_step(map, bound);
      EXPECT_REL(eta, run.eta[t], 1e-14) << "the schedule of recommended_steps.hpp";
      bound = recursion_step(map, bound, eta);
    }
    EXPECT_REL(bound, number(json["bound_at_50"]), 1e-11);
  }
  for (const Json& json : testing::theory_vectors()["abstract_solver"]) {
    const NoisyContraction map{.q = number(json["q"]),
                               .sigma1 = number(json["sigma1"]),
                               .sigma2 = number(json["sigma2"]),
                               .initial = number(json["mse0"])};
    EXPECT_REL(greedy_step(map, map.initial), number(json["greedy_first_step"]), 1e-11);
  }
}

TEST(GreedyStep, NoAdmissibleStepIsBetterForTheRecursion) {
  const NoisyContraction map{.q = 0.8, .sigma1 = 0.4, .sigma2 = 0.6, .initial = 9.0};
  for (const double bound : {9.0, 1.0, 0.1, 1e-4}) {
    const double best = recursion_step(map, bound, greedy_step(map, bound));
    for (int i = 0; i <= 1000; ++i) {
      EXPECT_LE(best, recursion_step(map, bound, map.step_limit() * i / 1000.0) * (1.0 + 1e-14));
    }
  }
}

TEST(GreedyStep, WithoutNoiseTakesTheLargestStepAllowed) {
  const NoisyContraction quiet{.q = 0.5, .sigma1 = 0.0, .sigma2 = 0.25, .initial = 1.0};
  EXPECT_EQ(greedy_step(quiet, 0.0), 0.8);
  EXPECT_EQ(greedy_step_formula(quiet), "η = 0.800");
}

TEST(GreedyStep, FormulaNamesItsNumbers) {
  const NoisyContraction map{.q = 0.9, .sigma1 = 0.3, .sigma2 = 0.25, .initial = 40.0};
  EXPECT_EQ(greedy_step_formula(map), "η_t = min{0.800, 0.190·B_t/0.600}, B_0 = 40.0");
}

}  // namespace
}  // namespace sid
