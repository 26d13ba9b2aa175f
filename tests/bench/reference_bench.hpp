#pragma once

#include "bench/table.hpp"

namespace sid::bench {

inline constexpr const char* kFigureOne = "figure 1";
inline constexpr const char* kLowerSection = "a step for w: d = 784, n = 5000, minibatch 50";
inline constexpr const char* kLinearSection = "a step for v: the same";
inline constexpr const char* kRunsSection = "whole runs";
inline constexpr const char* kEigen = "Eigen, double: rows gathered, two products";

/// What else one would write the same loops in: reference_numpy.py and reference_pytorch.py, on the
/// same images, one thread. Left out, with a note, where their libraries are not installed.
void add_references(Table& table);

}  // namespace sid::bench
