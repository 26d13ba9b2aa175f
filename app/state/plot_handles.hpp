#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "sid/app/state/theory_worker.hpp"
#include "sid/figure/build_figure.hpp"

namespace sid::app {

/// Which setting a handle drags.
enum class HandleKind {
  step_size,         ///< η, by the floor that a constant step leaves
  linear_step_size,  ///< η of the linear system's own schedule, likewise
  switch_point,      ///< of a two-phase method, along the x axis
  budget,            ///< run.iterations, along the x axis
  own_budget,        ///< t of a method that has its own
};

/// A number of the spec that is dragged inside a plot: what it is, where it stands, and how places
/// on the axis it moves along belong to values. A value; `position_of` and `value_at` keep what
/// they need.
struct PlotHandle {
  HandleKind kind = HandleKind::budget;
  std::size_t method = 0;        ///< of whom; budget: whose samples count the epochs
  std::string plot;              ///< PlotPanel::id
  std::string key;               ///< of the setting, as overrides name it: "method[2].step.eta"
  double value = 0.0;            ///< of the setting
  double low = 0.0, high = 0.0;  ///< values it may be dragged to
  double x = 0.0, y = 0.0;       ///< where it stands, in the units of the axes; y: step sizes only
  std::function<double(double)> position_of;  ///< place of a value; NaN: it has none
  std::function<double(double)> value_at;     ///< inverse, cut to [low, high]

  /// Moves up and down; the others move left and right.
  bool vertical() const {
    return kind == HandleKind::step_size || kind == HandleKind::linear_step_size;
  }
  /// What it is called among the widgets.
  std::string name() const { return "handle/" + plot + "/" + key; }
};

/// For whom handles are made.
struct HandleSource {
  const EvaluatedTheory& theory;  ///< of the settings that are shown
  std::size_t panel = 0;          ///< selected hyperparameter
  std::size_t method = 0;         ///< selected method
  XUnit x_unit = XUnit::epochs;
};

/// The handles of `plot`, which must be one of the selected hyperparameter:
///   η            at the right end of the drawn floor of a constant step, or of the constant phase
///                of a two-phase one ("lower", "linear", "mse"); none where that floor is not drawn
///                or lies outside the axes;
///   switch       where a two-phase step turns, at the end of the budget if it never does
///                ("lower", "mse");
///   iterations   where the budget ends ("mse").
/// Pure. Empty where the theory is not there.
std::vector<PlotHandle> plot_handles(const HandleSource& source, const PlotPanel& plot);

/// `raw` as a handle sets it: cut to its range, step sizes to 3 significant digits (never above the
/// limit), counts to whole numbers of 2; `fine`: two digits more. Not a number: the present value.
double settled_value(const PlotHandle& handle, double raw, bool fine);

/// The value next to the present one, up or down: 5 % for step sizes, 10 % for counts, at least
/// one; `fine`: a tenth of that.
double nudged_value(const PlotHandle& handle, bool up, bool fine);

/// `spec` with the handle's setting at `value`.
RunSpec with_handle_value(RunSpec spec, const PlotHandle& handle, double value);

/// The setting in `spec`; the handle's own value where it is left to the program there.
double value_of_handle(const RunSpec& spec, const PlotHandle& handle);

/// "η", "switch at", "iterations", "t": the setting in the names of edits.
std::string handle_symbol(HandleKind kind);
/// What is shown beside the pointer while it is dragged: "η = 0.21, limit 0.593".
std::string handle_chip(const PlotHandle& handle, double value);
/// What it is and how it is moved, in a sentence or two; `method` is the label of its method.
std::string handle_tip(const PlotHandle& handle, const std::string& method);

}  // namespace sid::app
