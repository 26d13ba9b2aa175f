#pragma once

#include <string>
#include <vector>

#include "sid/app/state/readout.hpp"
#include "sid/figure/build_figure.hpp"
#include "sid/figure/figure.hpp"

namespace sid::app {

/// What the table below the plot shows as lines of text, cells separated by tabs, for a
/// spreadsheet: a head, then one line for every method with all digits; empty cells where there is
/// no value.
///   labels: of the methods, in their order.
std::string readout_table(const PlotPanel& plot,
                          const Readout& readout,
                          const std::vector<std::string>& labels,
                          const FigureOptions& options);

/// One method of it as a sentence for a mail or a caption: "SID const: E‖∇f estimate − ∇f(λ)‖² is
/// 0.210 (95 % interval 0.190 to 0.230) at 12.0 epochs; the bound (sharp form of Theorem 3.4) is
/// 36.6, 174 times the error; exact 0.205."
std::string readout_sentence(const PlotPanel& plot,
                             const ReadoutRow& row,
                             const std::string& label,
                             const FigureOptions& options);

}  // namespace sid::app
