#pragma once

#include <deque>
#include <vector>

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"

namespace sid {

/// What of a series can be told apart at `column` points a column, drawn at `geometry`: of every
/// run of consecutive points within one column the first, the lowest, the highest and the last, in
/// their order. Drawn a column wide, the line covers the same ground: the extremes of every column
/// are exact. Where points are left out, the band of those that stay reaches from the lowest lower
/// to the highest upper edge of the run. One of several points in a row that the axes cannot show
/// stays, so that gaps stay gaps. Nothing is left out of at most four points a column.
Series thinned_series(const Series& series, const PlotGeometry& geometry, double column);

/// The series of `order`, those with more points than the axes can show thinned; these are kept in
/// `thinned`, which must outlive the result.
std::vector<const Series*> thinned_series(const std::vector<const Series*>& order,
                                          const PlotGeometry& geometry,
                                          double column,
                                          std::deque<Series>& thinned);

}  // namespace sid
