#pragma once

#include <cstdint>
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
                 StepSizeSchedule schedule);

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

}  // namespace sid
