#include "sid/problem/error_certificate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/teaching_problem.hpp"

#include "support/data_vectors.hpp"
#include "support/extended_problem.hpp"
#include "support/forwarding_problem.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;
using testing::vector;

double smaller(const ErrorCertificate& c) {
  return std::min(c.a_posteriori, c.fixed_point);
}

Vector estimate(const BilevelProblem& problem, const Vector& w, const Vector& v) {
  Vector out(problem.upper_dim());
  problem.cross_transpose(w, v, out);
  return -problem.alpha() * out;
}

TEST(ErrorCertificate, AgreesWithReference) {
  int rows = 0;
  for (const std::string name : {"P1", "P2", "P3", "P4", "P5"}) {
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const Json& json = testing::theory_vectors()["data_problems"][name];
    const Vector exact = vector(json["reference"]["hypergrad"]);
    const DerivativeLipschitz lipschitz = problem->derivative_lipschitz();
    for (const Json& row : json["deterministic"]["rows"]) {
      for (const std::string method : {"fp", "cg"}) {
        SCOPED_TRACE(name);
        SCOPED_TRACE(row["t"].dump());
        SCOPED_TRACE(method);
        const Vector w = vector(row["w_t"]), v = vector(row["v_" + method]);
        const ErrorCertificate c = certified_error(*problem, lipschitz, w, v).value();
        // What rounding may hide is all there is in rows that have converged.
        const double hidden = c.bound - smaller(c);
        const auto expect_near = [hidden](double actual, double expected) {
          EXPECT_NEAR(actual, expected, 1e-11 * expected + 2.0 * hidden);
        };
        expect_near(c.a_posteriori, number(row["er_apost_" + method]));
        if (method == "fp") expect_near(c.fixed_point, number(row["fp_certificate"]));
        EXPECT_NEAR(c.gradient_norm, number(row["grad_norm"]), 1e-11 * c.gradient_norm + 1e-15);
        EXPECT_NEAR(c.linear_residual_norm,
                    number(row["res_" + method]),
                    1e-11 * c.linear_residual_norm + 1e-14);
        EXPECT_LE((estimate(*problem, w, v) - exact).norm(), c.bound);
        EXPECT_LE(number(row["err_" + method]), c.bound + 1e-15);
        EXPECT_LE(hidden, 1e-12);
        ++rows;
      }
    }
  }
  EXPECT_EQ(rows, 40);
}

/// Errors against long double, at w and v of any accuracy: up to the last bit.
void expect_domination(const DataProblem& problem, Stream& stream, double& best) {
  const Reference reference = problem.solve_reference();
  const testing::ExtendedProblem extended(problem);
  const testing::ExtendedVector exact =
      extended.hypergradient(reference.w.cast<testing::Extended>());
  const DerivativeLipschitz lipschitz = problem.derivative_lipschitz();
  for (int digits = -2; digits <= 18; ++digits) {
    for (int repetition = 0; repetition < 6; ++repetition) {
      SCOPED_TRACE("digits " + std::to_string(digits));
      Vector w = reference.w, v = reference.v;
      // Errors of w and of v of quite different sizes too.
      const double linear_digits = digits + 4.0 * (stream.uniform() - 0.5);
      const double of_w = digits == 18 ? 0.0 : std::pow(10.0, -digits) * w.norm();
      const double of_v = digits == 18 ? 0.0 : std::pow(10.0, -linear_digits) * v.norm();
      for (Index i = 0; i < w.size(); ++i) {
        w(i) += of_w * stream.normal();
        v(i) += of_v * stream.normal();
      }
      const auto error =
          static_cast<double>((estimate(problem, w, v).cast<testing::Extended>() - exact).norm());
      const ErrorCertificate c = certified_error(problem, lipschitz, w, v).value();
      EXPECT_LE(error, c.bound);
      EXPECT_LE(smaller(c), c.bound);
      if (digits < 4) {
        EXPECT_LE(c.bound, smaller(c) * (1.0 + 1e-9));
      }
      const ErrorCertificate quick =
          certified_error(problem, lipschitz, w, v, {.cross_norm = CrossNorm::quick}).value();
      EXPECT_GE(quick.bound, c.bound * (1.0 - 1e-9));
      best = std::min(best, c.bound / std::max(error, 1e-300));
    }
  }
}

TEST(ErrorCertificate, DominatesTheErrorAtAnyPoint) {
  if (!testing::kExtendedIsWider) GTEST_SKIP() << "long double is double here";
  Stream stream({.seed = 17});
  double best = kInfinity;
  for (const DataProblemShape& shape : testing::all_shapes()) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      const auto problem = testing::random_problem({.shape = shape, .seed = seed});
      SCOPED_TRACE(problem->name() + ", seed " + std::to_string(seed));
      expect_domination(*problem, stream, best);
    }
  }
  EXPECT_LT(best, 10.0) << "somewhere it is near the error";
}

TEST(ErrorCertificate, OfTheTeachingProblemDominates) {
  Stream stream({.seed = 18});
  for (const AlphaRule rule : {AlphaRule::optimal, AlphaRule::inverse_smoothness}) {
    const auto problem = make_teaching_problem({.dim = 4, .condition = 30.0}, 0.2, rule);
    const Reference reference = problem->solve_reference();
    for (int digits = 0; digits <= 14; ++digits) {
      Vector w = reference.w, v = reference.v;
      for (Index i = 0; i < 4; ++i) {
        w(i) += std::pow(10.0, -digits) * stream.normal();
        v(i) += std::pow(10.0, -digits) * stream.normal();
      }
      const double error = (estimate(*problem, w, v) - reference.hypergradient).norm();
      const ErrorCertificate c =
          certified_error(*problem, problem->derivative_lipschitz(), w, v).value();
      EXPECT_LE(error, c.bound + reference.certificate) << "digits " << digits;
      // H is constant: both forms agree.
      EXPECT_REL(c.fixed_point, c.a_posteriori, 1e-12);
    }
  }
}

/// In one dimension gradient and residual are often exactly 0 in double precision where w and v are
/// not exact: then rounding is all there is.
TEST(ErrorCertificate, HoldsWhereTheNormsRoundToZero) {
  if (!testing::kExtendedIsWider) GTEST_SKIP() << "long double is double here";
  using testing::Extended;
  Stream stream({.seed = 19});
  int hidden = 0;
  for (int i = 0; i < 400; ++i) {
    TeachingParameters p;
    p.h = Vector::Constant(1, 0.5 + stream.uniform());
    p.b = Vector::Constant(1, stream.normal());
    p.target = Vector::Constant(1, stream.normal());
    p.lambda = 0.1 + stream.uniform();
    const TeachingProblem problem(p, AlphaRule::optimal);
    const Reference reference = problem.solve_reference();
    const Extended g = static_cast<Extended>(p.h(0)) + static_cast<Extended>(p.lambda);
    const Extended w = p.b(0) / g;
    const Extended exact = -w * (w - p.target(0)) / g;
    const auto error =
        static_cast<double>(std::abs(estimate(problem, reference.w, reference.v)(0) - exact));
    const ErrorCertificate c =
        certified_error(problem, problem.derivative_lipschitz(), reference.w, reference.v).value();
    EXPECT_LE(error, c.bound);
    EXPECT_LE(c.bound, 1e-12 * (1.0 + std::abs(static_cast<double>(exact))));
    if (error > smaller(c)) ++hidden;
  }
  EXPECT_GT(hidden, 20) << "the norms alone are no bound";
}

/// Of any g, however it was made, at any w and v.
TEST(ErrorCertificate, CertifiesOtherEstimates) {
  Stream stream({.seed = 21});
  for (const std::string name : {"P1", "P2", "P3", "P4", "P5"}) {
    SCOPED_TRACE(name);
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const Reference reference = problem->solve_reference();
    const DerivativeLipschitz lipschitz = problem->derivative_lipschitz();
    for (int digits = 0; digits <= 12; ++digits) {
      Vector w = reference.w, v = reference.v, g = reference.hypergradient;
      for (double& x : w) x += std::pow(10.0, -digits) * stream.normal();
      for (double& x : v) x += std::pow(10.0, -digits) * stream.normal();
      const Vector own = estimate(*problem, w, v);
      const ErrorCertificate c = certified_error(*problem, lipschitz, w, v).value();
      EXPECT_EQ(c.distance, 0.0);
      const auto same = certified_error(*problem, lipschitz, w, v, {.estimate = &own}).value();
      EXPECT_EQ(same.bound, c.bound) << "to the bit";
      for (double& x : g) x += std::pow(10.0, -digits) * stream.normal();
      const auto other = certified_error(*problem, lipschitz, w, v, {.estimate = &g}).value();
      EXPECT_REL(other.distance, (g - own).norm(), 1e-12);
      EXPECT_REL(other.bound, c.bound + other.distance, 1e-12);
      EXPECT_LE((g - reference.hypergradient).norm(), other.bound);
    }
    // Exact w and v leave the distance alone.
    Vector g = reference.hypergradient;
    g(0) += 0.25;
    const auto exact =
        certified_error(*problem, lipschitz, reference.w, reference.v, {.estimate = &g}).value();
    EXPECT_NEAR(exact.bound, 0.25, 1e-9);
  }
}

TEST(ErrorCertificate, TakesAnUpperGradientThatIsAtHand) {
  const auto problem = testing::data_problem("P5", AlphaRule::optimal);
  const DerivativeLipschitz lipschitz = problem->derivative_lipschitz();
  const Vector w = Vector::Constant(problem->lower_dim(), 0.2), v = 0.5 * w;
  Vector c(problem->lower_dim());
  problem->upper_gradient(w, c);
  const ErrorCertificate own = certified_error(*problem, lipschitz, w, v).value();
  EXPECT_EQ(certified_error(*problem, lipschitz, w, v, {.upper_gradient = &c})->bound, own.bound);
  c *= 2.0;
  EXPECT_NE(certified_error(*problem, lipschitz, w, v, {.upper_gradient = &c})->bound, own.bound);
}

TEST(ErrorCertificate, IsInfiniteWhereNothingIsKnown) {
  const auto target = testing::data_problem("P3", AlphaRule::optimal);
  const Vector w = Vector::Ones(target->lower_dim());
  const testing::ForwardingProblem problem(*target);
  const ErrorCertificate unknown =
      certified_error(problem, problem.derivative_lipschitz(), w, w).value();
  EXPECT_EQ(unknown.bound, kInfinity);
  EXPECT_GT(unknown.gradient_norm, 0.0);
  const DerivativeLipschitz lipschitz = target->derivative_lipschitz();
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), kInfinity, std::numeric_limits<double>::max()}) {
    Vector broken = w;
    broken(0) = bad;
    EXPECT_EQ(certified_error(*target, lipschitz, broken, w)->bound, kInfinity) << bad;
    EXPECT_EQ(certified_error(*target, lipschitz, w, broken)->bound, kInfinity) << bad;
  }
}

TEST(ErrorCertificate, StopsAndRefusesWrongSizes) {
  const auto problem = testing::data_problem("P5", AlphaRule::optimal);
  const DerivativeLipschitz lipschitz = problem->derivative_lipschitz();
  const Vector w = Vector::Ones(problem->lower_dim());
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(certified_error(*problem, lipschitz, w, w, {.stop = source.get_token()}));
  const Vector longer = Vector::Ones(problem->lower_dim() + 1);
  EXPECT_THROW((void)certified_error(*problem, lipschitz, w, longer), ContractViolation);
  EXPECT_THROW((void)certified_error(*problem, lipschitz, w, w, {.upper_gradient = &longer}),
               ContractViolation);
  const Vector estimate = Vector::Ones(problem->upper_dim() + 1);
  EXPECT_THROW((void)certified_error(*problem, lipschitz, w, w, {.estimate = &estimate}),
               ContractViolation);
}

TEST(FixedPointBound, AddsItsTerms) {
  // e = 0.2, V = 3.5: (2*0.1*0.2*3.5 + 0.25*0.2*4 + (2 + 0.05)*1.5*0.2 + 2*0.25)/0.5.
  EXPECT_DOUBLE_EQ(fixed_point_bound({.step_norm = 0.1,
                                      .linear_residual_norm = 0.25,
                                      .norm_cross = 2.0,
                                      .norm_upper_gradient = 4.0,
                                      .norm_v = 3.0,
                                      .gap = 0.5,
                                      .nu1 = 0.1,
                                      .nu2 = 0.25,
                                      .mu1 = 1.5}),
                   (0.14 + 0.2 + 0.615 + 0.5) / 0.5);
  EXPECT_THROW((void)fixed_point_bound({.gap = 0.0}), ContractViolation);
}

/// Counts what it evaluates and asks for a stop in the course of one of the calls.
class CountingProblem final : public testing::ForwardingProblem {
 public:
  using ForwardingProblem::ForwardingProblem;
  void lower_gradient(const ConstVectorRef& w, VectorRef out) const override {
    count();
    ForwardingProblem::lower_gradient(w, out);
  }
  void upper_gradient(const ConstVectorRef& w, VectorRef out) const override {
    count();
    ForwardingProblem::upper_gradient(w, out);
  }
  void hessian_vector(const ConstVectorRef& w,
                      const ConstVectorRef& u,
                      VectorRef out) const override {
    count();
    ForwardingProblem::hessian_vector(w, u, out);
  }
  mutable std::stop_source source;
  mutable int calls = 0;
  int stop_at = 0;

 private:
  void count() const {
    if (++calls == stop_at) source.request_stop();
  }
};

TEST(ErrorCertificate, PollsBeforeEveryPass) {
  const auto target = testing::data_problem("P5", AlphaRule::optimal);
  const Vector w = Vector::Ones(target->lower_dim());
  for (const int stop_at : {0, 1, 2, 3}) {
    CountingProblem problem(*target);
    problem.stop_at = stop_at;
    if (stop_at == 0) problem.source.request_stop();
    EXPECT_FALSE(certified_error(problem, {}, w, w, {.stop = problem.source.get_token()}));
    EXPECT_EQ(problem.calls, stop_at);
  }
}

}  // namespace
}  // namespace sid
