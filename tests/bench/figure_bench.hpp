#pragma once

#include "bench/table.hpp"

namespace sid::bench {

/// A figure of 20 curves with bands, 10,000 points each, on its way from a run to pixels.
void add_figure(Table& table);

/// What the process of the rows with OpenGL does: draws that figure offscreen and prints times.
int draw_case();

}  // namespace sid::bench
