#include "sid/figure/internal/pgfplots.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <fstream>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/figure/asset_dir.hpp"
#include "sid/figure/draw_curve.hpp"
#include "sid/figure/draw_heat_map.hpp"
#include "sid/figure/end_labels.hpp"
#include "sid/figure/internal/pgfplots_heat_map.hpp"
#include "sid/figure/latex_text.hpp"
#include "sid/figure/slopes.hpp"
#include "sid/figure/thin_series.hpp"

namespace sid::internal {

namespace {

constexpr double kTickLength = 0.42;       ///< in units of the tick font size
constexpr double kMinorTickLength = 0.22;  ///< the same
constexpr double kTriangle = 1.3;          ///< pgf's triangles are smaller than its other marks

/// Ten digits: less than a hundred-thousandth of a point on any page.
std::string number(double value) {
  return fmt::format("{:.10g}", value);
}

std::string length(double points) {
  return fmt::format("{:.2f}bp", points);
}

std::string colour(Colour c) {
  return fmt::format("{{rgb,255:red,{};green,{};blue,{}}}", c.r, c.g, c.b);
}

std::string opacity(Colour c) {
  return c.a == 255 ? "" : fmt::format(", opacity={:.3f}", c.a / 255.0);
}

std::string dashes(const DashPattern& dash) {
  if (dash.count == 0) return "";
  std::string out = ", dash pattern={";
  for (int i = 0; i < dash.count; ++i) {
    out += (i % 2 == 0 ? "on " : "off ") + length(dash.lengths[static_cast<std::size_t>(i)]) + " ";
  }
  out.back() = '}';
  return out;
}

std::string line_style(const Stroke& stroke) {
  return fmt::format("draw={}{}, line width={}{}",
                     colour(stroke.colour),
                     opacity(stroke.colour),
                     length(stroke.width),
                     dashes(stroke.dash));
}

std::string_view mark_name(Marker marker, bool hollow) {
  switch (marker) {
    case Marker::none:
      break;
    case Marker::square:
      return hollow ? "square" : "square*";
    case Marker::circle:
      return hollow ? "o" : "*";
    case Marker::triangle:
      return hollow ? "triangle" : "triangle*";
    case Marker::diamond:
      return hollow ? "diamond" : "diamond*";
    case Marker::cross:
      return "x";
  }
  return "none";
}

std::string mark_style(Marker marker, double size, Colour fill, Colour edge, double edge_width) {
  return fmt::format(
      "mark={}, mark size={}, mark options={{solid, draw={}{}, fill={}, line "
      "width={}}}",
      mark_name(marker, false),
      length(0.5 * (marker == Marker::triangle ? kTriangle : 1.0) * size),
      colour(edge),
      opacity(fill),
      colour(fill),
      length(edge_width));
}

/// Turns what is drawn of one series into commands with values. Only curves come here: texts and
/// rules are the axes' business.
class CurveCommands final : public Painter {
 public:
  explicit CurveCommands(const PlotGeometry& geometry) : geometry_(geometry) {}

  /// Commands since the last call.
  std::string take() {
    for (const auto& [style, points] : marks_) add("only marks, " + style, points, "");
    marks_.clear();
    return std::exchange(out_, {});
  }

  void polyline(std::span<const Point> points, const Stroke& stroke) override {
    add(line_style(stroke), {points.begin(), points.end()}, "");
  }
  void band(std::span<const Point> upper, std::span<const Point> lower, Colour c) override {
    std::vector<Point> outline(upper.begin(), upper.end());
    outline.insert(outline.end(), lower.rbegin(), lower.rend());
    add(fmt::format("draw=none, fill={}, fill opacity={:.3f}", colour(c), c.a / 255.0),
        outline,
        " -- cycle");
  }
  void fill_rect(const Rect& r, Colour c, double) override {
    const std::array<Point, 2> upper = {Point{r.x, r.y}, Point{r.right(), r.y}};
    const std::array<Point, 2> lower = {Point{r.x, r.bottom()}, Point{r.right(), r.bottom()}};
    band(upper, lower, c);
  }
  void marker(Point p, Marker shape, double size, Colour fill, Colour edge, double width) override {
    marks_[mark_style(shape, size, fill, edge, width)].push_back(p);
  }

  void rule(Point, Point, Colour, double) override {}
  void cells(std::span<const double>, std::span<const double>, std::span<const Colour>) override {}
  void stroke_rect(const Rect&, Colour, double, double) override {}
  void fill_convex(std::span<const Point>, Colour) override {}
  void text(Point, std::string_view, const TextStyle&) override {}
  TextExtent measure(std::string_view, const TextStyle&) override { return {}; }
  void formula(Point, std::string_view, const FormulaStyle&) override {}
  FormulaExtent formula_extent(std::string_view, double) override { return {}; }
  void push_clip(const Rect&) override {}
  void pop_clip() override {}

 private:
  void add(const std::string& style, const std::vector<Point>& points, const char* end) {
    out_ += "    \\addplot[" + style + "] coordinates {";
    std::size_t in_line = 0;
    for (const Point& p : points) {
      out_ += in_line++ % 4 == 0 ? "\n      " : " ";
      out_ +=
          "(" + number(geometry_.x.to_value(p.x)) + "," + number(geometry_.y.to_value(p.y)) + ")";
    }
    out_ += std::string("\n    }") + end + ";\n";
  }

  const PlotGeometry& geometry_;
  std::string out_;
  std::map<std::string, std::vector<Point>> marks_;  // by style
};

/// "xtick={..}, xticklabels={..}, minor xtick={..}" for the axis called `name`.
std::string ticks(const char* name, const Axis& axis, bool labels) {
  std::string major, words, minor;
  for (const Tick& tick : axis.ticks) {
    std::string& places = tick.major ? major : minor;
    places += (places.empty() ? "" : ",") + number(tick.value);
    if (tick.major) words += (words.empty() ? "{" : ",{") + latex_tick(tick) + "}";
  }
  const auto list = [](const std::string& places) {
    return places.empty() ? std::string("\\empty") : "{" + places + "}";
  };
  std::string out = fmt::format(
      "    {0}tick={1}, {0}ticklabels={2},", name, list(major), labels ? list(words) : "\\empty");
  out += minor.empty() ? fmt::format(" {}minorticks=false,", name)
                       : fmt::format(" minor {}tick={{{}}},", name, minor);
  return out + "\n";
}

std::string limits(const char* name, const Axis& axis) {
  return fmt::format("    {0}mode={1}, {0}min={2}, {0}max={3},\n",
                     name,
                     axis.scale == AxisScale::log ? "log" : "linear",
                     number(axis.min),
                     number(axis.max));
}

/// TeX source of a formula asset, in one line; empty where it is not at hand.
std::string formula_source(const std::string& id) {
  if (id.empty()) return "";
  const auto folder = asset_dir();
  if (!folder) return "";
  std::ifstream file(*folder / "formulas" / (id + ".tex"));
  std::string source;
  for (std::string line; std::getline(file, line);) {
    for (std::size_t i = 0; i < line.size(); ++i) {  // without comments
      if (line[i] == '%' && (i == 0 || line[i - 1] != '\\')) line.resize(i);
    }
    source += (source.empty() || line.empty() ? "" : " ") + line;
  }
  return source;
}

std::string axis_title(const Axis& axis) {
  const std::string source = formula_source(axis.formula);
  return source.empty() ? latex_text(axis.label) : "$" + source + "$";
}

std::string edge_notes(const PlotPanel& panel, const Theme& theme) {
  std::string out;
  for (const EdgeNote& note : panel.edge_notes) {
    out += fmt::format("{}\\textcolor{}{{$\\{}arrow$ {}}}",
                       out.empty() ? "" : "\\\\",
                       "[RGB]" + fmt::format("{{{},{},{}}}",
                                             theme.of(note.colour).r,
                                             theme.of(note.colour).g,
                                             theme.of(note.colour).b),
                       note.top ? "up" : "down",
                       latex_text(note.text));
  }
  return out;
}

/// Fonts of a whole document, in points.
std::string font(double size) {
  return fmt::format("\\fontsize{{{:.2f}}}{{{:.2f}}}\\selectfont", size, 1.2 * size);
}

std::string ink(Colour c) {
  return fmt::format("\\color[RGB]{{{},{},{}}}", c.r, c.g, c.b);
}

std::string comment(std::string_view text) {
  std::string out = "% ";
  for (const char c : text) {
    if (c == '\n') {
      out += "\n% ";
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') {
      out += c;
    }
  }
  return out + "\n";
}

class Document {
 public:
  Document(const Figure& figure, const PgfplotsPage& page) : figure_(figure), page_(page) {}

  std::string write() {
    preamble();
    out_ += fmt::format("\\begin{{minipage}}{{{}}}\n\\centering\n", length(page_.width));
    if (page_.title && !figure_.title.empty()) {
      out_ += fmt::format("{{\\raggedright{}\\bfseries {}\\par}}\\vspace{{{}}}\n",
                          font(fonts().title),
                          latex_text(figure_.title),
                          length(0.5 * fonts().title));
    }
    out_ += "\\begin{tikzpicture}\n";
    for (std::size_t i = 0; i < figure_.panels.size(); ++i) axis(i);
    for (const GridTitle& title : page_.grid.y_titles) {
      out_ += fmt::format("  \\node[rotate=90, font={}] at ({},{}) {{{}}};\n",
                          font(fonts().label),
                          length(title.centre.x),
                          length(-title.centre.y),
                          axis_title(figure_.panels[title.panel].y));
    }
    out_ += "\\end{tikzpicture}\n";
    if (page_.key) key();
    if (page_.caption && !figure_.caption.empty()) {
      out_ += paragraph(figure_.caption, 0.6 * fonts().caption);
    }
    out_ += "\\end{minipage}\n\\end{document}\n";
    return std::move(out_);
  }

 private:
  const FontSizes& fonts() const { return page_.draw.fonts; }

  void preamble() {
    out_ += "% A figure of SID Lab. Compile with pdflatex, xelatex or lualatex.\n";
    if (!figure_.metadata.empty()) out_ += comment(figure_.metadata);
    out_ +=
        "\\documentclass[border=4bp]{standalone}\n"
        "\\usepackage[T1]{fontenc}\n"
        "\\IfFileExists{lmodern.sty}{\\usepackage{lmodern}}{}\n"
        "\\usepackage{amssymb,amsmath,pgfplots}\n"
        "\\pgfplotsset{compat=1.16}\n"
        "\\begin{document}\n";
    if (page_.background && page_.theme.panel != Colour{255, 255, 255}) {
      const Colour c = page_.theme.panel;
      out_ += fmt::format("\\pagecolor[RGB]{{{},{},{}}}\n", c.r, c.g, c.b);
    }
    out_ += ink(page_.theme.ink) + "\n";
    out_ += fmt::format(
        "\\pgfplotsset{{sidlab/.style={{\n"
        "  scale only axis, unbounded coords=jump, tick align=outside, tick pos=left,\n"
        "  major tick length={5}, minor tick length={6},\n"
        "  axis line style={{draw={0}}}, tick style={{draw={0}, line width={4}}},\n"
        "  grid=major, major grid style={{draw={1}, line width={4}}},\n"
        "  tick label style={{font={2}}}, label style={{font={3}}},\n"
        "  title style={{font={2}, align=right, at={{(1,1)}}, anchor=south east, inner sep=2bp}},\n"
        "}}}}\n",
        colour(page_.theme.axis),
        colour(page_.theme.grid),
        font(fonts().tick),
        font(fonts().label),
        length(0.8 * page_.draw.stroke_scale),
        length(kTickLength * fonts().tick),
        length(kMinorTickLength * fonts().tick));
  }

  void axis(std::size_t index) {
    const PlotPanel& panel = figure_.panels[index];
    const GridCell& cell = page_.grid.cells[index];
    const Margins m = cell.options.margins.value_or(Margins{});
    PlotGeometry g;
    g.plot = {cell.area.x + m.left,
              cell.area.y + m.top,
              std::max(1.0, cell.area.width - m.left - m.right),
              std::max(1.0, cell.area.height - m.top - m.bottom)};
    g.x = {panel.x.scale, panel.x.min, panel.x.max, g.plot.x, g.plot.right()};
    g.y = {panel.y.scale, panel.y.min, panel.y.max, g.plot.bottom(), g.plot.y};
    std::string above = cell.options.edge_notes ? edge_notes(panel, page_.theme) : "";
    if (cell.options.title && !panel.title.empty()) {
      above = "\\textbf{" + latex_text(panel.title) + "}" + (above.empty() ? "" : "\\\\") + above;
    }
    out_ += fmt::format("  % {}\n  \\begin{{axis}}[sidlab, at={{({},{})}}, anchor=north west,\n",
                        panel.id,
                        length(g.plot.x),
                        length(-g.plot.y));
    out_ += fmt::format("    width={}, height={},\n", length(g.plot.width), length(g.plot.height));
    out_ += limits("x", panel.x) + limits("y", panel.y);
    out_ += ticks("x", panel.x, cell.options.x_labels) + ticks("y", panel.y, cell.options.y_labels);
    if (cell.options.x_labels && cell.options.x_title) {
      out_ += "    xlabel={" + axis_title(panel.x) + "},\n";
    }
    if (cell.options.y_title) out_ += "    ylabel={" + axis_title(panel.y) + "},\n";
    if (!above.empty()) out_ += "    title={" + above + "},\n";
    if (panel.heat) out_ += heat_options(*panel.heat, fonts(), axis_title(panel.heat->colour));
    out_ += "  ]\n";
    if (panel.heat) {
      CurveCommands hatches(g);
      draw_hatches(hatches, *panel.heat, g, page_.theme, page_.draw.stroke_scale);
      out_ += heat_cells(*panel.heat, page_.theme) + hatches.take();
    }
    curves(panel, g);
    for (const SlopeMark& mark : panel.slopes) slope(mark);
    if (!panel.note.empty()) {
      out_ += fmt::format("    \\node[font={}, text={}] at (rel axis cs:0.5,0.5) {{{}}};\n",
                          font(fonts().label),
                          colour(page_.theme.muted),
                          latex_text(panel.note));
    }
    out_ += "  \\end{axis}\n";
    end_labels_of(panel, g, m.right);
  }

  void slope(const SlopeMark& mark) {
    const bool falls = mark.y1 <= mark.y0;
    out_ += fmt::format(
        "    \\draw[draw={}, line width={}, yshift={}] (axis cs:{},{}) -- node[{}, text={}, "
        "font={}] "
        "{{{}}} (axis cs:{},{}) -- (axis cs:{},{}) -- cycle;\n",
        colour(page_.theme.of(mark.colour)),
        length(page_.draw.stroke_scale),
        length(-kSlopeDistance * fonts().tick),
        number(falls ? mark.x0 : mark.x1),
        number(falls ? mark.y0 : mark.y1),
        falls ? "left" : "right",
        colour(page_.theme.of(mark.colour)),
        font(fonts().tick),
        latex_text(mark.text),
        number(falls ? mark.x0 : mark.x1),
        number(falls ? mark.y1 : mark.y0),
        number(falls ? mark.x1 : mark.x0),
        number(falls ? mark.y1 : mark.y0));
  }

  void curves(const PlotPanel& panel, const PlotGeometry& g) {
    const CurveLook look{.stroke_scale = page_.draw.stroke_scale,
                         .casing = panel.heat ? 1.6 * page_.draw.stroke_scale : 0.0};
    CurveCommands commands(g);
    const auto name = [](const Series& s) {
      return "    % " + (s.label.empty() ? s.key : latex_text(s.label)) + "\n";
    };
    std::deque<Series> thinned;
    const std::vector<const Series*> order =
        thinned_series(series_in_order(panel), g, commands.column(), thinned);
    for (const Series* s : order) {
      draw_band(commands, *s, g, page_.theme, look);
      const std::string drawn = commands.take();
      if (!drawn.empty()) out_ += name(*s) + drawn;
    }
    for (const Series* s : order) {
      draw_line(commands, *s, g, page_.theme, look);
      out_ += name(*s) + commands.take();
    }
    for (const Series* s : order) {
      draw_markers(commands, *s, g, page_.theme, look);
      out_ += commands.take();
    }
  }

  /// Nodes of the picture: axes would clip what stands beside them.
  void end_labels_of(const PlotPanel& panel, const PlotGeometry& g, double room) {
    std::vector<EndLabel> labels = end_labels(panel, g, fonts(), kEndLabelCharacter);
    place_end_labels(labels, g.plot, room, fonts());
    for (const EndLabel& label : labels) {
      if (!label.placed) continue;
      const Series& s = panel.series[label.series];
      const double middle = label.place.y + 0.5 * label.place.height;
      out_ += fmt::format(
          "  \\node[anchor=base west, inner sep=0, text={}, font={}] at ({},{}) {{{}}};\n",
          colour(page_.theme.of(s.colour)),
          font(fonts().tick),
          length(label.place.x),
          length(-(middle + 0.365 * fonts().tick)),
          latex_text(s.end_label));
    }
  }

  std::string paragraph(const std::string& text, double space) const {
    return fmt::format("\\par\\vspace{{{}}}{{\\raggedright{}{} {}\\par}}\n",
                       length(space),
                       font(fonts().caption),
                       ink(page_.theme.muted),
                       latex_text(text));
  }

  /// One sample with its words.
  std::string entry(const LegendRow& row) const {
    const double wide = 2.4 * fonts().label, scale = page_.draw.stroke_scale;
    std::string sample = "\\tikz[baseline=-0.6ex]{";
    if (row.band) {
      const Colour c = page_.theme.of(row.colour);
      sample += fmt::format("\\fill[fill={}, opacity={:.3f}] (0,{}) rectangle ({},{});",
                            colour(c),
                            page_.theme.band_alpha,
                            length(-4.5 * scale),
                            length(wide),
                            length(4.5 * scale));
    }
    sample += fmt::format(
        "\\draw[{}] (0,0) -- ({},0);",
        line_style(series_stroke(row.role, row.colour, page_.theme, {.stroke_scale = scale})),
        length(wide));
    if (row.marker != Marker::none) {
      sample += fmt::format(
          "\\draw plot[{}] coordinates {{({},0)}};",
          mark_style(row.marker,
                     1.1 * marker_size(scale),
                     page_.theme.of(row.colour),
                     row.marker == Marker::cross ? page_.theme.of(row.colour) : page_.theme.panel,
                     0.8 * scale),
          length(0.5 * wide));
    }
    return "\\mbox{" + sample + "}~" + latex_text(row.label) + "}";
  }

  void key() {
    std::string entries;
    for (const LegendRow& row : figure_.key) {
      if (row.drawn) entries += (entries.empty() ? "  " : "\\quad\n  ") + entry(row);
    }
    if (!entries.empty()) {
      out_ += fmt::format("\\par\\vspace{{{}}}\n{{{} \\sloppy\n{}\\par}}\n",
                          length(0.7 * fonts().label),
                          font(fonts().label),
                          entries);
    }
    for (const LegendRow& row : figure_.key) {
      if (row.drawn) continue;
      out_ += paragraph(
          "Not drawn: " + row.label + (row.note.empty() ? "" : " for " + row.note) + ".", 1.0);
    }
  }

  const Figure& figure_;
  const PgfplotsPage& page_;
  std::string out_;
};

}  // namespace

std::string pgfplots_document(const Figure& figure, const PgfplotsPage& page) {
  return Document(figure, page).write();
}

}  // namespace sid::internal
