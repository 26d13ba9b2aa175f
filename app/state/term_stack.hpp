#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "sid/figure/build_figure.hpp"

namespace sid::app {

/// BoundTerm::id of Theorem 3.4's terms, in the order in which they are stacked.
inline constexpr std::array<const char*, 4> kStackedTerms = {
    "jacobian", "lower", "linear", "product"};

/// The value of a term at a checkpoint; NaN where there is none.
double term_value(const TheoryCurve& bound, const char* id, std::size_t index);

/// Theorem 3.4's terms over the checkpoints as areas on top of each other, ready to be drawn.
struct TermStack {
  std::vector<double> x;
  /// Sums of the first terms: sums[0] is the ground, sums[4] the bound (or 1, as shares).
  std::array<std::vector<double>, kStackedTerms.size() + 1> sums;
  PlotPanel axes;  ///< without ticks: how many there are depends on the size
  /// Fewer than two points make no area.
  bool empty() const { return x.size() < 2; }
};

/// `shares`: of the bound, on a linear axis; else values on a logarithmic one that shows at most
/// six decades. Checkpoints without a positive bound, or that log x cannot show, are left out. Of
/// `options` count x_unit and log_x.
TermStack term_stack(const TheoryCurve& bound,
                     std::span<const Checkpoint> checkpoints,
                     const FigureOptions& options,
                     bool shares);

}  // namespace sid::app
