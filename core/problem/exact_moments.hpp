#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "sid/problem/bilevel_problem.hpp"

namespace sid {

/// Step sizes eta_0, eta_1, ... of one process, as exact recursions read them: ten million of them
/// are walked through, not stored. Both functions must be set.
struct StepSizes {
  /// Writes eta_first, eta_{first + 1}, ... to all of the span.
  std::function<void(std::int64_t first, std::span<double> out)> fill = {};
  /// How many steps from t on are equal to eta_t, itself included; too low a number costs time
  /// only. Equal steps are taken at once.
  std::function<std::int64_t(std::int64_t t)> equal_from = {};
};

/// Asks for exact expectations of SID at checkpoints (t_i, k_i), w_0 = v_0 = 0.
struct ExactQuery {
  OracleSettings settings = {};
  StepSizes lower_steps = {}, linear_steps = {};
  std::span<const std::int64_t> t = {};  ///< ascending
  std::span<const std::int64_t> k = {};  ///< as long as t
  std::int64_t jacobian_samples = 1;     ///< J; 0 means the exact derivative
  /// What solve_reference returned; null only where the family needs none (teaching problem).
  const Reference* reference = nullptr;
  std::stop_token stop = {};  ///< polled every millisecond or a few of work
};

/// Exact expectations at each checkpoint; every vector is as long as the query's t, or empty where
/// the family does not know that expectation.
struct ExactMoments {
  std::vector<double> lower;          ///< E||w_t - w(lambda)||^2
  std::vector<double> linear;         ///< E||v_k(w_t) - v(w_t)||^2
  std::vector<double> hypergradient;  ///< E||estimate - hypergradient||^2
  std::vector<double> bias_squared;
  std::vector<double> mean_of_variance;  ///< E[V[estimate | w_t]]
  std::vector<double> variance_of_mean;  ///< V[E[estimate | w_t]]
};

/// Mean-square errors of SID linearised at the solution, at each checkpoint: predictions, not
/// bounds and not exact. Their relative error vanishes with the error itself for steps that
/// decrease; with constant steps the second-order terms stay.
struct PredictedMoments {
  std::vector<double> lower;  ///< E||w_t - w(lambda)||^2
  /// E||v_k - v||^2 of the linear system at w(lambda); exact for that system unless additive_noise.
  std::vector<double> linear;
  std::vector<double> hypergradient;  ///< E||estimate - hypergradient||^2
  /// Noise is taken at the solution alone (additive), which is what large d can afford; false:
  /// noise grows with the distance as the linearisation says.
  bool additive_noise = false;
};

}  // namespace sid
