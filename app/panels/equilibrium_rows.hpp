#pragma once

#include "sid/app/panels/ui.hpp"

namespace sid::app {

/// Rows of the equilibrium problem: contraction, spread, components, units and width of its upper
/// level.
void draw_equilibrium(const Ui& ui);

}  // namespace sid::app
