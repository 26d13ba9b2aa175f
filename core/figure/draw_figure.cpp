#include "sid/figure/draw_figure.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "sid/figure/panel_grid.hpp"

namespace sid {

namespace {

constexpr double kSampleWidth = 2.4;  ///< of legend samples, in units of the label font size
constexpr double kKeyLine = 1.65;     ///< line height of the key, in units of its font size
constexpr double kGolden = 1.618;

/// A legend row placed relative to the top left corner of the key.
struct KeyItem {
  const LegendRow* row = nullptr;
  Point at;
};

struct Key {
  std::vector<KeyItem> items;
  std::vector<std::string> notes;  ///< what is not drawn, wrapped
  double height = 0.0;
};

TextStyle regular(double size, Colour colour) {
  return {FontRole::regular, size, colour, false};
}

/// Greedy line breaking at spaces; a word wider than the line has a line of its own.
std::vector<std::string> wrapped(Painter& painter,
                                 std::string_view text,
                                 double width,
                                 double size) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
    if (word.empty()) continue;
    std::string longer = line;
    if (!line.empty()) longer += ' ';
    longer += word;
    if (!line.empty() && painter.measure(longer, regular(size, {})).width > width) {
      lines.push_back(line);
      line = word;
    } else {
      line = longer;
    }
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

/// Places the drawn rows in centred lines: all in one if they fit, else methods and line styles in
/// lines of their own.
void place_items(Painter& painter, const Figure& figure, double width, double font, Key& key) {
  std::vector<double> widths;
  double total = 0.0;
  const double gap = 1.6 * font;
  for (const LegendRow& row : figure.key) {
    if (!row.drawn) continue;
    key.items.push_back({&row, {}});
    widths.push_back((kSampleWidth + 0.6) * font +
                     painter.measure(row.label, regular(font, {})).width);
    total += widths.back() + gap;
  }
  const bool one_line = total - gap <= width;
  std::size_t first = 0;
  double x = 0.0;
  const auto close_line = [&](std::size_t end) {
    const double left = std::max(0.0, (width - x + gap) / 2.0);
    for (std::size_t i = first; i < end; ++i)
      key.items[i].at = {key.items[i].at.x + left, key.height};
    if (end > first) key.height += kKeyLine * font;
    first = end;
    x = 0.0;
  };
  for (std::size_t i = 0; i < key.items.size(); ++i) {
    const bool new_group =
        i > first && key.items[i].row->series_id.empty() != key.items[first].row->series_id.empty();
    if (i > first && (x + widths[i] > width || (new_group && !one_line))) close_line(i);
    key.items[i].at.x = x;
    x += widths[i] + gap;
  }
  close_line(key.items.size());
}

Key lay_out_key(Painter& painter, const Figure& figure, double width, const FontSizes& fonts) {
  Key key;
  place_items(painter, figure, width, fonts.label, key);
  for (const LegendRow& row : figure.key) {
    if (row.drawn) continue;
    const std::string text =
        "Not drawn: " + row.label + (row.note.empty() ? "" : " for " + row.note) + ".";
    for (const std::string& l : wrapped(painter, text, width, fonts.caption)) {
      key.notes.push_back(l);
    }
  }
  key.height += 1.4 * fonts.caption * static_cast<double>(key.notes.size());
  return key;
}

void draw_key(
    Painter& painter, const Key& key, Point at, const Theme& theme, const DrawOptions& options) {
  const FontSizes& fonts = options.fonts;
  const double line = kKeyLine * fonts.label;
  double bottom = at.y;
  for (const KeyItem& item : key.items) {
    const Point p{at.x + item.at.x, at.y + item.at.y};
    draw_sample(painter,
                *item.row,
                {p.x, p.y, kSampleWidth * fonts.label, line},
                theme,
                options.stroke_scale);
    painter.text({p.x + (kSampleWidth + 0.6) * fonts.label, p.y + line / 2.0 + 0.365 * fonts.label},
                 item.row->label,
                 regular(fonts.label, theme.ink));
    bottom = std::max(bottom, p.y + line);
  }
  for (const std::string& note : key.notes) {
    painter.text({at.x, bottom + 1.05 * fonts.caption}, note, regular(fonts.caption, theme.muted));
    bottom += 1.4 * fonts.caption;
  }
}

struct Pieces {
  double title = 0.0;  ///< heights
  Key key;
  std::vector<std::string> caption;
  double caption_height = 0.0;
  double around() const { return title + key.height + caption_height; }
};

Pieces measure_pieces(Painter& painter,
                      const Figure& figure,
                      double width,
                      const DrawOptions& options,
                      const FigureLayout& layout) {
  const FontSizes& fonts = options.fonts;
  Pieces p;
  if (layout.title && !figure.title.empty()) p.title = 1.75 * fonts.title;
  if (layout.key && !figure.key.empty()) {
    p.key = lay_out_key(painter, figure, width, fonts);
    p.key.height += 0.7 * fonts.label;
  }
  if (layout.caption && !figure.caption.empty()) {
    p.caption = wrapped(painter, figure.caption, width, fonts.caption);
    p.caption_height =
        1.45 * fonts.caption * static_cast<double>(p.caption.size()) + 0.6 * fonts.caption;
  }
  return p;
}

}  // namespace

std::vector<PlotGeometry> draw_figure(Painter& painter,
                                      const Figure& figure,
                                      const Rect& area,
                                      const Theme& theme,
                                      const DrawOptions& options,
                                      const FigureLayout& layout) {
  const Pieces p = measure_pieces(painter, figure, area.width, options, layout);
  if (p.title > 0.0) {
    painter.text({area.x, area.y + options.fonts.title},
                 figure.title,
                 {FontRole::semibold, options.fonts.title, theme.ink, false});
  }
  const Rect plots{area.x, area.y + p.title, area.width, std::max(0.0, area.height - p.around())};
  const PanelGrid grid = lay_out_grid(painter, figure.panels, figure.columns, plots, options);
  std::vector<PlotGeometry> geometry;
  double y = plots.y;
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    const GridCell& cell = grid.cells[i];
    geometry.push_back(draw_panel(painter, figure.panels[i], cell.area, theme, cell.options));
    y = std::max(y, cell.area.bottom());
  }
  draw_grid_titles(painter, figure.panels, grid, theme, options.fonts);
  if (p.key.height > 0.0) {
    draw_key(painter, p.key, {area.x, y + 0.7 * options.fonts.label}, theme, options);
    y += p.key.height;
  }
  y += 0.6 * options.fonts.caption;
  for (const std::string& line : p.caption) {
    y += 1.45 * options.fonts.caption;
    painter.text({area.x, y - 0.35 * options.fonts.caption},
                 line,
                 regular(options.fonts.caption, theme.muted));
  }
  return geometry;
}

PanelGrid lay_out_plots(Painter& painter,
                        const Figure& figure,
                        double width,
                        double height,
                        const DrawOptions& options,
                        const FigureLayout& layout) {
  const Pieces p = measure_pieces(painter, figure, width, options, layout);
  return lay_out_grid(painter,
                      figure.panels,
                      figure.columns,
                      {0.0, 0.0, width, std::max(0.0, height - p.around())},
                      options);
}

double preferred_height(Painter& painter,
                        const Figure& figure,
                        double width,
                        const DrawOptions& options,
                        const FigureLayout& layout) {
  const Pieces p = measure_pieces(painter, figure, width, options, layout);
  // Narrow small multiples are taller than the golden ratio: decades need room.
  const double aspect = figure.columns >= 3 ? 1.0 : figure.columns == 2 ? 1.3 : kGolden;
  return p.around() + grid_height(painter, figure.panels, figure.columns, width, aspect, options);
}

}  // namespace sid
