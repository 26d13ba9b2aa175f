#pragma once

#include <cstdint>

#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/constants.hpp"
#include "sid/theory/hypergradient_bounds.hpp"

namespace sid {

/// Theorem 5.1: the same steps eta_t = beta/(gamma + t) for both subproblems, w_0 = v_0 = 0.
///
/// Hypotheses: A, B, C by construction, beta > 1/(1 - q^2) and gamma >= beta (1 + sigma2) with
/// sigma2 = 2 (L_hat^2 + q^2)/(1 - q)^2. Then (30), (31):
///   E||w_t - w(lambda)||^2 <= d_w/(gamma + t),
///   d_w = max{ gamma ||w(lambda)||^2, 2 beta^2 V[Phi-hat(w(lambda))]/(beta (1 - q^2) - 1) },
///   E||v_k(w) - v(w)||^2 <= d_v/(gamma + k),
///   d_v = ||grad_1 E(w)||^2/(1 - q)^2 max{ gamma, 2 beta^2 L_hat^2/(beta (1 - q^2) - 1) }.
/// The paper lets d_v depend on w; Theorem 3.4 needs one for every w, ||grad_1 E(w)|| <= L_E.
/// Exact steps have no noise: their constants say V = 0 and sigma1_v_theorem51 = 0, and the second
/// entry of either maximum is then zero.
class Theorem51 {
 public:
  Theorem51(ProblemConstants constants, const DecreasingStep& step);

  double beta_limit() const;   ///< beta must exceed it
  double gamma_limit() const;  ///< least gamma
  bool holds() const;

  double d_w() const;
  /// With ||grad_1 E(w)|| = `gradient`; L_E for every w.
  double d_v(double gradient) const;
  double d_v() const { return d_v(c_.L_E); }

  /// Remark 5.1 written out: (13) with these rates, summand by summand,
  ///   2 m2 L_E^2/(1-q)^2 + 6 c1^2 d_w/(gamma+t) + 2 (4 L_Phi^2 + m2) d_v/(gamma+k)
  ///   + 8 nu2^2 d_w d_v/((gamma+t)(gamma+k)),   m2 = `averaged_m2` = m2/J.
  Theorem34 at(double averaged_m2, std::int64_t t, std::int64_t k) const;

 private:
  double rate() const { return (1.0 - c_.q) * (1.0 + c_.q); }

  ProblemConstants c_;
  DecreasingStep step_;
};

}  // namespace sid
