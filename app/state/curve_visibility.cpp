#include "sid/app/state/curve_visibility.hpp"

#include <algorithm>

#include "sid/app/state/figure_book.hpp"

namespace sid::app {
namespace {

std::string measured_key(std::size_t method) {
  return std::to_string(method) + "/measured";
}

/// A method counts as hidden when its measured curve is.
bool method_hidden(const std::set<std::string>& hidden, std::size_t method) {
  return hidden.contains(measured_key(method));
}

void hide_method(std::set<std::string>& hidden,
                 const Figure& figure,
                 std::size_t method,
                 bool now) {
  hidden.erase(measured_key(method));
  if (now) hidden.insert(measured_key(method));
  for (const LegendRow& row : figure.legend) {
    if (method_of_key(row.series_id) != static_cast<int>(method)) continue;
    hidden.erase(row.series_id);
    if (now) hidden.insert(row.series_id);
  }
}

}  // namespace

void toggle_curve(std::set<std::string>& hidden, const std::string& key) {
  if (hidden.erase(key) == 0) hidden.insert(key);
}

void solo_curve(std::set<std::string>& hidden, const Figure& figure, const std::string& key) {
  const bool alone =
      std::all_of(figure.legend.begin(), figure.legend.end(), [&](const LegendRow& row) {
        return row.series_id == key || row.series_id.empty() || !row.drawn ||
               hidden.contains(row.series_id);
      });
  hidden.clear();
  if (alone) return;
  for (const LegendRow& row : figure.legend) {
    if (row.series_id != key && !row.series_id.empty()) hidden.insert(row.series_id);
  }
}

void toggle_method(std::set<std::string>& hidden, const Figure& figure, std::size_t method) {
  hide_method(hidden, figure, method, !method_hidden(hidden, method));
}

void solo_method(std::set<std::string>& hidden,
                 const Figure& figure,
                 std::size_t method,
                 std::size_t count) {
  bool alone = !method_hidden(hidden, method);
  for (std::size_t j = 0; j < count; ++j) {
    alone = alone && (j == method || method_hidden(hidden, j));
  }
  for (std::size_t j = 0; j < count; ++j) hide_method(hidden, figure, j, !alone && j != method);
}

}  // namespace sid::app
