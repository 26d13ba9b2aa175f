#include "sid/app/state/theory_charts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

/// Changes below it read 0.000.
constexpr double kStill = 0.0005;

/// Decades as shares of a width.
struct DecadeMap {
  double top = 1.0, bottom = 1.0;
  double at(double value) const {
    const double span = std::log10(top / bottom);
    return span > 0.0 ? std::log10(top / value) / span : 0.0;
  }
};

DecadeMap decade_map(const std::vector<LoosenessStep>& steps) {
  DecadeMap map{steps.front().from, steps.front().from};
  for (const LoosenessStep& step : steps) {
    map.top = std::max(map.top, step.to);
    map.bottom = std::min(map.bottom, step.to);
  }
  return map;
}

/// The largest finite change.
double reach(const std::vector<Sensitivity>& list) {
  double most = 0.0;
  for (const Sensitivity& s : list) {
    if (std::isfinite(s.up)) most = std::max(most, std::abs(s.up));
    if (std::isfinite(s.down)) most = std::max(most, std::abs(s.down));
  }
  return most;
}

std::string change_text(double change, bool lost) {
  return lost ? "no bound" : decades_text(change);
}

TornadoRow tornado_row(const Sensitivity& s, double most) {
  const auto share = [&](double change) {
    return std::isfinite(change) && most > 0.0 ? change / most
                                               : std::numeric_limits<double>::quiet_NaN();
  };
  TornadoRow row;
  row.id = s.id;
  row.symbol = s.symbol;
  row.meaning = s.meaning;
  row.lost = s.up_lost || s.down_lost;
  row.number = row.lost ? "no bound" : fmt::format("{:.3f}", s.size());
  row.changes = fmt::format(
      "+10 %: {}, −10 %: {}", change_text(s.up, s.up_lost), change_text(s.down, s.down_lost));
  row.tip = fmt::format(
      "{} = {}: {}.\n{} decades.", s.symbol, format_for_reading(s.value), s.meaning, row.changes);
  row.up = share(s.up);
  row.down = share(s.down);
  return row;
}

}  // namespace

std::string decades_text(double decades) {
  if (std::abs(decades) < 0.005) return "0.00";
  return fmt::format("{}{:.2f}", decades < 0.0 ? "−" : "+", std::abs(decades));
}

Waterfall waterfall(const std::vector<LoosenessStep>& steps) {
  Waterfall out;
  if (steps.empty()) return out;
  const DecadeMap map = decade_map(steps);
  const auto worst = std::max_element(
      steps.begin(), steps.end(), [](const LoosenessStep& a, const LoosenessStep& b) {
        return a.decades < b.decades;
      });
  double total = 0.0;
  for (const LoosenessStep& step : steps) {
    total += step.decades;
    WaterfallRow row;
    row.id = step.id;
    row.label = step.label;
    row.decades = decades_text(step.decades);
    row.tip = fmt::format("{}: {}, from {}.\n{}",
                          step.label,
                          format_for_reading(step.to),
                          format_for_reading(step.from),
                          step.sentence);
    row.begin = map.at(step.from);
    row.end = map.at(step.to);
    row.widens = step.decades < 0.0;
    row.worst = &step == &*worst;
    out.rows.push_back(std::move(row));
  }
  out.heading = fmt::format("from {} to {}: {} decades",
                            format_for_reading(steps.front().from),
                            format_for_reading(steps.back().to),
                            decades_text(total));
  out.sentence = fmt::format("Most is lost at “{}”: {}", worst->label, worst->sentence);
  return out;
}

Tornado tornado(const std::vector<Sensitivity>& list) {
  Tornado out;
  const double most = reach(list);
  std::string names;
  for (const Sensitivity& s : list) {
    if (s.size() < kStill) {
      out.still.push_back(s.id);
      names += (names.empty() ? "" : "; ") + s.symbol;
    } else {
      out.rows.push_back(tornado_row(s, most));
    }
  }
  if (!names.empty()) {
    out.still_sentence = fmt::format("Less than {} decades: {}.", kStill, names);
  }
  return out;
}

}  // namespace sid::app
