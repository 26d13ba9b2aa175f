#pragma once

#include <cstdint>
#include <memory>

#include "sid/method/solver_path.hpp"

namespace sid {

struct SidSettings {
  StepSizeSchedule lower_step;
  StepSizeSchedule linear_step;
  std::int64_t jacobian_samples = 1;  ///< J; 0: the exact derivative of Phi in lambda
  std::int64_t minibatch = 1;         ///< examples of one draw; 1: samples() counts draws
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
class SidPath final : public SolverPath {
 public:
  /// `linear_oracle` serves the linear system and then the final derivative, each on a stream of
  /// its own.
  SidPath(const BilevelProblem& problem,
          std::unique_ptr<StochasticOracle> lower_oracle,
          const std::shared_ptr<StochasticOracle>& linear_oracle,
          const SidSettings& settings);
};

}  // namespace sid
