#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sid/problem/bilevel_problem.hpp"

namespace sid {

/// Asks for exact expectations of SID at checkpoints (t_i, k_i), w_0 = v_0 = 0.
struct ExactQuery {
  OracleSettings settings;
  std::span<const double> eta_lower;   ///< eta_0 .. at least max t entries
  std::span<const double> eta_linear;  ///< at least max k entries
  std::span<const std::int64_t> t;     ///< ascending
  std::span<const std::int64_t> k;     ///< as long as t
  std::int64_t jacobian_samples = 1;   ///< J; 0 means the exact derivative
};

/// Exact expectations at each checkpoint; every vector is as long as the query's t.
struct ExactMoments {
  std::vector<double> lower;          ///< E||w_t - w(lambda)||^2
  std::vector<double> linear;         ///< E||v_k(w_t) - v(w_t)||^2
  std::vector<double> hypergradient;  ///< E||estimate - hypergradient||^2
  std::vector<double> bias_squared;
  std::vector<double> mean_of_variance;  ///< E[V[estimate | w_t]]
  std::vector<double> variance_of_mean;  ///< V[E[estimate | w_t]]
};

}  // namespace sid
