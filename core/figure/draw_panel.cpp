#include "sid/figure/draw_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "sid/figure/draw_curve.hpp"

namespace sid {

namespace {

// Lengths in units of the tick font size, so that everything grows together.
constexpr double kTickLength = 0.42;
constexpr double kMinorTickLength = 0.22;
constexpr double kTickGap = 0.38;    ///< between tick and label
constexpr double kTitleGap = 0.75;   ///< between tick labels and axis title
constexpr double kXTitleGap = 0.55;  ///< the same for the x axis
constexpr double kCapHalf = 0.365;   ///< half the height of a digit
constexpr double kRaise = 0.36;      ///< of exponents

TextStyle style(FontRole role, double size, Colour colour, bool vertical = false) {
  return {role, size, colour, vertical};
}

double label_width(Painter& painter, const Tick& tick, const FontSizes& fonts) {
  double width = painter.measure(tick.text, style(FontRole::small, fonts.tick, {})).width;
  if (!tick.exponent.empty()) {
    width += painter.measure(tick.exponent, style(FontRole::small, fonts.exponent, {})).width +
             0.06 * fonts.tick;
  }
  return width;
}

void draw_label(
    Painter& painter, const Tick& tick, Point start, Colour colour, const FontSizes& fonts) {
  const TextStyle base = style(FontRole::small, fonts.tick, colour);
  painter.text(start, tick.text, base);
  if (tick.exponent.empty()) return;
  const double width = painter.measure(tick.text, base).width + 0.06 * fonts.tick;
  painter.text({start.x + width, start.y - kRaise * fonts.tick},
               tick.exponent,
               style(FontRole::small, fonts.exponent, colour));
}

/// Extent across the reading direction of an axis title, 0 if there is none.
double title_height(Painter& painter, const Axis& axis, const FontSizes& fonts) {
  if (!axis.formula.empty()) {
    const double height = painter.formula_extent(axis.formula, 1.1 * fonts.label).height;
    if (height > 0.0) return height;
  }
  return axis.label.empty() ? 0.0 : 1.2 * fonts.label;
}

void draw_axis_title(Painter& painter,
                     const Axis& axis,
                     Point centre,
                     bool vertical,
                     const Theme& theme,
                     const FontSizes& fonts) {
  const double em = 1.1 * fonts.label;
  if (!axis.formula.empty()) {
    const FormulaExtent size = painter.formula_extent(axis.formula, em);
    if (size.height > 0.0) {
      const double w = vertical ? size.height : size.width, h = vertical ? size.width : size.height;
      painter.formula(
          {centre.x - w / 2.0, centre.y - h / 2.0}, axis.formula, {em, theme.ink, vertical});
      return;
    }
  }
  if (axis.label.empty()) return;
  const TextStyle text = style(FontRole::regular, fonts.label, theme.ink, vertical);
  const double half = painter.measure(axis.label, text).width / 2.0;
  const double drop = kCapHalf * fonts.label;
  painter.text(
      vertical ? Point{centre.x + drop, centre.y + half} : Point{centre.x - half, centre.y + drop},
      axis.label,
      text);
}

double widest_label(Painter& painter, const Axis& axis, const FontSizes& fonts) {
  double width = 0.0;
  for (const Tick& tick : axis.ticks) {
    if (tick.major) width = std::max(width, label_width(painter, tick, fonts));
  }
  return width;
}

void draw_grid(Painter& painter,
               const PlotPanel& panel,
               const PlotGeometry& g,
               const Theme& theme,
               double width) {
  for (const bool major : {false, true}) {
    const Colour colour = major ? theme.grid : theme.grid_minor;
    for (const Tick& tick : panel.x.ticks) {
      const double x = g.x.to_point(tick.value);
      if (tick.major != major || !(x > g.plot.x && x < g.plot.right())) continue;
      painter.rule({x, g.plot.y}, {x, g.plot.bottom()}, colour, width);
    }
    for (const Tick& tick : panel.y.ticks) {
      const double y = g.y.to_point(tick.value);
      if (tick.major != major || !(y > g.plot.y && y < g.plot.bottom())) continue;
      painter.rule({g.plot.x, y}, {g.plot.right(), y}, colour, width);
    }
  }
}

void draw_x_axis(Painter& painter,
                 const PlotPanel& panel,
                 const PlotGeometry& g,
                 const Theme& theme,
                 const DrawOptions& options) {
  const FontSizes& fonts = options.fonts;
  const double width = 0.8 * options.stroke_scale;
  const double bottom = g.plot.bottom();
  double free_from = -std::numeric_limits<double>::infinity();
  for (const Tick& tick : panel.x.ticks) {
    const double x = g.x.to_point(tick.value);
    if (!(x >= g.plot.x - 0.5 && x <= g.plot.right() + 0.5)) continue;
    const double length = (tick.major ? kTickLength : kMinorTickLength) * fonts.tick;
    painter.rule({x, bottom}, {x, bottom + length}, theme.axis, width);
    if (!tick.major || !options.x_labels) continue;
    const double half = label_width(painter, tick, fonts) / 2.0;
    if (x - half < free_from) continue;  // limits that move between two fits of the ticks
    free_from = x + half + 0.3 * fonts.tick;
    const double baseline = bottom + (kTickLength + kTickGap + 2.0 * kCapHalf + 0.12) * fonts.tick;
    draw_label(painter, tick, {x - half, baseline}, theme.muted, fonts);
  }
  if (!options.x_labels || !options.x_title) return;
  const double height = title_height(painter, panel.x, fonts);
  const double top = bottom + (kTickLength + kTickGap + 2.0 * kCapHalf + kXTitleGap) * fonts.tick;
  draw_axis_title(
      painter, panel.x, {g.plot.x + g.plot.width / 2.0, top + height / 2.0}, false, theme, fonts);
}

void draw_y_axis(Painter& painter,
                 const PlotPanel& panel,
                 const PlotGeometry& g,
                 const Theme& theme,
                 const DrawOptions& options,
                 double area_left) {
  const FontSizes& fonts = options.fonts;
  const double width = 0.8 * options.stroke_scale;
  for (const Tick& tick : panel.y.ticks) {
    const double y = g.y.to_point(tick.value);
    if (!(y >= g.plot.y - 0.5 && y <= g.plot.bottom() + 0.5)) continue;
    const double length = (tick.major ? kTickLength : kMinorTickLength) * fonts.tick;
    painter.rule({g.plot.x - length, y}, {g.plot.x, y}, theme.axis, width);
    if (!tick.major || !options.y_labels) continue;
    const double right = g.plot.x - (kTickLength + kTickGap) * fonts.tick;
    draw_label(painter,
               tick,
               {right - label_width(painter, tick, fonts), y + kCapHalf * fonts.tick},
               theme.muted,
               fonts);
  }
  if (!options.y_labels || !options.y_title) return;
  const double height = title_height(painter, panel.y, fonts);
  draw_axis_title(painter,
                  panel.y,
                  {area_left + height / 2.0, g.plot.y + g.plot.height / 2.0},
                  true,
                  theme,
                  fonts);
}

void draw_series(Painter& painter,
                 const PlotPanel& panel,
                 const PlotGeometry& g,
                 const Theme& theme,
                 const DrawOptions& options) {
  const bool some = !options.emphasised.empty() &&
                    std::any_of(panel.series.begin(), panel.series.end(), [&](const Series& s) {
                      return s.visible && s.key == options.emphasised;
                    });
  const auto look = [&](const Series& s) {
    const bool chosen = some && s.key == options.emphasised;
    return CurveLook{options.stroke_scale, some && !chosen ? 0.35 : 1.0, chosen};
  };
  std::vector<const Series*> order;
  // Bands lie under all lines; measured curves over theory, exact curves over those.
  static constexpr std::array<SeriesRole, 7> kOrder = {SeriesRole::ghost,
                                                       SeriesRole::trust,
                                                       SeriesRole::floor,
                                                       SeriesRole::bound,
                                                       SeriesRole::measured,
                                                       SeriesRole::prediction,
                                                       SeriesRole::exact};
  for (const SeriesRole role : kOrder) {
    for (const Series& s : panel.series) {
      if (s.visible && s.role == role) order.push_back(&s);
    }
  }
  std::stable_partition(order.begin(), order.end(), [&](const Series* s) {
    return !some || s->key != options.emphasised;
  });
  painter.push_clip(g.plot);
  for (const Series* s : order) draw_band(painter, *s, g, theme, look(*s));
  for (const Series* s : order) draw_line(painter, *s, g, theme, look(*s));
  painter.pop_clip();
  for (const Series* s : order) draw_markers(painter, *s, g, theme, look(*s));
}

void draw_edge_notes(Painter& painter,
                     const PlotPanel& panel,
                     const PlotGeometry& g,
                     const Theme& theme,
                     const DrawOptions& options) {
  const double size = options.fonts.tick;
  const double line = 1.45 * size, arrow = 0.62 * size, inset = 0.55 * size;
  double top = g.plot.y + inset, bottom = g.plot.bottom() - inset;
  for (const EdgeNote& note : panel.edge_notes) {
    if ((note.top ? top + line > bottom : bottom - line < top)) break;
    const TextStyle text = style(FontRole::small, size, theme.of(note.colour));
    const double room = g.plot.width - 2.0 * inset - arrow - 0.4 * size;
    std::string_view words = note.text;
    double width = painter.measure(words, text).width;
    if (width > room && !note.brief.empty()) {
      words = note.brief;
      width = painter.measure(words, text).width;
    }
    // Errors fall from left to right: the corners top right and bottom left are the free ones.
    const double left =
        note.top ? g.plot.right() - inset - width : g.plot.x + inset + arrow + 0.4 * size;
    const double y = note.top ? top : bottom - line;
    painter.fill_rect({left - arrow - 0.8 * size, y, width + arrow + 1.1 * size, line},
                      theme.panel.faded(0.85),
                      0.25 * size);
    const double middle = y + line / 2.0;
    painter.text({left, middle + kCapHalf * size}, words, text);
    const double half = arrow / 2.0, tip = note.top ? -half : half;
    const double x = left - 0.4 * size - half;
    const std::array<Point, 3> head = {
        Point{x - half, middle - tip}, Point{x + half, middle - tip}, Point{x, middle + tip}};
    painter.fill_convex(head, text.colour);
    (note.top ? top : bottom) += note.top ? line : -line;
  }
}

void draw_note(Painter& painter,
               const PlotPanel& panel,
               const PlotGeometry& g,
               const Theme& theme,
               const FontSizes& fonts) {
  if (panel.note.empty()) return;
  const TextStyle text = style(FontRole::regular, fonts.label, theme.muted);
  const double width = painter.measure(panel.note, text).width;
  painter.text({g.plot.x + g.plot.width / 2.0 - width / 2.0,
                g.plot.y + g.plot.height / 2.0 + kCapHalf * fonts.label},
               panel.note,
               text);
}

}  // namespace

double AxisMap::to_point(double value) const {
  constexpr double kFar = 1e9;  // beyond every clip rectangle, within exact arithmetic
  if (!std::isfinite(value)) return std::numeric_limits<double>::quiet_NaN();
  double share = 0.0;
  if (scale == AxisScale::log) {
    if (!(value > 0.0)) return std::numeric_limits<double>::quiet_NaN();
    const double low = std::log(min);
    share = (std::log(value) - low) / (std::log(max) - low);
  } else {
    share = (value / 2.0 - min / 2.0) / (max / 2.0 - min / 2.0);
  }
  return std::clamp(at_min + share * (at_max - at_min), -kFar, kFar);
}

double AxisMap::to_value(double point) const {
  const double share = (point - at_min) / (at_max - at_min);
  if (scale == AxisScale::log) {
    const double low = std::log(min);
    return std::clamp(std::exp(low + share * (std::log(max) - low)),
                      std::numeric_limits<double>::denorm_min(),
                      std::numeric_limits<double>::max());
  }
  return std::clamp(min * (1.0 - share) + max * share,
                    std::numeric_limits<double>::lowest(),
                    std::numeric_limits<double>::max());
}

Margins measure_margins(Painter& painter, const PlotPanel& panel, const DrawOptions& options) {
  const FontSizes& fonts = options.fonts;
  const double tick = fonts.tick;
  Margins m;
  m.top = 0.55 * tick;
  if (options.title && !panel.title.empty()) m.top += 1.65 * fonts.title;
  m.left = kTickLength * tick;
  m.bottom = kTickLength * tick;
  m.right = 0.6 * tick;
  if (options.x_labels) {
    m.bottom += (kTickGap + 2.0 * kCapHalf + 0.35) * tick;
    if (options.x_title) {
      m.bottom += (kXTitleGap - 0.35) * tick + title_height(painter, panel.x, fonts);
    }
    const auto last = std::find_if(
        panel.x.ticks.rbegin(), panel.x.ticks.rend(), [](const Tick& t) { return t.major; });
    if (last != panel.x.ticks.rend()) {
      m.right = std::max(m.right, 0.55 * label_width(painter, *last, fonts));
    }
  }
  if (options.y_labels) {
    m.left += kTickGap * tick + widest_label(painter, panel.y, fonts);
    const double height = options.y_title ? title_height(painter, panel.y, fonts) : 0.0;
    if (height > 0.0) m.left += kTitleGap * tick + height;
  }
  return m;
}

PlotGeometry draw_panel(Painter& painter,
                        const PlotPanel& panel,
                        const Rect& area,
                        const Theme& theme,
                        const DrawOptions& options) {
  const Margins m = options.margins ? *options.margins : measure_margins(painter, panel, options);
  PlotGeometry g;
  g.plot = {area.x + m.left,
            area.y + m.top,
            std::max(1.0, area.width - m.left - m.right),
            std::max(1.0, area.height - m.top - m.bottom)};
  g.x = {panel.x.scale, panel.x.min, panel.x.max, g.plot.x, g.plot.right()};
  g.y = {panel.y.scale, panel.y.min, panel.y.max, g.plot.bottom(), g.plot.y};
  const double hair = std::max(0.5, 0.75 * options.stroke_scale);
  draw_grid(painter, panel, g, theme, hair);
  draw_series(painter, panel, g, theme, options);
  const Rect& p = g.plot;
  painter.rule({p.x, p.y}, {p.right(), p.y}, theme.axis.faded(0.55), hair);
  painter.rule({p.right(), p.y}, {p.right(), p.bottom()}, theme.axis.faded(0.55), hair);
  painter.rule({p.x, p.y}, {p.x, p.bottom()}, theme.axis, hair);
  painter.rule({p.x, p.bottom()}, {p.right(), p.bottom()}, theme.axis, hair);
  draw_x_axis(painter, panel, g, theme, options);
  draw_y_axis(painter, panel, g, theme, options, area.x);
  if (options.edge_notes) draw_edge_notes(painter, panel, g, theme, options);
  draw_note(painter, panel, g, theme, options.fonts);
  if (options.title && !panel.title.empty()) {
    painter.text({p.x, p.y - 0.55 * options.fonts.title},
                 panel.title,
                 style(FontRole::semibold, options.fonts.title, theme.ink));
  }
  return g;
}

void draw_sample(Painter& painter,
                 const LegendRow& row,
                 const Rect& area,
                 const Theme& theme,
                 double stroke_scale) {
  const double y = area.y + area.height / 2.0;
  const CurveLook look{stroke_scale, row.drawn && row.visible ? 1.0 : 0.35, false};
  if (row.band) {
    const double half = std::min(area.height, 9.0 * stroke_scale) / 2.0;
    painter.fill_rect({area.x, y - half, area.width, 2.0 * half},
                      theme.of(row.colour).faded(theme.band_alpha * look.alpha));
  }
  const std::array<Point, 2> line = {Point{area.x, y}, Point{area.right(), y}};
  painter.polyline(line, series_stroke(row.role, row.colour, theme, look));
  if (row.marker != Marker::none) {
    draw_marker(painter,
                {area.x + area.width / 2.0, y},
                row.marker,
                theme.of(row.colour).faded(look.alpha),
                false,
                theme,
                stroke_scale);
  }
}

}  // namespace sid
