#include "sid/figure/panel_grid.hpp"

#include <algorithm>

#include "sid/figure/axis_title.hpp"
#include "sid/figure/panel_header.hpp"
#include "sid/figure/ticks.hpp"

namespace sid {

namespace {

constexpr double kLeast = 8.0;      ///< points; axes are never smaller
constexpr double kTitleGap = 0.75;  ///< between y title and numbers, in units of the tick font size

using Panels = std::span<const PlotPanel>;

bool same_title(const Axis& a, const Axis& b) {
  return a.label == b.label && a.formula == b.formula;
}

bool same_axis(const Axis& a, const Axis& b) {
  return a.scale == b.scale && a.min == b.min && a.max == b.max && same_title(a, b);
}

/// Sizes of a grid before its height is known.
struct Plan {
  std::size_t columns = 1, rows = 0;
  std::vector<DrawOptions> cells;
  double strip = 0.0;  ///< for the y titles at the left
  double axes_width = kLeast;
  double gap = 0.0;

  const Margins& margins(std::size_t i) const { return *cells[i].margins; }
  double label_height(std::size_t row) const {
    return margins(row * columns).top + margins(row * columns).bottom;
  }
  /// Everything but axes.
  double label_height() const {
    double height = rows > 0 ? gap * static_cast<double>(rows - 1) : 0.0;
    for (std::size_t r = 0; r < rows; ++r) height += label_height(r);
    return height;
  }
};

DrawOptions labels_of(Panels panels,
                      std::size_t i,
                      std::size_t columns,
                      const DrawOptions& options) {
  DrawOptions out = options;
  const PlotPanel& panel = panels[i];
  const PlotPanel& first = panels[i - i % columns];
  // The title of the first column has a strip of its own.
  out.y_title = options.y_title && !same_title(panel.y, first.y);
  out.y_labels = options.y_labels && (&panel == &first || !same_axis(panel.y, first.y));
  const bool last = i + columns >= panels.size();
  out.x_labels = options.x_labels && (last || !same_axis(panel.x, panels[i + columns].x));
  out.title = options.title && (i < columns || panel.title != panels[i - columns].title);
  return out;
}

/// The widest margins of each column, the highest of each row.
void align(Plan& plan) {
  std::vector<Margins> own;
  for (const DrawOptions& cell : plan.cells) own.push_back(*cell.margins);
  for (std::size_t i = 0; i < own.size(); ++i) {
    Margins& mine = *plan.cells[i].margins;
    for (std::size_t j = 0; j < own.size(); ++j) {
      if (i % plan.columns == j % plan.columns) {
        mine.left = std::max(mine.left, own[j].left);
        mine.right = std::max(mine.right, own[j].right);
      }
      if (i / plan.columns == j / plan.columns) {
        mine.top = std::max(mine.top, own[j].top);
        mine.bottom = std::max(mine.bottom, own[j].bottom);
      }
    }
  }
}

double strip_width(Painter& painter, Panels panels, std::size_t columns, const DrawOptions& o) {
  double widest = 0.0;
  for (std::size_t i = 0; o.y_title && i < panels.size(); i += columns) {
    widest = std::max(widest, axis_title_extent(painter, panels[i].y, o.fonts).height);
  }
  return widest > 0.0 ? widest + kTitleGap * o.fonts.tick : 0.0;
}

Plan make_plan(
    Painter& painter, Panels panels, int columns, double width, const DrawOptions& options) {
  Plan plan;
  plan.columns = static_cast<std::size_t>(std::max(1, columns));
  plan.rows = (panels.size() + plan.columns - 1) / plan.columns;
  plan.gap = grid_gap(options);
  plan.strip = strip_width(painter, panels, plan.columns, options);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    plan.cells.push_back(labels_of(panels, i, plan.columns, options));
    plan.cells[i].margins = measure_margins(painter, panels[i], plan.cells[i], 0.0);
    plan.cells[i].margins->top = 0.0;
  }
  align(plan);
  double taken = plan.strip + plan.gap * static_cast<double>(plan.columns - 1);
  for (std::size_t c = 0; c < plan.columns && c < plan.cells.size(); ++c) {
    taken += plan.margins(c).left + plan.margins(c).right;
  }
  plan.axes_width = std::max(kLeast, (width - taken) / static_cast<double>(plan.columns));
  // How many lines the notes above the axes take is known only now.
  for (std::size_t i = 0; i < panels.size(); ++i) {
    plan.cells[i].margins->top = header_height(painter, panels[i], plan.cells[i], plan.axes_width);
  }
  align(plan);
  return plan;
}

/// Cells of axes `axes_height` high, from the top left corner of `area`.
std::vector<GridCell> place_cells(const Plan& plan, const Rect& area, double axes_height) {
  std::vector<GridCell> cells;
  double y = area.y;
  for (std::size_t r = 0; r < plan.rows; ++r) {
    const double height = axes_height + plan.label_height(r);
    double x = area.x + plan.strip;
    for (std::size_t c = 0; c < plan.columns; ++c) {
      const std::size_t i = r * plan.columns + c;
      if (i >= plan.cells.size()) break;
      const double outer = plan.margins(i).left + plan.axes_width + plan.margins(i).right;
      cells.push_back({{x, y, outer, height}, plan.cells[i]});
      x += outer + plan.gap;
    }
    y += height + plan.gap;
  }
  return cells;
}

double axes_top(const GridCell& cell) {
  return cell.area.y + cell.options.margins->top;
}

double axes_bottom(const GridCell& cell) {
  return cell.area.bottom() - cell.options.margins->bottom;
}

/// Places the y titles, one over all rows of the same. False if one is longer than its rows.
bool place_titles(
    Painter& painter, Panels panels, const Plan& plan, const Rect& area, PanelGrid& grid) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < panels.size(); i = next) {
    std::size_t last = i;
    for (next = i + plan.columns; next < panels.size() && same_title(panels[next].y, panels[i].y);
         next += plan.columns) {
      last = next;
    }
    const AxisTitleExtent size = axis_title_extent(painter, panels[i].y, plan.cells[i].fonts);
    const double top = grid.cells[i].area.y, bottom = grid.cells[last].area.bottom();
    if (size.length > bottom - top) return false;
    if (size.height <= 0.0) continue;
    // In the middle of the axes, unless that takes it beyond its rows.
    const double half = size.length / 2.0;
    const double middle = (axes_top(grid.cells[i]) + axes_bottom(grid.cells[last])) / 2.0;
    grid.y_titles.push_back(
        {i, {area.x + size.height / 2.0, std::clamp(middle, top + half, bottom - half)}});
  }
  return true;
}

}  // namespace

double grid_gap(const DrawOptions& options) {
  return 0.7 * options.fonts.label;
}

PanelGrid lay_out_grid(Painter& painter,
                       std::span<const PlotPanel> panels,
                       int columns,
                       const Rect& area,
                       const DrawOptions& options) {
  const Plan plan = make_plan(painter, panels, columns, area.width, options);
  const auto rows = static_cast<double>(std::max<std::size_t>(1, plan.rows));
  const double axes_height = std::max(kLeast, (area.height - plan.label_height()) / rows);
  PanelGrid grid;
  grid.cells = place_cells(plan, area, axes_height);
  if (options.y_title && !place_titles(painter, panels, plan, area, grid)) {
    DrawOptions without = options;
    without.y_title = false;
    return lay_out_grid(painter, panels, columns, area, without);
  }
  return grid;
}

double grid_height(Painter& painter,
                   std::span<const PlotPanel> panels,
                   int columns,
                   double width,
                   double aspect,
                   const DrawOptions& options) {
  const Plan plan = make_plan(painter, panels, columns, width, options);
  return plan.label_height() + static_cast<double>(plan.rows) * plan.axes_width / aspect;
}

void draw_grid_titles(Painter& painter,
                      std::span<const PlotPanel> panels,
                      const PanelGrid& grid,
                      const Theme& theme,
                      const FontSizes& fonts) {
  for (const GridTitle& title : grid.y_titles) {
    draw_axis_title(painter, panels[title.panel].y, title.centre, true, theme, fonts);
  }
}

void fit_grid_ticks(Painter& painter,
                    std::span<PlotPanel> panels,
                    int columns,
                    const Rect& area,
                    const DrawOptions& options) {
  for (int round = 0; round < 2; ++round) {
    const PanelGrid grid = lay_out_grid(painter, panels, columns, area, options);
    for (std::size_t i = 0; i < panels.size(); ++i) {
      const Margins& m = *grid.cells[i].options.margins;
      set_ticks(panels[i],
                std::max(kLeast, grid.cells[i].area.width - m.left - m.right),
                std::max(kLeast, grid.cells[i].area.height - m.top - m.bottom),
                options.fonts.tick);
    }
  }
}

}  // namespace sid
