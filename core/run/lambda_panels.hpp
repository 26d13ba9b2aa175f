#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sid/math/result.hpp"
#include "sid/math/types.hpp"
#include "sid/run/run_spec.hpp"

namespace sid {

/// One hyperparameter value of a spec, in the spec's convention.
struct LambdaPanel {
  Vector lambda;      ///< upper_dim entries, > 0
  std::string label;  ///< "0.1" for a number; otherwise the panel's number, from 1
};

/// The hyperparameters of `problem` as vectors: of one entry, or of `columns` entries for
/// logistic-multi (a number is repeated). Random hyperparameters are lambda_i = exp(epsilon_i) with
/// epsilon_i uniform, drawn from the stream (seed + replica, Role::initial_point): `replica` > 0
/// only where each replica has its own. Files are CSV: one panel a line, numbers separated by
/// commas, semicolons or blanks; blank lines and lines that start with # are skipped; one number
/// stands for all coordinates. What is wrong is reported with file, line and column.
Result<std::vector<LambdaPanel>> lambda_panels(const ProblemSpec& problem,
                                               Index columns,
                                               std::int64_t replica = 0);

}  // namespace sid
