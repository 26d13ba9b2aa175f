#include "sid/io/sweep_table.hpp"

#include <array>
#include <cmath>

#include "sid/io/csv_table.hpp"
#include "sid/io/json_text.hpp"
#include "sid/io/spec_names.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid {

namespace {

constexpr std::array kStatusNames = {EnumName<RunStatus>{RunStatus::finished, "finished"},
                                     EnumName<RunStatus>{RunStatus::stopped, "stopped"},
                                     EnumName<RunStatus>{RunStatus::failed, "failed"},
                                     EnumName<RunStatus>{RunStatus::running, "running"}};

void append(std::string& out, double value) {
  out += ',';
  if (std::isfinite(value)) out += format_shortest(value);
}

const char* state_name(const SweepCell& cell, const SweepValue& value) {
  if (cell.state == SweepState::pending) return "pending";
  if (cell.state == SweepState::refused) return "refused";
  return value.diverged ? "diverged" : "value";
}

Json axis_json(const SweepAxis& axis) {
  Json out;
  out["key"] = axis.key;
  out["label"] = axis.label;
  out["scale"] = axis.log ? "log" : "linear";
  out["values"] = json_numbers(axis.values);
  return out;
}

std::int64_t cells_with(const SweepSnapshot& sweep, SweepState state) {
  std::int64_t count = 0;
  for (const SweepCell& cell : sweep.cells) count += cell.state == state ? 1 : 0;
  return count;
}

}  // namespace

const char* sweep_quantity_name(Quantity quantity) {
  switch (quantity) {
    case Quantity::hypergradient:
      return "hypergradient";
    case Quantity::lower_level:
      return "lower";
    case Quantity::linear_system:
      break;
  }
  return "linear";
}

std::string write_sweep_csv(const SweepSnapshot& sweep) {
  const SweepRequest& of = *sweep.of;
  // Where an axis is t or k there is a column with that name already.
  const bool t = of.x.key != "t" && of.y.key != "t", k = of.x.key != "k" && of.y.key != "k";
  std::string out = csv_cell(of.x.key) + ',' + csv_cell(of.y.key) + (t ? ",t" : "") +
                    (k ? ",k" : "") +
                    ",mean_squared_error,ci_low,ci_high,state,kind,replicas,"
                    "lower_squared_error,linear_squared_error\n";
  for (std::size_t i = 0; i < sweep.cells.size(); ++i) {
    const SweepCell& cell = sweep.cells[i];
    const SweepValue& value = cell.value(of.quantity);
    const bool done = cell.state == SweepState::done;
    out += format_shortest(of.x.values[i % of.columns()]) + ',' +
           format_shortest(of.y.values[i / of.columns()]);
    if (t) out += ',' + (done ? std::to_string(cell.t) : std::string());
    if (k) out += ',' + (done ? std::to_string(cell.k) : std::string());
    append(out, done ? value.mean : std::nan(""));
    const bool interval = done && !cell.exact && cell.replicas > 1;
    append(out, interval ? value.low : std::nan(""));
    append(out, interval ? value.high : std::nan(""));
    out += std::string(",") + state_name(cell, value);
    out += std::string(",") + (!done ? "" : cell.exact ? "exact" : "measured");
    out += ',' + (done && !cell.exact ? std::to_string(cell.replicas) : std::string());
    append(out, done ? cell.value(Quantity::lower_level).mean : std::nan(""));
    append(out, done ? cell.value(Quantity::linear_system).mean : std::nan(""));
    out += '\n';
  }
  return out;
}

std::string write_sweep_edges_csv(const SweepSnapshot& sweep) {
  const SweepRequest& of = *sweep.of;
  std::string out = "edge,label," + csv_cell(of.x.key) + ',' + csv_cell(of.y.key) + '\n';
  for (const SweepEdge& edge : sweep.edges) {
    for (std::size_t i = 0; i < edge.x.size(); ++i) {
      out += csv_cell(edge.id) + ',' + csv_cell(edge.label) + ',' + format_shortest(edge.x[i]) +
             ',' + format_shortest(edge.y[i]) + '\n';
    }
  }
  return out;
}

std::string write_sweep_json(const SweepSnapshot& sweep, const RunInfo& info) {
  const SweepRequest& of = *sweep.of;
  Json out;
  out["format"] = "sidlab sweep 1";
  out["version"] = info.version;
  out["compiler"] = info.compiler;
  out["status"] = name_of(sweep.status, kStatusNames);
  out["message"] = sweep.message;
  out["method"] = method_label(of.spec, of.method);
  out["quantity"] = sweep_quantity_name(of.quantity);
  out["panel"] = of.panel + 1;
  out["panel_label"] = sweep.panel_label;
  out["x"] = axis_json(of.x);
  out["y"] = axis_json(of.y);
  out["cells"] = sweep.cells.size();
  out["cells_done"] = sweep.cells_done;
  out["cells_refused"] = cells_with(sweep, SweepState::refused);
  out["seed"] = of.spec.run.seed;
  out["threads"] = info.threads;
  out["elapsed_seconds"] = json_number(sweep.elapsed_seconds);
  out["data"] = sweep.data_description;
  out["data_fingerprint"] = sweep.data_fingerprint;
  return write_json(out);
}

}  // namespace sid
