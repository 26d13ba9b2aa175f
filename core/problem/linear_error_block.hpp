#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "sid/problem/full_passes.hpp"

namespace sid {

/// One system of linear_system_squared_errors; what it refers to stays until that returns.
struct LinearErrorTask {
  const DataProblem* problem = nullptr;
  const Reference* near = nullptr;         ///< exact solution of this problem
  const Vector* w = nullptr;               ///< d
  const Vector* v = nullptr;               ///< d, what is compared with v(w)
  const Vector* upper_gradient = nullptr;  ///< d, grad_1 E(w)
};

/// Curvature weights that are held for systems that are solved together, in bytes.
inline constexpr std::size_t kMostErrorWeights = std::size_t{1} << 24;

/// ||v - v(w)||^2 of several systems, whose products with their Hessians share the rows and whose
/// preconditioners of one lambda share a factor. Every value has the bits of
/// data_linear_system_squared_error() with these options. Nothing for a system that the anchors of
/// its reference do not solve: that function is then to be asked, which will form its Hessian. All
/// empty if a stop came first. Costs nothing where no reference has dense anchors.
///
/// Systems are taken in whole strips of as many as `most_weights` bytes of curvature weights hold,
/// at least eight; the values do not depend on it. Memory for S systems at once: about 8 S (3 n +
/// 12 d) bytes.
std::vector<std::optional<double>> linear_system_squared_errors(
    FullPasses& passes,
    std::span<const LinearErrorTask> tasks,
    double relative_residual,
    const std::stop_token& stop = {},
    std::size_t most_weights = kMostErrorWeights);

}  // namespace sid
