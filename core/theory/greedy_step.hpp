#pragma once

#include <string>

#include "sid/method/noisy_contraction.hpp"

namespace sid {

/// The step that is best for the one-step bound of Theorem 4.1's proof, M_{t+1} <= (1 - eta (1 -
/// q^2)) M_t + eta^2 sigma1, from the bound B_t that holds now:
///   eta_t = min{ 1/(1 + sigma2), (1 - q^2) B_t/(2 sigma1) }.
/// Not in the paper: the right side is a parabola in eta. As a schedule it is the two-phase one
/// without a choice of switch: constant while the first entry is smaller, then about 2/((1 - q^2)
/// t), and no schedule has a smaller bound by this recursion. (method/recommended_steps.hpp runs
/// it.)
double greedy_step(const NoisyContraction& map, double bound);

/// The schedule in words with its numbers: "η_t = min{0.800, 0.190·B_t/0.600}, B_0 =
/// 40.0".
std::string greedy_step_formula(const NoisyContraction& map);

}  // namespace sid
