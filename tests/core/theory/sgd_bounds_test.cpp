#include "sid/theory/sgd_bounds.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "sid/random/stream.hpp"
#include "sid/theory/solver_bounds.hpp"

#include "core/theory/vector_cases.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;
using testing::VectorCase;

SgdConstants constants_of(const VectorCase& c) {
  return {.L = c.constant("L"),
          .tau = c.constant("tau"),
          .sigma1_prime = c.constant("s1p"),
          .sigma2_prime = c.constant(c.json->at("constants").contains("s2p") ? "s2p" : "sigma2_w"),
          .alpha_rule = c.rule,
          .initial = c.constant("norm_w") * c.constant("norm_w")};
}

TEST(SgdBounds, Corollary41AgreesWithReference) {
  for (const VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const Json& json = (*c.json)["w_bounds"];
    const Corollary41 corollary(constants_of(c));
    const double eta = number(json["eta"]);
    const DecreasingStep step{.beta = number(json["beta"]), .gamma = number(json["gamma"])};
    const Json& r = json["cor41_r"];
    EXPECT_REL(1.0 - corollary.one_minus_r1(eta), number(r["r1"]), 1e-11);
    EXPECT_REL(corollary.r2(eta), number(r["r2"]), 1e-11);
    EXPECT_REL(corollary.r3(step.beta), number(r["r3"]), 1e-11);
    EXPECT_REL(corollary.beta_limit(), number(r["beta_min"]), 1e-11);
    EXPECT_REL(corollary.step_limit(), eta, 1e-11);
    EXPECT_REL(corollary.gamma_limit(step.beta), step.gamma, 1e-11);
    for (std::size_t i = 0; i < json["grid_t"].size(); ++i) {
      const auto t = json["grid_t"][i].get<std::int64_t>();
      EXPECT_REL(corollary.constant(eta, t), number(json["cor41"][i]), 1e-11);
      EXPECT_REL(corollary.decreasing(step, t), number(json["cor41_dec"][i]), 1e-11);
    }
  }
}

TEST(SgdBounds, Corollary41AgreesWithReferenceOnTheTeachingProblem) {
  for (const VectorCase& c : testing::teaching_cases()) {
    SCOPED_TRACE(c.name);
    const Json& json = (*c.json)["w_bounds"];
    const Corollary41 corollary(constants_of(c));
    EXPECT_REL(corollary.step_limit(), number(json["eta"]), 1e-11);
    for (std::size_t i = 0; i < json["grid_t"].size(); ++i) {
      EXPECT_REL(corollary.constant(number(json["eta"]), json["grid_t"][i].get<std::int64_t>()),
                 number(json["cor41"][i]),
                 1e-11);
    }
  }
}

TEST(SgdBounds, BottouAgreesWithReference) {
  int seen = 0;
  for (const VectorCase& c : testing::data_cases()) {
    const Json& json = (*c.json)["w_bounds"];
    if (!json.contains("f0_gap")) continue;
    SCOPED_TRACE(c.name);
    ++seen;
    const BottouBound bound(constants_of(c), number(json["f0_gap"]));
    for (std::size_t i = 0; i < json["grid_t"].size(); ++i) {
      const auto t = json["grid_t"][i].get<std::int64_t>();
      const double eta = number(json["eta"]);
      EXPECT_REL(bound.function_gap(eta, t), number(json["bottou_function_values"][i]), 1e-11);
      EXPECT_REL(
          bound.iterate_error(eta, t), number(json["bottou_converted_to_iterates"][i]), 1e-11);
    }
  }
  EXPECT_EQ(seen, 15) << "three samplings of five problems with alpha = 1/L";
}

TEST(SgdBounds, Corollary41IsTheorems41And42WithItsConstants) {
  Stream stream(StreamKey{.seed = 3});
  for (int i = 0; i < 500; ++i) {
    const double tau = std::pow(10.0, 3.0 * stream.uniform() - 3.0);
    const double L = tau * (1.0 + std::pow(10.0, 3.0 * stream.uniform()));
    const bool optimal = i % 2 == 0;
    const double alpha = optimal ? 2.0 / (L + tau) : 1.0 / L;
    const SgdConstants c{.L = L,
                         .tau = tau,
                         .sigma1_prime = stream.uniform(),
                         .sigma2_prime = 3.0 * stream.uniform(),
                         .alpha_rule = optimal ? AlphaRule::optimal : AlphaRule::inverse_smoothness,
                         .initial = 10.0 * stream.uniform()};
    const NoisyContraction map{.q = optimal ? (L - tau) / (L + tau) : 1.0 - tau / L,
                               .sigma1 = alpha * alpha * c.sigma1_prime,
                               .sigma2 = c.sigma2_prime,
                               .initial = c.initial};
    const Corollary41 corollary(c);
    const double eta = map.step_limit() * stream.uniform();
    const double beta = (1.5 + stream.uniform()) / map.rate();
    const DecreasingStep step{.beta = beta, .gamma = beta * (1.0 + c.sigma2_prime)};
    EXPECT_REL(corollary.beta_limit(), Theorem42(map, step).beta_limit(), 1e-10);
    for (const std::int64_t t : {0, 1, 10, 1000}) {
      EXPECT_REL(corollary.constant(eta, t), Theorem41(map, eta).at(t), 1e-9);
      EXPECT_REL(corollary.decreasing(step, t), Theorem42(map, step).at(t), 1e-9);
    }
  }
}

TEST(SgdBounds, PrintedPairOfRemark41IsNoIterateBound) {
  // l(w) = 0.05 w^2 with additive gradient noise of variance 1, alpha = 1/L, eta = 1/2: the
  // stationary second moment is s^2/(1 - (1 - s tau)^2) with s = eta alpha = 5.
  const SgdConstants c{.L = 0.1,
                       .tau = 0.1,
                       .sigma1_prime = 1.0,
                       .alpha_rule = AlphaRule::inverse_smoothness,
                       .initial = 0.0};
  const double stationary = 25.0 / (1.0 - 0.25);
  const BottouBound bound(c, 0.0);
  EXPECT_LT(bound.function_gap(0.5, 100000), stationary);
  EXPECT_GE(bound.iterate_error(0.5, 100000), stationary);
  EXPECT_GE(Corollary41(c).constant(0.5, 100000), stationary);
}

}  // namespace
}  // namespace sid
