#pragma once

#include <functional>
#include <vector>

#include "sid/app/state/app_state.hpp"
#include "sid/app/state/commands.hpp"
#include "sid/app/state/figure_book.hpp"
#include "sid/app/state/session.hpp"

namespace sid::app {

/// Reads the keyboard of the present frame. Single keys act only while no text is being typed;
/// Esc always steps out of what is open.
std::vector<Command> read_shortcuts(AppState& state,
                                    const Session& session,
                                    const FigureBook& book,
                                    const std::function<void()>& toggle_fullscreen);

}  // namespace sid::app
