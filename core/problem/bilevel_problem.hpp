#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "sid/math/result.hpp"
#include "sid/math/types.hpp"
#include "sid/problem/constants.hpp"
#include "sid/problem/derivative_bounds.hpp"
#include "sid/problem/reference.hpp"
#include "sid/random/minibatch_sampler.hpp"
#include "sid/random/stream.hpp"

namespace sid {

/// The inner step alpha of the gradient map Phi(w, lambda) = w - alpha * grad_1 l(w, lambda).
enum class AlphaRule {
  optimal,             ///< alpha = 2/(L + tau), the paper's choice; q = (L - tau)/(L + tau)
  inverse_smoothness,  ///< alpha = 1/L; q = 1 - tau/L
};

/// Fills alpha and q of `curvature` from its L and tau: q = max(|1 - alpha tau|, |1 - alpha L|).
void apply_alpha_rule(Curvature& curvature, AlphaRule rule);

/// How the samples of one solver step are drawn.
struct OracleSettings {
  std::int64_t minibatch = 1;
  Sampling sampling = Sampling::iid;

  bool operator==(const OracleSettings&) const = default;
};

/// A bilevel problem at one hyperparameter lambda seen through random minibatches. Owned and used
/// by one thread; all buffers are allocated at construction. One oracle serves one role at a time:
/// `start` names the stream, each call below then consumes its next minibatch. An oracle refers to
/// the problem that made it, which must outlive it.
class StochasticOracle {
 public:
  virtual ~StochasticOracle() = default;

  /// Begins the stream `key` at its first minibatch.
  virtual void start(const StreamKey& key) = 0;

  /// w <- w - step * grad_1 l_B(w): one step (28) with step = eta * alpha. Draws one minibatch.
  virtual void lower_level_step(VectorRef w, double step) = 0;

  /// Prepares linear_system_step at this w (margins, curvature weights). Draws nothing.
  virtual void freeze(const ConstVectorRef& w) = 0;

  /// v <- v - eta * (alpha * H_B(w) v - c), w as frozen: one step (29). Draws one minibatch.
  virtual void linear_system_step(VectorRef v,
                                  const ConstVectorRef& c,
                                  double alpha,
                                  double eta) = 0;

  /// out = (1/J) sum_j C_{B_j}(w)^T v with C = cross derivative of l (d x m), so that
  /// (d_2 Phi-hat)^T v = -alpha * out. Draws J minibatches (none if C is noise-free).
  virtual void cross_transpose(const ConstVectorRef& w,
                               const ConstVectorRef& v,
                               std::int64_t samples,
                               VectorRef out) = 0;
};

class ComponentOracle;
struct ComponentConstants;
struct ExactQuery;
struct ExactMoments;
struct PredictedMoments;

/// Largest constant steps eta at which the second moment of an iteration still contracts; infinite
/// where they are not known.
struct StabilityEdges {
  double lower = kInfinity;   ///< of w_t, exact (squares) or linearised at the solution
  double linear = kInfinity;  ///< of v_k at w(lambda), exact
  /// Of the estimate, whose square holds fourth powers of w_t where it is quadratic in w: the
  /// teaching problem alone knows it.
  double hypergradient = kInfinity;
};

/// How BilevelProblem::solve_linear_system is to work.
struct LinearSolveOptions {
  /// Stops when ||H(w) q - c|| <= relative_residual * ||c||, or when rounding stops progress. The
  /// default is rounding level; 1e-9 costs about half and is plenty to measure a stochastic error.
  double relative_residual = 1e-14;
  /// Exact solution of the same problem, or null. Gives the starting point and, with its cache,
  /// a factorisation of H(w(lambda)) as preconditioner: a few products with H(w) then suffice for
  /// w near w(lambda). The result agrees with and without it up to the tolerance.
  const Reference* near = nullptr;
  /// grad_1 E(w) if the caller has it already (d), or null.
  const Vector* upper_gradient = nullptr;
  /// Polled at every product; once it is requested the result is to be discarded.
  std::stop_token stop = {};
};

/// min over lambda of f(lambda) = E(w(lambda), lambda), where w(lambda) minimises the strongly
/// convex l(., lambda), at one fixed lambda. d = lower_dim, m = upper_dim. Lower-level losses use
/// the mean convention: the data term is divided by n, the regulariser is not. Immutable after
/// construction and safe to share between threads. Methods named like the paper's objects: H =
/// Hessian of l in w, C = d/dlambda grad_1 l.
///
/// A contraction Phi that is no gradient step (is_gradient_map() is false) is the same with alpha =
/// 1 and the field w - Phi(w, lambda) in place of grad_1 l: then H = I - d_1 Phi, not symmetric,
/// and C = -d_2 Phi. With L = 1 + q and tau = 1 - q the field is L-Lipschitz, <u, H u> >= tau
/// ||u||^2, ||H^-1|| <= 1/tau and ||I - s H|| <= max(|1 - s tau|, |1 - s L|) for every s >= 0, all
/// by ||d_1 Phi|| <= q, so that a statement that uses no more than these holds for both.
class BilevelProblem {
 public:
  virtual ~BilevelProblem() = default;

  virtual std::string name() const = 0;           ///< "logistic regression, one lambda"
  virtual Index lower_dim() const = 0;            ///< d
  virtual Index upper_dim() const = 0;            ///< m
  virtual std::int64_t sample_count() const = 0;  ///< n: minibatch population, epoch denominator
  virtual const Vector& lambda() const = 0;       ///< m, mean convention

  virtual const Curvature& curvature() const = 0;  ///< certified global constants L, tau, ...
  virtual AlphaRule alpha_rule() const = 0;
  /// Whether Phi is a gradient step on a loss, so that H is symmetric.
  virtual bool is_gradient_map() const { return true; }
  double alpha() const { return curvature().alpha; }

  /// l(w); NaN where there is none (is_gradient_map() is false).
  virtual double lower_loss(const ConstVectorRef& w) const = 0;
  virtual void lower_gradient(const ConstVectorRef& w, VectorRef out) const = 0;  ///< d
  /// out = H(w)^T u, of which the linear system and reverse modes are made. d.
  virtual void hessian_vector(const ConstVectorRef& w,
                              const ConstVectorRef& u,
                              VectorRef out) const = 0;
  /// out = H(w) u, the same where H is symmetric, and then not to be overridden. d.
  virtual void jacobian_vector(const ConstVectorRef& w,
                               const ConstVectorRef& u,
                               VectorRef out) const {
    hessian_vector(w, u, out);
  }
  /// out = C(w)^T v. m.
  virtual void cross_transpose(const ConstVectorRef& w,
                               const ConstVectorRef& v,
                               VectorRef out) const = 0;
  virtual double upper_loss(const ConstVectorRef& w) const = 0;                   ///< E(w)
  virtual void upper_gradient(const ConstVectorRef& w, VectorRef out) const = 0;  ///< d

  /// w(lambda), v(w(lambda)), the hypergradient and how sure they are, by Newton's method and a
  /// direct or preconditioned solve to rounding. Expensive for large d; deterministic. Returns soon
  /// (within some milliseconds) after a stop request, with a meaningless value that the caller
  /// discards.
  virtual Reference solve_reference(std::stop_token stop = {}) const = 0;

  /// v(w) = (alpha H(w))^-1 grad_1 E(w), for the error of the linear system at w. Deterministic.
  virtual Vector solve_linear_system(const ConstVectorRef& w,
                                     const LinearSolveOptions& options = {}) const = 0;

  /// ||v - v(w)||^2 to a relative accuracy of about options.relative_residual, however small it is:
  /// solves for the error itself, alpha H(w) e = alpha H(w) v - grad_1 E(w), which takes fewer
  /// products than solve_linear_system and loses nothing to cancellation. `breakdown` where that
  /// accuracy was not reached (the value is then not known), `stopped` within some ten milliseconds
  /// of a stop request. Deterministic.
  virtual Result<double> linear_system_squared_error(const ConstVectorRef& w,
                                                     const ConstVectorRef& v,
                                                     const LinearSolveOptions& options) const;

  /// Every constant of ProblemConstants for minibatches drawn as `settings` says; `reference` is
  /// what solve_reference returned. The first call for a reference may take passes over the data;
  /// what does not depend on `settings` is kept in the reference's cache, so later calls take
  /// microseconds. `theta` > 0 is Young's parameter in (x + y)^2 <= (1+theta) x^2 + (1+1/theta)
  /// y^2, by which noise constants are split into a part at the solution and a part that grows.
  virtual ProblemConstants constants(const Reference& reference,
                                     const OracleSettings& settings,
                                     double theta = 1.0) const = 0;

  /// For error bounds at any w (error_certificate.hpp); neither needs a reference. All infinite
  /// where a family does not know them. Meaningless when stopped, within some ten milliseconds of a
  /// request.
  virtual DerivativeLipschitz derivative_lipschitz(const std::stop_token& stop = {}) const;
  virtual PointBounds point_bounds(const ConstVectorRef& w,
                                   CrossNorm cross_norm = CrossNorm::exact,
                                   const std::stop_token& stop = {}) const;

  virtual std::unique_ptr<StochasticOracle> make_oracle(const OracleSettings& settings) const = 0;

  /// The lower level as a mean of n components, for methods that keep one number a component
  /// (component_oracle.hpp), and what bounds of them need at the solution
  /// (component_constants.hpp). Null and empty where the randomness is not that of a finite sum.
  virtual std::unique_ptr<ComponentOracle> make_component_oracle() const;
  virtual std::optional<ComponentConstants> component_constants(const Reference& reference) const;

  /// Exact expectations, where the family has them in closed form or by recursion
  /// (problem/exact_moments.hpp): all of them for the teaching problem; E||w_t - w(lambda)||^2
  /// alone for data problems with squares in the lower level, the other vectors being empty. The
  /// error of the linear system is taken over w_t there, and no recursion for that is known;
  /// predicted_moments has it at w(lambda). Fails with not_found elsewhere, with bad_input where
  /// they would take too long, both with a sentence for the user, and with stopped.
  virtual Result<ExactMoments> exact_moments(const ExactQuery& query) const;

  /// Errors linearised at query.reference (required). Fails like exact_moments.
  virtual Result<PredictedMoments> predicted_moments(const ExactQuery& query) const;

  /// Mean-square stability of constant steps at the reference; what depends on the reference alone
  /// is kept in its cache. Infinite where the family or the size does not allow it, or when
  /// stopped.
  virtual StabilityEdges stability_edges(const Reference& reference,
                                         const OracleSettings& settings,
                                         const std::stop_token& stop = {}) const;
};

}  // namespace sid
