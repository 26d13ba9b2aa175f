#include "sid/figure/end_labels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace sid {

namespace {

constexpr std::size_t kInColumn = 12;  ///< labels before another column is made
constexpr double kCapHalf = 0.365;

bool has_label(const Series& s) {
  return s.visible && !s.end_label.empty() && !s.x.empty();
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::size_t columns_for(std::size_t labels) {
  return (labels + kInColumn - 1) / kInColumn;
}

bool overlap(const Rect& a, const Rect& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

/// Moves the tops of a column apart to at least `line`, each as little as possible in the mean
/// square: neighbours in touch move as one block about the mean of where they want to be. Ascending
/// before and after; at most as many as fit between the limits.
void spread(std::vector<double>& tops, double line, double low, double high) {
  struct Block {
    double start = 0.0;  ///< top of its first label
    std::size_t count = 0;
    double wanted = 0.0;  ///< sum of the starts its labels want
  };
  std::vector<Block> blocks;
  blocks.reserve(tops.size());
  for (const double top : tops) {
    blocks.push_back({top, 1, top});
    const auto settle = [&](Block& b) {
      const auto n = static_cast<double>(b.count);
      b.start = std::clamp(b.wanted / n, low, std::max(low, high - n * line));
    };
    settle(blocks.back());
    while (blocks.size() > 1) {
      const Block last = blocks.back();
      Block& before = blocks[blocks.size() - 2];
      const double length = static_cast<double>(before.count) * line;
      if (before.start + length <= last.start) break;
      before.wanted += last.wanted - static_cast<double>(last.count) * length;
      before.count += last.count;
      blocks.pop_back();
      settle(blocks.back());
    }
  }
  std::size_t i = 0;
  for (const Block& b : blocks) {
    for (std::size_t k = 0; k < b.count; ++k) tops[i++] = b.start + static_cast<double>(k) * line;
  }
}

/// Labels beyond the axes, in as many columns as they need and `room` has.
void place_beyond(
    std::vector<EndLabel*> labels, const Rect& plot, double room, double line, double gap) {
  if (labels.empty()) return;
  std::stable_sort(labels.begin(), labels.end(), [](const EndLabel* a, const EndLabel* b) {
    return a->end.y < b->end.y;
  });
  double width = 0.0;
  for (const EndLabel* label : labels) width = std::max(width, label->width);
  // Half a line may stand out above and below the axes.
  const double low = plot.y - 0.5 * line, high = plot.bottom() + 0.5 * line;
  const auto fit = static_cast<std::size_t>(std::floor((high - low) / line + 1e-9));
  const double pitch = width + gap;
  const auto most = static_cast<std::size_t>(std::max(1.0, std::floor(room / pitch + 1e-9)));
  if (fit == 0) return;
  const std::size_t columns =
      std::min({most, std::max(columns_for(labels.size()), (labels.size() + fit - 1) / fit)});
  if (labels.size() > columns * fit) {
    // Every so many are left out, rather than all at one end.
    std::vector<EndLabel*> kept;
    const std::size_t count = columns * fit;
    kept.reserve(count);
    for (std::size_t i = 0; i < count; ++i) kept.push_back(labels[i * labels.size() / count]);
    labels = std::move(kept);
  }
  for (std::size_t c = 0; c < columns; ++c) {
    std::vector<EndLabel*> mine;
    std::vector<double> tops;
    for (std::size_t i = c; i < labels.size(); i += columns) {
      mine.push_back(labels[i]);
      tops.push_back(labels[i]->end.y - 0.5 * line);
    }
    spread(tops, line, low, high);
    for (std::size_t i = 0; i < mine.size(); ++i) {
      const double x = plot.right() + gap + static_cast<double>(c) * pitch;
      mine[i]->place = {x, tops[i], mine[i]->width, line};
      mine[i]->placed = true;
    }
  }
}

/// A label beside the last point of a curve that ends inside: at its height, right of others that
/// stand there; where that would be too far off, just above or below.
void place_inside(
    EndLabel& label, const std::vector<Rect>& taken, const Rect& plot, double line, double gap) {
  constexpr double kMostAside = 9.0;  // lines: farther off nobody sees whose letter it is
  for (const int step : {0, -1, 1}) {
    Rect place{label.end.x + gap, label.end.y - 0.5 * line + 0.6 * step * line, label.width, line};
    if (step != 0 && !(place.y >= plot.y && place.bottom() <= plot.bottom())) continue;
    const auto blocking = [&] {
      return std::find_if(
          taken.begin(), taken.end(), [&](const Rect& other) { return overlap(place, other); });
    };
    // Every step to the right passes one of the others for good.
    for (auto other = blocking(); other != taken.end(); other = blocking()) {
      place.x = other->right() + 0.5 * gap;
    }
    const double aside = place.x - label.end.x - gap;
    if (place.right() > plot.right() - gap || aside > (step == 0 ? kMostAside : 1.0) * line)
      continue;
    label.place = place;
    label.placed = true;
    return;
  }
}

}  // namespace

std::vector<EndLabel> end_labels(const PlotPanel& panel,
                                 const PlotGeometry& geometry,
                                 const FontSizes& fonts,
                                 double character) {
  std::vector<EndLabel> out;
  const Rect& p = geometry.plot;
  const Rect inside{p.x - 0.01, p.y - 0.01, p.width + 0.02, p.height + 0.02};
  for (std::size_t i = 0; i < panel.series.size(); ++i) {
    const Series& s = panel.series[i];
    if (!has_label(s)) continue;
    for (std::size_t k = std::min(s.x.size(), s.y.size()); k-- > 0;) {
      const Point at{geometry.x.to_point(s.x[k]), geometry.y.to_point(s.y[k])};
      if (!std::isfinite(at.x) || !std::isfinite(at.y) || !inside.contains(at)) continue;
      EndLabel label;
      label.series = i;
      label.end = at;
      label.width = character * fonts.tick * static_cast<double>(characters(s.end_label));
      out.push_back(label);
      break;
    }
  }
  return out;
}

void place_end_labels(std::span<EndLabel> labels,
                      const Rect& plot,
                      double room,
                      const FontSizes& fonts) {
  const double line = kEndLabelLine * fonts.tick, gap = kEndLabelGap * fonts.tick;
  double widest = 0.0;
  for (const EndLabel& label : labels) widest = std::max(widest, label.width);
  std::vector<EndLabel*> beyond, within;
  for (EndLabel& label : labels) {
    // Near the right side there is no room for several: those labels stand beyond it.
    const bool reaches = label.end.x + 2.0 * gap + 3.0 * widest > plot.right();
    (reaches ? beyond : within).push_back(&label);
  }
  place_beyond(beyond, plot, room, line, gap);
  std::vector<Rect> taken;
  taken.reserve(labels.size());
  for (EndLabel* label : within) {
    place_inside(*label, taken, plot, line, gap);
    if (label->placed) taken.push_back(label->place);
  }
}

double end_label_room(Painter& painter, const PlotPanel& panel, const FontSizes& fonts) {
  std::size_t count = 0;
  double width = 0.0;
  for (const Series& s : panel.series) {
    if (!has_label(s)) continue;
    ++count;
    width = std::max(width,
                     painter.measure(s.end_label, {FontRole::small, fonts.tick, {}, false}).width);
  }
  if (count == 0) return 0.0;
  const auto columns = static_cast<double>(columns_for(count));
  return columns * (width + kEndLabelGap * fonts.tick) + 0.3 * fonts.tick;
}

void draw_end_labels(Painter& painter,
                     const PlotPanel& panel,
                     const PlotGeometry& geometry,
                     const Theme& theme,
                     const DrawOptions& options) {
  const FontSizes& fonts = options.fonts;
  std::vector<EndLabel> labels = end_labels(panel, geometry, fonts, kEndLabelCharacter);
  if (labels.empty()) return;
  const TextStyle plain{FontRole::small, fonts.tick, {}, false};
  for (EndLabel& label : labels) {
    label.width = painter.measure(panel.series[label.series].end_label, plain).width;
  }
  place_end_labels(labels, geometry.plot, end_label_room(painter, panel, fonts), fonts);
  const bool some = !options.emphasised.empty() &&
                    std::any_of(panel.series.begin(), panel.series.end(), [&](const Series& s) {
                      return s.visible && s.key == options.emphasised;
                    });
  for (const EndLabel& label : labels) {
    if (!label.placed) continue;
    const Series& s = panel.series[label.series];
    constexpr double kBehind = 0.35;
    const double alpha = some && s.key != options.emphasised ? kBehind : 1.0;
    const Colour colour = theme.of(s.colour).faded(alpha);
    const double middle = label.place.y + 0.5 * label.place.height;
    // Labels of curves with one end stand in a row: only those above or below it need a line.
    if (std::abs(middle - label.end.y) > 0.35 * label.place.height) {
      const std::array<Point, 2> line = {
          Point{std::max(label.end.x, std::min(geometry.plot.right(), label.place.x)), label.end.y},
          Point{label.place.x - 0.08 * fonts.tick, middle}};
      painter.polyline(line, {colour.faded(0.5), 0.6 * options.stroke_scale, {}});
    }
    TextStyle style = plain;
    style.colour = colour;
    painter.text({label.place.x, middle + kCapHalf * fonts.tick}, s.end_label, style);
  }
}

}  // namespace sid
