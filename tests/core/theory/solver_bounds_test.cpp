#include "sid/theory/solver_bounds.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "sid/random/stream.hpp"
#include "sid/theory/hypergradient_bounds.hpp"

#include "core/theory/vector_cases.hpp"
#include "support/recommended_steps.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;
using testing::VectorCase;

constexpr double kTolerance = 1e-11;

/// Calls check(t, expected) along a row of reference values.
template <class Check>
void along(const Json& grid, const Json& values, Check&& check) {
  ASSERT_EQ(grid.size(), values.size());
  for (std::size_t i = 0; i < grid.size(); ++i) {
    check(grid[i].get<std::int64_t>(), number(values[i]));
  }
}

void expect_theorems(const NoisyContraction& map, const Json& json) {
  const double eta = map.step_limit();
  const DecreasingStep step{.beta = 2.0 / map.rate(), .gamma = 2.0 / map.rate() / eta};
  const Theorem41 constant(map, eta);
  const Theorem42 decreasing(map, step);
  ASSERT_TRUE(constant.holds());
  ASSERT_TRUE(decreasing.holds());
  along(json["grid_t"], json["thm41"], [&](std::int64_t t, double expected) {
    EXPECT_REL(constant.at(t), expected, kTolerance);
  });
  along(json["grid_t"], json["thm42"], [&](std::int64_t t, double expected) {
    EXPECT_REL(decreasing.at(t), expected, kTolerance);
  });
}

double iterate(double bound, std::int64_t count, const StepSizeSchedule& schedule, auto&& step) {
  for (std::int64_t t = 0; t < count; ++t) bound = step(bound, schedule.at(t));
  return bound;
}

TEST(SolverBounds, AgreeWithReferenceOnPlainNumbers) {
  for (const Json& json : testing::theory_vectors()["abstract_solver"]) {
    const NoisyContraction map{.q = number(json["q"]),
                               .sigma1 = number(json["sigma1"]),
                               .sigma2 = number(json["sigma2"]),
                               .initial = number(json["mse0"])};
    expect_theorems(map, json);
    const TwoPhaseBound bound(map, testing::recommended_two_phase(map));
    along(json["grid_t"], json["two_phase_bound"], [&](std::int64_t t, double expected) {
      EXPECT_REL(bound.at(t), expected, kTolerance);
    });
    for (const auto& [eta, expected] : json["kappa_residual"].items()) {
      EXPECT_REL(1.0 - sharp_loss(map, std::stod(eta)), number(expected), kTolerance);
    }
    EXPECT_REL(Theorem41(map, map.step_limit()).floor(), number(json["limit_const"]), kTolerance);
  }
}

TEST(SolverBounds, AgreeWithReferenceOnTheLowerLevel) {
  for (const VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const Json& json = (*c.json)["w_bounds"];
    const NoisyContraction map = testing::lower_level_map(c);
    expect_theorems(map, json);
    EXPECT_REL(map.step_limit(), number(json["eta"]), kTolerance);

    const StepSizeSchedule constant(ConstantStep{map.step_limit()});
    const StepSizeSchedule decreasing(
        DecreasingStep{.beta = number(json["beta"]), .gamma = number(json["gamma"])});
    const auto proof = [&](double bound, double eta) { return recursion_step(map, bound, eta); };
    const auto sharp = [&](double bound, double eta) {
      return (1.0 - sharp_loss(map, eta)) * bound + eta * eta * map.sigma1;
    };
    const auto expect_recursion = [&](const char* key, const StepSizeSchedule& steps, auto&& rule) {
      along(json["grid_t"], json[key], [&](std::int64_t t, double expected) {
        EXPECT_REL(iterate(map.initial, t, steps, rule), expected, kTolerance) << key << " " << t;
      });
    };
    expect_recursion("rec_paper_const", constant, proof);
    expect_recursion("rec_paper_dec", decreasing, proof);
    expect_recursion("rec_sharp_const", constant, sharp);
    expect_recursion("rec_sharp_dec", decreasing, sharp);

    const TwoPhaseBound two_phase(map, testing::recommended_two_phase(map));
    along(json["two_phase"]["grid_t"],
          json["two_phase"]["bound"],
          [&](std::int64_t t, double expected) {
            EXPECT_REL(two_phase.at(t), expected, kTolerance);
          });
    EXPECT_REL(two_phase.first().floor(), number(json["two_phase"]["floor"]), kTolerance);
  }
}

TEST(SolverBounds, AgreeWithReferenceOnTheTeachingProblem) {
  for (const VectorCase& c : testing::teaching_cases()) {
    SCOPED_TRACE(c.name);
    expect_theorems(testing::lower_level_map(c), (*c.json)["w_bounds"]);
  }
}

TEST(SolverBounds, AgreeWithReferenceOnTheLinearSystem) {
  for (const VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const Json& json = (*c.json)["v_bounds"];
    const Json& noise = (*c.json)["v_noise_at_point"];
    const NoisyContraction at_w{.q = c.constant("q"),
                                .sigma1 = number(noise["sigma1_v"]),
                                .sigma2 = number(noise["sigma2_v"]),
                                .initial = number(json["norm_v2"])};
    const Theorem41 residual(at_w, number(json["thm41_residual"]["eta"]));
    EXPECT_TRUE(residual.holds());
    along(json["grid_k"], json["thm41_residual"]["bound"], [&](std::int64_t k, double expected) {
      EXPECT_REL(residual.at(k), expected, kTolerance);
    });
    const Theorem42 decreasing(at_w,
                               {.beta = number(json["thm42_residual"]["beta"]),
                                .gamma = number(json["thm42_residual"]["gamma"])});
    along(json["grid_k"], json["thm42_residual"]["bound"], [&](std::int64_t k, double expected) {
      EXPECT_REL(decreasing.at(k), expected, kTolerance);
    });
    const NoisyContraction theorem43{.q = c.constant("q"),
                                     .sigma1 = number(noise["sigma1_v_43"]),
                                     .sigma2 = c.constant("sigma2_43"),
                                     .initial = number(json["norm_v2"])};
    const Theorem41 constant(theorem43, number(json["thm41_with_43"]["eta"]));
    EXPECT_TRUE(constant.holds());
    along(json["grid_k"], json["thm41_with_43"]["bound"], [&](std::int64_t k, double expected) {
      EXPECT_REL(constant.at(k), expected, kTolerance);
    });
  }
}

/// Theorem 5.1 is Theorem 4.2 with the constants of Theorem 4.3.
void expect_theorem_5_1(const VectorCase& c) {
  SCOPED_TRACE(c.name);
  const Json& w = (*c.json)["w_bounds"];
  const Json& json = w["thm51"];
  const DecreasingStep step{.beta = 2.0 / (1.0 - c.constant("q") * c.constant("q")),
                            .gamma = number(json["gamma"])};
  const double norm_v = c.constant("L_E") / (1.0 - c.constant("q"));
  const double twice = 2.0 * c.constant("L_hat") * c.constant("L_hat");
  const auto d_v = [&](double norm) {
    return Theorem42({.q = c.constant("q"),
                      .sigma1 = twice * norm * norm,
                      .sigma2 = c.constant("sigma2_43"),
                      .initial = norm * norm},
                     step);
  };
  const Theorem42 lower({.q = c.constant("q"),
                         .sigma1 = c.constant("sigma1_w_43"),
                         .sigma2 = c.constant("sigma2_43"),
                         .initial = c.constant("norm_w") * c.constant("norm_w")},
                        step);
  const Theorem42 linear = d_v(norm_v);
  ASSERT_TRUE(lower.holds());
  ASSERT_TRUE(linear.holds());
  EXPECT_REL(lower.c(), number(json["d_w"]), 1e-9);
  EXPECT_REL(linear.c(), number(json["d_v_L_E"]), 1e-9);
  if (json.contains("d_v_at_point")) {
    const Vector gradient = testing::vector((*c.problem)["at_point"]["grad_E"]);
    EXPECT_REL(
        d_v(gradient.norm() / (1.0 - c.constant("q"))).c(), number(json["d_v_at_point"]), 1e-9);
    along(w["grid_t"], json["bound_w"], [&](std::int64_t t, double expected) {
      EXPECT_REL(lower.at(t), expected, 1e-9);
    });
    along(w["grid_t"], json["bound_v_L_E"], [&](std::int64_t t, double expected) {
      EXPECT_REL(linear.at(t), expected, 1e-9);
    });
  }
  const HypergradientConstants constants{.c1 = c.constant("c1"),
                                         .L_Phi = c.constant("L_Phi"),
                                         .nu2 = c.constant("nu2"),
                                         .m2 = c.constant("m2"),
                                         .L_E = c.constant("L_E"),
                                         .q = c.constant("q")};
  along(w["grid_t"], w["rem51"], [&](std::int64_t t, double expected) {
    EXPECT_REL(theorem_3_4(constants, lower.at(t), linear.at(t)).total(), expected, 1e-9) << t;
  });
}

TEST(SolverBounds, Theorem51AgreesWithReference) {
  for (const VectorCase& c : testing::data_cases()) expect_theorem_5_1(c);
  for (const VectorCase& c : testing::teaching_cases()) expect_theorem_5_1(c);
}

TEST(SolverBounds, RecursionIsNeverAboveTheTheorems) {
  Stream stream(StreamKey{.seed = 5});
  for (int i = 0; i < 300; ++i) {
    const NoisyContraction map{.q = 0.999 * stream.uniform(),
                               .sigma1 = std::pow(10.0, 6.0 * stream.uniform() - 4.0),
                               .sigma2 = 10.0 * stream.uniform(),
                               .initial = std::pow(10.0, 6.0 * stream.uniform() - 3.0)};
    const double eta = map.step_limit() * (0.05 + 0.95 * stream.uniform());
    const double beta = (1.01 + 3.0 * stream.uniform()) / map.rate();
    const DecreasingStep step{.beta = beta,
                              .gamma = beta * (1.0 + map.sigma2) * (1.0 + stream.uniform())};
    const Theorem41 constant(map, eta);
    const Theorem42 decreasing(map, step);
    ASSERT_TRUE(constant.holds());
    ASSERT_TRUE(decreasing.holds());
    double first = map.initial;
    double second = map.initial;
    double sharp = map.initial;
    for (std::int64_t t = 0; t <= 200; ++t) {
      EXPECT_LE(first, constant.at(t) * (1.0 + 1e-10));
      EXPECT_LE(second, decreasing.at(t) * (1.0 + 1e-10));
      EXPECT_LE(sharp, first * (1.0 + 1e-10)) << "the kept term only lowers the bound";
      first = recursion_step(map, first, eta);
      sharp = (1.0 - sharp_loss(map, eta)) * sharp + eta * eta * map.sigma1;
      second = recursion_step(map, second, StepSizeSchedule(step).at(t));
    }
  }
}

TEST(SolverBounds, ConditionsAreThoseOfTheTheorems) {
  const NoisyContraction map{.q = 0.9, .sigma1 = 1.0, .sigma2 = 1.0, .initial = 1.0};
  EXPECT_TRUE(Theorem41(map, 0.5).holds());
  EXPECT_FALSE(Theorem41(map, 0.5001).holds());
  EXPECT_FALSE(Theorem41(map, 0.0).holds());
  EXPECT_FALSE(Theorem41(map, -0.1).holds());
  EXPECT_FALSE(Theorem41(map, std::nan("")).holds());
  const double least = 1.0 / map.rate();
  EXPECT_FALSE(Theorem42(map, {.beta = least, .gamma = 1e9}).beta_holds()) << "strict";
  EXPECT_TRUE(Theorem42(map, {.beta = 2.0 * least, .gamma = 4.0 * least}).holds());
  EXPECT_FALSE(Theorem42(map, {.beta = 2.0 * least, .gamma = 3.99 * least}).gamma_holds());
}

TEST(SolverBounds, PerfectConditioningDividesByNothing) {
  const NoisyContraction map{.q = 0.0, .sigma1 = 0.25, .initial = 4.0};
  EXPECT_EQ(Theorem41(map, 1.0).at(0), 4.0);
  EXPECT_EQ(Theorem41(map, 1.0).at(1), 0.25);
  EXPECT_EQ(sharp_loss(map, 1.0), 1.0);
}

TEST(SolverBounds, TwoPhaseThatNeverSwitchesIsTheorem41) {
  const NoisyContraction map{.q = 0.5, .initial = 2.0};
  const TwoPhaseStep step = testing::recommended_two_phase(map);
  ASSERT_EQ(step.switch_at, kNever);
  const TwoPhaseBound bound(map, step);
  for (const std::int64_t t : {0, 1, 7, 100}) {
    EXPECT_EQ(bound.at(t), Theorem41(map, 1.0).at(t));
  }
}

}  // namespace
}  // namespace sid
