#include "sid/figure/comparison_figure.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/figure/internal/plot_builder.hpp"
#include "sid/figure/theme.hpp"
#include "sid/math/contract.hpp"
#include "sid/run/method_label.hpp"

namespace sid {

namespace {

using internal::PlotCurves;
using internal::PlotLimits;
using Runs = std::span<const ComparedRun>;

/// The method in front of a key: 1 of "1/measured"; -1 where there is none.
int method_of(const std::string& key) {
  const std::size_t end = key.find_first_not_of("0123456789");
  const bool number = end != 0 && end < 6 && key[end] == '/';
  return number ? std::stoi(key) : -1;
}

/// One plot before its axes are fixed.
struct Draft {
  PlotPanel plot;
  PlotCurves curves;
  std::vector<std::string> labels;  ///< of methods, for notes
};

class Builder {
 public:
  Builder(Runs runs, const RunComparison& comparison, const CompareOptions& options)
      : runs_(runs), comparison_(comparison), options_(options), styles_(shared_styles(runs)) {
    const bool whole = one_run_each();
    FigureOptions own = options.figure;
    own.y_value = YValue::error;
    own.slopes = false;
    own.panels.clear();
    own.hidden.clear();
    own.limits.clear();
    own.quantities.resize(1, Quantity::hypergradient);
    own.bounds = own.bounds && whole;
    own.exact = own.exact && whole;
    own.floors = own.floors && whole;
    static const std::vector<std::vector<MethodTheory>> kNone;
    for (const ComparedRun& run : runs) {
      const auto* theory = run.theory != nullptr && whole ? run.theory : &kNone;
      figures_.push_back(
          build_figure(run.snapshot->spec, run.snapshot->bench.get(), run.snapshot, *theory, own));
      labels_.push_back(method_labels(run.snapshot->spec));
    }
  }

  Figure run() const {
    Figure figure;
    figure.title = options_.value == CompareValue::ratio ? "Errors over those of " + runs_[0].letter
                                                         : "Runs compared";
    std::vector<Draft> drafts = make_drafts();
    if (drafts.empty()) drafts.push_back(empty_draft());
    fix_axes(drafts);
    for (Draft& draft : drafts) figure.panels.push_back(std::move(draft.plot));
    figure.columns = columns(figure.panels.size());
    add_legend(figure);
    figure.caption = caption(figure);
    return figure;
  }

 private:
  bool one_run_each() const {
    return options_.arrangement == CompareArrangement::side_by_side &&
           options_.value == CompareValue::errors;
  }
  bool ratios() const { return options_.value == CompareValue::ratio; }

  std::vector<std::size_t> lambdas() const {
    std::vector<std::size_t> out;
    for (const std::size_t l : options_.figure.panels) {
      if (l < comparison_.lambdas.size()) out.push_back(l);
    }
    if (!out.empty()) return out;
    for (std::size_t l = 0; l < comparison_.lambdas.size(); ++l) out.push_back(l);
    return out;
  }

  std::vector<Draft> make_drafts() const {
    std::vector<Draft> drafts;
    const std::vector<std::size_t> chosen = lambdas();
    for (const std::size_t l : chosen) {
      const std::string lambda = chosen.size() > 1 ? comparison_.lambdas[l].title : "";
      if (options_.arrangement == CompareArrangement::one_plot) {
        Draft draft = empty_draft();
        if (chosen.size() > 1) draft.plot.id += "/" + std::to_string(l);
        draft.plot.title = lambda;
        for (std::size_t r = ratios() ? 1 : 0; r < runs_.size(); ++r) add_run(draft, r, l);
        drafts.push_back(std::move(draft));
        continue;
      }
      for (std::size_t r = ratios() ? 1 : 0; r < runs_.size(); ++r) {
        Draft draft = empty_draft();
        draft.plot.id = "runs/" + std::to_string(drafts.size());
        draft.plot.title = ratios() ? runs_[r].letter + " ÷ " + runs_[0].letter : runs_[r].letter;
        const std::string name = brief(runs_[r].name);
        if (!name.empty()) draft.plot.title += ": " + name;
        if (!lambda.empty()) draft.plot.title += ", " + lambda;
        add_run(draft, r, l);
        drafts.push_back(std::move(draft));
      }
    }
    for (Draft& draft : drafts) {
      if (ratios()) add_one(draft);
    }
    return drafts;
  }

  Draft empty_draft() const {
    Draft draft;
    draft.plot.id = options_.arrangement == CompareArrangement::one_plot ? "compare" : "runs/0";
    draft.plot.x = figures_[0].panels[0].x;
    draft.plot.y = figures_[0].panels[0].y;
    if (ratios()) {
      draft.plot.y.label = fmt::format("error ÷ error of {}", runs_[0].letter);
      draft.plot.y.formula.clear();
    }
    return draft;
  }

  /// The panel of the run's own figure at a common hyperparameter.
  const PlotPanel& own_panel(std::size_t run, std::size_t lambda) const {
    const std::size_t panel = comparison_.lambdas[lambda].panels[run];
    return figures_[run].panels[std::min(panel, figures_[run].panels.size() - 1)];
  }

  void add_run(Draft& draft, std::size_t run, std::size_t lambda) const {
    const bool alone = options_.arrangement == CompareArrangement::side_by_side;
    if (alone) draft.labels = labels_[run];
    for (const Series& own : own_panel(run, lambda).series) {
      const int method = method_of(own.key);
      const bool measured = own.role == SeriesRole::measured;
      if (!measured && !one_run_each()) continue;
      Series s = own;
      if (measured && ratios() && !divide(s, run, lambda, static_cast<std::size_t>(method))) {
        continue;
      }
      dress(s, run, method, !alone);
      s.key = runs_[run].letter + "/" + own.key;
      s.id = draft.plot.id + "/" + s.key;
      s.visible = !options_.figure.hidden.contains(s.key) && !options_.figure.hidden.contains(s.id);
      push(draft, std::move(s), run, method, alone);
    }
  }

  /// The errors of the series over those of the first run; false if there is nothing to divide by.
  bool divide(Series& s, std::size_t run, std::size_t lambda, std::size_t method) const {
    for (const ComparedRow& row : comparison_.rows) {
      const auto& mine = comparison_.slots[row.slot].methods[run];
      if (row.lambda != lambda || !mine || *mine != method) continue;
      const ErrorRatio& ratio = row.cells[run].ratio;
      if (ratio.x.empty()) return false;
      const bool band = options_.figure.band != BandKind::none && ratio.single == 0;
      s.x = ratio.x;
      s.y = ratio.ratio;
      s.band_low = band ? ratio.low : std::vector<double>();
      s.band_high = band ? ratio.high : std::vector<double>();
      s.hollow.clear();
      return true;
    }
    return false;
  }

  /// The colour is the method's; in one plot the marker is the run's.
  void dress(Series& s, std::size_t run, int method, bool together) const {
    const bool known = method >= 0 && static_cast<std::size_t>(method) < labels_[run].size();
    if (known && s.colour >= 0) {
      const MethodStyle& style = styles_.at(labels_[run][static_cast<std::size_t>(method)]);
      s.colour = style.colour;
      if (s.role == SeriesRole::measured) s.marker = style.marker;
    }
    if (!together) return;
    s.marker = slot_marker(static_cast<int>(run));
    s.end_label = runs_[run].letter;
    s.label = runs_[run].letter + ": " + s.label;
  }

  void push(Draft& draft, Series s, std::size_t run, int method, bool alone) const {
    PlotCurves& curves = draft.curves;
    std::string label;
    if (s.role == SeriesRole::trust) {
      label = s.label;
      if (!s.y.empty()) curves.trust = s.y[0];
    } else if (s.role != SeriesRole::measured && method >= 0) {
      // "Theorem 3.4, SID const".
      label = s.label;
      const std::string end = ", " + labels_[run][static_cast<std::size_t>(method)];
      if (label.ends_with(end)) label.resize(label.size() - end.size());
    }
    const auto m = static_cast<std::size_t>(std::max(method, 0));
    const bool batch = method >= 0 && m < runs_[run].snapshot->spec.methods.size() &&
                       runs_[run].snapshot->spec.methods[m].kind == MethodKind::batch;
    curves.methods.push_back(alone ? method : -1);
    curves.batch.push_back(batch && !ratios());
    curves.curve_labels.push_back(std::move(label));
    count_gaps(s, curves);
    curves.series.push_back(std::move(s));
  }

  void count_gaps(const Series& s, PlotCurves& curves) const {
    if (!s.visible || s.role != SeriesRole::measured) return;
    for (std::size_t i = 0; i < s.y.size(); ++i) {
      // Gaps of ratios are explained in words.
      if (ratios() && std::isnan(s.y[i])) continue;
      const bool shown = internal::can_show(s.x[i], internal::x_scale(options_.figure)) &&
                         internal::can_show(s.y[i], internal::y_scale(options_.figure));
      if (!shown) ++curves.gaps;
    }
  }

  /// The line at 1, across the whole plot.
  void add_one(Draft& draft) const {
    const AxisLimits extent = x_extent(draft.curves);
    if (!(extent.min <= extent.max)) return;
    Series one;
    one.key = "one";
    one.id = draft.plot.id + "/one";
    one.label = "as large as in " + runs_[0].letter;
    one.role = SeriesRole::trust;
    one.colour = -1;
    one.x = options_.figure.log_x ? std::vector<double>{extent.min / 10.0, extent.max * 10.0}
                                  : std::vector<double>{-extent.max, 2.0 * extent.max};
    one.y = {1.0, 1.0};
    draft.curves.methods.push_back(-1);
    draft.curves.batch.push_back(false);
    draft.curves.curve_labels.push_back(one.label);
    draft.curves.series.push_back(std::move(one));
  }

  AxisLimits x_extent(const PlotCurves& curves) const {
    AxisLimits extent{std::numeric_limits<double>::infinity(), 0.0};
    for (const Series& s : curves.series) {
      if (s.role == SeriesRole::trust) continue;
      for (const double x : s.x) {
        if (!(x > 0.0)) continue;
        extent.min = std::min(extent.min, x);
        extent.max = std::max(extent.max, x);
      }
    }
    return extent;
  }

  void fix_axes(std::vector<Draft>& drafts) const {
    AxisLimits extent{std::numeric_limits<double>::infinity(), 0.0};
    for (const Draft& draft : drafts) {
      const AxisLimits own = x_extent(draft.curves);
      extent = {std::min(extent.min, own.min), std::max(extent.max, own.max)};
    }
    if (!(extent.min <= extent.max)) extent = {1.0, 10.0};
    std::vector<PlotLimits> fitted;
    std::vector<AxisLimits> ranges;
    for (const Draft& draft : drafts) {
      fitted.push_back(internal::fit_plot(draft.curves, extent, options_.figure, growing()));
      if (!fitted.back().empty) ranges.push_back(fitted.back().y);
    }
    if (const auto shared = shared_y(ranges)) {
      for (PlotLimits& limits : fitted) limits.y = *shared;
    }
    for (std::size_t i = 0; i < drafts.size(); ++i) fix(drafts[i], fitted[i]);
  }

  bool growing() const {
    return std::any_of(
        runs_.begin(), runs_.end(), [](const ComparedRun& r) { return !r.snapshot->done(); });
  }

  /// Runs side by side always have one y axis: that is what they are side by side for.
  std::optional<AxisLimits> shared_y(const std::vector<AxisLimits>& ranges) const {
    if (options_.arrangement == CompareArrangement::one_plot) {
      return internal::shared_limits(ranges, internal::y_scale(options_.figure));
    }
    if (ranges.empty()) return std::nullopt;
    AxisLimits all = ranges.front();
    for (const AxisLimits& r : ranges) all = {std::min(all.min, r.min), std::max(all.max, r.max)};
    return all;
  }

  void fix(Draft& draft, PlotLimits limits) const {
    PlotPanel& plot = draft.plot;
    const auto fixed = options_.figure.limits.find(plot.id);
    if (fixed != options_.figure.limits.end()) {
      if (fixed->second.x) limits.x = *fixed->second.x;
      if (fixed->second.y) limits.y = *fixed->second.y;
    }
    limits.x = repair_limits(limits.x, plot.x.scale);
    limits.y = repair_limits(limits.y, plot.y.scale);
    plot.x.min = limits.x.min;
    plot.x.max = limits.x.max;
    plot.y.min = limits.y.min;
    plot.y.max = limits.y.max;
    set_ticks(plot, options_.figure.plot_width, options_.figure.plot_height);
    plot.edge_notes = internal::make_edge_notes(draft.curves, limits, draft.labels);
    plot.gaps = draft.curves.gaps;
    plot.series = std::move(draft.curves.series);
    if (!something_shown(plot)) plot.note = empty_note();
  }

  static bool something_shown(const PlotPanel& plot) {
    return std::any_of(plot.series.begin(), plot.series.end(), [&](const Series& s) {
      if (!s.visible || s.role == SeriesRole::trust) return false;
      return std::any_of(
          s.y.begin(), s.y.end(), [&](double y) { return internal::can_show(y, plot.y.scale); });
    });
  }

  std::string empty_note() const {
    if (comparison_.lambdas.empty()) return "Waiting for a run…";
    if (ratios() && runs_.size() < 2) return "There is one run only.";
    return ratios() ? "No error of both runs to divide." : "Nothing to draw yet.";
  }

  /// A title stands above a plot that may be one of four in a row: whole parts of the name.
  std::string brief(const std::string& name) const {
    const std::size_t most = runs_.size() > 2 ? 24 : 44;
    if (name.size() <= most) return name;
    const std::size_t comma = name.rfind(", ", most);
    return comma == std::string::npos ? "" : name.substr(0, comma);
  }

  int columns(std::size_t plots) const {
    constexpr std::size_t kMost = 4;
    if (plots <= kMost) return static_cast<int>(std::max<std::size_t>(1, plots));
    const std::size_t rows = (plots + kMost - 1) / kMost;
    return static_cast<int>((plots + rows - 1) / rows);
  }

  void add_legend(Figure& figure) const {
    for (const PlotPanel& plot : figure.panels) {
      for (const Series& s : plot.series) add_row(figure.legend, row_of(s));
    }
    const bool together = options_.arrangement == CompareArrangement::one_plot;
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      for (std::size_t m = 0; m < labels_[r].size(); ++m) {
        const std::string key = runs_[r].letter + "/" + std::to_string(m) + "/measured";
        for (const LegendRow& drawn : figure.legend) {
          if (drawn.series_id != key || !drawn.visible) continue;
          LegendRow row = drawn;
          row.label = labels_[r][m];
          if (together) row.marker = Marker::none;
          const bool known = std::any_of(figure.key.begin(), figure.key.end(), [&](const auto& k) {
            return k.label == row.label && k.colour == row.colour;
          });
          if (!known) figure.key.push_back(std::move(row));
        }
      }
    }
    for (std::size_t r = ratios() ? 1 : 0; together && r < runs_.size(); ++r) {
      LegendRow row;
      row.label = named(r);
      row.colour = -1;
      row.marker = slot_marker(static_cast<int>(r));
      figure.key.push_back(std::move(row));
    }
    add_styles(figure);
  }

  std::string named(std::size_t run) const {
    const std::string& name = runs_[run].name;
    return name.empty() ? "run " + runs_[run].letter : runs_[run].letter + ": " + name;
  }

  static LegendRow row_of(const Series& s) {
    LegendRow row;
    row.series_id = s.key;
    row.label = s.label;
    row.role = s.role;
    row.colour = s.colour;
    row.marker = s.marker;
    row.visible = s.visible;
    row.band = !s.band_low.empty();
    return row;
  }

  static void add_row(std::vector<LegendRow>& rows, LegendRow row) {
    const bool known = std::any_of(
        rows.begin(), rows.end(), [&](const auto& r) { return r.series_id == row.series_id; });
    if (!known) rows.push_back(std::move(row));
  }

  static bool drawn(const Figure& figure, SeriesRole role) {
    return std::any_of(figure.panels.begin(), figure.panels.end(), [&](const PlotPanel& plot) {
      return std::any_of(plot.series.begin(), plot.series.end(), [&](const Series& s) {
        if (s.role != role || !s.visible || s.y.empty()) return false;
        const bool line = role == SeriesRole::trust;
        return !line || (s.y[0] >= plot.y.min && s.y[0] <= plot.y.max);
      });
    });
  }

  /// What strokes mean beside those of measured curves.
  void add_styles(Figure& figure) const {
    const std::pair<SeriesRole, std::string> styles[] = {
        {SeriesRole::bound, "Bound"},
        {SeriesRole::exact, "Exact, or prediction"},
        {SeriesRole::floor, "Floor"},
        {SeriesRole::trust,
         ratios() ? "As large as in " + runs_[0].letter : "Accuracy of the reference"}};
    for (const auto& [role, words] : styles) {
      if (!drawn(figure, role)) continue;
      LegendRow row;
      row.role = role;
      row.colour = -1;
      row.label = words;
      figure.key.push_back(std::move(row));
    }
  }

  std::string caption(const Figure& figure) const {
    std::string out;
    for (std::size_t r = 0; r < runs_.size(); ++r) out += (r == 0 ? "" : "; ") + named(r);
    out += out.ends_with("…") ? " " : ". ";
    out += fmt::format("Solid: {}",
                       ratios() ? "mean squared error over that of the same method in "
                                : "mean of the squared error over replicas");
    if (ratios()) out += runs_[0].letter;
    out += band_words() + ". ";
    for (const std::string& remark : comparison_.remarks) out += remark + " ";
    if (ratios()) {
      for (const std::string& remark : comparison_.ratio_remarks) out += remark + " ";
    }
    std::int64_t gaps = 0;
    for (const PlotPanel& plot : figure.panels) gaps += plot.gaps;
    if (gaps > 0) out += fmt::format("Not shown (not positive or not finite): {} values. ", gaps);
    out.pop_back();
    return out;
  }

  std::string band_words() const {
    std::vector<std::int64_t> most(runs_.size(), 0);
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      for (const MethodCurve& c : runs_[r].snapshot->curves)
        most[r] = std::max(most[r], c.replicas);
    }
    const bool same =
        std::adjacent_find(most.begin(), most.end(), std::not_equal_to<>()) == most.end();
    std::string n = fmt::format("n = {}", most[0]);
    if (!same) n += fmt::format(" ({})", runs_[0].letter);
    for (std::size_t r = 1; !same && r < most.size(); ++r) {
      n += fmt::format(", {} ({})", most[r], runs_[r].letter);
    }
    if (options_.figure.band == BandKind::none) return ", " + n;
    if (ratios()) return "; band: 95 % interval, " + n;
    if (options_.figure.band == BandKind::ci95) return "; band: 95 % interval of the mean, " + n;
    return "; band: mean ± one standard deviation, " + n;
  }

  Runs runs_;
  const RunComparison& comparison_;
  const CompareOptions& options_;
  std::map<std::string, MethodStyle> styles_;
  std::vector<Figure> figures_;                   // of each run alone
  std::vector<std::vector<std::string>> labels_;  // of methods, by run
};

}  // namespace

std::map<std::string, MethodStyle> shared_styles(std::span<const ComparedRun> runs) {
  std::map<std::string, MethodStyle> out;
  for (const ComparedRun& run : runs) {
    const std::vector<std::string> labels = method_labels(run.snapshot->spec);
    const std::vector<MethodStyle> styles = method_styles(run.snapshot->spec);
    for (std::size_t m = 0; m < labels.size(); ++m) out.emplace(labels[m], styles[m]);
  }
  return out;
}

RatioAxis ratio_axis(XUnit unit) {
  return unit == XUnit::epochs ? RatioAxis::epochs : RatioAxis::iterations;
}

Figure build_comparison(std::span<const ComparedRun> runs,
                        const RunComparison& comparison,
                        const CompareOptions& options) {
  SID_EXPECTS(!runs.empty() && runs.size() <= 26, "a comparison has 1 to 26 runs");
  return Builder(runs, comparison, options).run();
}

}  // namespace sid
