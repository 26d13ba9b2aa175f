#include "sid/app/state/plot_view.hpp"

#include <algorithm>
#include <cmath>

namespace sid::app {
namespace {

constexpr double kSmallest = 1e-300, kLargest = 1e300;
constexpr std::size_t kHistory = 100;

double forward(const Axis& axis, double value) {
  return axis.scale == AxisScale::log ? std::log10(std::clamp(value, kSmallest, kLargest)) : value;
}

double backward(const Axis& axis, double value) {
  return axis.scale == AxisScale::log ? std::pow(10.0, std::clamp(value, -300.0, 300.0)) : value;
}

/// Ends that an axis can have, as forward() measures them.
struct Reach {
  double low, high, narrowest;
};

Reach reach(const Axis& axis, double low, double high) {
  if (axis.scale == AxisScale::log) return {-300.0, 300.0, 1e-6};
  const double magnitude = std::max({std::abs(low), std::abs(high), 1e-290});
  return {-kLargest, kLargest, 1e-9 * magnitude};
}

AxisLimits unchanged(const Axis& axis) {
  return {axis.min, axis.max};
}

AxisLimits limits_of(const Axis& axis, double low, double high) {
  const AxisLimits limits{backward(axis, low), backward(axis, high)};
  const bool usable = std::isfinite(limits.min) && std::isfinite(limits.max);
  return usable && limits.min < limits.max ? limits : unchanged(axis);
}

PlotView present(const ViewState& view) {
  return {.limits = view.figure.limits, .y_value = view.figure.y_value};
}

void show(ViewState& view, const PlotView& wanted) {
  view.figure.limits = wanted.limits;
  view.figure.y_value = wanted.y_value;
}

}  // namespace

void toggle_map(ViewState& view) {
  // Other views have no place for it.
  const bool hidden = view.layout != Layout::explore && view.layout != Layout::present;
  view.map_open = hidden || !view.map_open;
  if (hidden) view.layout = Layout::explore;
}

std::string quantity_stem(const std::string& plot_id) {
  return plot_id.substr(0, plot_id.find('/'));
}

AxisLimits zoomed(const Axis& axis, double about, double factor) {
  const double low = forward(axis, axis.min), high = forward(axis, axis.max);
  if (!(low < high) || !std::isfinite(low) || !std::isfinite(high)) return unchanged(axis);
  if (!(factor > 0.0) || !std::isfinite(factor) || std::isnan(about)) return unchanged(axis);
  const Reach r = reach(axis, low, high);
  const double centre = std::clamp(forward(axis, about), low, high);
  double a = centre + (low - centre) * factor, b = centre + (high - centre) * factor;
  if (!(b - a >= r.narrowest)) {
    // Axes that are narrower than that, because somebody wrote such limits, widen to it at once.
    if (factor <= 1.0) return unchanged(axis);
    a = centre - 0.5 * r.narrowest;
    b = centre + 0.5 * r.narrowest;
  }
  return limits_of(axis, std::max(a, r.low), std::min(b, r.high));
}

AxisLimits panned(const Axis& axis, double from, double to) {
  const double low = forward(axis, axis.min), high = forward(axis, axis.max);
  double shift = forward(axis, from) - forward(axis, to);
  if (!(low < high) || !std::isfinite(shift)) return unchanged(axis);
  const Reach r = reach(axis, low, high);
  shift = std::clamp(shift, std::min(0.0, r.low - low), std::max(0.0, r.high - high));
  return limits_of(axis, low + shift, high + shift);
}

double middle_of(const Axis& axis) {
  return backward(axis, 0.5 * forward(axis, axis.min) + 0.5 * forward(axis, axis.max));
}

void set_limits(ViewState& view,
                const std::vector<PlotPanel>& plots,
                const std::string& plot_id,
                const PanelLimits& limits) {
  const auto source = std::find_if(
      plots.begin(), plots.end(), [&](const PlotPanel& plot) { return plot.id == plot_id; });
  if (source == plots.end()) return;
  for (const PlotPanel& plot : plots) {
    PanelLimits& mine = view.figure.limits[plot.id];
    if (limits.x) mine.x = limits.x;
    const bool alike = quantity_stem(plot.id) == quantity_stem(plot_id) &&
                       plot.y.min == source->y.min && plot.y.max == source->y.max;
    if (limits.y && alike) mine.y = limits.y;
  }
}

void remember_view(ViewState& view) {
  view.gesture = {};
  view.back.push_back(present(view));
  if (view.back.size() > kHistory) view.back.erase(view.back.begin());
  view.forward.clear();
}

void remember_view(ViewState& view, const std::string& name, double now) {
  constexpr double kPause = 1.0;
  if (view.gesture.name != name || now > view.gesture.until) remember_view(view);
  view.gesture = {name, now + kPause};
}

void forget_views(ViewState& view) {
  view.gesture = {};
  view.figure.limits.clear();
  view.back.clear();
  view.forward.clear();
}

bool view_back(ViewState& view) {
  view.gesture = {};
  if (view.back.empty()) return false;
  view.forward.push_back(present(view));
  show(view, view.back.back());
  view.back.pop_back();
  return true;
}

bool view_forward(ViewState& view) {
  view.gesture = {};
  if (view.forward.empty()) return false;
  view.back.push_back(present(view));
  show(view, view.forward.back());
  view.forward.pop_back();
  return true;
}

bool view_home(ViewState& view) {
  bool moved = false;
  while (view_back(view)) moved = true;
  return moved;
}

void cancel_gesture(ViewState& view) {
  if (view_back(view)) view.forward.pop_back();
}

void zoom_plot(ViewState& view,
               const std::vector<PlotPanel>& plots,
               const PlotPanel& plot,
               double x,
               double y,
               double factor) {
  set_limits(view, plots, plot.id, {zoomed(plot.x, x, factor), zoomed(plot.y, y, factor)});
}

void pan_plot(ViewState& view,
              const std::vector<PlotPanel>& plots,
              const PlotPanel& plot,
              double right,
              double up) {
  const auto moved = [](const Axis& axis, double share) {
    const double low = forward(axis, axis.min), high = forward(axis, axis.max);
    return panned(axis, backward(axis, low + share * (high - low)), axis.min);
  };
  PanelLimits limits;
  if (right != 0.0) limits.x = moved(plot.x, right);
  if (up != 0.0) limits.y = moved(plot.y, up);
  set_limits(view, plots, plot.id, limits);
}

void set_y_value(ViewState& view, YValue value) {
  if (view.figure.y_value == value) return;
  remember_view(view);
  view.figure.y_value = value;
  for (auto& [plot, limits] : view.figure.limits) limits.y.reset();
  std::erase_if(view.figure.limits, [](const auto& entry) { return !entry.second.x; });
}

void fit(ViewState& view, FitKind kind) {
  if (!view.figure.limits.empty()) remember_view(view);
  view.figure.limits.clear();
  view.figure.fit = kind;
}

}  // namespace sid::app
