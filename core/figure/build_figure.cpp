#include "sid/figure/build_figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sid/figure/internal/plot_builder.hpp"
#include "sid/figure/slopes.hpp"
#include "sid/figure/theme.hpp"
#include "sid/math/contract.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/validation.hpp"

namespace sid {

void internal::label_quantity(Axis& axis, Quantity quantity) {
  switch (quantity) {
    case Quantity::hypergradient:
      axis.label = "E‖∇f estimate − ∇f(λ)‖²";
      axis.formula = "y-hypergradient";
      break;
    case Quantity::lower_level:
      axis.label = "E‖wₜ − w(λ)‖²";
      axis.formula = "y-lower";
      break;
    case Quantity::linear_system:
      axis.label = "E‖vₖ − v(wₜ)‖²";
      axis.formula = "y-linear";
      break;
  }
}

namespace {

using internal::PanelSource;
using internal::PlotCurves;
using internal::PlotLimits;

int own_slot(const MethodSpec& method) {
  switch (method.kind) {
    case MethodKind::batch:
      return 0;
    case MethodKind::itd:
    case MethodKind::saga:
    case MethodKind::fp_km:
    case MethodKind::inexact:
      return 3;
    case MethodKind::aid_cg:
    case MethodKind::aid_cgnr:
    case MethodKind::svrg:
    case MethodKind::neumann:
    case MethodKind::stochastic_itd:
      return 4;
    case MethodKind::sid:
      break;
  }
  switch (method.step.kind) {
    case StepKind::constant:
      return 1;
    case StepKind::decreasing:
      return 2;
    case StepKind::two_phase:
    case StepKind::bound_optimal:
      return 3;
  }
  return 1;
}

std::string quantity_id(Quantity quantity) {
  switch (quantity) {
    case Quantity::lower_level:
      return "lower";
    case Quantity::linear_system:
      return "linear";
    case Quantity::hypergradient:
      break;
  }
  return "mse";
}

std::string quantity_title(Quantity quantity) {
  switch (quantity) {
    case Quantity::lower_level:
      return "Lower-level problem";
    case Quantity::linear_system:
      return "Linear system";
    case Quantity::hypergradient:
      break;
  }
  return "Hypergradient";
}

void label_axes(PlotPanel& plot, Quantity quantity, const FigureOptions& options) {
  plot.x.scale = internal::x_scale(options);
  plot.y.scale = internal::y_scale(options);
  plot.x.label = options.x_unit == XUnit::epochs ? "epochs" : "iterations t";
  internal::label_quantity(plot.y, quantity);
  if (options.y_value == YValue::looseness) {
    plot.y.label = "bound ÷ " + plot.y.label;
    plot.y.formula.clear();
  }
}

void set_axes(PlotPanel& plot, const PlotLimits& fitted, const FigureOptions& options) {
  PlotLimits limits = fitted;
  const auto fixed = options.limits.find(plot.id);
  if (fixed != options.limits.end()) {
    if (fixed->second.x) limits.x = *fixed->second.x;
    if (fixed->second.y) limits.y = *fixed->second.y;
  }
  limits.x = repair_limits(limits.x, plot.x.scale);
  limits.y = repair_limits(limits.y, plot.y.scale);
  plot.x.min = limits.x.min;
  plot.x.max = limits.x.max;
  plot.y.min = limits.y.min;
  plot.y.max = limits.y.max;
  set_ticks(plot, options.plot_width, options.plot_height);
}

/// Smallest and largest x of all methods over the panels shown, so that plots share their x axis.
AxisLimits x_extent(const std::vector<PanelSource>& sources, const FigureOptions& options) {
  AxisLimits extent{std::numeric_limits<double>::infinity(), 0.0};
  const auto add = [&](const Checkpoint& at) {
    const double x = options.x_unit == XUnit::epochs ? at.epochs : static_cast<double>(at.t);
    if (!(x > 0.0)) return;
    extent.min = std::min(extent.min, x);
    extent.max = std::max(extent.max, x);
  };
  for (const PanelSource& source : sources) {
    for (const auto& checkpoints : source.checkpoints) {  // ascending
      if (checkpoints.empty()) continue;
      add(checkpoints.front());
      add(checkpoints.back());
    }
    for (const MethodCurve* curve : source.measured) {
      if (curve == nullptr || curve->points.empty()) continue;
      add(curve->points.front().at);
      add(curve->points.back().at);
    }
  }
  if (!(extent.min <= extent.max)) return {1.0, 10.0};
  return extent;
}

std::vector<std::size_t> chosen_panels(const ProblemBench& bench, const FigureOptions& options) {
  std::vector<std::size_t> panels;
  for (const std::size_t p : options.panels) {
    if (p < bench.panels.size()) panels.push_back(p);
  }
  for (std::size_t p = 0; options.panels.empty() && p < bench.panels.size(); ++p) {
    panels.push_back(p);
  }
  return panels;
}

PanelSource make_source(const RunSpec& spec,
                        const ProblemBench& bench,
                        std::size_t index,
                        const RunSnapshot* snapshot,
                        const std::vector<std::vector<MethodTheory>>& theory,
                        const EarlierTheory* earlier) {
  PanelSource source;
  source.index = index;
  source.panel = &bench.panels[index];
  source.labels = method_labels(spec);
  source.styles = method_styles(spec);
  for (const MethodSpec& m : spec.methods) source.batch.push_back(!traits_of(m.kind).random);
  source.checkpoints.resize(spec.methods.size());
  source.faded = earlier != nullptr;
  const RunSpec& theory_spec = earlier != nullptr ? *earlier->spec : spec;
  const ProblemBench& theory_bench = earlier != nullptr ? *earlier->bench : bench;
  const std::vector<ResolvedMethod> resolved =
      resolve_methods(theory_spec, theory_bench, theory_bench.panels[index]);
  for (std::size_t m = 0; m < resolved.size() && m < source.checkpoints.size(); ++m) {
    source.checkpoints[m] = resolved[m].checkpoints;
  }
  source.measured.resize(spec.methods.size(), nullptr);
  for (std::size_t i = 0; snapshot != nullptr && i < snapshot->curves.size(); ++i) {
    const MethodCurve& curve = snapshot->curves[i];
    if (curve.panel == index && curve.method < source.measured.size()) {
      source.measured[curve.method] = &curve;
    }
  }
  if (index < theory.size()) source.theory = &theory[index];
  return source;
}

std::string panel_title(const Panel& panel) {
  return (panel.lambda.size() > 1 ? "λ, vector " : "λ = ") + panel.label;
}

/// Axes without curves: while the problem is being prepared, or where there is none.
PlotPanel blank_plot(Quantity quantity, const std::string& note, const FigureOptions& options) {
  PlotPanel plot;
  plot.id = quantity_id(quantity);
  plot.note = note;
  label_axes(plot, quantity, options);
  set_axes(plot,
           {options.log_x ? AxisLimits{1.0, 100.0} : AxisLimits{0.0, 100.0},
            options.log_y ? AxisLimits{1e-3, 1.0} : AxisLimits{0.0, 1.0}},
           options);
  return plot;
}

bool something_shown(const PlotPanel& plot) {
  for (const Series& s : plot.series) {
    if (!s.visible || s.role == SeriesRole::trust) continue;
    for (std::size_t i = 0; i < s.y.size(); ++i) {
      if (internal::can_show(s.y[i], plot.y.scale) && internal::can_show(s.x[i], plot.x.scale)) {
        return true;
      }
    }
  }
  return false;
}

std::string empty_note(const PlotPanel& plot, const RunSnapshot* snapshot) {
  if (plot.gaps > 0) {
    return plot.y.scale == AxisScale::log ? "No value is positive and finite." : "No finite value.";
  }
  const bool hidden = std::any_of(
      plot.series.begin(), plot.series.end(), [](const Series& s) { return !s.visible; });
  if (hidden) return "Every curve is switched off.";
  if (snapshot != nullptr && !snapshot->done()) return "Waiting for the first checkpoint…";
  return "Nothing to draw yet.";
}

/// One plot before its axes are fixed.
struct Draft {
  const PanelSource* source = nullptr;
  PlotPanel plot;
  PlotCurves curves;
  PlotLimits fitted;
};

/// The plots of one quantity, with one y range where their curves allow it.
std::vector<Draft> make_drafts(Quantity quantity,
                               const std::vector<PanelSource>& sources,
                               const FigureOptions& options,
                               bool growing) {
  const AxisLimits extent = x_extent(sources, options);
  const bool several = sources.size() > 1;
  std::vector<Draft> drafts;
  std::vector<AxisLimits> ranges;
  for (const PanelSource& source : sources) {
    Draft draft;
    draft.source = &source;
    draft.plot.id = quantity_id(quantity) + (several ? "/" + std::to_string(source.index) : "");
    draft.plot.title = panel_title(*source.panel);
    label_axes(draft.plot, quantity, options);
    draft.curves = internal::collect_curves(source, quantity, draft.plot.id, options);
    draft.fitted = internal::fit_plot(draft.curves, extent, options, growing);
    if (!draft.fitted.empty) ranges.push_back(draft.fitted.y);
    drafts.push_back(std::move(draft));
  }
  if (const auto shared = internal::shared_limits(ranges, internal::y_scale(options))) {
    for (Draft& draft : drafts) draft.fitted.y = *shared;
  }
  return drafts;
}

/// Axes, ticks and notes.
void finish_plot(Draft& draft, const RunSnapshot* snapshot, const FigureOptions& options) {
  PlotPanel& plot = draft.plot;
  PlotCurves& curves = draft.curves;
  set_axes(plot, draft.fitted, options);
  plot.edge_notes = internal::make_edge_notes(
      curves, {.x = {plot.x.min, plot.x.max}, .y = {plot.y.min, plot.y.max}}, draft.source->labels);
  curves.noted = !plot.edge_notes.empty();
  const double line = curves.looseness ? 1.0 : curves.trust;
  curves.trust_shown = line > plot.y.min && line < plot.y.max;
  plot.gaps = curves.gaps;
  plot.series = curves.series;
  if (options.slopes && !curves.looseness) plot.slopes = slope_marks(plot);
  curves.sloped = !plot.slopes.empty();
  if (!something_shown(plot)) {
    plot.note = curves.looseness && curves.divided.empty()
                    ? "There is no bound and error of one method to divide."
                    : empty_note(plot, snapshot);
  }
}

int columns_of(std::size_t panels, std::size_t quantities) {
  if (panels <= 1) return static_cast<int>(std::max<std::size_t>(1, quantities));
  if (panels <= 4) return static_cast<int>(panels);
  const std::size_t rows = (panels + 3) / 4;
  return static_cast<int>((panels + rows - 1) / rows);
}

}  // namespace

std::vector<MethodStyle> method_styles(const RunSpec& spec) {
  constexpr auto kSlots = static_cast<int>(kMethodColours);
  std::vector<MethodStyle> styles(spec.methods.size());
  std::vector<int> slots(spec.methods.size(), -1);
  std::array<bool, kMethodColours> taken{};
  for (std::size_t m = 0; m < slots.size(); ++m) {
    const int slot = own_slot(spec.methods[m]);
    if (taken[static_cast<std::size_t>(slot)]) continue;
    taken[static_cast<std::size_t>(slot)] = true;
    slots[m] = slot;
  }
  int beyond = kSlots;
  for (int& slot : slots) {
    if (slot >= 0) continue;
    const auto free = std::find(taken.begin(), taken.end(), false);
    slot = free == taken.end() ? beyond++ : static_cast<int>(free - taken.begin());
    if (free != taken.end()) *free = true;
  }
  for (std::size_t m = 0; m < slots.size(); ++m) {
    // A second round through the colours shifts the markers by one, and so on.
    styles[m] = {slots[m] % kSlots, slot_marker(slots[m] + slots[m] / kSlots)};
  }
  return styles;
}

Figure build_figure(const RunSpec& spec,
                    const ProblemBench* bench,
                    const RunSnapshot* snapshot,
                    const std::vector<std::vector<MethodTheory>>& theory,
                    const FigureOptions& options,
                    const EarlierTheory* earlier) {
  Figure figure;
  figure.title = spec.title;
  if (bench == nullptr || bench->panels.empty()) {
    for (const Quantity q : options.quantities) {
      figure.panels.push_back(blank_plot(q, "Preparing the problem…", options));
    }
    figure.columns = columns_of(1, options.quantities.size());
    return figure;
  }
  SID_EXPECTS(earlier == nullptr || (earlier->bench->panels.size() == bench->panels.size() &&
                                     earlier->spec->methods.size() == spec.methods.size()),
              "an earlier theory must have as many panels and methods");
  std::vector<PanelSource> sources;
  for (const std::size_t p : chosen_panels(*bench, options)) {
    sources.push_back(make_source(spec, *bench, p, snapshot, theory, earlier));
  }
  const bool growing = snapshot != nullptr && !snapshot->done();
  const bool several = sources.size() > 1;
  figure.columns = columns_of(sources.size(), options.quantities.size());
  std::vector<PlotCurves> plots;
  internal::LegendMerger legend;
  for (const Quantity q : options.quantities) {
    std::vector<Draft> drafts = make_drafts(q, sources, options, growing);
    for (Draft& draft : drafts) {
      PlotPanel& plot = draft.plot;
      if (!several) plot.title = options.quantities.size() > 1 ? quantity_title(q) : "";
      finish_plot(draft, snapshot, options);
      legend.add(draft.curves.legend, several ? plot.title : "");
      figure.panels.push_back(std::move(plot));
      plots.push_back(std::move(draft.curves));
    }
  }
  figure.legend = legend.take();
  figure.key = internal::condense_legend(figure.legend, plots, snapshot != nullptr);
  figure.caption = internal::make_caption(spec, *bench, snapshot, plots, options);
  return figure;
}

}  // namespace sid
