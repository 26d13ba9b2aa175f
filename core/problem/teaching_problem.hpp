#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sid/problem/bilevel_problem.hpp"

namespace sid {

struct TeachingNoise;

/// Parameters of the teaching problem, a quadratic in which every expectation is known exactly.
/// One scalar lambda (m = 1) and d independent coordinates i:
///
///   Phi-hat_i(w) = w_i - alpha [ (h_i (1 + s_m e_i) + lambda (1 + s_l e'_i)) w_i - b_i - s_a x_i ]
///   E(w)         = ||w - target||^2 / 2
///
/// where e, e', x are averages of `minibatch` independent signs (+1 or -1 with probability 1/2),
/// fresh for every coordinate, step and stream. Hence, with g_i = h_i + lambda,
///
///   w(lambda)_i = b_i/g_i,   v_i = (w_i - target_i)/(alpha g_i),   grad f = -alpha sum_i w_i v_i.
///
/// With s_l = 0 the derivative d_2 Phi-hat is noise-free (m2 = 0); with s_l > 0 it is not. The
/// derivative in lambda keeps alpha fixed. Not in the paper; made so that bounds and sampled errors
/// can be held against the exact answer.
struct TeachingParameters {
  Vector h;                           ///< d, h_i > 0
  Vector b;                           ///< d
  Vector target;                      ///< d, the minimiser of the upper level
  double lambda = 0.5;                ///< > 0
  double noise_multiplicative = 0.0;  ///< s_m in [0, 1)
  double noise_additive = 0.0;        ///< s_a >= 0
  double noise_lambda = 0.0;          ///< s_l in [0, 1)
  std::int64_t samples = 200;         ///< nominal n >= 1: one batch step costs this many samples
};

/// The teaching problem at one lambda. Samples are signs, not examples of a finite population:
/// draws are independent whatever OracleSettings::sampling says, and a minibatch of b has variance
/// factor 1/b for every b >= 1, also b >= n.
class TeachingProblem final : public BilevelProblem {
 public:
  /// Requires what the comments of TeachingParameters say, d >= 1 and equal lengths; all finite.
  TeachingProblem(TeachingParameters parameters, AlphaRule rule);

  std::string name() const override;
  Index lower_dim() const override { return parameters_.h.size(); }
  Index upper_dim() const override { return 1; }
  std::int64_t sample_count() const override { return parameters_.samples; }
  const Vector& lambda() const override { return lambda_; }
  const Curvature& curvature() const override { return curvature_; }
  AlphaRule alpha_rule() const override { return rule_; }

  /// w^T diag(h + lambda) w / 2 - b^T w.
  double lower_loss(const ConstVectorRef& w) const override;
  void lower_gradient(const ConstVectorRef& w, VectorRef out) const override;
  void hessian_vector(const ConstVectorRef& w,
                      const ConstVectorRef& u,
                      VectorRef out) const override;
  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       VectorRef out) const override;
  double upper_loss(const ConstVectorRef& w) const override;
  void upper_gradient(const ConstVectorRef& w, VectorRef out) const override;

  /// Closed form; certificate by a_posteriori_bound.
  Reference solve_reference(std::stop_token stop = {}) const override;
  Vector solve_linear_system(const ConstVectorRef& w,
                             const LinearSolveOptions& options = {}) const override;

  /// E is quadratic, so L_E and m2 hold on the box |w_i| <= (|b_i| + s_a)/lo_i with
  /// lo_i = h_i(1-s_m) + lambda(1-s_l), which iterates from 0 never leave while
  /// eta alpha (lo_i + hi_i) <= 2 for all i and eta <= 1. c_b is 0: use w_noise and v_noise, which
  /// have one pair per coordinate.
  ProblemConstants constants(const Reference& reference,
                             const OracleSettings& settings,
                             double theta = 1.0) const override;

  DerivativeLipschitz derivative_lipschitz(const std::stop_token& stop = {}) const override;
  PointBounds point_bounds(const ConstVectorRef& w,
                           CrossNorm cross_norm = CrossNorm::exact,
                           const std::stop_token& stop = {}) const override;

  std::unique_ptr<StochasticOracle> make_oracle(const OracleSettings& settings) const override;

  /// Exact for every query that is not too long (teaching_moments.hpp); recursions of moments about
  /// the running mean up to order four (teaching_recursion.hpp).
  Result<ExactMoments> exact_moments(const ExactQuery& query) const override;

  /// Exact, from the recursions of teaching_recursion.hpp: with g = h + lambda and s = eta alpha,
  /// second moments contract while E(1 - s(g + N))^2 = (1 - s g)^2 + s^2 N2 < 1 in every
  /// coordinate, s < 2g/(g^2 + N2), and fourth ones while E(1 - s(g + N))^4 < 1.
  StabilityEdges stability_edges(const Reference& reference,
                                 const OracleSettings& settings,
                                 const std::stop_token& stop = {}) const override;

  const TeachingParameters& parameters() const { return parameters_; }
  Vector box() const;  ///< d, (|b_i| + s_a)/lo_i

 private:
  void fill_geometry(ProblemConstants& constants) const;
  void fill_noise(const Reference& reference,
                  const TeachingNoise& noise,
                  ProblemConstants& constants) const;

  TeachingParameters parameters_;
  AlphaRule rule_;
  Vector lambda_;      // 1
  Vector curvatures_;  // h + lambda
  Curvature curvature_;
};

/// Shape of a generated teaching problem; h_i is log-spaced from smoothness/condition to
/// smoothness.
struct TeachingShape {
  Index dim = 10;           ///< d >= 1
  double condition = 20.0;  ///< max h / min h, >= 1; ignored for d = 1
  double smoothness = 2.0;  ///< max h, > 0
  double noise_multiplicative = 0.3;
  double noise_additive = 0.3;
  double noise_lambda = 0.0;
  std::int64_t samples = 200;
  std::uint64_t seed = 1;  ///< draws b and target from Role::data; lambda plays no part
};

/// h by the shape; b_i = (h_i + smoothness/4) u_i and target_i = u'_i with u, u' of random sign and
/// uniform modulus in [1/2, 3/2], so that w(lambda) is of order one for lambda up to the
/// smoothness.
TeachingParameters make_teaching_parameters(const TeachingShape& shape, double lambda);

std::shared_ptr<const TeachingProblem> make_teaching_problem(const TeachingShape& shape,
                                                             double lambda,
                                                             AlphaRule rule);

}  // namespace sid
