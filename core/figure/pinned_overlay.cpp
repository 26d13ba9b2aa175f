#include "sid/figure/pinned_overlay.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sid/figure/internal/plot_builder.hpp"
#include "sid/figure/ticks.hpp"
#include "sid/run/method_label.hpp"

namespace sid {

namespace {

using internal::PlotCurves;

std::string stem(const std::string& plot_id) {
  return plot_id.substr(0, plot_id.find('/'));
}

/// "mse/2" for the third of several hyperparameters, "mse" for the only one.
std::string plot_id(const std::string& stem, std::size_t panel, std::size_t count) {
  return count > 1 ? stem + "/" + std::to_string(panel) : stem;
}

/// The plots of `pinned` that belong to those of the present run, by id.
std::map<std::string, std::string> matched_plots(const ProblemBench& now,
                                                 const ProblemBench& pinned) {
  std::map<std::string, std::string> out;
  const std::size_t mine = now.panels.size(), theirs = pinned.panels.size();
  for (std::size_t p = 0; p < mine; ++p) {
    for (std::size_t q = 0; q < theirs; ++q) {
      const bool alone = mine == 1 && theirs == 1;
      if (!alone && !same_lambda(now.panels[p], pinned.panels[q])) continue;
      for (const char* const name : {"mse", "lower", "linear"}) {
        out.emplace(plot_id(name, p, mine), plot_id(name, q, theirs));
      }
    }
  }
  return out;
}

class Overlay {
 public:
  Overlay(Figure& figure,
          const RunSpec& spec,
          const ProblemBench& bench,
          const FigureOptions& options)
      : figure_(figure),
        spec_(spec),
        bench_(bench),
        options_(options),
        labels_(method_labels(spec)),
        styles_(method_styles(spec)),
        curves_(figure.panels.size()),
        axes_(figure.panels.size()) {
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      axes_[i] = {figure.panels[i].y.min, figure.panels[i].y.max};
    }
  }

  /// False if nothing of the run is in any plot.
  bool add(const ComparedRun& run) {
    if (run.snapshot == nullptr || !run.snapshot->bench) return false;
    FigureOptions own = options_;
    own.bounds = own.exact = own.floors = own.slopes = false;
    own.band = BandKind::none;
    own.hidden.clear();
    own.limits.clear();
    own.panels.clear();
    const Figure theirs =
        build_figure(run.snapshot->spec, run.snapshot->bench.get(), run.snapshot, {}, own);
    const auto plots = matched_plots(bench_, *run.snapshot->bench);
    const std::array<RunSpec, 2> both = {spec_, run.snapshot->spec};
    slots_ = match_methods(both);
    run_labels_ = method_labels(run.snapshot->spec);
    bool some = false;
    for (std::size_t i = 0; i < figure_.panels.size(); ++i) {
      const auto match = plots.find(figure_.panels[i].id);
      if (match == plots.end()) continue;
      for (const PlotPanel& plot : theirs.panels) {
        if (plot.id == match->second) some = add_plot(run, plot, i) || some;
      }
    }
    return some;
  }

  void fit_axes() {
    std::map<std::string, bool> alike;  // all plots of a quantity had one y axis
    std::map<std::string, AxisLimits> shared;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      const std::string name = stem(figure_.panels[i].id);
      const auto [first, fresh] = shared.emplace(name, axes_[i]);
      alike[name] = (fresh || alike[name]) && first->second == axes_[i];
    }
    std::vector<internal::PlotLimits> grown;
    AxisLimits all_x{std::numeric_limits<double>::infinity(), 0.0};
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      grown.push_back(grow(i));
      all_x = {std::min(all_x.min, grown[i].x.min), std::max(all_x.max, grown[i].x.max)};
      AxisLimits& y = shared[stem(figure_.panels[i].id)];
      y = {std::min(y.min, grown[i].y.min), std::max(y.max, grown[i].y.max)};
    }
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      const std::string name = stem(figure_.panels[i].id);
      set(figure_.panels[i], all_x, alike[name] ? shared[name] : grown[i].y);
    }
  }

 private:
  bool add_plot(const ComparedRun& run, const PlotPanel& theirs, std::size_t at) {
    PlotPanel& plot = figure_.panels[at];
    std::vector<Series> added;
    for (const Series& own : theirs.series) {
      if (own.role == SeriesRole::trust && !own.y.empty()) curves_[at].trust = own.y[0];
      if (own.role != SeriesRole::measured || own.y.empty()) continue;
      const auto method = static_cast<std::size_t>(std::stoul(own.key));
      Series s = own;
      s.key = run.letter + "/" + own.key;
      s.id = plot.id + "/" + s.key;
      s.label = run.letter + ": " + own.label;
      s.role = SeriesRole::pinned;
      s.marker = Marker::none;
      s.hollow.clear();
      s.colour = colour_of(method, own.colour);
      s.visible = !options_.hidden.contains(s.key) && !hidden_with(method);
      s.end_label = run.letter;
      note_for_fit(at, s, run.snapshot->spec.methods[method].kind == MethodKind::batch);
      added.push_back(std::move(s));
    }
    plot.series.insert(plot.series.begin(), added.begin(), added.end());
    if (!added.empty() && !plot.note.empty()) plot.note.clear();
    return !added.empty();
  }

  int colour_of(std::size_t method, int otherwise) const {
    const auto same = std::find(labels_.begin(), labels_.end(), run_labels_[method]);
    if (same == labels_.end()) return otherwise;
    return styles_[static_cast<std::size_t>(same - labels_.begin())].colour;
  }

  bool hidden_with(std::size_t method) const {
    for (const MethodSlot& slot : slots_) {
      if (slot.methods[1] != method || !slot.methods[0]) continue;
      return options_.hidden.contains(std::to_string(*slot.methods[0]) + "/measured");
    }
    return false;
  }

  void note_for_fit(std::size_t at, const Series& s, bool batch) {
    PlotCurves& curves = curves_[at];
    curves.series.push_back(s);
    // The rules of fitting are those of measured curves.
    curves.series.back().role = SeriesRole::measured;
    curves.methods.push_back(-1);
    curves.batch.push_back(batch);
    curves.curve_labels.emplace_back();
  }

  internal::PlotLimits grow(std::size_t i) const {
    const PlotPanel& plot = figure_.panels[i];
    internal::PlotLimits out{{plot.x.min, plot.x.max}, {plot.y.min, plot.y.max}, false};
    AxisLimits x{std::numeric_limits<double>::infinity(), 0.0};
    for (const Series& s : curves_[i].series) {
      for (const double value : s.x) {
        if (!s.visible || !(value > 0.0)) continue;
        x = {std::min(x.min, value), std::max(x.max, value)};
      }
    }
    if (!(x.min <= x.max)) return out;
    const internal::PlotLimits pinned = internal::fit_plot(curves_[i], x, options_, false);
    if (pinned.empty) return out;
    out.x = {std::min(out.x.min, pinned.x.min), std::max(out.x.max, pinned.x.max)};
    out.y = {std::min(out.y.min, pinned.y.min), std::max(out.y.max, pinned.y.max)};
    return out;
  }

  void set(PlotPanel& plot, const AxisLimits& x, const AxisLimits& y) const {
    const auto fixed = options_.limits.find(plot.id);
    const bool own = fixed != options_.limits.end();
    if (!own || !fixed->second.x) {
      plot.x.min = x.min;
      plot.x.max = x.max;
    }
    if (!own || !fixed->second.y) {
      plot.y.min = y.min;
      plot.y.max = y.max;
    }
    set_ticks(plot, options_.plot_width, options_.plot_height);
  }

  Figure& figure_;
  const RunSpec& spec_;
  const ProblemBench& bench_;
  const FigureOptions& options_;
  std::vector<std::string> labels_, run_labels_;
  std::vector<MethodStyle> styles_;
  std::vector<MethodSlot> slots_;
  std::vector<PlotCurves> curves_;  // pinned ones, by plot
  std::vector<AxisLimits> axes_;    // before
};

}  // namespace

void add_pinned(Figure& figure,
                std::span<const ComparedRun> pinned,
                const RunSpec& spec,
                const ProblemBench* bench,
                const FigureOptions& options) {
  if (bench == nullptr || pinned.empty() || options.y_value != YValue::error) return;
  Overlay overlay(figure, spec, *bench, options);
  std::string words;
  for (const ComparedRun& run : pinned) {
    if (!overlay.add(run)) continue;
    const std::string named = run.name.empty() ? run.letter : run.letter + ": " + run.name;
    words += (words.empty() ? "" : "; ") + named;
    LegendRow row;
    row.role = SeriesRole::pinned;
    row.colour = -1;
    row.label = named;
    figure.key.push_back(std::move(row));
  }
  if (words.empty()) return;
  overlay.fit_axes();
  if (!figure.caption.empty()) figure.caption += ' ';
  figure.caption += "Thin with a letter: pinned runs. " + words;
  if (!words.ends_with("…")) figure.caption += '.';
}

}  // namespace sid
