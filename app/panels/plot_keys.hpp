#pragma once

#include "sid/app/state/app_state.hpp"
#include "sid/app/state/figure_book.hpp"

namespace sid::app {

/// Moving about in the plots by keyboard: + and − zoom about the pointer, or about the middle of
/// the main plot; Alt with the arrows moves; Home is the first view. Call where no text is being
/// typed and Ctrl is up.
void read_plot_keys(ViewState& view, const FigureBook& book);

}  // namespace sid::app
