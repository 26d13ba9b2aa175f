#pragma once

#include <cstdint>
#include <limits>

#include "sid/method/noisy_contraction.hpp"
#include "sid/method/step_size_schedule.hpp"

namespace sid {

/// A switch that never comes.
inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

/// First t at which the bound (18) of Theorem 4.1 for the constant step `eta` is at most twice its
/// floor F = eta sigma1/(1 - q^2): 0 if it already is, kNever without noise (sigma1 = 0).
/// The text after Theorem 4.2 asks for the bound to reach F itself, which (18) never does when it
/// starts above; twice F is enough: with beta = 2/(1 - q^2) and gamma = beta/eta,
/// gamma 2F = 4 sigma1/(1 - q^2)^2 is exactly the second term of c in Theorem 4.2.
/// Requires 0 < eta <= 1, 0 <= q < 1.
std::int64_t switch_time(const NoisyContraction& map, double eta);

/// The schedule whose every step minimises the one-step bound of Theorem 4.1's proof,
///   eta_t = min{ 1/(1 + sigma2), (1 - q^2) B_t/(2 sigma1) },
///   B_{t+1} = (1 - eta_t (1 - q^2)) B_t + eta_t^2 sigma1,   B_0 = map.initial.
/// No schedule within the limit has a smaller bound by this recursion. Not in the paper: the
/// derivative of the right side in eta vanishes at (1 - q^2) B/(2 sigma1). The first entry is the
/// smaller one for as long as B_t > 2F, F the floor of the constant step 1/(1 + sigma2): the switch
/// is switch_time(). From there B_t = 2 sigma1 eta_t/(1 - q^2), put into the recursion, leaves
/// eta_{t+1} = eta_t (1 - (1 - q^2) eta_t/2). Without noise (sigma1 = 0) it never switches.
/// Requires sigma1, sigma2 and initial finite, 0 <= q < 1.
BoundOptimalStep bound_optimal_step(const NoisyContraction& map);

}  // namespace sid
