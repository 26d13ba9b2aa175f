#include "sid/app/state/figure_book.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>

#include "sid/figure/pinned_overlay.hpp"

namespace sid::app {
int method_of_key(const std::string& key) {
  int method = -1;
  const char* const end = key.data() + key.size();
  const auto read = std::from_chars(key.data(), end, method);
  return read.ec == std::errc() && read.ptr != end && *read.ptr == '/' ? method : -1;
}

void follow_methods(std::set<std::string>& hidden,
                    const std::vector<MethodSpec>& from,
                    const std::vector<MethodSpec>& to) {
  if (hidden.empty() || from.size() == to.size()) return;
  const auto first = static_cast<int>(
      std::mismatch(from.begin(), from.end(), to.begin(), to.end()).first - from.begin());
  const int added = static_cast<int>(to.size()) - static_cast<int>(from.size());
  std::set<std::string> moved;
  for (const std::string& key : hidden) {
    const int method = method_of_key(key);
    if (method < first) {  // or of no method
      moved.insert(key);
    } else if (method >= first - added) {
      moved.insert(std::to_string(method + added) + key.substr(key.find('/')));
    }
  }
  hidden = std::move(moved);
}

bool FigureBook::update(const Session& session, const FigureOptions& options, const Pins& pins) {
  if (session.version() == session_version_ && options == options_ &&
      pins.version() == pins_version_) {
    return false;
  }
  session_version_ = session.version();
  pins_version_ = pins.version();
  options_ = options;
  ++version_;
  FigureOptions all = options;
  all.quantities = {Quantity::hypergradient, Quantity::lower_level, Quantity::linear_system};
  all.panels.clear();
  const EvaluatedTheory& theory = session.evaluated();
  const EarlierTheory earlier{&theory.spec, theory.bench.get()};
  const bool faded = session.theory_stale() && !theory.curves.empty();
  figure_ = build_figure(session.spec(),
                         session.bench().get(),
                         session.snapshot().get(),
                         theory.curves,
                         all,
                         faded ? &earlier : nullptr);
  add_pinned(figure_, shown_runs(pins), session.spec(), session.bench().get(), all);
  if (session.ghost()) add_ghosts(*session.ghost(), all);
  return true;
}

void FigureBook::add_ghosts(const RunSnapshot& ghost, const FigureOptions& options) {
  FigureOptions measured = options;
  measured.bounds = measured.exact = measured.floors = measured.trust = false;
  measured.band = BandKind::none;
  const Figure old = build_figure(ghost.spec, ghost.bench.get(), &ghost, {}, measured);
  for (PlotPanel& panel : figure_.panels) {
    for (const PlotPanel& before : old.panels) {
      if (before.id != panel.id) continue;
      std::vector<Series> ghosts;
      for (Series series : before.series) {
        if (series.role != SeriesRole::measured) continue;
        series.role = SeriesRole::ghost;
        series.marker = Marker::none;
        series.id += "/ghost";
        series.key += "/ghost";
        series.band_low.clear();
        series.band_high.clear();
        series.hollow.clear();
        ghosts.push_back(std::move(series));
      }
      panel.series.insert(panel.series.begin(), ghosts.begin(), ghosts.end());
    }
  }
}

const PlotPanel* FigureBook::plot(Quantity quantity, std::size_t panel) const {
  const char* const stem = quantity == Quantity::hypergradient ? "mse"
                           : quantity == Quantity::lower_level ? "lower"
                                                               : "linear";
  const std::string plain = stem;
  const std::string numbered = plain + "/" + std::to_string(panel);
  for (const PlotPanel& plot : figure_.panels) {
    if (plot.id == numbered || (panel == 0 && plot.id == plain)) return &plot;
  }
  return nullptr;
}

const PlotPanel* FigureBook::read_plot(const Cursor& cursor, std::size_t panel) const {
  if (cursor.active) {
    for (const PlotPanel& plot : figure_.panels) {
      if (plot.id == cursor.plot) return &plot;
    }
  }
  return this->plot(Quantity::hypergradient, panel);
}

}  // namespace sid::app
