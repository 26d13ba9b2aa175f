#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "sid/math/types.hpp"
#include "sid/method/checkpoint.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/bilevel_problem.hpp"

namespace sid {

/// An iterate whose norm is above this, or not a number, has diverged.
inline constexpr double kDivergenceNorm = 1e150;

enum class PathStatus {
  reached,   ///< all steps asked for were taken
  diverged,  ///< an iterate overflowed; the iteration is reported, nothing is estimated
  stopped,   ///< a stop was requested in between; calling again continues
};

/// Where an iteration overflowed.
struct Divergence {
  Role role = Role::lower_level;  ///< lower_level or linear_system
  std::int64_t iteration = 0;     ///< steps taken when the iterate first was beyond the limit

  bool operator==(const Divergence&) const = default;
};

/// The lower-level process (28), w_0 = 0: w_{t+1} = w_t + eta_t (Phi-hat(w_t, lambda, zeta_t) -
/// w_t) = w_t - eta_t alpha grad_1 l_B(w_t). One continuous stream (seed, lower_level, replica, 0),
/// however often the path pauses at checkpoints; t minibatches are drawn for w_t.
/// References to the arguments are kept; they must outlive the path. Nothing allocates after
/// construction.
class LowerLevelPath {
 public:
  LowerLevelPath(const BilevelProblem& problem,
                 StochasticOracle& oracle,
                 const StepSizeSchedule& schedule);

  /// Back to w_0 = 0 with the stream of (seed, replica).
  void start(std::uint64_t seed, std::uint32_t replica);

  /// Takes the steps from t() to `t` (>= t()). Polls `stop` and checks for overflow at every step.
  PathStatus advance_to(std::int64_t t, const std::stop_token& stop);

  const Vector& w() const { return w_; }  ///< d, w_t
  std::int64_t t() const { return t_; }   ///< steps taken
  bool diverged() const { return diverged_; }

 private:
  StochasticOracle& oracle_;
  StepSizeSchedule schedule_;
  double alpha_;
  Vector w_;
  std::int64_t t_ = 0;
  bool diverged_ = false;
};

/// How far a linear-system solve came.
struct LinearSolve {
  PathStatus status = PathStatus::reached;
  std::int64_t steps = 0;  ///< taken; where diverged, the step that overflowed
};

/// The linear-system process (29) at a frozen w, from v_0 = 0:
///   v_{k+1} = v_k + eta_k (d_1 Phi-hat(w, lambda, zeta'_k)^T v_k + c - v_k),  c = grad_1 E(w),
/// for `k` steps on the stream `key`. `v` (d) is output only and must not alias w or c.
/// Draws k minibatches. Polls `stop` and checks for overflow at every step. No allocation.
LinearSolve solve_linear_system(StochasticOracle& oracle,
                                const StreamKey& key,
                                const StepSizeSchedule& schedule,
                                double alpha,
                                const ConstVectorRef& w,
                                const ConstVectorRef& c,
                                std::int64_t k,
                                VectorRef v,
                                const std::stop_token& stop);

struct SidSettings {
  StepSizeSchedule lower_step;
  StepSizeSchedule linear_step;
  std::int64_t jacobian_samples = 1;  ///< J; 0: the exact derivative of Phi in lambda
};

/// Stochastic implicit differentiation (Algorithm 1), one replica after the other:
///
///   SidPath path(problem, problem.make_oracle(settings), problem.make_oracle(settings), {...});
///   path.start(seed, replica);
///   for (i = 0; i < checkpoints.size(); ++i)
///     if (path.run_to(checkpoints[i], i, stop) == PathStatus::reached) use(path.hypergradient());
///
/// At checkpoint number i (from 0): w goes on to w_t; v_k is solved afresh from v_0 = 0 on the
/// stream (seed, linear_system, replica, i + 1); grad_1 E(w_t) is evaluated once, in full; and
///   estimate = d_2 Phi-hat(w_t)^T v_k = -alpha (1/J) sum_j C_j(w_t)^T v_k
/// with J minibatches of the stream (seed, jacobian_product, replica, i + 1). (grad_2 E = 0: the
/// upper level of every problem here depends on lambda through w alone.) The three streams are
/// independent of each other, as Assumption C asks, and of the schedules: two methods with equal
/// seeds and minibatch sizes see the same minibatches.
///
/// Deterministic method: pass two BatchOracle objects. Used by one thread; `problem` must outlive
/// the path.
class SidPath {
 public:
  SidPath(const BilevelProblem& problem,
          std::unique_ptr<StochasticOracle> lower_oracle,
          std::unique_ptr<StochasticOracle> linear_oracle,
          const SidSettings& settings);

  void start(std::uint64_t seed, std::uint32_t replica);

  /// Goes to `checkpoint`, number `index` (< 2^24 - 1) of its curve; checkpoints come with
  /// ascending t. `diverged` leaves the estimate meaningless and names the place in divergence();
  /// a diverged w stays diverged, a diverged v is tried again at the next checkpoint.
  PathStatus run_to(const Checkpoint& checkpoint, std::uint32_t index, const std::stop_token& stop);

  /// Solves the linear system again at the w_t of the last run_to that returned `reached`, and
  /// estimates again: the same with the streams of `repetition` (1, 2, ... below 2^16) of that
  /// checkpoint. v() and hypergradient() then are those of the repetition: with w_t given, an
  /// independent sample.
  PathStatus repeat(std::uint32_t repetition, const std::stop_token& stop);

  std::int64_t linear_steps() const { return linear_steps_; }     ///< k of the last checkpoint
  const Vector& w() const { return path_.w(); }                   ///< d, w_t
  const Vector& v() const { return v_; }                          ///< d, v_k(w_t)
  const Vector& upper_gradient() const { return c_; }             ///< d, grad_1 E(w_t)
  const Vector& hypergradient() const { return hypergradient_; }  ///< m, the estimate
  const std::optional<Divergence>& divergence() const { return divergence_; }
  /// Steps taken by both solvers since construction.
  std::int64_t solver_steps() const { return solver_steps_; }

 private:
  PathStatus solve_and_estimate(std::uint32_t repetition, const std::stop_token& stop);
  void estimate(std::uint32_t repetition);

  const BilevelProblem& problem_;
  std::unique_ptr<StochasticOracle> lower_oracle_;
  std::unique_ptr<StochasticOracle> linear_oracle_;
  SidSettings settings_;
  LowerLevelPath path_;
  Vector c_, v_, hypergradient_;
  std::optional<Divergence> divergence_;
  std::uint64_t seed_ = 0;
  std::uint32_t replica_ = 0;
  std::int64_t linear_steps_ = 0;     // k of the present checkpoint
  std::uint32_t checkpoint_key_ = 0;  // its place in stream keys
  std::int64_t solver_steps_ = 0;
};

}  // namespace sid
