#pragma once

#include <optional>
#include <stop_token>

#include "sid/problem/bilevel_problem.hpp"

namespace sid {

/// A bound of the hypergradient's error for any contraction Phi and grad_2 E = 0. Not in the paper.
///   ||d_2 Phi(w)^T v - hypergradient|| <=
///     B nu1 e V/(1-q) + nu2 e |c|/(1-q) + (B + nu2 e) mu1 e/(1-q) + B r/(1-q),
/// B = ||d_2 Phi(w)||, e = ||Phi(w) - w||/(1-q) >= ||w - w(lambda)||, r = ||(I - d_1 Phi(w)^T) v -
/// c||, V = ||v|| + r/(1-q) >= ||v(w)||, c = grad_1 E(w). Hypotheses: A(i), A(ii), A(iii); any w,
/// v, however they were made. Proof: v - v(w) is at most r/(1-q) long, and with A = I - d_1 Phi^T
/// at w and A*, B*, c* at w(lambda),
///   B^T A^-1 c - B*^T A*^-1 c* = B^T A*^-1 (A* - A) A^-1 c + (B - B*)^T A*^-1 c
///                                + B*^T A*^-1 (c - c*),
/// where ||A^-1||, ||A*^-1|| <= 1/(1-q).
struct FixedPointTerms {
  double step_norm = 0.0;             ///< ||Phi(w) - w||
  double linear_residual_norm = 0.0;  ///< r
  double norm_cross = 0.0;            ///< B
  double norm_upper_gradient = 0.0;   ///< |c|
  double norm_v = 0.0;                ///< ||v||
  double gap = 1.0;                   ///< 1 - q or a lower bound of it, > 0
  double nu1 = 0.0, nu2 = 0.0, mu1 = 0.0;
};
double fixed_point_bound(const FixedPointTerms& terms);

/// How certified_error is to work.
struct CertificateOptions {
  CrossNorm cross_norm = CrossNorm::exact;
  /// grad_1 E(w) as the problem computes it, if the caller has it already (d), or null.
  const Vector* upper_gradient = nullptr;
  /// The estimate g (m) that is to be certified, if it is not -alpha C(w)^T v: ||g -
  /// hypergradient||
  /// <= ||g + alpha C(w)^T v|| + the bound of the latter. Null: none other.
  const Vector* estimate = nullptr;
  std::stop_token stop = {};
};

/// What is certain of -alpha C(w)^T v, or of another estimate, of the hypergradient.
struct ErrorCertificate {
  double gradient_norm = 0.0;         ///< ||grad_1 l(w)||
  double linear_residual_norm = 0.0;  ///< ||alpha H(w) v - grad_1 E(w)||
  double a_posteriori = kInfinity;    ///< Ehrhardt & Roberts, a_posteriori_bound, as computed
  double fixed_point = kInfinity;     ///< fixed_point_bound, as computed
  /// The smaller of the two with everything that rounding may have hidden: ||-alpha C(w)^T v -
  /// hypergradient|| is at most this for the estimate as BilevelProblem evaluates it in double
  /// precision. Exceeds the smaller of the two by a relative (d + 64) 2^-52 and by what
  /// PointBounds says of the norms that enter. Of another estimate, with its distance.
  double bound = kInfinity;
  double distance = 0.0;  ///< ||g + alpha C(w)^T v|| as computed; 0 without another estimate
};

/// The error of any method's estimate, computed at its w and v (d each) without a reference: one
/// gradient, one Hessian-vector product, grad_1 E (unless it is given), ||C(w)||, and one product
/// with C(w)^T if there is another estimate: of sampled final derivatives of Phi, or of a method
/// that makes no v, where any v near v(w) serves. Polls `stop` before each.
///   lipschitz: problem.derivative_lipschitz(), which may be expensive and does not depend on w.
/// Bounds are infinite where the problem does not know a constant, or where w or v is not
/// finite. std::nullopt when stopped. Deterministic; thread-safe; allocates.
std::optional<ErrorCertificate> certified_error(const BilevelProblem& problem,
                                                const DerivativeLipschitz& lipschitz,
                                                const ConstVectorRef& w,
                                                const ConstVectorRef& v,
                                                const CertificateOptions& options = {});

}  // namespace sid
