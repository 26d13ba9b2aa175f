#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sid/math/result.hpp"
#include "sid/math/types.hpp"

namespace sid {

/// How class labels become {-1,+1}.
enum class LabelRule {
  odd_even,    ///< digit labels 0..9: odd is +1, even is -1
  two_values,  ///< exactly two distinct values: the smaller is -1, the larger +1
  as_given,    ///< real-valued targets, for regression
};

/// "odd-even", "two-values", "as-given".
std::string_view name_of(LabelRule rule);
std::optional<LabelRule> parse_label_rule(std::string_view name);

/// The labels of one file as they stand there.
struct GivenLabels {
  std::span<const double> values;
  std::span<const std::int64_t> lines;  ///< line of each label; empty for binary files
  std::string path;
};

/// -1 and +1 (or the given values) for training labels. For classes, both must occur.
Result<Vector> apply_label_rule(LabelRule rule, const GivenLabels& labels);

/// The same classes for a validation file: its values must be among those of the training file,
/// but one class is enough.
Result<Vector> apply_label_rule(LabelRule rule,
                                const GivenLabels& labels,
                                const GivenLabels& training);

}  // namespace sid
