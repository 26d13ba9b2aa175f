#include "sid/app/state/term_stack.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sid::app {
namespace {

/// Decades below the largest value that a log axis of the terms shows.
constexpr double kDecades = 6.0;

AxisLimits value_limits(const TermStack& stack) {
  const std::vector<double>& total = stack.sums.back();
  const double top = *std::max_element(total.begin(), total.end());
  double low = *std::min_element(total.begin(), total.end());
  for (std::size_t k = 1; k < stack.sums.size(); ++k) {
    for (const double value : stack.sums[k]) {
      if (value > 0.0) low = std::min(low, value);
    }
  }
  return fit_limits({std::max(low, top * std::pow(10.0, -kDecades)), top}, AxisScale::log, 0.06);
}

void set_axes(TermStack& stack, const FigureOptions& options, bool shares) {
  PlotPanel& plot = stack.axes;
  plot.id = "terms";
  plot.x.label = options.x_unit == XUnit::epochs ? "epochs" : "iterations t";
  plot.x.scale = options.log_x ? AxisScale::log : AxisScale::linear;
  plot.y.scale = shares ? AxisScale::linear : AxisScale::log;
  if (stack.empty()) return;
  const AxisLimits x =
      repair_limits({options.log_x ? stack.x.front() : 0.0, stack.x.back()}, plot.x.scale);
  const AxisLimits y = shares ? AxisLimits{0.0, 1.0} : value_limits(stack);
  plot.x.min = x.min;
  plot.x.max = x.max;
  plot.y.min = y.min;
  plot.y.max = y.max;
}

}  // namespace

double term_value(const TheoryCurve& bound, const char* id, std::size_t index) {
  for (const BoundTerm& term : bound.terms) {
    if (term.id == id && index < term.values.size()) return term.values[index];
  }
  return std::numeric_limits<double>::quiet_NaN();
}

TermStack term_stack(const TheoryCurve& bound,
                     std::span<const Checkpoint> checkpoints,
                     const FigureOptions& options,
                     bool shares) {
  TermStack stack;
  const std::size_t count = std::min(checkpoints.size(), bound.values.size());
  for (std::size_t i = 0; i < count; ++i) {
    const Checkpoint& at = checkpoints[i];
    const double x = options.x_unit == XUnit::epochs ? at.epochs : static_cast<double>(at.t);
    const double total = bound.values[i];
    if ((options.log_x && !(x > 0.0)) || !(total > 0.0) || !std::isfinite(total)) continue;
    stack.x.push_back(x);
    double sum = 0.0;
    stack.sums[0].push_back(0.0);
    for (std::size_t k = 0; k < kStackedTerms.size(); ++k) {
      const double term = term_value(bound, kStackedTerms[k], i);
      sum += term > 0.0 ? term : 0.0;
      stack.sums[k + 1].push_back(shares ? std::min(1.0, sum / total) : sum);
    }
  }
  set_axes(stack, options, shares);
  return stack;
}

}  // namespace sid::app
