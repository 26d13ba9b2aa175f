#pragma once

#include "sid/method/reverse_mode_path.hpp"

namespace sid {

/// Iterative differentiation in reverse mode (ITD) of w_{s+1} = Phi(w_s, lambda) = w_s - alpha
/// grad_1 l(w_s), with the whole data: the exact derivative in lambda of f_t = E(w_t). Backward:
///   g <- g + d_2 Phi(w_s)^T a = g - alpha C(w_s)^T a,
///   a <- d_1 Phi(w_s)^T a     = a - alpha H(w_s) a.
/// alpha is held fixed, as everywhere. Deterministic.
/// Source: Franceschi, Donini, Frasconi, Pontil, Forward and Reverse Gradient-Based Hyperparameter
/// Optimization, ICML 2017, Algorithm 1.
class ItdPath final : public ReverseModePath {
 public:
  /// `max_steps` >= 0: no checkpoint has more. Memory for all iterates is taken at once; requires
  /// stored_bytes(d, max_steps) <= kMaxStoredBytes, 4 GiB.
  ItdPath(const BilevelProblem& problem, std::int64_t max_steps);

 private:
  void step_forward(std::int64_t s, Vector& w) override;
  void step_back(std::int64_t s,
                 const ConstVectorRef& w_s,
                 Vector& adjoint,
                 Vector& hypergradient) override;

  Vector product_, part_;
};

}  // namespace sid
