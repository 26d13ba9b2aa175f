#include "sid/theory/solution_based_bound.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sid/random/stream.hpp"
#include "sid/theory/hypergradient_bounds.hpp"
#include "sid/theory/radius_bound.hpp"

#include "core/theory/solution_constants.hpp"
#include "core/theory/vector_cases.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;
using testing::VectorCase;

constexpr double kTolerance = 1e-11;

TEST(SolutionBasedBound, ConstantsAgreeWithReference) {
  for (const VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const Json& json = (*c.json)["LOC"];
    const ProblemConstants p = testing::solution_constants(c);
    const SolutionBasedBound bound(p, p.m2);
    ASSERT_TRUE(bound.known());
    EXPECT_REL(bound.slopes().k1, number(json["k1"]), kTolerance);
    EXPECT_REL(bound.A0(), number(json["A0"]), kTolerance);
    EXPECT_REL(bound.A1(), number(json["A1"]), kTolerance);
    EXPECT_REL(p.radius, number(json["R_as"]), kTolerance);
  }
}

/// The reference runs both recursions at its constant step and theta.
TEST(SolutionBasedBound, RecursionsAndValuesAgreeWithReference) {
  for (const VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const ProblemConstants p = testing::solution_constants(c);
    const double s = number((*c.json)["w_bounds"]["direct"]["s"]);
    const double theta = testing::reference_theta(c, s);
    const DirectBound map(p.w_noise, p.V_star_b);
    const FourthMoment moment(p);
    const bool ball = s <= p.radius_step_limit;
    const SolutionBasedBound bound(p, p.m2);
    double rho = p.norm_w * p.norm_w, fourth = rho * rho;
    LinearErrorShares shares;
    std::int64_t t = 0;
    ASSERT_EQ((*c.json)["LOC"]["rows"].size(), 3U);
    for (const Json& row : (*c.json)["LOC"]["rows"]) {
      for (; t < row["t"].get<std::int64_t>(); ++t) {
        fourth = moment.step(fourth, rho, s);
        rho = testing::step_with(map, rho, s, theta);
        if (ball) fourth = std::min(fourth, p.radius * p.radius * rho);
        shares.step(map, s, theta);
      }
      EXPECT_REL(rho, number(row["rho"]), kTolerance);
      EXPECT_REL(fourth, number(row["F"]), kTolerance);
      EXPECT_REL(shares.kept, number(row["P"]), kTolerance);
      EXPECT_REL(shares.added, number(row["N"]), kTolerance);
      EXPECT_REL(bound.at(rho, fourth, shares).total(), number(row["bound"]), kTolerance);
    }
  }
}

struct Arguments {
  double rho = 0.0, fourth = 0.0;
  LinearErrorShares shares;
};

Arguments some_arguments(Stream& stream) {
  const auto magnitude = [&] { return std::pow(10.0, 4.0 * stream.uniform() - 2.0); };
  Arguments a;
  a.rho = magnitude();
  a.fourth = a.rho * a.rho * (1.0 + magnitude());
  a.shares = {.kept = stream.uniform(), .added = magnitude()};
  return a;
}

TEST(SolutionBasedBound, GrowsWithEveryConstantAndArgument) {
  Stream stream(StreamKey{.seed = 41});
  const VectorCase c = testing::data_cases().front();
  using Member = double ProblemConstants::*;
  for (int i = 0; i < 50; ++i) {
    ProblemConstants p = testing::solution_constants(c);
    p.mu2 = p.m2 = 0.1;
    const Arguments a = some_arguments(stream);
    const double before = SolutionBasedBound(p, p.m2).at(a.rho, a.fourth, a.shares).total();
    for (const Member member : {&ProblemConstants::mu1,
                                &ProblemConstants::mu2,
                                &ProblemConstants::nu1,
                                &ProblemConstants::nu2,
                                &ProblemConstants::norm_v,
                                &ProblemConstants::L_Phi,
                                &ProblemConstants::q,
                                &ProblemConstants::m2,
                                &ProblemConstants::v_noise_star,
                                &ProblemConstants::f_b,
                                &ProblemConstants::curvature_bound,
                                &ProblemConstants::curvature_slope,
                                &ProblemConstants::fourth_moment,
                                &ProblemConstants::slope_moment}) {
      ProblemConstants larger = p;
      larger.*member *= 1.02;
      EXPECT_GT(SolutionBasedBound(larger, larger.m2).at(a.rho, a.fourth, a.shares).total(),
                before);
    }
    const SolutionBasedBound bound(p, p.m2);
    EXPECT_GT(bound.at(1.1 * a.rho, a.fourth, a.shares).total(), before);
    EXPECT_GT(bound.at(a.rho, 1.1 * a.fourth, a.shares).total(), before);
    EXPECT_GT(bound.at(a.rho, a.fourth, {1.1 * a.shares.kept, a.shares.added}).total(), before);
    EXPECT_GT(bound.at(a.rho, a.fourth, {a.shares.kept, 1.1 * a.shares.added}).total(), before);
  }
}

TEST(SolutionBasedBound, TendsToItsFloor) {
  ProblemConstants p = testing::solution_constants(testing::data_cases().front());
  p.m2 = 0.2;
  const SolutionBasedBound bound(p, p.m2);
  EXPECT_REL(bound.at(0.0, 0.0, {0.0, 0.0}).total(), 0.2 * p.norm_v * p.norm_v, 1e-14);
  EXPECT_EQ(bound.floor(), bound.at(0.0, 0.0, {0.0, 0.0}).total());
  EXPECT_LE(bound.floor(), sharp_floor({.m2 = 0.2, .L_E = p.L_E, .q = p.q}))
      << "||v*|| <= L_E/(1-q)";
  EXPECT_EQ(SolutionBasedBound(p, averaged_m2(p.m2, 0)).floor(), 0.0);
}

/// Units: w -> s w, E -> e E, lambda -> l lambda; alpha has the unit of w squared over that of the
/// lower loss, and the bound that of E squared over lambda squared.
TEST(SolutionBasedBound, ScalesAsItsUnits) {
  const double W = 3.0, E = 0.2, Lam = 7.0, loss = 1.7;
  const ProblemConstants p = [] {
    ProblemConstants c = testing::solution_constants(testing::data_cases().front());
    c.mu2 = 0.3;
    c.m2 = 0.05;
    return c;
  }();
  ProblemConstants u = p;
  const double curvature = loss / (W * W);
  u.alpha /= curvature;
  for (double ProblemConstants::*member : {&ProblemConstants::L,
                                           &ProblemConstants::tau,
                                           &ProblemConstants::tau_R,
                                           &ProblemConstants::L_max0,
                                           &ProblemConstants::c_b}) {
    u.*member *= curvature;
  }
  u.nu1 /= W;
  u.nu2 /= Lam;
  u.mu1 *= E / (W * W);
  u.mu2 *= E / (Lam * W);
  u.L_Phi *= W / Lam;
  u.norm_w *= W;
  u.norm_v *= E / W;
  u.m2 *= W / Lam * W / Lam;
  u.V_star_b *= loss / W * loss / W;
  u.sigma1_prime *= loss / W * loss / W;
  u.noise_reach *= loss / W;
  u.noise_reach_star *= loss / W;
  u.v_noise_star *= E / W * E / W;
  // phi'' B2 sqrt(M4) is a curvature, phi''' sqrt(Q) a curvature of v per unit of w.
  u.fourth_moment *= curvature * curvature;
  const double slope = curvature * (E / W) / W;
  u.slope_moment *= slope * slope;
  const double s = 0.3 / p.L;
  const FourthMoment moment(p), scaled(u);
  EXPECT_REL(scaled.step(2.0 * W * W * W * W, 1.1 * W * W, s / curvature),
             moment.step(2.0, 1.1, s) * W * W * W * W,
             1e-13);
  const LinearErrorShares shares{.kept = 0.3, .added = 0.7};
  const LinearErrorShares shares_scaled{.kept = 0.3, .added = 0.7 / (curvature * curvature)};
  const double value = SolutionBasedBound(p, p.m2).at(1.1, 2.0, shares).total();
  const double other =
      SolutionBasedBound(u, u.m2).at(1.1 * W * W, 2.0 * W * W * W * W, shares_scaled).total();
  EXPECT_REL(other, value * (E / Lam) * (E / Lam), 1e-13);
}

TEST(FourthMoment, WithoutNoiseIsThePowerOfTheContraction) {
  ProblemConstants p = testing::solution_constants(testing::data_cases().front());
  p.V_star_b = p.c_b = p.sigma1_prime = 0.0;
  const double s = 0.5 / p.L;
  const double chi = std::pow(1.0 - s * p.tau, 2.0);
  EXPECT_REL(FourthMoment(p).step(3.0, 1.0, s), chi * chi * 3.0, 1e-14);
  p.noise_reach = kInfinity;
  EXPECT_REL(FourthMoment(p).step(3.0, 1.0, s), chi * chi * 3.0, 1e-14);
}

/// Exact fourth moments of w' = w - s (h w + u w + x) with two-point noise u, x of one coordinate
/// lie below the recursion, and the second form is never beaten by less than the truth.
TEST(FourthMoment, DominatesExactMomentsOfAScalarProblem) {
  // l_i(w) = h_i w^2/2 - x_i w with (h_i, x_i) in {h0 +- u} x {+- x}: curvature mean h0, noise of
  // one draw +-u w +-x.
  const double h0 = 0.5, u = 0.4, x = 0.7, tau_R = 0.1;
  ProblemConstants p;
  p.L = p.tau = h0 + tau_R;
  p.tau_R = tau_R;
  p.L_max0 = h0 + u;
  p.f_b = 1.0;
  p.c_b = p.L_max0;
  p.V_star_b = x * x;
  p.noise_reach_star = x;
  const FourthMoment moment(p);
  for (const double s : {0.1, 0.5, 0.9}) {
    double m[5] = {1.0, 2.0, 4.0, 8.0, 16.0};  // raw moments, w_0 = 2, w* = 0
    double fourth = 16.0;
    for (int t = 0; t < 60; ++t) {
      fourth = moment.step(fourth, m[2], s);
      double next[5] = {0.0, 0.0, 0.0, 0.0, 0.0};
      for (const double su : {-u, u}) {
        for (const double sx : {-x, x}) {
          const double a = 1.0 - s * (p.L + su), b = s * sx;
          const double binomial[5][5] = {{1}, {1, 1}, {1, 2, 1}, {1, 3, 3, 1}, {1, 4, 6, 4, 1}};
          for (int j = 0; j <= 4; ++j) {
            for (int i = 0; i <= j; ++i) {
              next[j] += 0.25 * binomial[j][i] * std::pow(a, i) * m[i] * std::pow(b, j - i);
            }
          }
        }
      }
      std::copy(next, next + 5, m);
      ASSERT_GE(fourth * (1.0 + 1e-12), m[4]) << "s = " << s << " t = " << t;
    }
  }
}

TEST(FourthMoment, ManyStepsAtOnceNeverProveMoreThanOneByOne) {
  for (const VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const ProblemConstants p = testing::solution_constants(c);
    const FourthMoment moment(p);
    const double s = 0.2 * std::min(moment.step_limit(), 2.0 / (p.L + p.tau));
    const double rho = 0.3;
    double single = 0.5;
    const double together = moment.steps(single, rho, s, 0.99 * s, 10.0, 1.0);
    for (int i = 0; i < 10; ++i) single = moment.step(single, rho, s * (1.0 - 0.001 * i));
    EXPECT_GE(together, single * (1.0 - 1e-12));
    if (std::isfinite(together)) {
      EXPECT_LE(together, 4.0 * single) << "as the growth allowed lets expect";
    }
    EXPECT_EQ(moment.steps(1e-9, 1.0, s, s, 1e6, 1e-3), kInfinity) << "grows by more than allowed";
  }
}

TEST(FourthMoment, StepLimitIsWhereTheRecursionStopsContracting) {
  for (const VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const FourthMoment moment(testing::solution_constants(c));
    const double limit = moment.step_limit();
    EXPECT_LE(moment.factor(limit), 1.0);
    EXPECT_GT(moment.factor(1.0001 * limit), 1.0);
  }
}

TEST(RadiusBound, AgreesWithReference) {
  for (const VectorCase& c : testing::data_cases()) {
    SCOPED_TRACE(c.name);
    const Json& json = (*c.json)["local_R_bound"];
    ProblemConstants p = testing::solution_constants(c);
    EXPECT_REL(p.radius, number(json["R"]), kTolerance);
    const RadiusBound bound = radius_bound(p, p.m2);
    const LinearSystemPerGradient unit = linear_system_per_gradient(p);
    const DirectBound map(p.v_noise, unit.V_star);
    const double s = number((*c.json)["w_bounds"]["direct"]["s"]);
    const double theta = testing::reference_theta(c, s);
    double sigma = unit.initial;
    std::int64_t k = 0;
    ASSERT_FALSE(json["rows"].empty());
    for (const Json& row : json["rows"]) {
      for (; k < row["t"].get<std::int64_t>(); ++k)
        sigma = testing::step_with(map, sigma, s, theta);
      EXPECT_REL(sigma, number(row["sigma_unit"]), kTolerance);
      EXPECT_REL(bound.at(number(row["rho"]), sigma), number(row["value"]), kTolerance);
    }
  }
}

TEST(RadiusBound, TendsToTheFloorOfTheSolutionBasedBound) {
  ProblemConstants p = testing::solution_constants(testing::data_cases().front());
  p.m2 = 0.2;
  EXPECT_REL(radius_bound(p, p.m2).at(0.0, 0.0), SolutionBasedBound(p, p.m2).floor(), 1e-14);
  EXPECT_EQ(radius_bound(p, 0.0).at(0.0, 0.0), 0.0);
}

}  // namespace
}  // namespace sid
