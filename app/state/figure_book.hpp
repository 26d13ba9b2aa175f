#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sid/app/state/app_state.hpp"
#include "sid/app/state/session.hpp"
#include "sid/figure/build_figure.hpp"

namespace sid::app {

/// The figure of the present session and view, rebuilt only when one of them changed. Holds the
/// plots of all three errors at every hyperparameter; panels pick those they show.
class FigureBook {
 public:
  /// Rebuilds if `session`, `options` or `pins`, which are drawn as well, differ from last time.
  /// True if it did.
  bool update(const Session& session, const FigureOptions& options, const Pins& pins);

  const Figure& figure() const { return figure_; }
  /// Plot of `quantity` at the hyperparameter panel; null if there is none.
  const PlotPanel* plot(Quantity quantity, std::size_t panel) const;
  /// The one the readout is of: where the pointer is, else the hypergradient's at `panel`.
  const PlotPanel* read_plot(const Cursor& cursor, std::size_t panel) const;
  /// Counts rebuilds, so that drawn vertices can be kept.
  std::uint64_t version() const { return version_; }

 private:
  void add_ghosts(const RunSnapshot& ghost, const FigureOptions& options);
  Figure figure_;
  FigureOptions options_;
  std::uint64_t session_version_ = 0, pins_version_ = 0;
  std::uint64_t version_ = 0;
};

/// "Const" of a key such as "1/measured": its method index; -1 if it has none.
int method_of_key(const std::string& key);
/// Keys of hidden curves after methods `from` became `to` by removing or inserting neighbours: a
/// curve stays hidden with its method, and those of removed methods are forgotten.
void follow_methods(std::set<std::string>& hidden,
                    const std::vector<MethodSpec>& from,
                    const std::vector<MethodSpec>& to);

}  // namespace sid::app
