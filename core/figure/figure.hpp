#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sid {

enum class AxisScale { linear, log };

/// A tick: position in data units and its label. Powers of ten are written base and exponent, so
/// that renderers raise the exponent: text "10", exponent "−3".
struct Tick {
  double value = 0.0;
  std::string text;      ///< empty for minor ticks
  std::string exponent;  ///< raised, smaller
  bool major = true;
  bool operator==(const Tick&) const = default;
};

struct Axis {
  std::string label;    ///< plain text; also the fallback where `formula` cannot be drawn
  std::string formula;  ///< id of a typeset label in assets/formulas; empty: use `label`
  AxisScale scale = AxisScale::log;
  double min = 1.0, max = 10.0;  ///< min < max; both > 0 for log
  std::vector<Tick> ticks;       ///< ascending, inside [min, max]
  bool operator==(const Axis&) const = default;
};

/// How a series is drawn. Meaning never rests on colour alone: every role has its own stroke.
enum class SeriesRole {
  measured,  ///< solid 2.0, marker at checkpoints, band
  exact,     ///< dotted 1.5
  bound,     ///< dashed 1.5
  floor,     ///< dash-dot 1.0
  trust,     ///< thin grey: accuracy of the reference
  ghost,     ///< previous run, 25 %
  pinned,    ///< a run kept for comparison: solid 1.2 at 55 %, its letter at its end
};
enum class Marker { none, square, circle, triangle, diamond, cross };

/// A curve as values. NaN or (on log axes) non-positive values are gaps.
struct Series {
  std::string id;     ///< stable: "<plot panel id>/<key>"
  std::string key;    ///< stable over panels: "<method index>/<curve id>"; joins a legend row
  std::string label;  ///< legend text
  SeriesRole role = SeriesRole::measured;
  int colour = 0;  ///< index into the palette's method colours; -1: ink (exact, reference)
  Marker marker = Marker::none;
  std::vector<double> x, y;
  std::vector<double> band_low, band_high;  ///< empty, or as long as x
  std::vector<std::uint8_t> hollow;         ///< empty, or as long as x: drawn hollow (below trust)
  bool visible = true;
  bool faded = false;      ///< of earlier settings: about to be replaced
  bool predicted = false;  ///< drawn like an exact curve, but neither exact nor a bound
  /// Drawn at the right end of the curve ("A"); empty: none. Labels of one plot never overlap.
  std::string end_label = {};
  bool operator==(const Series&) const = default;
};

/// A curve that lies off the axes: its stroke, an arrow and its last number.
struct EdgeNote {
  std::string series_id;
  SeriesRole role = SeriesRole::bound;
  int colour = 0;
  Marker marker = Marker::none;
  bool top = true;    ///< above the axes, else below
  std::string text;   ///< "Theorem 3.4, Const: 5·10⁶, 6.1 decades up"
  std::string brief;  ///< for narrow plots: "5·10⁶"
  bool operator==(const EdgeNote&) const = default;
};

/// How fast a curve falls at its end: y is about y0 (x/x0)^slope from x0 to x1.
struct SlopeMark {
  std::string series_id;
  int colour = 0;
  double x0 = 1.0, x1 = 10.0;  ///< 0 < x0 < x1
  double y0 = 1.0, y1 = 0.1;   ///< of the fitted line, positive
  std::string text;            ///< the slope: "−1.02"
  bool operator==(const SlopeMark&) const = default;
};

/// What is known of a cell of a heat map.
enum class CellState : std::uint8_t {
  pending,   ///< not computed: left empty
  value,     ///< has a colour
  diverged,  ///< the error overflowed or grows without limit: hatched, whatever its value
};

/// A grid of cells in data units. Each is drawn in one colour: nothing is interpolated.
struct HeatMap {
  std::vector<double> x, y;              ///< what columns and rows stand for, ascending
  std::vector<double> x_edges, y_edges;  ///< one more than x and y, ascending: cell_edges()
  /// values[row * x.size() + column], rows ascending in y; NaN where there is none.
  std::vector<double> values;
  std::vector<CellState> states;  ///< as long
  Axis colour;                    ///< colours run over [min, max]; beyond, the last one
  bool faded = false;             ///< of earlier settings: about to be replaced
  bool operator==(const HeatMap&) const = default;
};

/// One line of a legend. Labels carry no values, so that rows stay put while numbers change.
struct LegendRow {
  std::string series_id;  ///< Series::key of the curves it stands for; empty for a line style
  std::string label;
  std::string note;  ///< "n = 12 of 64", or why a bound is absent
  SeriesRole role = SeriesRole::measured;
  int colour = 0;
  Marker marker = Marker::none;
  bool drawn = true;    ///< false: listed only, greyed (a bound whose hypotheses fail)
  bool partly = false;  ///< drawn in some plots only; the note says where not, and why
  bool visible = true;  ///< false: switched off by the user
  bool band = false;    ///< the sample shows a band behind the stroke
  bool operator==(const LegendRow&) const = default;
};

/// One pair of axes with its curves.
struct PlotPanel {
  std::string id;  ///< "mse", "lower", "linear"; with "/<panel>" for small multiples
  std::string title;
  Axis x, y;
  std::vector<Series> series;
  std::vector<EdgeNote> edge_notes;
  std::vector<SlopeMark> slopes;
  std::int64_t gaps = 0;        ///< values that could not be drawn (non-positive or not finite)
  std::string note;             ///< shown inside the axes where there is nothing to draw, and why
  std::optional<HeatMap> heat;  ///< under the curves, in place of the grid
  bool operator==(const PlotPanel&) const = default;
};

/// A whole figure: data for every renderer; renderers compute nothing but pixels.
struct Figure {
  std::string title;
  std::vector<PlotPanel> panels;
  int columns = 1;                ///< panels per row
  std::vector<LegendRow> legend;  ///< every curve, one row each, for all panels
  /// The same, condensed for print: one row per method (colour and marker), one per line style
  /// (in ink), then what is not drawn: one row per kind of bound, and in its note the methods, each
  /// with its reason cut short ("Const (step size 0.70 exceeds 1/(1+σ₂) = 0.593); Dec (...)").
  std::vector<LegendRow> key;
  std::string caption;   ///< parameters, replicas, what the band is, gaps
  std::string metadata;  ///< spec (TOML), seed and version, embedded into files
  bool operator==(const Figure&) const = default;
};

}  // namespace sid
