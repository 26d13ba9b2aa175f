// What every BilevelProblem promises, checked on every problem: derivatives against differences at
// several step sizes, the solution against its equations, declared constants against random search.

#include <algorithm>
#include <cmath>
#include <functional>

#include <gtest/gtest.h>

#include "sid/problem/exact_moments.hpp"

#include "contract/problem_zoo.hpp"
#include "support/listed_steps.hpp"
#include "support/reference_accuracy.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

using testing::problem_zoo;
using testing::ProblemEntry;

class BilevelProblemContract : public ::testing::TestWithParam<ProblemEntry> {
 protected:
  std::shared_ptr<const BilevelProblem> make(AlphaRule rule = AlphaRule::optimal) const {
    return GetParam().make(GetParam().lambda, rule);
  }
  Vector random(Index size, double scale = 1.0) {
    Vector out(size);
    for (double& value : out) value = scale * stream_.normal();
    return out;
  }
  Stream stream_{StreamKey{.seed = 99}};
};
INSTANTIATE_TEST_SUITE_P(Zoo,
                         BilevelProblemContract,
                         ::testing::ValuesIn(problem_zoo()),
                         [](const auto& test) { return test.param.name; });

// Derivative at 0 of a vector function of one variable, to fourth order in h.
Vector slope(const std::function<Vector(double)>& f, double h) {
  return (8.0 * (f(h) - f(-h)) - (f(2 * h) - f(-2 * h))) / (12.0 * h);
}

// Differences converge with h^4 until rounding; every step size must confirm the derivative.
void expect_derivative(const std::function<Vector(double)>& f, const Vector& derivative) {
  const double scale = std::max(1.0, derivative.norm());
  for (const double h : {4e-2, 1e-2, 2.5e-3}) {
    const double tolerance = scale * (200.0 * h * h * h * h + 1e-10);
    EXPECT_LT((slope(f, h) - derivative).norm(), tolerance) << "step " << h;
  }
}

Vector gradient_at(const BilevelProblem& p, const Vector& w) {
  Vector out(p.lower_dim());
  p.lower_gradient(w, out);
  return out;
}

Vector upper_gradient_at(const BilevelProblem& p, const Vector& w) {
  Vector out(p.lower_dim());
  p.upper_gradient(w, out);
  return out;
}

Vector hessian_times(const BilevelProblem& p, const Vector& w, const Vector& u) {
  Vector out(p.lower_dim());
  p.hessian_vector(w, u, out);
  return out;
}

Vector jacobian_times(const BilevelProblem& p, const Vector& w, const Vector& u) {
  Vector out(p.lower_dim());
  p.jacobian_vector(w, u, out);
  return out;
}

Vector cross_times(const BilevelProblem& p, const Vector& w, const Vector& v) {
  Vector out(p.upper_dim());
  p.cross_transpose(w, v, out);
  return out;
}

Vector one(double value) {
  return Vector::Constant(1, value);
}

TEST_P(BilevelProblemContract, GradientsAreDerivativesOfTheLosses) {
  const auto p = make();
  const Vector w = random(p->lower_dim()), u = random(p->lower_dim()).normalized();
  if (p->is_gradient_map()) {
    expect_derivative([&](double h) { return one(p->lower_loss(w + h * u)); },
                      one(gradient_at(*p, w).dot(u)));
  } else {
    EXPECT_TRUE(std::isnan(p->lower_loss(w)));
  }
  expect_derivative([&](double h) { return one(p->upper_loss(w + h * u)); },
                    one(upper_gradient_at(*p, w).dot(u)));
}

TEST_P(BilevelProblemContract, HessianIsTheDerivativeOfTheGradientAndSymmetricWhereThereIsALoss) {
  const auto p = make();
  const Vector w = random(p->lower_dim());
  const Vector u = random(p->lower_dim()).normalized(), v = random(p->lower_dim());
  expect_derivative([&](double h) { return gradient_at(*p, w + h * u); }, jacobian_times(*p, w, u));
  EXPECT_REL(v.dot(jacobian_times(*p, w, u)), u.dot(hessian_times(*p, w, v)), 1e-12);
  const double asymmetry = (jacobian_times(*p, w, u) - hessian_times(*p, w, u)).norm();
  if (p->is_gradient_map()) {
    EXPECT_EQ(asymmetry, 0.0);
  } else {
    EXPECT_GT(asymmetry, 1e-3);
  }
}

TEST_P(BilevelProblemContract, CrossDerivativeIsTheDerivativeOfTheGradientInLambda) {
  const auto p = make();
  const Vector w = random(p->lower_dim()), v = random(p->lower_dim()).normalized();
  const Vector direction = random(p->upper_dim()).normalized();
  // Steps stay below the smallest lambda, which is at least 0.1.
  expect_derivative(
      [&](double h) {
        const auto moved = GetParam().make(GetParam().lambda + h * direction, AlphaRule::optimal);
        return one(gradient_at(*moved, w).dot(v));
      },
      one(cross_times(*p, w, v).dot(direction)));
}

TEST_P(BilevelProblemContract, ReferenceSolvesBothProblems) {
  const auto p = make();
  const Reference r = p->solve_reference();
  ASSERT_TRUE(r.converged);
  EXPECT_LT(gradient_at(*p, r.w).norm(), 1e-14);
  const Vector c = upper_gradient_at(*p, r.w);
  EXPECT_LT((hessian_times(*p, r.w, r.q) - c).norm(), 1e-14 * c.norm());
  EXPECT_VECTOR_REL(r.v, (r.q / p->alpha()).eval(), 1e-14);
  EXPECT_VECTOR_REL(r.hypergradient, (-cross_times(*p, r.w, r.q)).eval(), 1e-13);
  EXPECT_REL(r.upper_value, p->upper_loss(r.w), 1e-13);
  EXPECT_TRUE(testing::certified_to(r, 1e-11));
  EXPECT_TRUE(testing::estimated_to(r, 1e-13));
}

TEST_P(BilevelProblemContract, HypergradientIsTheDerivativeOfTheUpperValue) {
  const auto p = make();
  const Vector direction = random(p->upper_dim()).normalized();
  const Reference r = p->solve_reference();
  const auto value = [&](double h) {
    const auto moved = GetParam().make(GetParam().lambda + h * direction, AlphaRule::optimal);
    return one(moved->solve_reference().upper_value);
  };
  const double exact = r.hypergradient.dot(direction);
  // Steps of 0.02 and less keep every lambda away from zero, where f has high derivatives.
  double previous = kInfinity;
  for (const double h : {2e-2, 1e-2, 5e-3}) {
    const double error = std::abs(slope(value, h)[0] - exact);
    EXPECT_LT(error, std::max(0.2 * previous, 1e-9 * r.hypergradient.norm() + 1e-11));
    previous = error;
  }
  EXPECT_LT(previous, 1e-4 * r.hypergradient.norm());
}

TEST_P(BilevelProblemContract, HypergradientDoesNotDependOnAlpha) {
  const Reference a = make(AlphaRule::optimal)->solve_reference();
  const Reference b = make(AlphaRule::inverse_smoothness)->solve_reference();
  EXPECT_EQ(a.hypergradient, b.hypergradient);
  EXPECT_EQ(a.q, b.q);
}

TEST_P(BilevelProblemContract, ReferenceIsDeterministicAndStops) {
  const auto p = make();
  const Reference a = p->solve_reference(), b = make()->solve_reference();
  EXPECT_EQ(a.w, b.w);
  EXPECT_EQ(a.q, b.q);
  std::stop_source source;
  source.request_stop();
  EXPECT_NO_THROW((void)p->solve_reference(source.get_token()));
}

TEST_P(BilevelProblemContract, LinearSystemIsSolvedAtAnyPoint) {
  const auto p = make();
  const Reference r = p->solve_reference();
  for (const double scale : {0.0, 0.1, 3.0}) {
    const Vector w = r.w + random(p->lower_dim(), scale);
    const Vector v = p->solve_linear_system(w);
    const Vector c = upper_gradient_at(*p, w);
    EXPECT_VECTOR_REL((p->alpha() * hessian_times(*p, w, v)).eval(), c, 1e-12);
    EXPECT_VECTOR_REL(p->solve_linear_system(w, {.near = &r}), v, 1e-11);
    EXPECT_VECTOR_REL(p->solve_linear_system(w, {.near = &r, .upper_gradient = &c}), v, 1e-11);
    // The error is found with relative accuracy also where v is nearly exact.
    for (const double distance : {1.0, 1e-5}) {
      const Vector offset = random(p->lower_dim()).normalized() * distance;
      for (const Reference* near : {&r, static_cast<const Reference*>(nullptr)}) {
        const Result<double> squared = p->linear_system_squared_error(
            w, v + offset, {.relative_residual = 1e-8, .near = near});
        ASSERT_TRUE(squared.has_value()) << squared.error().message;
        EXPECT_NEAR(*squared / (distance * distance), 1.0, 1e-6);
      }
    }
  }
}

TEST_P(BilevelProblemContract, CurvatureBoundsHoldForRandomPairs) {
  for (const AlphaRule rule : {AlphaRule::optimal, AlphaRule::inverse_smoothness}) {
    const auto p = make(rule);
    const Curvature& k = p->curvature();
    EXPECT_LE(k.tau_R, k.tau);
    EXPECT_LE(k.tau, k.L);
    EXPECT_LE(k.L, k.L_max * (1.0 + 1e-12));
    EXPECT_LT(k.q, 1.0);
    EXPECT_NEAR(k.q, std::max(std::abs(1 - k.alpha * k.tau), std::abs(1 - k.alpha * k.L)), 1e-15);
    for (int trial = 0; trial < 200; ++trial) {
      const double spread = std::pow(10.0, stream_.uniform() * 4.0 - 3.0);
      const Vector a = random(p->lower_dim()), b = a + random(p->lower_dim(), spread);
      const Vector difference = gradient_at(*p, a) - gradient_at(*p, b);
      const double distance = (a - b).norm();
      EXPECT_LE(difference.norm(), k.L * distance * (1 + 1e-9));
      EXPECT_GE(difference.dot(a - b), k.tau * distance * distance * (1 - 1e-9));
      const double contracted = (a - b - k.alpha * difference).norm();
      EXPECT_LE(contracted, k.q * distance * (1 + 1e-9));
    }
  }
}

TEST_P(BilevelProblemContract, DeclaredConstantsHoldForRandomPoints) {
  const auto p = make();
  const Reference r = p->solve_reference();
  const ProblemConstants c = p->constants(r, {.minibatch = 2});
  const double room = 1 + 1e-9;
  for (int trial = 0; trial < 300; ++trial) {
    const double spread = std::pow(10.0, stream_.uniform() * 4.0 - 3.0);
    const Vector a = r.w + random(p->lower_dim()), b = a + random(p->lower_dim(), spread);
    const Vector u = random(p->lower_dim()).normalized();
    const double distance = (a - b).norm();
    const Vector bend = hessian_times(*p, a, u) - hessian_times(*p, b, u);
    EXPECT_LE(c.alpha * bend.norm(), c.nu1 * distance * room + 1e-13);
    const Vector cross = cross_times(*p, a, u) - cross_times(*p, b, u);
    EXPECT_LE(c.alpha * cross.norm(), c.nu2 * distance * room + 1e-13);
    const Vector upper = upper_gradient_at(*p, a) - upper_gradient_at(*p, b);
    EXPECT_LE(upper.norm(), c.mu1 * distance * room + 1e-13);
    EXPECT_LE(c.alpha * cross_times(*p, r.w, u).norm(), c.L_Phi * room);
    if (std::isfinite(c.L_E_global)) {
      EXPECT_LE(upper_gradient_at(*p, a).norm(), c.L_E_global * room);
      const Vector v = p->solve_linear_system(a);
      EXPECT_LE(v.squaredNorm(), c.norm_v_squared_sup * room);
    }
  }
}

TEST_P(BilevelProblemContract, ConstantsAreConsistent) {
  const auto p = make();
  const Reference r = p->solve_reference();
  for (const Sampling sampling : {Sampling::iid, Sampling::without_replacement}) {
    ProblemConstants previous;
    for (const std::int64_t b : {1, 2, 7}) {
      const ProblemConstants c = p->constants(r, {.minibatch = b, .sampling = sampling});
      EXPECT_LE(c.sigma1_prime, c.sigma1_prime_paper * (1 + 1e-12));
      EXPECT_LE(c.sigma1_v_at_w, c.sigma1_v_global * (1 + 1e-9));
      EXPECT_LE(c.sigma2_v_at_w, c.sigma2_v_global * (1 + 1e-9));
      EXPECT_LE(c.v_noise_star, c.alpha * c.alpha * c.V_star_v_global * (1 + 1e-9));
      EXPECT_LE(c.norm_v * c.norm_v, c.norm_v_squared_sup * (1 + 1e-9));
      EXPECT_LE(c.norm_c, c.L_E * (1 + 1e-9));
      EXPECT_LE(c.m2_at_solution, c.m2 * (1 + 1e-9));
      EXPECT_GE(c.radius, c.norm_w * 0.999);
      EXPECT_FALSE(c.w_noise.empty());
      EXPECT_FALSE(c.v_noise.empty());
      EXPECT_TRUE(std::isfinite(c.c1));
      if (b > 1) {  // more samples, less noise; geometry unchanged
        EXPECT_LE(c.V_star_b, previous.V_star_b);
        EXPECT_LE(c.m2, previous.m2);
        EXPECT_LE(c.sigma1_v_at_w, previous.sigma1_v_at_w);
        EXPECT_EQ(c.c1, previous.c1);
      }
      previous = c;
    }
  }
}

TEST_P(BilevelProblemContract, ExactMomentsHaveEveryCheckpointOrAreEmpty) {
  const auto p = make();
  const Reference r = p->solve_reference();
  const std::vector<std::int64_t> t{0, 3, 40}, k{40, 0, 7};
  const StepSizes steps = testing::listed_steps(std::vector<double>(40, 0.05));
  const auto exact = p->exact_moments({.settings = {.minibatch = 3},
                                       .lower_steps = steps,
                                       .linear_steps = steps,
                                       .t = t,
                                       .k = k,
                                       .reference = &r});
  if (!exact) {
    EXPECT_EQ(exact.error().code, ErrorCode::not_found);
    EXPECT_FALSE(exact.error().message.empty());
    return;
  }
  ASSERT_EQ(exact->lower.size(), t.size());
  EXPECT_REL(exact->lower[0], r.w.squaredNorm(), 1e-12);
  const std::size_t known = exact->linear.size();
  EXPECT_TRUE(known == 0 || known == t.size());
  for (const auto* all : {&exact->hypergradient,
                          &exact->bias_squared,
                          &exact->mean_of_variance,
                          &exact->variance_of_mean}) {
    EXPECT_EQ(all->size(), known);
  }
}

TEST_P(BilevelProblemContract, PredictionsStartAtTheInitialErrorAndFallToTheNoise) {
  const auto p = make();
  const Reference r = p->solve_reference();
  const std::vector<std::int64_t> t{0, 400}, k{0, 400};
  const StepSizes steps = testing::listed_steps(std::vector<double>(400, 0.02));
  const auto predicted = p->predicted_moments({.settings = {.minibatch = 7},
                                               .lower_steps = steps,
                                               .linear_steps = steps,
                                               .t = t,
                                               .k = k,
                                               .reference = &r});
  if (!predicted) {
    EXPECT_EQ(predicted.error().code, ErrorCode::not_found);
    return;
  }
  ASSERT_EQ(predicted->hypergradient.size(), t.size());
  EXPECT_REL(predicted->lower[0], r.w.squaredNorm(), 1e-12);
  EXPECT_REL(predicted->linear[0], r.v.squaredNorm(), 1e-12);
  EXPECT_LT(predicted->lower[1], predicted->lower[0]);
  EXPECT_LT(predicted->linear[1], predicted->linear[0]);
  const ProblemConstants c = p->constants(r, {.minibatch = 7});
  EXPECT_GT(predicted->hypergradient[1], c.floor_exact);
}

TEST_P(BilevelProblemContract, StabilityEdgesShrinkWithTheMinibatch) {
  const auto p = make();
  const Reference r = p->solve_reference();
  const auto all = static_cast<double>(p->sample_count());
  StabilityEdges larger{.lower = 2.0 / (p->alpha() * p->curvature().tau),
                        .linear = 2.0 / (p->alpha() * p->curvature().tau)};
  for (const double b : {all, 4.0, 1.0}) {
    const StabilityEdges edges = p->stability_edges(r, {.minibatch = static_cast<std::int64_t>(b)});
    if (edges.lower == kInfinity) return;
    EXPECT_GT(edges.linear, 0.0);
    EXPECT_LE(edges.lower, larger.lower * (1 + 1e-3));
    EXPECT_LE(edges.linear, larger.linear * (1 + 1e-3));
    larger = edges;
  }
}

}  // namespace
}  // namespace sid
