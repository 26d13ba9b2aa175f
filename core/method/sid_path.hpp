#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "sid/math/types.hpp"
#include "sid/method/hypergradient_path.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/bilevel_problem.hpp"

namespace sid {

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
  /// The same from another w_0 (d).
  void start_at(std::uint64_t seed, std::uint32_t replica, const ConstVectorRef& initial);

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

/// Stochastic implicit differentiation (Algorithm 1). At checkpoint number i (from 0): w goes on to
/// w_t; v_k is solved afresh from v_0 = 0 on the stream (seed, linear_system, replica, i + 1);
/// grad_1 E(w_t) is evaluated once, in full; and
///   estimate = d_2 Phi-hat(w_t)^T v_k = -alpha (1/J) sum_j C_j(w_t)^T v_k
/// with J minibatches of the stream (seed, jacobian_product, replica, i + 1). (grad_2 E = 0: the
/// upper level of every problem here depends on lambda through w alone.) The three streams are
/// independent of each other, as Assumption C asks, and of the schedules: two methods with equal
/// seeds and minibatch sizes see the same minibatches. repeat(j) takes the streams of repetition j
/// for the linear system and the final derivative.
///
/// Deterministic method (approximate implicit differentiation by fixed-point iterations, AID-FP):
/// pass two BatchOracle objects; then all repetitions agree.
class SidPath final : public HypergradientPath {
 public:
  SidPath(const BilevelProblem& problem,
          std::unique_ptr<StochasticOracle> lower_oracle,
          std::unique_ptr<StochasticOracle> linear_oracle,
          const SidSettings& settings);

  void start(std::uint64_t seed, std::uint32_t replica) override;
  PathStatus run_to(const Checkpoint& checkpoint,
                    std::uint32_t index,
                    const std::stop_token& stop) override;
  bool can_repeat() const override { return true; }
  PathStatus repeat(std::uint32_t repetition, const std::stop_token& stop) override;

  std::int64_t linear_steps() const override { return linear_steps_; }
  const Vector& w() const override { return path_.w(); }
  const Vector& v() const override { return v_; }
  const Vector& upper_gradient() const override { return c_; }
  const Vector& hypergradient() const override { return hypergradient_; }
  const std::optional<Divergence>& divergence() const override { return divergence_; }
  std::int64_t solver_steps() const override { return solver_steps_; }

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
  std::uint32_t checkpoint_key_ = 0;  // its place in stream keys; 0: nothing to repeat
  bool started_ = false;
  std::int64_t solver_steps_ = 0;
};

}  // namespace sid
