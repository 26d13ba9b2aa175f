#pragma once

#include <string>
#include <vector>

#include "sid/run/run_spec.hpp"

namespace sid {

/// One thing wrong with a spec, in words a user can act on.
struct SpecIssue {
  std::string field;              ///< "method[1].step.eta", as written in the file
  std::string value;              ///< "-0.5"
  std::string violated;           ///< "must be > 0"
  std::string remedy;             ///< "Use a value in (0, 2]."
  std::string to_string() const;  ///< "method[1].step.eta = -0.5: must be > 0. Use ..."
  bool operator==(const SpecIssue&) const = default;
};

/// Everything wrong with `spec` that can be seen without reading data; empty if it can run.
std::vector<SpecIssue> validate(const RunSpec& spec);

/// What is wrong with `spec` once the number of training rows, columns is known (minibatch > n,
/// length of lambda, split sizes).
std::vector<SpecIssue> validate_against_data(const RunSpec& spec,
                                             std::int64_t train_rows,
                                             std::int64_t columns);

/// Name shown in tables and legend: the given one, or one made from the settings.
std::string method_label(const RunSpec& spec, std::size_t method);

}  // namespace sid
