#include "sid/figure/draw_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>
#include <vector>

#include "sid/figure/axis_title.hpp"
#include "sid/figure/draw_curve.hpp"
#include "sid/figure/draw_heat_map.hpp"
#include "sid/figure/end_labels.hpp"
#include "sid/figure/panel_header.hpp"
#include "sid/figure/slopes.hpp"
#include "sid/figure/thin_series.hpp"
#include "sid/figure/tick_label.hpp"

namespace sid {

namespace {

constexpr double kXTitleGap = 0.55;  ///< between x tick labels and title, in tick font sizes

TextStyle style(FontRole role, double size, Colour colour, bool vertical = false) {
  return {role, size, colour, vertical};
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
    const double half = tick_label_width(painter, tick, fonts) / 2.0;
    if (x - half < free_from) continue;  // limits that move between two fits of the ticks
    free_from = x + half + 0.3 * fonts.tick;
    const double baseline = bottom + (kTickLength + kTickGap + 2.0 * kCapHalf + 0.12) * fonts.tick;
    draw_tick_label(painter, tick, {x - half, baseline}, theme.muted, fonts);
  }
  if (!options.x_labels || !options.x_title) return;
  const double height = axis_title_extent(painter, panel.x, fonts).height;
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
    draw_tick_label(painter,
                    tick,
                    {right - tick_label_width(painter, tick, fonts), y + kCapHalf * fonts.tick},
                    theme.muted,
                    fonts);
  }
  if (!options.y_title) return;
  const double height = axis_title_extent(painter, panel.y, fonts).height;
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
  constexpr double kBehind = 0.35, kFaded = 0.45;
  const auto look = [&](const Series& s) {
    const bool chosen = some && s.key == options.emphasised;
    const double alpha = (some && !chosen ? kBehind : 1.0) * (s.faded ? kFaded : 1.0);
    const double casing = panel.heat ? 1.6 * options.stroke_scale : 0.0;
    return CurveLook{options.stroke_scale, alpha, chosen, casing};
  };
  std::vector<const Series*> order = series_in_order(panel);
  std::stable_partition(order.begin(), order.end(), [&](const Series* s) {
    return !some || s->key != options.emphasised;
  });
  std::deque<Series> thinned;
  order = thinned_series(order, g, painter.column(), thinned);
  painter.push_clip(g.plot);
  for (const Series* s : order) draw_band(painter, *s, g, theme, look(*s));
  for (const Series* s : order) draw_line(painter, *s, g, theme, look(*s));
  painter.pop_clip();
  for (const Series* s : order) draw_markers(painter, *s, g, theme, look(*s));
  draw_end_labels(painter, panel, g, theme, options);
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
  double point = 0.0;
  to_points({&value, 1}, {&point, 1});
  return point;
}

void AxisMap::to_points(std::span<const double> values, std::span<double> out) const {
  constexpr double kFar = 1e9;  // beyond every clip rectangle, within exact arithmetic
  const bool logarithmic = scale == AxisScale::log;
  const double low = logarithmic ? std::log(min) : min / 2.0;
  const double span = logarithmic ? std::log(max) - low : max / 2.0 - low;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = values[i];
    if (!std::isfinite(value) || (logarithmic && !(value > 0.0))) {
      out[i] = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    const double share = ((logarithmic ? std::log(value) : value / 2.0) - low) / span;
    out[i] = std::clamp(at_min + share * (at_max - at_min), -kFar, kFar);
  }
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

std::vector<const Series*> series_in_order(const PlotPanel& panel) {
  // Measured curves over theory, exact curves over those.
  static constexpr std::array<SeriesRole, 7> kOrder = {SeriesRole::ghost,
                                                       SeriesRole::trust,
                                                       SeriesRole::floor,
                                                       SeriesRole::bound,
                                                       SeriesRole::pinned,
                                                       SeriesRole::measured,
                                                       SeriesRole::exact};
  std::vector<const Series*> order;
  for (const SeriesRole role : kOrder) {
    for (const Series& s : panel.series) {
      if (s.visible && s.role == role) order.push_back(&s);
    }
  }
  return order;
}

Margins measure_margins(Painter& painter,
                        const PlotPanel& panel,
                        const DrawOptions& options,
                        double width) {
  const FontSizes& fonts = options.fonts;
  const double tick = fonts.tick;
  Margins m;
  m.left = kTickLength * tick;
  m.bottom = kTickLength * tick;
  m.right = 0.6 * tick;
  if (options.x_labels) {
    m.bottom += (kTickGap + 2.0 * kCapHalf + 0.35) * tick;
    if (options.x_title) {
      m.bottom += (kXTitleGap - 0.35) * tick + axis_title_extent(painter, panel.x, fonts).height;
    }
    const auto last = std::find_if(
        panel.x.ticks.rbegin(), panel.x.ticks.rend(), [](const Tick& t) { return t.major; });
    if (last != panel.x.ticks.rend()) {
      m.right = std::max(m.right, 0.55 * tick_label_width(painter, *last, fonts));
    }
  }
  if (options.y_labels) m.left += kTickGap * tick + widest_tick_label(painter, panel.y, fonts);
  if (options.y_title) {
    const double height = axis_title_extent(painter, panel.y, fonts).height;
    if (height > 0.0) m.left += kTitleGap * tick + height;
  }
  m.right = std::max(m.right, end_label_room(painter, panel, fonts));
  if (panel.heat) m.right += colour_bar_width(painter, *panel.heat, options);
  m.top = header_height(painter, panel, options, std::max(1.0, width - m.left - m.right));
  return m;
}

PlotGeometry draw_panel(Painter& painter,
                        const PlotPanel& panel,
                        const Rect& area,
                        const Theme& theme,
                        const DrawOptions& options) {
  const Margins m =
      options.margins ? *options.margins : measure_margins(painter, panel, options, area.width);
  PlotGeometry g;
  g.plot = {area.x + m.left,
            area.y + m.top,
            std::max(1.0, area.width - m.left - m.right),
            std::max(1.0, area.height - m.top - m.bottom)};
  g.x = {panel.x.scale, panel.x.min, panel.x.max, g.plot.x, g.plot.right()};
  g.y = {panel.y.scale, panel.y.min, panel.y.max, g.plot.bottom(), g.plot.y};
  const double hair = std::max(0.5, 0.75 * options.stroke_scale);
  if (panel.heat) {
    draw_heat_map(painter, *panel.heat, g, theme, options.stroke_scale);
    draw_colour_bar(painter, *panel.heat, g.plot, theme, options);
  } else {
    draw_grid(painter, panel, g, theme, hair);
  }
  draw_series(painter, panel, g, theme, options);
  for (const SlopeMark& mark : panel.slopes) draw_slope(painter, mark, g, theme, options);
  const Rect& p = g.plot;
  painter.rule({p.x, p.y}, {p.right(), p.y}, theme.axis.faded(0.55), hair);
  painter.rule({p.right(), p.y}, {p.right(), p.bottom()}, theme.axis.faded(0.55), hair);
  painter.rule({p.x, p.y}, {p.x, p.bottom()}, theme.axis, hair);
  painter.rule({p.x, p.bottom()}, {p.right(), p.bottom()}, theme.axis, hair);
  draw_x_axis(painter, panel, g, theme, options);
  draw_y_axis(painter, panel, g, theme, options, area.x);
  draw_note(painter, panel, g, theme, options.fonts);
  draw_header(painter, panel, p, theme, options);
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
