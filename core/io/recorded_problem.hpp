#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sid/problem/bilevel_problem.hpp"

namespace sid {

/// What a run wrote down about its problem at one lambda, mean convention.
struct ProblemRecord {
  std::string name;
  Index lower_dim = 0;
  Index upper_dim = 0;
  std::int64_t sample_count = 0;
  Vector lambda;
  AlphaRule alpha_rule = AlphaRule::optimal;
  Curvature curvature;
  /// Constants by the sampling they were computed for.
  std::vector<std::pair<OracleSettings, ProblemConstants>> constants;
};

/// A problem known only from its record: names, sizes and constants, so that figures and schedules
/// can be made from tables without the data. Whatever needs the data (losses, gradients, oracles)
/// throws ContractViolation; constants for sampling that was not recorded are those of the first
/// record.
std::shared_ptr<const BilevelProblem> make_recorded_problem(ProblemRecord record);

}  // namespace sid
