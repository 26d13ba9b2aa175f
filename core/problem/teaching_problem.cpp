#include "sid/problem/teaching_problem.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"
#include "sid/problem/teaching_moments.hpp"
#include "sid/problem/teaching_oracle.hpp"
#include "sid/problem/teaching_recursion.hpp"

namespace sid {
namespace {

void check(const TeachingParameters& p) {
  const Index d = p.h.size();
  SID_EXPECTS(d >= 1, "the teaching problem needs at least one coordinate");
  SID_EXPECTS(p.b.size() == d && p.target.size() == d, "h, b and target must have equal lengths");
  SID_EXPECTS(p.h.allFinite() && p.b.allFinite() && p.target.allFinite(),
              "h, b and target must be finite");
  SID_EXPECTS(p.h.minCoeff() > 0.0, "every h must be positive");
  SID_EXPECTS(p.lambda > 0.0 && std::isfinite(p.lambda), "lambda must be positive and finite");
  SID_EXPECTS(p.noise_multiplicative >= 0.0 && p.noise_multiplicative < 1.0,
              "multiplicative noise must lie in [0, 1)");
  SID_EXPECTS(p.noise_lambda >= 0.0 && p.noise_lambda < 1.0, "lambda noise must lie in [0, 1)");
  SID_EXPECTS(p.noise_additive >= 0.0 && std::isfinite(p.noise_additive),
              "additive noise must be finite and not negative");
  SID_EXPECTS(p.samples >= 1, "the nominal number of samples must be positive");
}

// Smallest and largest curvature a sample can have, per coordinate.
Vector lowest_curvatures(const TeachingParameters& p) {
  return (p.h.array() * (1.0 - p.noise_multiplicative) + p.lambda * (1.0 - p.noise_lambda))
      .matrix();
}
Vector highest_curvatures(const TeachingParameters& p) {
  return (p.h.array() * (1.0 + p.noise_multiplicative) + p.lambda * (1.0 + p.noise_lambda))
      .matrix();
}

}  // namespace

TeachingProblem::TeachingProblem(TeachingParameters parameters, AlphaRule rule)
    : parameters_(std::move(parameters)), rule_(rule) {
  check(parameters_);
  lambda_ = Vector::Constant(1, parameters_.lambda);
  curvatures_ = (parameters_.h.array() + parameters_.lambda).matrix();
  curvature_.L = curvatures_.maxCoeff();
  curvature_.tau = curvatures_.minCoeff();
  curvature_.tau_R = parameters_.lambda;
  curvature_.D_max = parameters_.lambda;
  curvature_.L_max0 = parameters_.h.maxCoeff() * (1.0 + parameters_.noise_multiplicative);
  curvature_.L_max = highest_curvatures(parameters_).maxCoeff();
  curvature_.provenance = "exact";
  apply_alpha_rule(curvature_, rule_);
}

std::string TeachingProblem::name() const {
  return "quadratic teaching problem, one lambda";
}

double TeachingProblem::lower_loss(const ConstVectorRef& w) const {
  return 0.5 * w.dot(curvatures_.cwiseProduct(w)) - parameters_.b.dot(w);
}

void TeachingProblem::lower_gradient(const ConstVectorRef& w, VectorRef out) const {
  out = curvatures_.cwiseProduct(w) - parameters_.b;
}

void TeachingProblem::hessian_vector(const ConstVectorRef&,
                                     const ConstVectorRef& u,
                                     VectorRef out) const {
  out = curvatures_.cwiseProduct(u);
}

void TeachingProblem::cross_transpose(const ConstVectorRef& w,
                                      const ConstVectorRef& v,
                                      VectorRef out) const {
  out(0) = w.dot(v);
}

double TeachingProblem::upper_loss(const ConstVectorRef& w) const {
  return 0.5 * (w - parameters_.target).squaredNorm();
}

void TeachingProblem::upper_gradient(const ConstVectorRef& w, VectorRef out) const {
  out = w - parameters_.target;
}

Reference TeachingProblem::solve_reference(std::stop_token) const {
  Reference r;
  r.w = parameters_.b.cwiseQuotient(curvatures_);
  const Vector c = r.w - parameters_.target;
  r.q = c.cwiseQuotient(curvatures_);
  r.v = r.q / alpha();
  r.hypergradient = Vector::Constant(1, -r.w.dot(r.q));
  r.upper_value = upper_loss(r.w);
  const Vector gradient = curvatures_.cwiseProduct(r.w) - parameters_.b;
  const Vector residual = c - curvatures_.cwiseProduct(r.q);
  r.gradient_norm = gradient.norm();
  r.linear_residual_norm = residual.norm();
  r.certificate = a_posteriori_bound({.gradient_norm = r.gradient_norm,
                                      .linear_residual_norm = r.linear_residual_norm,
                                      .norm_cross = r.w.norm(),
                                      .norm_upper_gradient = c.norm(),
                                      .tau = curvature_.tau,
                                      .hessian_lipschitz = 0.0,
                                      .cross_lipschitz = 1.0,
                                      .mu1 = 1.0});
  // d/dw of -sum w_i (w_i - target_i)/g_i is -(2 w_i - target_i)/g_i.
  const Vector slope = -(r.w + c).cwiseQuotient(curvatures_);
  r.first_order_estimate = std::abs(slope.dot(gradient.cwiseQuotient(curvatures_)) +
                                    r.w.dot(residual.cwiseQuotient(curvatures_)));
  r.converged = r.hypergradient.allFinite();
  if (!r.converged) r.certificate = kInfinity;
  return r;
}

Vector TeachingProblem::solve_linear_system(const ConstVectorRef& w,
                                            const LinearSolveOptions&) const {
  return (w - parameters_.target).cwiseQuotient(curvatures_) / alpha();
}

Vector TeachingProblem::box() const {
  return ((parameters_.b.array().abs() + parameters_.noise_additive) /
          lowest_curvatures(parameters_).array())
      .matrix();
}

ProblemConstants TeachingProblem::constants(const Reference& reference,
                                            const OracleSettings& settings,
                                            double theta) const {
  SID_EXPECTS(settings.minibatch >= 1, "a minibatch has at least one sample");
  SID_EXPECTS(theta > 0.0, "Young's parameter must be positive");
  ProblemConstants c;
  c.theta = theta;
  c.f_b = 1.0 / static_cast<double>(settings.minibatch);
  fill_geometry(c);
  c.norm_w = reference.w.norm();
  c.norm_v = reference.v.norm();
  c.norm_c = (reference.w - parameters_.target).norm();
  c.L_Phi = c.alpha * c.norm_w;
  fill_noise(reference, teaching_noise(parameters_, settings.minibatch), c);
  fill_theorem_constants(c);
  return c;
}

void TeachingProblem::fill_geometry(ProblemConstants& c) const {
  const Vector low = lowest_curvatures(parameters_);
  const Vector high = highest_curvatures(parameters_);
  c.alpha = curvature_.alpha;
  c.q = curvature_.q;
  c.L = curvature_.L;
  c.tau = curvature_.tau;
  c.tau_R = curvature_.tau_R;
  c.L_max0 = curvature_.L_max0;
  c.L_max = curvature_.L_max;
  c.L_hat = std::max((1.0 - c.alpha * low.array()).abs().maxCoeff(),
                     (1.0 - c.alpha * high.array()).abs().maxCoeff());
  c.nu2 = c.alpha;
  c.mu1 = 1.0;
  const Vector bounds = box();
  c.L_E = (bounds + parameters_.target.cwiseAbs()).norm();
  c.L_E_radius = bounds.norm();
  c.ball_step_limit = 2.0 / (low + high).maxCoeff();
  c.ball_eta_limit = 1.0;
  c.radius = c.L_E_radius;
  c.radius_step_limit = c.ball_step_limit;
}

void TeachingProblem::fill_noise(const Reference& reference,
                                 const TeachingNoise& noise,
                                 ProblemConstants& c) const {
  const Vector w2 = reference.w.cwiseAbs2();
  const Vector v2 = reference.v.cwiseAbs2();
  const Vector bounds = box();
  const double alpha2 = c.alpha * c.alpha;
  const double lambda_noise = alpha2 * c.f_b * parameters_.noise_lambda * parameters_.noise_lambda;
  c.m2 = lambda_noise * bounds.cwiseAbs2().maxCoeff();
  c.m2_at_solution = lambda_noise * w2.maxCoeff();
  c.floor_exact = lambda_noise * w2.dot(v2);

  const double growing = noise.curvature_second.dot(w2);
  const auto constant = static_cast<double>(lower_dim()) * noise.additive_second;
  c.V_star_b = growing + constant;
  c.sigma1_prime = (1.0 + c.theta) * growing + constant;
  c.sigma1_prime_paper = c.sigma1_prime;
  const Vector relative = noise.curvature_second.cwiseQuotient(curvatures_.cwiseAbs2());
  c.sigma2_prime = (1.0 + 1.0 / c.theta) * relative.maxCoeff();
  for (Index i = 0; i < lower_dim(); ++i) {
    c.w_noise.push_back({.h = curvatures_(i), .variance = noise.curvature_second(i)});
  }
  c.v_noise = c.w_noise;

  c.v_noise_star = alpha2 * noise.curvature_second.dot(v2);
  c.sigma1_v_at_w = (1.0 + c.theta) * c.v_noise_star;
  c.sigma2_v_at_w = c.sigma2_prime;
  const Vector v_bounds =
      (bounds + parameters_.target.cwiseAbs()).cwiseQuotient(curvatures_) / c.alpha;
  c.norm_v_squared_sup = v_bounds.squaredNorm();
  c.V_star_v_global = noise.curvature_second.dot(v_bounds.cwiseAbs2());
  c.sigma1_v_global = (1.0 + c.theta) * alpha2 * c.V_star_v_global;
  c.sigma2_v_global = c.sigma2_prime;
}

DerivativeLipschitz TeachingProblem::derivative_lipschitz(const std::stop_token&) const {
  return {.hessian = 0.0, .cross = 1.0, .upper_gradient = 1.0};
}

PointBounds TeachingProblem::point_bounds(const ConstVectorRef& w,
                                          CrossNorm,
                                          const std::stop_token&) const {
  constexpr double kFew = 8.0 * std::numeric_limits<double>::epsilon();  // entry by entry
  const double sum = (static_cast<double>(w.size()) + 8.0) * std::numeric_limits<double>::epsilon();
  const Vector size = w.cwiseAbs();
  return {.norm_cross = w.norm(),
          .gradient_rounding =
              kFew * (curvatures_.cwiseProduct(size) + parameters_.b.cwiseAbs()).norm(),
          .upper_rounding = kFew * (size + parameters_.target.cwiseAbs()).norm(),
          .product_rounding = kFew * curvature_.L,
          .cross_rounding = sum * w.norm()};
}

std::unique_ptr<StochasticOracle> TeachingProblem::make_oracle(
    const OracleSettings& settings) const {
  return make_teaching_oracle(parameters_, settings.minibatch);
}

StabilityEdges TeachingProblem::stability_edges(const Reference&,
                                                const OracleSettings& settings,
                                                const std::stop_token&) const {
  const TeachingNoise noise = teaching_noise(parameters_, settings.minibatch);
  double second = kInfinity, fourth = kInfinity;
  for (Index i = 0; i < lower_dim(); ++i) {
    const double g = curvatures_(i), n2 = noise.curvature_second(i), n4 = noise.curvature_fourth(i);
    const double edge = 2.0 * g / (g * g + n2);
    second = std::min(second, edge);
    // E(1 - sX)^4 is convex in s, 1 at s = 0 and at one other s, where E(1 - sX)^2 is at most 1.
    double low = 0.0, high = edge;
    for (int round = 0; round < 200 && low < high; ++round) {
      const double s = 0.5 * (low + high);
      if (s <= low || s >= high) break;
      const double a2 = (1.0 - s * g) * (1.0 - s * g), s2 = s * s;
      (a2 * a2 + 6.0 * a2 * s2 * n2 + s2 * s2 * n4 < 1.0 ? low : high) = s;
    }
    fourth = std::min(fourth, low);
  }
  return {.lower = second / alpha(), .linear = second / alpha(), .hypergradient = fourth / alpha()};
}

Result<ExactMoments> TeachingProblem::exact_moments(const ExactQuery& query) const {
  return teaching_exact_moments(parameters_, alpha(), query);
}

TeachingParameters make_teaching_parameters(const TeachingShape& shape, double lambda) {
  SID_EXPECTS(shape.dim >= 1, "the teaching problem needs at least one coordinate");
  SID_EXPECTS(shape.condition >= 1.0, "a condition number is at least one");
  SID_EXPECTS(shape.smoothness > 0.0, "smoothness must be positive");
  TeachingParameters p;
  p.h.resize(shape.dim);
  p.b.resize(shape.dim);
  p.target.resize(shape.dim);
  Stream stream({.seed = shape.seed, .role = Role::data});
  const auto draw = [&stream] {
    const double modulus = 0.5 + stream.uniform();
    return stream.sign() * modulus;
  };
  for (Index i = 0; i < shape.dim; ++i) {
    const double place =
        shape.dim == 1 ? 1.0 : static_cast<double>(i) / static_cast<double>(shape.dim - 1);
    p.h(i) = i + 1 == shape.dim ? shape.smoothness
                                : shape.smoothness * portable_pow(shape.condition, place - 1.0);
    p.b(i) = (p.h(i) + 0.25 * shape.smoothness) * draw();
    p.target(i) = draw();
  }
  p.lambda = lambda;
  p.noise_multiplicative = shape.noise_multiplicative;
  p.noise_additive = shape.noise_additive;
  p.noise_lambda = shape.noise_lambda;
  p.samples = shape.samples;
  return p;
}

std::shared_ptr<const TeachingProblem> make_teaching_problem(const TeachingShape& shape,
                                                             double lambda,
                                                             AlphaRule rule) {
  return std::make_shared<const TeachingProblem>(make_teaching_parameters(shape, lambda), rule);
}

}  // namespace sid
