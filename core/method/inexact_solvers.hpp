#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "sid/method/krylov_steps.hpp"
#include "sid/method/momentum.hpp"
#include "sid/method/solver_choice.hpp"
#include "sid/method/solver_path.hpp"

namespace sid {

/// w_0, w_1, ... with one gradient of the whole data a step, L and tau those of the problem:
///   gradient     w_{t+1} = w_t - alpha grad_1 l(w_t)
///   heavy_ball   w_{t+1} = w_t - a grad_1 l(w_t) + b (w_t - w_{t-1})
///   accelerated  w_{t+1} = y_t - a grad_1 l(y_t),   y_t = w_t + b (w_t - w_{t-1})
/// (momentum.hpp; w_{-1} = w_0). With a tolerance e the steps end at the first point x whose
/// gradient, which a step needs anyway, has ||grad_1 l(x)||/tau <= e: then ||x - w(lambda)|| <= e
/// by strong convexity, x is w() from there on, and more steps are not taken. x is w_t, or y_t of
/// accelerated steps. Every other w() is w_t. Deterministic; steps allocate nothing.
class InexactLowerSolver final : public LowerSolver {
 public:
  /// Requires a problem whose Phi is a gradient step; a tolerance is >= 0.
  InexactLowerSolver(const BilevelProblem& problem,
                     LowerIteration iteration,
                     std::optional<double> tolerance = std::nullopt);

  /// The streams are not used.
  void start(std::uint64_t seed, std::uint32_t replica, const Vector& initial) override;
  PathStatus advance_to(std::int64_t t, const std::stop_token& stop) override;
  const Vector& w() const override { return met_ ? point_ : w_; }
  /// Steps taken; below the t asked for once the tolerance is met.
  std::int64_t t() const override { return t_; }
  /// With a tolerance there may be one gradient more than steps: the one that decided.
  std::int64_t samples() const override { return gradients_ * problem_.sample_count(); }
  bool met() const { return met_; }

 private:
  void evaluate();
  void step();

  const BilevelProblem& problem_;
  LowerIteration iteration_;
  std::optional<double> tolerance_;
  double tau_;
  Momentum momentum_;
  Vector w_, previous_, point_, gradient_;  // d; point_: where gradient_ is, if fresh_
  bool fresh_ = false;
  bool met_ = false;
  bool diverged_ = false;
  std::int64_t t_ = 0;
  std::int64_t gradients_ = 0;
};

/// v_0 = 0, v_1, ... for alpha H(w) v = c with one Hessian-vector product a step:
///   gradient              v_{j+1} = v_j + (c - alpha H v_j)
///   heavy_ball            v_{j+1} = v_j + (a/alpha) (c - alpha H v_j) + b (v_j - v_{j-1})
///   conjugate_gradients   conjugate_gradient_steps
/// that is, q_j = alpha v_j makes the same steps for H q = c. With a tolerance e the steps end at
/// the first v_j with ||alpha H v_j - c|| <= e, as computed from v_j itself: where the residual of
/// the recursion of conjugate gradients is below e and that of v_j is not, they start again from
/// v_j. Deterministic; the key is not used; steps allocate nothing.
class InexactLinearSolver final : public LinearSolver {
 public:
  /// Requires a problem whose Phi is a gradient step; a tolerance is >= 0.
  InexactLinearSolver(const BilevelProblem& problem,
                      LinearIteration iteration,
                      std::optional<double> tolerance = std::nullopt);

  LinearSolve solve(const LinearTask& task, VectorRef v, const std::stop_token& stop) override;
  /// A product for every step; with a tolerance those that decided are counted too.
  std::int64_t samples() const override { return products_ * problem_.sample_count(); }
  bool met() const { return met_; }                   ///< by the last solve
  std::int64_t last_steps() const { return steps_; }  ///< of the last solve

 private:
  void evaluate(const LinearTask& task, const ConstVectorRef& v);
  LinearSolve solve_by_momentum(const LinearTask& task, VectorRef v, const std::stop_token& stop);
  LinearSolve solve_by_conjugate_gradients(const LinearTask& task,
                                           VectorRef v,
                                           const std::stop_token& stop);

  const BilevelProblem& problem_;
  LinearIteration iteration_;
  std::optional<double> tolerance_;
  Momentum momentum_;
  Vector previous_, residual_, product_, correction_;  // d; residual_ = alpha H v - c
  KrylovWorkspace work_;
  bool met_ = false;
  std::int64_t steps_ = 0;
  std::int64_t products_ = 0;
};

struct InexactSettings {
  LowerIteration lower = LowerIteration::gradient;
  LinearIteration linear = LinearIteration::gradient;
  std::optional<double> lower_tolerance = std::nullopt;  ///< bound of ||w - w(lambda)||
  std::optional<double> linear_tolerance =
      std::nullopt;  ///< bound of ||alpha H(w) v - grad_1 E(w)||
};

/// Approximate implicit differentiation with these solvers and the exact derivative of Phi in
/// lambda: estimate = -alpha C(w)^T v. At a checkpoint w goes on for at most t steps in all, unless
/// it has met its tolerance, and v is solved for afresh with at most k. Nothing is drawn.
/// Source: Ehrhardt and Roberts, Analyzing inexact hypergradients for bilevel learning, IMA J.
/// Appl. Math. 89(1), 2024. With gradient and gradient it is AID-FP with eta = 1, to the bit.
class InexactPath final : public SolverPath {
 public:
  InexactPath(const BilevelProblem& problem, const InexactSettings& settings);

  bool can_repeat() const override { return false; }
  /// Empty without a tolerance, and after a divergence: nothing that was met then counts.
  std::optional<StepsTaken> steps_taken() const override;

 private:
  bool tolerances_;
};

}  // namespace sid
