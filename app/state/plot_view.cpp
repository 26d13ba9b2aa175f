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

/// Keeps intervals that a double can resolve; returns the axis as it is otherwise.
AxisLimits guarded(const Axis& axis, double low, double high) {
  const double magnitude = std::max(std::abs(low), std::abs(high));
  const double narrowest = axis.scale == AxisScale::log ? 1e-6 : 1e-9 * std::max(magnitude, 1e-290);
  const double widest = axis.scale == AxisScale::log ? 600.0 : 1e300;
  if (!(high - low > narrowest) || !(high - low < widest)) return {axis.min, axis.max};
  const double min = backward(axis, low), max = backward(axis, high);
  if (!std::isfinite(min) || !std::isfinite(max) || !(min < max)) return {axis.min, axis.max};
  return {min, max};
}

PlotView present(const ViewState& view) {
  return {.limits = view.figure.limits, .y_value = view.figure.y_value};
}

void show(ViewState& view, const PlotView& wanted) {
  view.figure.limits = wanted.limits;
  view.figure.y_value = wanted.y_value;
}

}  // namespace

std::string quantity_stem(const std::string& plot_id) {
  return plot_id.substr(0, plot_id.find('/'));
}

AxisLimits zoomed(const Axis& axis, double about, double factor) {
  const double low = forward(axis, axis.min), high = forward(axis, axis.max);
  const double centre = std::clamp(forward(axis, about), std::min(low, high), std::max(low, high));
  return guarded(axis, centre + (low - centre) * factor, centre + (high - centre) * factor);
}

AxisLimits panned(const Axis& axis, double from, double to) {
  const double shift = forward(axis, from) - forward(axis, to);
  return guarded(axis, forward(axis, axis.min) + shift, forward(axis, axis.max) + shift);
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
  view.back.push_back(present(view));
  if (view.back.size() > kHistory) view.back.erase(view.back.begin());
  view.forward.clear();
}

void forget_views(ViewState& view) {
  view.figure.limits.clear();
  view.back.clear();
  view.forward.clear();
}

bool view_back(ViewState& view) {
  if (view.back.empty()) return false;
  view.forward.push_back(present(view));
  show(view, view.back.back());
  view.back.pop_back();
  return true;
}

bool view_forward(ViewState& view) {
  if (view.forward.empty()) return false;
  view.back.push_back(present(view));
  show(view, view.forward.back());
  view.forward.pop_back();
  return true;
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
