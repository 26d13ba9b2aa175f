#pragma once

#include <string>
#include <vector>

#include "sid/run/snapshot.hpp"
#include "sid/theory/report.hpp"

namespace sid::cli {

/// A short table: for each lambda and method the mean-square error at the last checkpoint with its
/// interval, beside the bound that is drawn and the exact value where there is one.
std::string run_report(const RunSnapshot& run,
                       const std::vector<std::vector<MethodTheory>>& theory);

/// Whether the run gives what its share string says, the mean-square error of the last method at
/// its last checkpoint in the last panel, to six digits. `run` has a point there or none.
std::string compare_with_share(const RunSnapshot& run, double expected);

}  // namespace sid::cli
