#pragma once

#include "sid/app/panels/panels.hpp"
#include "sid/app/state/outer_book.hpp"

namespace sid::app {

/// Where the view of the outer loop finds what it draws.
struct OuterSources {
  const OuterDesk& desk;
  const OuterBook& book;
  PlotCache& cache;
  GridCache& grids;
};

/// Plots of the outer loop side by side, and below them a row a method. Registers
///   "outer/status"          what the loop is doing, in words
///   "outer/optimum"         lambda* and f(lambda*) by exact gradients
///   "outer/plot/<id>"       the axes of a plot
///   "outer/row/<method>"    its row: distance
void draw_outer_view(const Ui& ui, const OuterSources& sources, ImVec2 size);

/// Of the setup panel, while the outer loop is shown: steps of the loop, its budget, warm start.
void draw_outer_section(const Ui& ui, float width);

}  // namespace sid::app
