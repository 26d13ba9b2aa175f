#pragma once

#include <memory>

#include "sid/problem/bilevel_problem.hpp"
#include "sid/problem/equilibrium_map.hpp"

namespace sid {

/// Oracle of the equilibrium problem: a minibatch holds b of the n components, Phi-hat is their
/// mean, and with the field w - Phi in place of a gradient
///   lower_level_step    w <- w - s (w - Phi-hat(w)),
///   linear_system_step  v <- v - eta (alpha (v - (d_1 Phi-hat)^T v) - c)   at the frozen w,
///   cross_transpose     -(d_2 Phi-hat(w))^T v, averaged over the minibatches.
/// `map` must outlive it. 1 <= minibatch <= n. Slopes of a component are kept from its first use
/// at a frozen w on: n d numbers.
std::unique_ptr<StochasticOracle> make_equilibrium_oracle(const EquilibriumMap& map,
                                                          const OracleSettings& settings);

}  // namespace sid
