#pragma once

#include "bench/table.hpp"

namespace sid::bench {

/// Frames of the whole window with 20 methods at 10,000 checkpoints each: nothing changes, the
/// pointer moves over a plot, the plot is dragged.
void add_window(Table& table);

}  // namespace sid::bench
