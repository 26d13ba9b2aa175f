#pragma once

#include "sid/method/hypergradient_path.hpp"
#include "sid/problem/bilevel_problem.hpp"

namespace sid {

/// Iterative differentiation in reverse mode (ITD): the exact derivative in lambda of f_t = E(w_t)
/// for the iterates w_0 = 0, w_{s+1} = Phi(w_s, lambda) = w_s - alpha grad_1 l(w_s) of the whole
/// data. From a = grad_1 E(w_t), g = 0, backward for s = t-1, ..., 0:
///   g <- g + d_2 Phi(w_s)^T a = g - alpha C(w_s)^T a,
///   a <- d_1 Phi(w_s)^T a     = a - alpha H(w_s) a;
/// the estimate is g. (grad_2 E = 0.) alpha is held fixed, as everywhere.
/// Source: Franceschi, Donini, Frasconi, Pontil, Forward and Reverse Gradient-Based Hyperparameter
/// Optimization, ICML 2017, Algorithm 1.
///
/// At a checkpoint w goes on to w_t, and the backward sweep starts afresh from all stored iterates:
/// t forward and t backward steps count; k plays no part. Deterministic. No v: v() is empty.
/// Keeps w_0, ..., w_t for the largest t that it is made for: stored_bytes().
class ItdPath final : public HypergradientPath {
 public:
  /// `max_steps` >= 0: no checkpoint has more. Memory for all iterates is taken at once; requires
  /// stored_bytes(d, max_steps) <= kMaxStoredBytes, 4 GiB.
  ItdPath(const BilevelProblem& problem, std::int64_t max_steps);

  /// 8 d (max_steps + 1): bytes that the iterates take, or the largest int64 where that is more
  /// than one holds.
  static std::int64_t stored_bytes(Index dim, std::int64_t max_steps);
  static constexpr std::int64_t kMaxStoredBytes = std::int64_t{4} << 30;

  void start(std::uint64_t seed, std::uint32_t replica) override;
  /// Divergence::role is lower_level for w and linear_system for a and g; an iteration of the
  /// latter counts backward steps.
  PathStatus run_to(const Checkpoint& checkpoint,
                    std::uint32_t index,
                    const std::stop_token& stop) override;

  std::int64_t linear_steps() const override { return backward_steps_; }  ///< t: backward steps
  const Vector& w() const override { return w_; }
  const Vector& v() const override { return no_vector_; }
  const Vector& upper_gradient() const override { return c_; }
  const Vector& hypergradient() const override { return hypergradient_; }
  const std::optional<Divergence>& divergence() const override { return divergence_; }
  std::int64_t solver_steps() const override { return solver_steps_; }

 private:
  PathStatus forward_to(std::int64_t t, const std::stop_token& stop);
  PathStatus sweep_back(const std::stop_token& stop);

  const BilevelProblem& problem_;
  Matrix iterates_;  // d x (max_steps + 1), columns w_0 .. w_t
  Vector w_, c_, adjoint_, product_, part_, hypergradient_, no_vector_;
  std::optional<Divergence> divergence_;
  std::int64_t t_ = 0;
  std::int64_t backward_steps_ = 0;
  std::int64_t solver_steps_ = 0;
};

}  // namespace sid
