#include "sid/data/label_rule.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"

namespace sid {

namespace {

/// The two values that stand for the classes.
struct TwoValues {
  double low = 0.0, high = 0.0;
};

std::string place_of_label(const GivenLabels& labels, std::size_t i) {
  return labels.lines.empty() ? fmt::format("{}, label {}", labels.path, i + 1)
                              : fmt::format("{}:{}", labels.path, labels.lines[i]);
}

tl::unexpected<Error> one_class(const GivenLabels& labels, const std::string& what) {
  return fail(
      ErrorCode::bad_input,
      fmt::format("All {} labels are {}; two classes are needed.", labels.values.size(), what),
      labels.path);
}

Result<TwoValues> find_two_values(const GivenLabels& labels) {
  if (labels.values.empty()) {
    return fail(ErrorCode::bad_input, "There are no labels.", labels.path);
  }
  const double first = labels.values[0];
  double second = first;
  for (std::size_t i = 0; i < labels.values.size(); ++i) {
    const double value = labels.values[i];
    if (value == first || value == second) continue;
    if (second != first) {
      return fail(ErrorCode::bad_input,
                  fmt::format("The label {} is a third value after {} and {}; two classes are "
                              "needed, or labels = \"odd-even\".",
                              format_shortest(value),
                              format_shortest(first),
                              format_shortest(second)),
                  place_of_label(labels, i));
    }
    second = value;
  }
  if (second == first) return one_class(labels, format_shortest(first));
  return TwoValues{std::min(first, second), std::max(first, second)};
}

Result<Vector> map_two_values(const GivenLabels& labels, TwoValues classes) {
  Vector out(static_cast<Index>(labels.values.size()));
  for (std::size_t i = 0; i < labels.values.size(); ++i) {
    const double value = labels.values[i];
    if (value != classes.low && value != classes.high) {
      return fail(ErrorCode::bad_input,
                  fmt::format("The label {} is neither {} nor {}, the two of the training file.",
                              format_shortest(value),
                              format_shortest(classes.low),
                              format_shortest(classes.high)),
                  place_of_label(labels, i));
    }
    out[static_cast<Index>(i)] = value == classes.high ? 1.0 : -1.0;
  }
  return out;
}

Result<Vector> map_odd_even(const GivenLabels& labels, bool both_needed) {
  Vector out(static_cast<Index>(labels.values.size()));
  for (std::size_t i = 0; i < labels.values.size(); ++i) {
    const double value = labels.values[i];
    if (!(value >= 0.0 && value <= 9.0) || value != std::floor(value)) {
      return fail(ErrorCode::bad_input,
                  fmt::format("The label {} is not a digit 0 to 9, which odd against even needs; "
                              "use labels = \"two-values\".",
                              format_shortest(value)),
                  place_of_label(labels, i));
    }
    out[static_cast<Index>(i)] = std::fmod(value, 2.0) == 1.0 ? 1.0 : -1.0;
  }
  if (both_needed && out.size() > 0 && (out.array() == out[0]).all()) {
    return one_class(labels, out[0] > 0.0 ? "odd" : "even");
  }
  return out;
}

Vector as_given(const GivenLabels& labels) {
  return Eigen::Map<const Vector>(labels.values.data(), static_cast<Index>(labels.values.size()));
}

}  // namespace

std::string_view name_of(LabelRule rule) {
  switch (rule) {
    case LabelRule::odd_even:
      return "odd-even";
    case LabelRule::two_values:
      return "two-values";
    case LabelRule::as_given:
      return "as-given";
  }
  return "";
}

std::optional<LabelRule> parse_label_rule(std::string_view name) {
  for (const LabelRule rule : {LabelRule::odd_even, LabelRule::two_values, LabelRule::as_given}) {
    if (name == name_of(rule)) return rule;
  }
  return std::nullopt;
}

Result<Vector> apply_label_rule(LabelRule rule, const GivenLabels& labels) {
  if (rule == LabelRule::as_given) return as_given(labels);
  if (rule == LabelRule::odd_even) return map_odd_even(labels, true);
  return find_two_values(labels).and_then(
      [&](const TwoValues& classes) { return map_two_values(labels, classes); });
}

Result<Vector> apply_label_rule(LabelRule rule,
                                const GivenLabels& labels,
                                const GivenLabels& training) {
  if (rule == LabelRule::as_given) return as_given(labels);
  if (rule == LabelRule::odd_even) return map_odd_even(labels, false);
  return find_two_values(training).and_then(
      [&](const TwoValues& classes) { return map_two_values(labels, classes); });
}

}  // namespace sid
