#pragma once

#include <cstddef>
#include <vector>

#include "bench/table.hpp"

namespace sid::bench {

/// One stochastic step of the lower level (w) and of the linear system (v) of logistic regression
/// on the digits, for every way to store them and every instruction set, against plain Eigen.
void add_kernels(Table& table);

/// Sizes in bytes of the matrices that the steps read.
std::vector<std::size_t> kernel_sizes();

}  // namespace sid::bench
