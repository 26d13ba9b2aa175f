#include "sid/figure/figure_data.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "sid/figure/internal/npz.hpp"
#include "sid/math/numbers.hpp"

namespace sid {

namespace {

using Json = nlohmann::ordered_json;

/// The values of one curve that are asked for.
struct Column {
  const Series* series = nullptr;
  std::vector<double> x, value, low, high;  // low, high: empty, or as long as x
};

bool inside(double value, const Axis& axis) {
  return value >= axis.min && value <= axis.max;
}

Column column_of(const Series& series, const PlotPanel& plot, DataRange range) {
  Column out;
  out.series = &series;
  if (series.role == SeriesRole::trust && !series.y.empty()) {
    // A line across the plot: its own ends lie anywhere beyond the axes.
    if (range == DataRange::visible && !inside(series.y[0], plot.y)) return out;
    out.x = {plot.x.min, plot.x.max};
    out.value = {series.y[0], series.y[0]};
    return out;
  }
  const bool band = !series.band_low.empty() && !series.band_high.empty();
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    const bool shown = inside(series.x[i], plot.x) && inside(series.y[i], plot.y);
    if (range == DataRange::visible && !shown) continue;
    out.x.push_back(series.x[i]);
    out.value.push_back(series.y[i]);
    if (!band) continue;
    out.low.push_back(series.band_low[i]);
    out.high.push_back(series.band_high[i]);
  }
  return out;
}

std::vector<Column> columns_of(const PlotPanel& plot, DataRange range) {
  std::vector<Column> out;
  for (const Series& series : plot.series) {
    if (series.faded || (range == DataRange::visible && !series.visible)) continue;
    Column column = column_of(series, plot, range);
    if (!column.x.empty()) out.push_back(std::move(column));
  }
  return out;
}

const char* scale_name(AxisScale scale) {
  return scale == AxisScale::log ? "log" : "linear";
}

std::string number(double value) {
  return std::isfinite(value) ? format_shortest(value) : std::string();
}

/// RFC 4180.
std::string cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

void add_comment(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line = "# " + std::string(text.substr(0, end));
    line.erase(line.find_last_not_of(" \r") + 1);
    out += line + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::string axis_text(const Axis& axis) {
  return axis.label + " (" + scale_name(axis.scale) + " axis from " + number(axis.min) + " to " +
         number(axis.max) + ")";
}

const char* state_name(CellState state) {
  switch (state) {
    case CellState::pending:
      return "pending";
    case CellState::value:
      return "value";
    case CellState::diverged:
      break;
  }
  return "diverged";
}

bool has_heat(const Figure& figure) {
  return std::ranges::any_of(figure.panels,
                             [](const PlotPanel& plot) { return plot.heat.has_value(); });
}

/// Cells of heat maps one a line, and points of the curves over them, which have no value.
void add_map_rows(std::string& out, const PlotPanel& plot, DataRange range) {
  const std::string plot_cell = cell(plot.id);
  if (plot.heat && !plot.heat->faded) {
    const HeatMap& map = *plot.heat;
    for (std::size_t i = 0; i < map.values.size(); ++i) {
      const double x = map.x[i % map.x.size()], y = map.y[i / map.x.size()];
      if (range == DataRange::visible && !(inside(x, plot.x) && inside(y, plot.y))) continue;
      out += plot_cell + ",cells,,cell," + number(x) + ',' + number(y) + ',' +
             number(map.values[i]) + ',' + state_name(map.states[i]) + '\n';
    }
  }
  for (const Column& column : columns_of(plot, range)) {
    const Series& series = *column.series;
    for (std::size_t i = 0; i < column.x.size(); ++i) {
      out += plot_cell + ',' + cell(series.key) + ',' + cell(series.label) + ',' +
             role_name(series) + ',' + number(column.x[i]) + ',' + number(column.value[i]) + ",,\n";
    }
  }
}

std::string to_csv(const Figure& figure, DataRange range) {
  std::string out;
  if (!figure.title.empty()) add_comment(out, figure.title);
  for (const PlotPanel& plot : figure.panels) {
    const std::string title = plot.title.empty() ? "" : ", " + plot.title;
    add_comment(out,
                plot.id + title + ": x = " + axis_text(plot.x) + "; value = " + axis_text(plot.y));
  }
  add_comment(out, figure.caption);
  add_comment(out, figure.metadata);
  if (has_heat(figure)) {
    out += "plot,curve,label,role,x,y,value,state\n";
    for (const PlotPanel& plot : figure.panels) add_map_rows(out, plot, range);
    return out;
  }
  out += "plot,curve,label,role,x,value,low,high\n";
  for (const PlotPanel& plot : figure.panels) {
    for (const Column& column : columns_of(plot, range)) {
      const Series& series = *column.series;
      const std::string begin = cell(plot.id) + ',' + cell(series.key) + ',' + cell(series.label) +
                                ',' + role_name(series) + ',';
      for (std::size_t i = 0; i < column.x.size(); ++i) {
        out += begin + number(column.x[i]) + ',' + number(column.value[i]) + ',';
        if (!column.low.empty()) out += number(column.low[i]);
        out += ',';
        if (!column.high.empty()) out += number(column.high[i]);
        out += '\n';
      }
    }
  }
  return out;
}

Json axis_json(const Axis& axis) {
  return {{"label", axis.label},
          {"scale", scale_name(axis.scale)},
          {"min", axis.min},
          {"max", axis.max}};
}

/// Rows of cells, from the lowest y.
Json heat_json(const HeatMap& map) {
  Json values = Json::array(), states = Json::array();
  for (std::size_t row = 0; row < map.y.size(); ++row) {
    Json line = Json::array(), words = Json::array();
    for (std::size_t column = 0; column < map.x.size(); ++column) {
      const std::size_t i = row * map.x.size() + column;
      line.push_back(map.values[i]);
      words.push_back(state_name(map.states[i]));
    }
    values.push_back(std::move(line));
    states.push_back(std::move(words));
  }
  return {{"x", map.x},
          {"y", map.y},
          {"x_edges", map.x_edges},
          {"y_edges", map.y_edges},
          {"colour", axis_json(map.colour)},
          {"values", std::move(values)},
          {"states", std::move(states)}};
}

std::string to_json(const Figure& figure, DataRange range) {
  Json out;
  out["title"] = figure.title;
  out["caption"] = figure.caption;
  out["metadata"] = figure.metadata;
  Json plots = Json::array();
  for (const PlotPanel& plot : figure.panels) {
    Json item;
    item["id"] = plot.id;
    item["title"] = plot.title;
    item["x"] = axis_json(plot.x);
    item["y"] = axis_json(plot.y);
    if (plot.heat && !plot.heat->faded) item["heat_map"] = heat_json(*plot.heat);
    Json curves = Json::array();
    for (const Column& column : columns_of(plot, range)) {
      Json curve;
      curve["curve"] = column.series->key;
      curve["label"] = column.series->label;
      curve["role"] = role_name(*column.series);
      curve["visible"] = column.series->visible;
      curve["x"] = column.x;
      curve["value"] = column.value;
      if (!column.low.empty()) {
        curve["low"] = column.low;
        curve["high"] = column.high;
      }
      curves.push_back(std::move(curve));
    }
    item["curves"] = std::move(curves);
    plots.push_back(std::move(item));
  }
  out["plots"] = std::move(plots);
  // Labels come from users: bytes that are no UTF-8 must not cost them the file.
  return out.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// Values with one row of the array for each row of cells; states as CellState counts them.
void add_heat(internal::NpzWriter& archive, const std::string& name, const HeatMap& map) {
  archive.add(name + "x", map.x);
  archive.add(name + "y", map.y);
  archive.add(name + "x_edges", map.x_edges);
  archive.add(name + "y_edges", map.y_edges);
  archive.add(name + "value", map.values, map.y.size());
  std::vector<double> states;
  states.reserve(map.states.size());
  for (const CellState state : map.states) states.push_back(static_cast<double>(state));
  archive.add(name + "state", states, map.y.size());
}

Result<std::string> to_npz(const Figure& figure, DataRange range) {
  internal::NpzWriter archive;
  for (const PlotPanel& plot : figure.panels) {
    if (plot.heat && !plot.heat->faded) add_heat(archive, plot.id + "/cells/", *plot.heat);
    for (const Column& column : columns_of(plot, range)) {
      const std::string name = plot.id + '/' + column.series->key + '/';
      archive.add(name + "x", column.x);
      archive.add(name + "value", column.value);
      if (!column.low.empty()) {
        archive.add(name + "low", column.low);
        archive.add(name + "high", column.high);
      }
      archive.add_text(name + "label", column.series->label);
      archive.add_text(name + "role", role_name(*column.series));
    }
  }
  archive.add_text("caption", figure.caption);
  archive.add_text("metadata", figure.metadata);
  return archive.bytes();
}

}  // namespace

Result<std::string> figure_data(const Figure& figure, DataFormat format, DataRange range) {
  switch (format) {
    case DataFormat::csv:
      return to_csv(figure, range);
    case DataFormat::json:
      return to_json(figure, range);
    case DataFormat::npz:
      break;
  }
  return to_npz(figure, range);
}

const char* role_name(const Series& series) {
  switch (series.role) {
    case SeriesRole::measured:
      return "measured";
    case SeriesRole::exact:
      return series.predicted ? "prediction" : "exact";
    case SeriesRole::bound:
      return "bound";
    case SeriesRole::floor:
      return "floor";
    case SeriesRole::trust:
      return "trust";
    case SeriesRole::pinned:
      return "pinned run";
    case SeriesRole::ghost:
      break;
  }
  return "earlier run";
}

}  // namespace sid
