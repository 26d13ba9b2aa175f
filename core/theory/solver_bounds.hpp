#pragma once

#include <cstdint>

#include "sid/method/noisy_contraction.hpp"
#include "sid/method/step_size_schedule.hpp"

namespace sid {

/// Bounds of M_t = E||x_t - x*||^2 for the stochastic fixed-point iteration (17),
///   x_{t+1} = x_t + eta_t (T-hat(x_t, zeta_t) - x_t),
/// under Assumption D with the constants in NoisyContraction. They serve the lower level
/// (x = w, T = Phi) and the linear system (x = v, T = Psi_w) alike. All are pure functions of
/// their arguments; where holds() is false, at() is a number without meaning.

/// Comparisons with a limit forgive rounding: a step set to its limit is at its limit.
inline bool at_most(double value, double limit) {
  return value <= limit * (1.0 + 1e-12);
}

/// Theorem 4.1: constant step eta <= 1/(1 + sigma2) gives (18),
///   M_t <= (1 - eta (1 - q^2))^t (M_0 - F) + F,   F = eta sigma1/(1 - q^2).
/// Rises towards F where M_0 < F, which is correct.
class Theorem41 {
 public:
  Theorem41(const NoisyContraction& map, double eta) : map_(map), eta_(eta) {}

  bool holds() const { return eta_ > 0.0 && at_most(eta_, map_.step_limit()); }
  double floor() const { return map_.floor(eta_); }
  double at(std::int64_t t) const;

 private:
  NoisyContraction map_;
  double eta_;
};

/// Theorem 4.2: eta_t = beta/(gamma + t), beta > 1/(1 - q^2), gamma >= beta (1 + sigma2) give (20),
///   M_t <= c/(gamma + t),   c = max{ gamma M_0, beta^2 sigma1/(beta (1 - q^2) - 1) }.
/// Theorem 5.1 is this for both subproblems with w_0 = v_0 = 0 and the constants of Theorem 4.3
/// (sigma1_w_theorem43, sigma1_v_theorem51, sigma2_theorem43 in problem/constants.hpp): d_w of (30)
/// is c for M_0 = ||w(lambda)||^2, and d_v of (31) is c for M_0 = (L_E/(1 - q))^2, which serves
/// every w at once, as Theorem 3.4 needs it.
class Theorem42 {
 public:
  Theorem42(const NoisyContraction& map, const DecreasingStep& step) : map_(map), step_(step) {}

  double beta_limit() const { return 1.0 / map_.rate(); }                  ///< beta must exceed it
  double gamma_limit() const { return step_.beta * (1.0 + map_.sigma2); }  ///< least gamma
  bool beta_holds() const { return step_.beta > beta_limit(); }
  bool gamma_holds() const { return at_most(gamma_limit(), step_.gamma); }
  bool holds() const { return beta_holds() && gamma_holds(); }
  double c() const;
  double at(std::int64_t t) const { return c() / (step_.gamma + static_cast<double>(t)); }

 private:
  NoisyContraction map_;
  DecreasingStep step_;
};

/// Constant, then decreasing: Theorem 4.1 up to the switch t_1, then Theorem 4.2 started again from
/// its value there. Follows from the two theorems; (17) is a Markov process, so its past enters
/// the second one through M_{t_1} only.
class TwoPhaseBound {
 public:
  TwoPhaseBound(const NoisyContraction& map, const TwoPhaseStep& step);

  const Theorem41& first() const { return first_; }
  const Theorem42& second() const { return second_; }
  /// t <= t_1 needs first().holds(), t > t_1 also second().holds().
  double at(std::int64_t t) const;

 private:
  std::int64_t switch_at_;
  Theorem41 first_;
  Theorem42 second_;
};

/// One step of the proofs of Theorems 4.1 and 4.2, for any eta in [0, 1/(1 + sigma2)]:
///   M_{t+1} <= (1 - eta (1 - q^2)) M_t + eta^2 sigma1.
/// Iterated it is never worse than either theorem and holds for every schedule within the limit.
double recursion_step(const NoisyContraction& map, double bound, double eta);

/// 1 - chi of the one-step bound M_{t+1} <= chi M_t + eta^2 sigma1 valid for every eta in
/// [0, 1], beyond 1/(1 + sigma2) too:
///   1 - chi = eta (1 - q^2) + a ((1 - q)^2 if a >= 0, (1 + q)^2 otherwise),
///   a = eta (1 - eta (1 + sigma2)).
/// Not in the paper. The identity ||(1-eta) x + eta y||^2 = (1-eta)||x||^2 + eta ||y||^2
/// - eta (1-eta) ||x-y||^2 with x = x_t - x*, y = T(x_t) - x* and D(iii) leave the term
/// -a ||T(x_t) - x_t||^2, which the theorems drop; here (1-q)||x|| <= ||T(x_t) - x_t|| <=
/// (1+q)||x|| keeps it. The bound contracts only while chi < 1. Concave in eta.
double sharp_loss(const NoisyContraction& map, double eta);

}  // namespace sid
