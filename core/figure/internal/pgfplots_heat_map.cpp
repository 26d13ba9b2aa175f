#include "sid/figure/internal/pgfplots_heat_map.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sid/figure/colour_map.hpp"
#include "sid/figure/draw_heat_map.hpp"
#include "sid/figure/latex_text.hpp"

namespace sid::internal {

namespace {

std::string number(double value) {
  return fmt::format("{:.10g}", value);
}

/// What pgfplots colours by: equal steps are equally far apart on the bar.
std::string meta(const Axis& axis, double value) {
  return number(axis.scale == AxisScale::log ? std::log10(value) : value);
}

}  // namespace

std::string latex_tick(const Tick& tick) {
  if (tick.exponent.empty()) return latex_text(tick.text);
  std::string exponent;
  for (std::size_t i = 0; i < tick.exponent.size();) {
    const bool minus = tick.exponent.compare(i, 3, "−") == 0;
    exponent += minus ? '-' : tick.exponent[i];
    i += minus ? 3 : 1;
  }
  return latex_text(tick.text) + "$^{" + exponent + "}$";
}

std::string heat_options(const HeatMap& map, const FontSizes& fonts, const std::string& title) {
  constexpr int kColours = 32;
  const Axis& axis = map.colour;
  std::string out = "    grid=none, axis on top, colormap={sidlab}{";
  for (int i = 0; i <= kColours; ++i) {
    const Colour c = heat_colour(static_cast<double>(i) / kColours);
    out += fmt::format("{}rgb255=({},{},{})", i > 0 ? " " : "", c.r, c.g, c.b);
  }
  std::string places, words;
  for (const Tick& tick : axis.ticks) {
    if (!tick.major) continue;
    places += (places.empty() ? "" : ",") + meta(axis, tick.value);
    words += (words.empty() ? "{" : ",{") + latex_tick(tick) + "}";
  }
  return out + fmt::format(
                   "}},\n    point meta min={}, point meta max={}, colorbar,\n"
                   "    colorbar style={{tick pos=right, width={:.2f}bp, at={{(1.03,1)}}, "
                   "anchor=north west,\n"
                   "      ytick={{{}}}, yticklabels={{{}}}, ylabel={{{}}}}},\n",
                   meta(axis, axis.min),
                   meta(axis, axis.max),
                   kBarWidth * fonts.tick,
                   places,
                   words,
                   title);
}

std::string heat_cells(const HeatMap& map, const Theme& theme) {
  const Axis& axis = map.colour;
  // A matrix plot needs two columns and two rows; single ones are filled cell by cell.
  const bool matrix = map.x.size() > 1 && map.y.size() > 1;
  const std::string faded = map.faded ? ", opacity=0.35" : "";
  std::string out =
      matrix
          ? fmt::format(
                "    \\addplot[matrix plot*, mesh/cols={}, mesh/rows={}, point "
                "meta=explicit{}] coordinates {{",
                map.x.size(),
                map.y.size(),
                faded)
          : std::string("    \\addplot[draw=none, mark=none, point meta=explicit] coordinates {");
  std::string fills;
  for (std::size_t cell = 0; cell < map.values.size(); ++cell) {
    const std::size_t c = cell % map.x.size(), r = cell / map.x.size();
    const bool coloured = map.states[cell] == CellState::value && std::isfinite(map.values[cell]);
    const double value = coloured ? std::clamp(map.values[cell], axis.min, axis.max) : axis.min;
    out += fmt::format("{}({},{}) [{}]",
                       c % 4 == 0 ? "\n      " : " ",
                       number(map.x[c]),
                       number(map.y[r]),
                       meta(axis, value));
    if (coloured && matrix) continue;
    const bool diverged = map.states[cell] == CellState::diverged;
    const Colour fill = coloured   ? heat_colour(colour_share(axis, value))
                        : diverged ? diverged_ground(theme)
                                   : theme.panel;
    fills += fmt::format(
        "    \\fill[fill={{rgb,255:red,{};green,{};blue,{}}}{}] (axis cs:{},{}) rectangle "
        "(axis cs:{},{});\n",
        fill.r,
        fill.g,
        fill.b,
        coloured ? faded : "",
        number(map.x_edges[c]),
        number(map.y_edges[r]),
        number(map.x_edges[c + 1]),
        number(map.y_edges[r + 1]));
  }
  return out + "\n    };\n" + fills;
}

}  // namespace sid::internal
