#pragma once

#include <string>
#include <vector>

#include "sid/app/cli/arguments.hpp"
#include "sid/run/outer_snapshot.hpp"

namespace sid::cli {

struct OptimiseArguments {
  SpecArguments experiment;
  std::string out = "sidlab-out";
  std::vector<std::string> formats = {"svg", "pdf", "png"};
  int threads = 0;
  bool quiet = false;
  bool force = false;
};

/// `sidlab optimise`: the outer loop; tables and a figure into a folder, a short table on stdout.
int optimise_command(const OptimiseArguments& arguments);

/// Where every method ended, what it took to come near the optimum, and how it compares with the
/// others at equal numbers of samples.
std::string optimise_report(const OuterSnapshot& run);

}  // namespace sid::cli
