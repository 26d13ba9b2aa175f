#include "sid/figure/thin_series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

/// More points than four in every column cannot be told apart.
bool is_dense(const Series& series, const PlotGeometry& geometry, double column) {
  const double columns = std::max(1.0, geometry.plot.width / column);
  return static_cast<double>(std::min(series.x.size(), series.y.size())) > 4.0 * columns;
}

/// The points of a series as they are chosen. Axes are monotone, so extremes are looked for among
/// the values themselves, and only those that stay are ever turned into points.
class Thinning {
 public:
  Thinning(const Series& series, const PlotGeometry& geometry, double column)
      : from_(series),
        log_(geometry.y.scale == AxisScale::log),
        n_(std::min(series.x.size(), series.y.size())),
        band_(series.band_low.size() == n_ && series.band_high.size() == n_),
        columns_(n_) {
    geometry.x.to_points({series.x.data(), n_}, columns_);
    for (double& x : columns_) x = std::floor(x / column);
  }

  void choose(Series& out) const {
    bool in_gap = false;
    for (std::size_t i = 0; i < n_;) {
      if (!shown(i)) {
        if (!in_gap) keep(i, out);
        in_gap = true;
        ++i;
        continue;
      }
      in_gap = false;
      i = choose_of_column(i, out);
    }
  }

 private:
  bool can_show(double y) const { return std::isfinite(y) && (!log_ || y > 0.0); }
  bool shown(std::size_t i) const { return std::isfinite(columns_[i]) && can_show(from_.y[i]); }

  /// The points of the column of `first`; the index of the next one.
  std::size_t choose_of_column(std::size_t first, Series& out) const {
    std::size_t end = first, low = first, high = first;
    for (; end < n_ && columns_[end] == columns_[first] && shown(end); ++end) {
      if (from_.y[end] < from_.y[low]) low = end;
      if (from_.y[end] > from_.y[high]) high = end;
    }
    std::array<std::size_t, 4> chosen = {first, std::min(low, high), std::max(low, high), end - 1};
    const auto last = std::unique(chosen.begin(), chosen.end());
    const std::size_t before = out.y.size();
    for (auto at = chosen.begin(); at != last; ++at) keep(*at, out);
    const auto kept = static_cast<std::size_t>(last - chosen.begin());
    if (band_ && kept < end - first) widen(first, end, before, out);
    return end;
  }

  void keep(std::size_t i, Series& out) const {
    out.x.push_back(from_.x[i]);
    out.y.push_back(from_.y[i]);
    if (i < from_.hollow.size()) out.hollow.push_back(from_.hollow[i]);
    if (!band_) return;
    out.band_low.push_back(from_.band_low[i]);
    out.band_high.push_back(from_.band_high[i]);
  }

  /// Gives the points of `out` from `before` on the band of all points in [first, end).
  void widen(std::size_t first, std::size_t end, std::size_t before, Series& out) const {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t i = first; i < end; ++i) {
      if (!can_show(from_.band_high[i]) || !std::isfinite(from_.band_low[i])) continue;
      low = std::min(low, from_.band_low[i]);
      high = std::max(high, from_.band_high[i]);
    }
    if (!(low <= high)) return;  // none of them has a band
    std::fill(out.band_low.begin() + static_cast<std::ptrdiff_t>(before), out.band_low.end(), low);
    std::fill(
        out.band_high.begin() + static_cast<std::ptrdiff_t>(before), out.band_high.end(), high);
  }

  const Series& from_;
  bool log_;
  std::size_t n_;
  bool band_;
  std::vector<double> columns_;  ///< number of the column of every point; NaN: not on the axis
};

}  // namespace

Series thinned_series(const Series& series, const PlotGeometry& geometry, double column) {
  SID_EXPECTS(column > 0.0, "the width of a column must be positive");
  Series out = series;
  out.x.clear();
  out.y.clear();
  out.band_low.clear();
  out.band_high.clear();
  out.hollow.clear();
  Thinning(series, geometry, column).choose(out);
  return out;
}

std::vector<const Series*> thinned_series(const std::vector<const Series*>& order,
                                          const PlotGeometry& geometry,
                                          double column,
                                          std::deque<Series>& thinned) {
  std::vector<const Series*> out = order;
  for (const Series*& series : out) {
    if (!is_dense(*series, geometry, column)) continue;
    series = &thinned.emplace_back(thinned_series(*series, geometry, column));
  }
  return out;
}

}  // namespace sid
