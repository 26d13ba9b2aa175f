#pragma once

#include <string>
#include <vector>

#include "sid/figure/write_figure.hpp"

namespace sid::cli {

struct CompareArguments {
  std::vector<std::string> folders;  ///< results of `sidlab run`: runs A, B, ...
  std::string out;                   ///< file for the figure; empty: none
  bool ratio = false;                ///< errors over those of A
  bool side_by_side = false;         ///< one plot a run
  std::string x = "epochs";          ///< epochs | iterations
  FigureFileOptions file;
};

/// `sidlab compare`: prints what the runs differ in, their last errors with 95 % intervals and
/// their ratios to A, and writes a figure if asked for one.
int compare_command(const CompareArguments& arguments);

}  // namespace sid::cli
