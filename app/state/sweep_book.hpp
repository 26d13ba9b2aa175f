#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sid/app/state/sweep_desk.hpp"
#include "sid/figure/sweep_figure.hpp"

namespace sid::app {

/// A cell of the map and what is known of it.
struct MapCell {
  std::size_t index = 0;
  double x = 0.0, y = 0.0;  ///< what it stands for
  std::string value;        ///< "0.0312", "diverges: 4·10⁹ at t = 500", "not computed"
};

/// The figure of the sweep on the desk, rebuilt only when that or the present setting changes.
class SweepBook {
 public:
  /// `spec` is the present one: its setting is marked.
  void update(const SweepDesk& desk, const RunSpec& spec);

  /// Null while there is no map.
  const PlotPanel* plot() const;
  const Figure& figure() const { return figure_; }
  const SweepSnapshot* sweep() const { return sweep_.get(); }
  /// It is of the present settings, and they can be chosen in it.
  bool current() const { return current_; }
  bool pending() const { return pending_; }
  /// The cell at a place in data units.
  std::optional<MapCell> cell(double x, double y) const;
  /// Where an edge lies in the row of the map that holds `y` (or column, where the step size runs
  /// upwards); NaN where it does not.
  double edge_at(const SweepEdge& edge, double x, double y) const;
  /// `spec` with the settings of a cell, or why it cannot have them.
  Result<RunSpec> choose(const RunSpec& spec, const MapCell& cell) const;
  /// Counts rebuilds, so that drawn vertices can be kept.
  std::uint64_t version() const { return version_; }

 private:
  std::shared_ptr<const SweepSnapshot> sweep_;
  Figure figure_;
  bool current_ = false, pending_ = false;
  std::optional<double> here_x_, here_y_;
  std::uint64_t desk_changes_ = 0, version_ = 0;
};

}  // namespace sid::app
