#include "sid/problem/data_constants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Eigen/Cholesky>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

constexpr Index kRelativeNoiseLimit = 200;

bool weighs_examples(const DataProblem& problem) {
  return problem.family().shape().hyperparameter == Hyperparameter::example_weights;
}

Vector weight_slopes(const DataProblem& problem) {  // s' = omega (1 - omega)
  return problem.example_weights().cwiseProduct(problem.weight_complements());
}

Vector predictions_at(const DataProblem& problem, const ConstVectorRef& w) {
  Vector z(problem.sample_count());
  problem.family().train().features.multiply(w, z);
  return z;
}

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// NaN when stopped.
double largest_of(const DataProblem& problem, const Vector& weights, const std::stop_token& stop) {
  const FeatureMatrix& x = problem.family().train().features;
  const auto bound = largest_eigenvalue(WeightedRows(x, weights, Vector::Zero(x.cols())), stop);
  return bound ? bound->value : kNaN;
}

// lambda_max(H^-1 Sigma H^-1), NaN when stopped; weights are omega g''.
double relative_noise(const DataProblem& problem,
                      const Vector& weights,
                      const std::stop_token& stop) {
  const FeatureMatrix& x = problem.family().train().features;
  if (x.cols() > kRelativeNoiseLimit) return kInfinity;
  const auto n = static_cast<double>(x.rows());
  const Vector squares = problem.geometry().row_norms.cwiseAbs2();
  const auto data = weighted_gram(x, (weights / n).eval(), stop);
  auto sigma = weighted_gram(x, (weights.cwiseAbs2().cwiseProduct(squares) / n).eval(), stop);
  if (!data || !sigma) return kNaN;
  *sigma -= *data * *data;
  Matrix hessian = *data;
  hessian.diagonal() += problem.regulariser();
  const Eigen::LLT<Matrix> factor(hessian);
  if (factor.info() != Eigen::Success) return kInfinity;
  const Matrix half = factor.solve(*sigma);
  const Matrix whole = factor.solve(half.transpose());
  const Matrix symmetric = 0.5 * (whole + whole.transpose());
  return largest_eigenvalue(symmetric)->value;
}

Vector weights_of_examples(const DataProblem& problem) {
  if (problem.example_weights().size() > 0) return problem.example_weights();
  return Vector::Ones(problem.family().train().rows());
}

// Fourth moments of the rows along q and the largest noise of one draw.
void measure_reach(const DataProblem& problem,
                   const Vector& along_q,
                   const std::stop_token& stop,
                   SolutionConstants& s) {
  const auto n = static_cast<double>(problem.sample_count());
  const Vector lengths = weights_of_examples(problem).cwiseProduct(problem.geometry().row_norms);
  if (problem.family().shape().lower.kind != LossKind::logistic) return;
  const Vector weights = lengths.cwiseProduct(along_q).cwiseAbs2() / n;
  const double trace = weights.dot(problem.geometry().row_norms.cwiseAbs2());
  s.slope_moment = std::isfinite(trace) ? largest_of(problem, weights, stop) : kInfinity;
  s.noise_reach = (1.0 - 1.0 / n) * lengths.maxCoeff() + lengths.sum() / n;
}

void fill_geometry(const DataProblem& problem, ProblemConstants& c) {
  const Curvature& k = problem.curvature();
  c.alpha = k.alpha;
  c.q = k.q;
  c.L = k.L;
  c.tau = k.tau;
  c.tau_R = k.tau_R;
  c.L_max0 = k.L_max0;
  c.L_max = k.L_max;
  c.L_hat = std::max(std::abs(1.0 - k.alpha * k.tau_R), std::abs(1.0 - k.alpha * k.L_max));
  c.nu1 = k.alpha * problem.family().shape().lower.third_bound() *
          problem.geometry().norm_weighted_largest;
  c.mu1 = upper_smoothness(problem);
}

void fill_solution(const DataProblem& problem,
                   const Reference& reference,
                   const SolutionConstants& s,
                   ProblemConstants& c) {
  c.nu2 = c.alpha * s.cross_lipschitz;
  c.norm_w = reference.w.norm();
  c.norm_v = reference.v.norm();
  c.norm_c = s.norm_c;
  c.L_Phi = c.alpha * s.norm_cross;
  c.radius = std::max(c.norm_w, s.largest_component_gradient / c.tau_R);
  c.radius_step_limit = 2.0 / (c.L_max + c.tau_R);
  c.L_E_global = upper_lipschitz(problem);
  c.L_E = c.L_E_global;
  if (!std::isfinite(c.L_E_global)) {
    c.L_E = c.norm_c + c.mu1 * c.radius;
    c.L_E_radius = c.radius;
    c.ball_step_limit = c.radius_step_limit;
  }
}

// What the solution-based bound adds. At w* the mean gradient of the data term is -D w*, so a
// component's distance from it is the component's full gradient.
void fill_reach(const DataProblem& problem, const SolutionConstants& s, ProblemConstants& c) {
  const ExampleLoss& loss = problem.family().shape().lower;
  c.curvature_bound = loss.curvature_bound();
  c.curvature_slope = loss.third_bound();
  c.fourth_moment = problem.geometry().fourth_moment;
  c.slope_moment = s.slope_moment / (c.alpha * c.alpha);
  c.noise_reach_star = s.largest_component_gradient;
  c.noise_reach = s.noise_reach;
}

void fill_w_noise(const DataProblem& problem, const SolutionConstants& s, ProblemConstants& c) {
  const TrainingGeometry& g = problem.geometry();
  c.V_star_b = c.f_b * s.gradient_variance;
  if (problem.family().shape().lower.kind == LossKind::logistic) {
    c.remark_4_2 = true;
    c.sigma1_prime_paper = c.f_b * g.second_moment;
    // g_i = -omega y x (1/2 + something of modulus at most 1/2); standard deviations add.
    const double root = std::sqrt(g.labelled_variance) + std::sqrt(g.second_moment);
    c.sigma1_prime = std::min(c.sigma1_prime_paper, c.f_b * 0.25 * root * root);
  } else {
    c.sigma1_prime = c.sigma1_prime_paper = (1.0 + c.theta) * c.V_star_b;
    // Sigma <= L_max0 H0 and H^-1 H0 H^-1 <= I/(4 tau_R) where the eigenvalue is not at hand.
    const double relative =
        std::isfinite(s.relative_noise) ? s.relative_noise : c.L_max0 / (4.0 * c.tau_R);
    c.sigma2_prime = (1.0 + 1.0 / c.theta) * c.f_b * relative;
  }
  c.w_noise = {{.h = c.tau, .variance = c.c_b * (c.tau - c.tau_R)},
               {.h = c.L, .variance = c.c_b * (c.L - c.tau_R)}};
}

void fill_v_noise(const SolutionConstants& s, ProblemConstants& c) {
  c.v_noise = c.w_noise;
  c.v_noise_star = c.f_b * s.hessian_noise;  // alpha^2 v^T Sigma v = q^T Sigma q
  c.sigma1_v_at_w = (1.0 + c.theta) * c.v_noise_star;
  c.sigma2_v_at_w = (1.0 + 1.0 / c.theta) * c.f_b * s.relative_noise;
  if (c.f_b == 0.0) c.sigma2_v_at_w = 0.0;
  // Sigma_H <= c_b H0 and H^-1 H0 H^-1 <= I/(4 tau_R), for every w.
  const double noise = c.c_b / (4.0 * c.tau_R);
  c.sigma2_v_global = (1.0 + 1.0 / c.theta) * noise;
  if (noise == 0.0) {
    c.V_star_v_global = c.sigma1_v_global = 0.0;
  } else {
    c.V_star_v_global = noise * c.L_E * c.L_E / (c.alpha * c.alpha);
    c.sigma1_v_global = (1.0 + c.theta) * noise * c.L_E * c.L_E;
  }
  const double norm = c.L_E / (c.alpha * c.tau_R);
  c.norm_v_squared_sup = norm * norm;
}

void fill_cross_noise(const DataProblem& problem,
                      const OracleSettings& settings,
                      const SolutionConstants& s,
                      ProblemConstants& c) {
  if (!weighs_examples(problem)) return;
  const double variance = count_variance(settings, problem.sample_count());
  const double scale = c.alpha * c.alpha * variance;
  c.m2 = scale * s.m2_global;
  c.m2_at_solution = scale * s.m2_solution;
  c.floor_exact = variance * s.floor;  // alpha v = q
}

}  // namespace

double count_variance(const OracleSettings& settings, std::int64_t n) {
  const auto count = static_cast<double>(n);
  const auto b = static_cast<double>(settings.minibatch);
  const bool with_replacement = settings.sampling == Sampling::iid;
  return (1.0 - (with_replacement ? 1.0 : b) / count) / (b * count);
}

double upper_smoothness(const DataProblem& problem) {
  const DataProblemFamily& family = problem.family();
  return family.upper_factor() * family.shape().upper.curvature_bound() *
         family.validation_geometry().largest;
}

double upper_lipschitz(const DataProblem& problem) {
  const DataProblemFamily& family = problem.family();
  const ValidationGeometry& v = family.validation_geometry();
  const auto count = static_cast<double>(family.validation().rows());
  const double spectral = std::sqrt(count * v.largest);
  switch (family.shape().upper.kind) {
    case LossKind::logistic:
      // |psi' + 1/2| <= 1/2 bounds the gradient around its centre -X^T y/2.
      return family.upper_factor() *
             std::min(v.sum_of_norms, 0.5 * v.labelled_sum_norm + 0.5 * spectral);
    case LossKind::pseudo_huber:
      return family.upper_factor() * family.shape().upper.slope_bound() *
             std::min(v.sum_of_norms, spectral);
    case LossKind::squares:
      return kInfinity;
  }
  return kInfinity;
}

double cross_norm(const DataProblem& problem,
                  const ConstVectorRef& w,
                  const std::stop_token& stop) {
  switch (problem.family().shape().hyperparameter) {
    case Hyperparameter::one_lambda:
      return w.norm();
    case Hyperparameter::per_coordinate:
      return w.cwiseAbs().maxCoeff();
    case Hyperparameter::example_weights: {
      const Vector weighted = problem.slopes(predictions_at(problem, w));
      const Eigen::ArrayXd factor = problem.weight_complements().array() * weighted.array();
      return std::sqrt(largest_of(problem, factor.square().matrix(), stop)) /
             static_cast<double>(problem.sample_count());
    }
  }
  return 0.0;
}

double cross_lipschitz(const DataProblem& problem, const std::stop_token& stop) {
  if (!weighs_examples(problem)) return 1.0;
  const Vector weights =
      weight_slopes(problem).cwiseProduct(problem.geometry().row_norms).cwiseAbs2();
  return problem.family().shape().lower.curvature_bound() *
         std::sqrt(largest_of(problem, weights, stop)) /
         static_cast<double>(problem.sample_count());
}

std::optional<SolutionConstants> measure_solution(const DataProblem& problem,
                                                  const Reference& reference,
                                                  const std::stop_token& stop) {
  const FeatureMatrix& x = problem.family().train().features;
  const Index size = x.rows();
  const auto n = static_cast<double>(size);
  const Vector z = predictions_at(problem, reference.w);
  const Vector slopes = problem.slopes(z);
  const Vector curvature = n * problem.hessian_weights(reference.w);
  const Vector squares = problem.geometry().row_norms.cwiseAbs2();

  SolutionConstants s;
  s.norm_cross = cross_norm(problem, reference.w, stop);
  s.cross_lipschitz = cross_lipschitz(problem, stop);
  Vector upper_gradient(x.cols());
  problem.upper_gradient(reference.w, upper_gradient);
  s.norm_c = upper_gradient.norm();
  Vector mean = Vector::Zero(x.cols());
  x.multiply_transpose_and_add((slopes / n).eval(), mean);
  s.gradient_variance = std::max(0.0, slopes.cwiseAbs2().dot(squares) / n - mean.squaredNorm());

  Vector along_q(size);
  x.multiply(reference.q, along_q);
  const Vector scaled = curvature.cwiseProduct(along_q);
  Vector image = Vector::Zero(x.cols());
  x.multiply_transpose_and_add((scaled / n).eval(), image);
  s.hessian_noise = std::max(0.0, scaled.cwiseAbs2().dot(squares) / n - image.squaredNorm());
  s.relative_noise = relative_noise(problem, curvature, stop);

  const Vector pull = problem.regulariser().cwiseProduct(reference.w);
  Vector along_pull(size);
  x.multiply(pull, along_pull);
  const double pull_squared = pull.squaredNorm();
  for (Index i = 0; i < size; ++i) {
    const double squared =
        slopes[i] * slopes[i] * squares[i] + 2.0 * slopes[i] * along_pull[i] + pull_squared;
    s.largest_component_gradient = std::max(s.largest_component_gradient, squared);
  }
  s.largest_component_gradient = std::sqrt(s.largest_component_gradient);

  measure_reach(problem, along_q, stop, s);

  if (weighs_examples(problem)) {
    const Vector weights = weight_slopes(problem);
    const Vector plain_slopes = slopes.cwiseQuotient(problem.example_weights());
    s.m2_global = largest_of(problem, weights.cwiseAbs2(), stop);
    s.m2_solution = largest_of(problem, weights.cwiseProduct(plain_slopes).cwiseAbs2(), stop);
    s.floor = weights.cwiseProduct(plain_slopes).cwiseProduct(along_q).squaredNorm();
  }
  if (stop.stop_requested()) return std::nullopt;
  return s;
}

const SolutionConstants* DataSolutionCache::constants(const DataProblem& problem,
                                                      const Reference& reference,
                                                      const std::stop_token& stop) const {
  const std::lock_guard lock(mutex_);
  if (!constants_) constants_ = measure_solution(problem, reference, stop);
  return constants_ ? &*constants_ : nullptr;
}

bool prepare_constants(const DataProblem& problem,
                       const Reference& reference,
                       const std::stop_token& stop) {
  const auto* cache = dynamic_cast<const DataSolutionCache*>(reference.cache.get());
  return cache == nullptr || cache->constants(problem, reference, stop) != nullptr;
}

ProblemConstants data_constants(const DataProblem& problem,
                                const Reference& reference,
                                const OracleSettings& settings,
                                double theta) {
  SID_EXPECTS(theta > 0.0, "Young's parameter must be positive");
  SID_EXPECTS(settings.minibatch >= 1 && settings.minibatch <= problem.sample_count(),
              "a minibatch has between one and n examples");
  const auto* cache = dynamic_cast<const DataSolutionCache*>(reference.cache.get());
  const SolutionConstants s = cache != nullptr ? *cache->constants(problem, reference)
                                               : *measure_solution(problem, reference);
  ProblemConstants c;
  c.theta = theta;
  c.f_b = variance_factor(settings.sampling, problem.sample_count(), settings.minibatch);
  c.independent_draws = settings.sampling != Sampling::reshuffle;
  fill_geometry(problem, c);
  c.c_b = c.f_b * c.L_max0;
  fill_solution(problem, reference, s, c);
  fill_reach(problem, s, c);
  fill_w_noise(problem, s, c);
  fill_v_noise(s, c);
  fill_cross_noise(problem, settings, s, c);
  fill_theorem_constants(c);
  return c;
}

}  // namespace sid
