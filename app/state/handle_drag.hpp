#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <imgui.h>

#include "sid/app/state/plot_handles.hpp"
#include "sid/figure/draw_panel.hpp"

namespace sid::app {

/// A handle on screen.
struct PlacedHandle {
  PlotHandle handle;
  AxisMap axis;     ///< the one it moves along, in logical pixels
  ImVec2 min, max;  ///< where it can be grabbed, pixels
};

/// A handle under the hand.
struct HandleDrag {
  PlotHandle handle;    ///< as it was grabbed: places keep their values until it is released
  RunSpec before;       ///< what Esc returns to
  double offset = 0.0;  ///< from the pointer to the handle, logical pixels
  /// Axes stay while a handle is dragged, or it would run away from the pointer: the limits of all
  /// plots meanwhile, and what they were.
  std::map<std::string, PanelLimits> held, limits;
};

/// The handles of all plots.
struct HandleLook {
  std::vector<PlacedHandle> placed;  ///< as last drawn
  std::optional<HandleDrag> drag;
  std::string hovered;        ///< PlotHandle::name() under the pointer
  std::string hovered_plot;   ///< and the plot it is in
  std::string nudged;         ///< moved by keys since the pointer came to it
  bool ever_dragged = false;  ///< since the window opened: then no words ask for it
  bool invites = false;       ///< they stand beside a handle of this frame
};

/// Limits of every plot as they are now, so that no axis moves.
std::map<std::string, PanelLimits> present_limits(const std::vector<PlotPanel>& plots);

/// The value that a grabbed handle has with the pointer at `point`, logical pixels along its axis.
double dragged_value(const HandleDrag& drag, const AxisMap& axis, double point, bool fine);

}  // namespace sid::app
