#pragma once

#include <cstddef>
#include <string>

#include "bench/table.hpp"

namespace sid::bench {

/// Rows of the section "ceilings": what one core of this machine can do at best.
inline constexpr const char* kFmaCeiling = "multiply-add, double";
/// The same with products that are rounded before they are added, as all kernels have them.
inline constexpr const char* kRoundedCeiling = "multiply, round, add, double";

/// Name of the row that reads an array of `bytes` bytes from one end to the other.
std::string read_ceiling(std::size_t bytes);

/// Adds the multiply-add rows, and a reading row for each of the sizes.
void add_ceilings(Table& table, const std::vector<std::size_t>& sizes);

}  // namespace sid::bench
