#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sid/math/result.hpp"
#include "sid/math/types.hpp"
#include "sid/run/run_spec.hpp"

namespace sid {

/// Most bytes of a file with hyperparameters, unpacked.
inline constexpr std::int64_t kMaxLambdaFileBytes = std::int64_t{1} << 26;

/// One hyperparameter value of a spec, in the spec's convention.
struct LambdaPanel {
  Vector lambda;      ///< all entries within lambda_range
  std::string label;  ///< "0.1" for a number; otherwise the panel's number, from 0
};

/// What an entry of lambda may be, ends included: a positive scale where lambda regularises, any
/// number up to kLargestWeight in size where it weights examples.
struct LambdaRange {
  double low = 0.0;
  double high = 0.0;
  bool contains(double value) const { return value >= low && value <= high; }
};
LambdaRange lambda_range(ProblemKind kind);

/// sigmoid(50) differs from 1 by less than rounding.
inline constexpr double kLargestWeight = 50.0;

/// The hyperparameters of `problem` as vectors of `entries` numbers (a single number is repeated).
/// Random hyperparameters are lambda_i = exp(epsilon_i), or epsilon_i where lambda weights
/// examples, with epsilon_i uniform, drawn from the stream (seed, Role::initial_point, replica):
/// `replica`, in [0, 2^32), differs from 0 only where each replica has its own. Files are CSV,
/// plain or gzip, of at most kMaxLambdaFileBytes: one panel a line, numbers separated by commas,
/// semicolons or blanks; blank lines and lines that start with # are skipped; one number stands for
/// all coordinates. What is wrong is reported with file, line and column: a missing file, a folder,
/// a file over the limit, a word that is no number, a number out of range, a wrong count.
Result<std::vector<LambdaPanel>> lambda_panels(const ProblemSpec& problem,
                                               Index entries,
                                               std::int64_t replica = 0);

}  // namespace sid
