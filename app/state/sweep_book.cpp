#include "sid/app/state/sweep_book.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sid/figure/heat_map.hpp"
#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

std::optional<double> value_in(const SweepAxis& axis, const RunSpec& spec) {
  return axis.get ? axis.get(spec) : std::nullopt;
}

std::string value_text(const SweepCell& cell, Quantity quantity) {
  if (cell.state == SweepState::pending) return "not computed yet";
  if (cell.state == SweepState::refused) return cell.why;
  const SweepValue& value = cell.value(quantity);
  if (value.diverged) {
    return std::isfinite(value.mean)
               ? fmt::format("diverges, {} at t = {}", format_for_reading(value.mean), cell.t)
               : std::string("diverges");
  }
  if (!std::isfinite(value.mean)) return "not known";
  if (cell.exact) return format_for_reading(value.mean) + ", exact";
  if (cell.replicas < 2) return format_for_reading(value.mean) + ", one run";
  return fmt::format("{} ({} – {})",
                     format_for_reading(value.mean),
                     format_for_reading(value.low),
                     format_for_reading(value.high));
}

}  // namespace

void SweepBook::update(const SweepDesk& desk, const RunSpec& spec) {
  pending_ = desk.pending();
  const auto& latest = desk.latest();
  const auto x = latest ? value_in(latest->of->x, spec) : std::nullopt;
  const auto y = latest ? value_in(latest->of->y, spec) : std::nullopt;
  if (desk.changes() == desk_changes_ && x == here_x_ && y == here_y_) return;
  desk_changes_ = desk.changes();
  here_x_ = x;
  here_y_ = y;
  sweep_ = latest;
  current_ = desk.current();
  ++version_;
  figure_ = {};
  if (!sweep_) return;
  const Quantity quantity = sweep_->of->quantity;
  figure_ = build_sweep_figure(*sweep_, {.quantity = quantity, .faded = !current_}, &spec);
}

const PlotPanel* SweepBook::plot() const {
  return figure_.panels.empty() ? nullptr : &figure_.panels.front();
}

std::optional<MapCell> SweepBook::cell(double x, double y) const {
  const PlotPanel* const panel = plot();
  if (panel == nullptr || !panel->heat) return std::nullopt;
  const auto index = cell_at(*panel->heat, x, y);
  if (!index) return std::nullopt;
  const HeatMap& map = *panel->heat;
  return MapCell{*index,
                 map.x[*index % map.x.size()],
                 map.y[*index / map.x.size()],
                 value_text(sweep_->cells[*index], sweep_->of->quantity)};
}

double SweepBook::edge_at(const SweepEdge& edge, double x, double y) const {
  const bool step_is_x = sweep_->of->x.unit != SweepAxis::Unit::plain;
  const std::vector<double>& along = step_is_x ? edge.y : edge.x;
  const double at = step_is_x ? y : x;
  for (std::size_t i = 0; i < along.size(); ++i) {
    if (along[i] == at) return step_is_x ? edge.x[i] : edge.y[i];
  }
  return std::numeric_limits<double>::quiet_NaN();
}

Result<RunSpec> SweepBook::choose(const RunSpec& spec, const MapCell& cell) const {
  Result<RunSpec> chosen = sweep_->of->y.set(spec, cell.y);
  return chosen ? sweep_->of->x.set(*chosen, cell.x) : chosen;
}

}  // namespace sid::app
