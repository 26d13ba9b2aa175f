#include "sid/theory/direct_bound.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/random/stream.hpp"

#include "core/theory/solution_constants.hpp"
#include "core/theory/vector_cases.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;
using testing::reference_theta;
using testing::step_with;
using testing::VectorCase;

std::vector<CurvatureNoise> pairs_of(const VectorCase& c) {
  return testing::data_constants(c).w_noise;
}

void expect_path(const DirectBound& bound,
                 double initial,
                 double s,
                 double theta,
                 const Json& grid,
                 const Json& values) {
  for (std::size_t i = 0; i < grid.size(); ++i) {
    double fixed = initial;
    double best = initial;
    DirectBound::Guess guess;
    for (std::int64_t t = 0; t < grid[i].get<std::int64_t>(); ++t) {
      fixed = step_with(bound, fixed, s, theta);
      best = bound.best_step(best, s, guess);
    }
    EXPECT_REL(fixed, number(values[i]), 1e-11);
    EXPECT_LE(best, fixed * (1.0 + 1e-12)) << "the best theta is at least as good";
  }
}

TEST(DirectBound, AgreesWithReferenceOnDataProblems) {
  for (const VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const Json& w = (*c.json)["w_bounds"]["direct"];
    const Json& v = (*c.json)["v_bounds"];
    const double s = number(w["s"]);
    const double theta = reference_theta(c, s);
    // The reference quotes the limit with tau_R for every problem.
    const double tau_R = c.constant("tau_R");
    const double variance = c.constant("c_b") * (c.constant("L") - tau_R);
    EXPECT_REL(DirectBound({{tau_R, 0.0}, {c.constant("L"), variance}}, 0.0).full_rate_limit(),
               number(w["s_max"]),
               1e-11);
    if (!w["theta"].is_null()) {
      EXPECT_REL(theta, number(w["theta"]), 1e-11);
    }
    const DirectBound lower(pairs_of(c), c.constant("V_star_b"));
    const double initial = c.constant("norm_w") * c.constant("norm_w");
    expect_path(lower, initial, s, theta, (*c.json)["w_bounds"]["grid_t"], w["bound"]);

    const double s_v = number(v["direct"]["s"]);
    const DirectBound at_w(pairs_of(c), number(v["direct"]["V_star"]));
    expect_path(at_w,
                number(v["norm_v2"]),
                s_v,
                reference_theta(c, s_v),
                v["grid_k"],
                v["direct"]["bound"]);

    const ProblemConstants p = testing::data_constants(c);
    EXPECT_REL(p.V_star_v_global, number(v["direct_global"]["V_star"]), 1e-11);
    EXPECT_REL(p.norm_v_squared_sup, number(v["direct_global"]["B0"]), 1e-11);
    const DirectBound every_w(p.v_noise, p.V_star_v_global);
    expect_path(every_w,
                p.norm_v_squared_sup,
                s_v,
                reference_theta(c, s_v),
                v["grid_k"],
                v["direct_global"]["bound"]);
  }
}

/// Minimum over a fine grid of theta.
double scanned(const DirectBound& bound, double start, double s) {
  double best = kInfinity;
  for (int i = -4000; i <= 4000; ++i) {
    best = std::min(best, step_with(bound, start, s, std::pow(10.0, i / 500.0)));
  }
  return best;
}

TEST(DirectBound, BestThetaIsTheBestTheta) {
  Stream stream(StreamKey{.seed = 21});
  for (int i = 0; i < 120; ++i) {
    std::vector<CurvatureNoise> pairs;
    const int count = 1 + static_cast<int>(stream.index_below(6));
    for (int j = 0; j < count; ++j) {
      const double h = std::pow(10.0, 2.0 * stream.uniform() - 1.0);
      pairs.push_back({h, stream.uniform() < 0.3 ? 0.0 : h * stream.uniform()});
    }
    const DirectBound bound(pairs, std::pow(10.0, 4.0 * stream.uniform() - 3.0));
    const double s = bound.step_limit() * (0.02 + 1.1 * stream.uniform());
    const double start = std::pow(10.0, 5.0 * stream.uniform() - 3.0);
    DirectBound::Guess guess{.theta = std::pow(10.0, 4.0 * stream.uniform() - 2.0)};
    const double found = bound.best_step(start, s, guess);
    EXPECT_LE(found, scanned(bound, start, s) * (1.0 + 1e-3)) << i;
    EXPECT_REL(found, step_with(bound, start, s, guess.theta), 1e-14)
        << "theta reported is the one used";
    // A second call from the theta found is at the minimum.
    EXPECT_LE(bound.best_step(start, s, guess), scanned(bound, start, s) * (1.0 + 1e-6)) << i;
  }
}

TEST(DirectBound, GuessCarriedAlongAPathStaysTheBest) {
  std::vector<CurvatureNoise> pairs;
  for (int i = 0; i < 10; ++i) {
    const double h = 0.6 * std::pow(4.2, i / 9.0);
    pairs.push_back({h, 0.009 * h * h});
  }
  const DirectBound bound(pairs, 0.14);
  DirectBound::Guess guess;
  double error = 12.0;
  for (int t = 0; t < 400; ++t) {
    const double s = 0.4 * 4.7 / (4.7 + t);
    const double next = bound.best_step(error, s, guess);
    if (t % 20 == 0) {
      EXPECT_LE(next, scanned(bound, error, s) * (1.0 + 1e-6)) << t;
    }
    error = next;
  }
}

TEST(DirectBound, NoNoiseIsTheDeterministicContraction) {
  const DirectBound bound({{0.5, 0.0}, {2.0, 0.0}}, 0.0);
  DirectBound::Guess guess;
  EXPECT_REL(bound.best_step(4.0, 0.8, guess), 4.0 * 0.36, 1e-15);
  EXPECT_EQ(bound.step_limit(), 1.0);
  EXPECT_EQ(bound.factor(1.0), 1.0);
}

TEST(DirectBound, StartingAtTheSolutionLeavesTheNoiseThere) {
  const DirectBound bound({{0.5, 0.1}, {2.0, 0.3}}, 0.7);
  DirectBound::Guess guess;
  EXPECT_EQ(bound.best_step(0.0, 0.5, guess), 0.25 * 0.7);
}

TEST(DirectBound, ContractsExactlyBelowItsLimit) {
  const DirectBound bound({{0.1, 0.02}, {1.0, 0.6}, {3.0, 0.0}}, 1.0);
  const double limit = bound.step_limit();
  EXPECT_LT(bound.factor(0.999 * limit), 1.0);
  EXPECT_GT(bound.factor(1.001 * limit), 1.0);
}

TEST(DirectBound, KeepsTheFlattestDirectionsRateUpToItsFullRateLimit) {
  Stream stream(StreamKey{.seed = 22});
  for (int i = 0; i < 60; ++i) {
    std::vector<CurvatureNoise> pairs;
    const int count = 1 + static_cast<int>(stream.index_below(5));
    for (int j = 0; j < count; ++j) {
      const double h = std::pow(10.0, 2.0 * stream.uniform() - 1.0);
      pairs.push_back({h, stream.uniform() < 0.3 ? 0.0 : 3.0 * h * stream.uniform()});
    }
    const DirectBound bound(pairs, 1.0);
    const double limit = bound.full_rate_limit();
    EXPECT_LE(limit, bound.step_limit());
    const CurvatureNoise flat = *std::min_element(
        pairs.begin(), pairs.end(), [](const auto& x, const auto& y) { return x.h < y.h; });
    const DirectBound flattest({flat}, 1.0);
    for (const double s : {0.01, 0.3, 0.7, 0.99}) {
      EXPECT_EQ(bound.factor(s * limit), flattest.factor(s * limit));
      EXPECT_LT(bound.factor(limit), bound.factor(s * limit)) << "larger steps contract faster";
    }
    const double beyond = 1.001 * limit;
    const bool decides = bound.factor(beyond) <= flattest.factor(beyond);
    EXPECT_TRUE(!decides || flattest.factor(beyond) >= flattest.factor(limit)) << "not beyond";
  }
}

TEST(DirectBound, LossIsOneLessTheFactorOfAStep) {
  const DirectBound bound({{0.1, 0.02}, {1.0, 0.6}, {3.0, 0.4}}, 1.0);
  for (const double s : {0.01, 0.2, 0.5}) {
    EXPECT_REL(bound.loss(s, kInfinity), 1.0 - bound.factor(s), 1e-12);
    for (const double theta : {0.1, 1.0, 20.0}) {
      double factor = 0.0;
      for (const auto& [h, n] : {std::pair{0.1, 0.02}, {1.0, 0.6}, {3.0, 0.4}}) {
        factor = std::max(factor, (1.0 - s * h) * (1.0 - s * h) + (1.0 + 1.0 / theta) * s * s * n);
      }
      EXPECT_NEAR(1.0 - bound.loss(s, theta), factor, 1e-13);
    }
  }
  EXPECT_REL(bound.loss(1e-12, 1.0), 2e-13, 1e-9) << "small losses keep their digits";
}

TEST(DirectBound, HostileNumbersStayNumbersOrInfinity) {
  const DirectBound bound({{1.0, 1.0}}, 1e308);
  DirectBound::Guess guess{.theta = 0.0};
  EXPECT_FALSE(std::isnan(bound.best_step(1.0, 1.0, guess)));
  guess = {.theta = std::nan(""), .left = 17, .right = 99};
  EXPECT_FALSE(std::isnan(bound.best_step(1.0, 0.5, guess)));
  EXPECT_THROW(DirectBound({}, 1.0), ContractViolation);
}

}  // namespace
}  // namespace sid
