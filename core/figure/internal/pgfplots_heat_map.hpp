#pragma once

#include <string>

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/theme.hpp"

namespace sid::internal {

/// Words of a tick as LaTeX, its exponent raised.
std::string latex_tick(const Tick& tick);

/// Options of an axis with a heat map: its colours and the colour bar, titled `title` (LaTeX).
std::string heat_options(const HeatMap& map, const FontSizes& fonts, const std::string& title);

/// The cells as a matrix plot, those without a colour covered by their ground.
std::string heat_cells(const HeatMap& map, const Theme& theme);

}  // namespace sid::internal
