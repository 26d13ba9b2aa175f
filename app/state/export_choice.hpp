#pragma once

#include <string>

#include "sid/figure/build_figure.hpp"
#include "sid/figure/write_figure.hpp"

namespace sid::app {

/// What the export sheet is set to. The ending of the path and the format always agree.
struct ExportChoice {
  std::string path = "sidlab-figure.svg";
  bool all_plots = false;  ///< the two subproblems as well
  FigureFileOptions file;
  bool operator==(const ExportChoice&) const = default;
};

/// Columns of a journal, in inches; 0: by itself.
inline constexpr double kSingleColumn = 3.25, kDoubleColumn = 6.75;

/// Another format, and its ending in place of the present one.
void set_format(ExportChoice& choice, FigureFormat format);
/// Another path; where its ending is that of a format, the format follows. A path without a known
/// ending keeps the format and gets its ending.
void set_path(ExportChoice& choice, const std::string& path);

/// What the figure of the file shows: what the window shows.
FigureOptions exported_options(const FigureOptions& shown, const ExportChoice& choice);

}  // namespace sid::app
