#include "sid/app/state/copied_text.hpp"

#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

const char* unit_of(const FigureOptions& options) {
  return options.x_unit == XUnit::epochs ? "epochs" : "iterations";
}

/// Empty where there is no band.
const char* band_name(const FigureOptions& options) {
  if (options.band == BandKind::none) return "";
  if (options.band == BandKind::ci95) return "95 % interval";
  if (options.y_value == YValue::looseness) return "from one standard deviation of the error";
  return options.log_y ? "one standard deviation, mirrored below" : "mean ± one standard deviation";
}

/// A curve's name without ", <method>" behind it: the method has its own place.
std::string without(const std::string& label, const std::string& method) {
  const std::string tail = ", " + method;
  return label.ends_with(tail) ? label.substr(0, label.size() - tail.size()) : label;
}

std::string digits(bool present, double value) {
  return present && std::isfinite(value) ? format_shortest(value) : std::string();
}

/// Without what would end a cell or a line.
std::string plain(const std::string& text) {
  std::string out = text;
  for (char& c : out) {
    if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  }
  return out;
}

std::string read(double value) {
  return format_for_reading(value);
}

/// Of a bound or an exact curve; one of earlier settings says nothing about these.
bool speaks(const ReadoutCell& cell) {
  return cell.present && !cell.faded;
}

}  // namespace

std::string readout_table(const PlotPanel& plot,
                          const Readout& readout,
                          const std::vector<std::string>& labels,
                          const FigureOptions& options) {
  const std::string band = band_name(options);
  std::string out = fmt::format(
      "method\t{}\t{}\tlow{}\thigh\tbound\tbound ÷ error\texact or predicted\tname of the bound\t"
      "name of exact or predicted\n",
      unit_of(options),
      plain(plot.y.label),
      band.empty() ? "" : " (" + band + ")");
  for (std::size_t m = 0; m < readout.rows.size() && m < labels.size(); ++m) {
    const ReadoutRow& row = readout.rows[m];
    const ReadoutCell& measured = row.measured;
    const bool bound = speaks(row.bound);
    const double x = measured.present ? measured.x : bound ? row.bound.x : row.exact.x;
    out += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n",
                       plain(labels[m]),
                       digits(measured.present || bound || speaks(row.exact), x),
                       digits(measured.present, measured.value),
                       digits(measured.has_band, measured.low),
                       digits(measured.has_band, measured.high),
                       digits(bound, row.bound.value),
                       digits(row.bound_ratio > 0.0, row.bound_ratio),
                       digits(speaks(row.exact), row.exact.value),
                       bound ? plain(without(row.bound_label, labels[m])) : "",
                       speaks(row.exact) ? plain(without(row.exact_label, labels[m])) : "");
  }
  return out;
}

std::string readout_sentence(const PlotPanel& plot,
                             const ReadoutRow& row,
                             const std::string& label,
                             const FigureOptions& options) {
  const ReadoutCell& measured = row.measured;
  const bool looseness = options.y_value == YValue::looseness;
  std::string out = plain(label) + (plot.title.empty() ? "" : ", " + plot.title) + ": ";
  if (measured.present) {
    out += fmt::format("{} is {}", plot.y.label, read(measured.value));
    if (measured.has_band) {
      out += fmt::format(
          " ({} {} to {})", band_name(options), read(measured.low), read(measured.high));
    }
    out += fmt::format(" at {} {}", read(measured.x), unit_of(options));
  } else {
    out += fmt::format("{} has no measured value", plot.y.label);
    if (speaks(row.bound) && !looseness) {
      out += fmt::format(" at {} {}", read(row.bound.x), unit_of(options));
    }
  }
  if (speaks(row.bound) && !looseness) {
    out += fmt::format(
        "; the bound ({}) is {}", without(row.bound_label, label), read(row.bound.value));
    if (row.bound_ratio > 0.0) out += fmt::format(", {} times the error", read(row.bound_ratio));
  }
  if (speaks(row.exact) && !looseness) {
    out += fmt::format("; {} {}", without(row.exact_label, label), read(row.exact.value));
  }
  return out + ".";
}

}  // namespace sid::app
