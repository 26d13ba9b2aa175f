#include "sid/app/state/part_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// The axis shows no more decades than this below its largest value.
constexpr int kMostDecades = 14;

std::string read(double value) {
  return format_for_reading(value);
}

double curve_value(const PartRowsSource& source, const char* id) {
  const TheoryCurve* const curve = source.theory != nullptr ? source.theory->find(id) : nullptr;
  return curve != nullptr && source.at < curve->values.size() ? curve->values[source.at] : kNaN;
}

std::optional<PartEstimate> estimate_of(const PartRowsSource& source, ErrorPart part) {
  if (source.point == nullptr) return std::nullopt;
  if (!source.deterministic) return part_estimate(*source.point, part);
  if (source.point->replicas < 1) return std::nullopt;
  const double all = part == ErrorPart::bias_squared ? source.point->hypergradient.mean : 0.0;
  return PartEstimate{all, all, all};
}

/// The root where the theorem bounds a norm; estimates below zero become zero.
double in_units(ErrorPart part, double value) {
  if (part != ErrorPart::bias_squared || std::isnan(value)) return value;
  return std::sqrt(std::max(0.0, value));
}

std::string unmeasured(const PartRowsSource& source) {
  if (source.point != nullptr && source.point->parts) return "measured from too few estimates";
  if (source.deterministic || source.route != DecompositionRoute::none) {
    if (source.point != nullptr) return "measured from two replicas on";
    return source.run == RunState::running ? "being measured" : "measured when it runs";
  }
  return "not measured";
}

std::string measured_words(const PartRowsSource& source,
                           ErrorPart part,
                           const std::optional<PartEstimate>& estimate) {
  if (!estimate) return unmeasured(source);
  if (source.deterministic) {
    return part == ErrorPart::bias_squared
               ? "measured " + read(in_units(part, estimate->value)) + ", the whole error"
               : "zero: this method draws no samples";
  }
  const double value = in_units(part, estimate->value), low = in_units(part, estimate->low),
               high = in_units(part, estimate->high);
  if (std::isnan(high)) {
    return estimate->value > 0.0 ? "measured " + read(value) : "measured below its noise";
  }
  if (!(estimate->high > 0.0)) return "measured below its noise";
  if (!(estimate->value > 0.0)) return "measured below its noise (0 to " + read(high) + ")";
  return fmt::format("measured {} ({} to {})", read(value), read(std::max(0.0, low)), read(high));
}

/// How far the bound is; its value stands in the line above.
std::string bound_words(double bound, double truth) {
  if (std::isnan(bound)) return "no bound";
  if (!(truth > 0.0) || !(bound > 0.0) || !std::isfinite(bound)) return "bound " + read(bound);
  const double ratio = bound / truth;
  return fmt::format("bound {} times it", format_for_reading(ratio, ratio < 10.0 ? 2 : 3));
}

const char* meaning(ErrorPart part) {
  switch (part) {
    case ErrorPart::bias_squared:
      return "‖E[estimate] − ∇f(λ)‖, the root of bias²";
    case ErrorPart::mean_of_variance:
      return "E[V[estimate | wₜ]], from the noise of vₖ and of the last sample";
    case ErrorPart::variance_of_mean:
      break;
  }
  return "V[E[estimate | wₜ]], from the noise of wₜ";
}

std::string tip_of(const PartRowsSource& source,
                   ErrorPart part,
                   const std::optional<PartEstimate>& estimate) {
  std::string tip = std::string(meaning(part)) +
                    ".\nDot: measured, bar: its 95 % interval, ring: exact, dashes: the bound.";
  if (!estimate || source.deterministic) return tip;
  const char* const what = part == ErrorPart::bias_squared ? "Bias²" : "The part";
  tip += fmt::format("\n{} is {}", what, read(estimate->value));
  if (std::isnan(estimate->high)) return tip + "; an interval takes three replicas.";
  tip += fmt::format(", its 95 % interval {} to {} by the jackknife over {} replicas.",
                     read(estimate->low),
                     read(estimate->high),
                     source.point->replicas);
  if (!(estimate->low > 0.0)) {
    tip += " Estimates are unbiased, so they may fall below zero; more replicas narrow them.";
  }
  return tip;
}

/// A logarithmic axis over whole decades.
struct Decades {
  int low = 0, high = 0;
  bool empty() const { return high <= low; }
  double share(double value) const {
    if (!(value > 0.0) || !std::isfinite(value)) return kNaN;
    return std::clamp((std::log10(value) - low) / (high - low), 0.0, 1.0);
  }
};

Decades decades_of(std::initializer_list<double> values) {
  double least = std::numeric_limits<double>::infinity(), most = 0.0;
  for (const double value : values) {
    if (!(value > 0.0) || !std::isfinite(value)) continue;
    least = std::min(least, value);
    most = std::max(most, value);
  }
  Decades axis;
  if (!(least <= most)) return axis;
  axis.low = static_cast<int>(std::floor(std::log10(least)));
  axis.high = static_cast<int>(std::ceil(std::log10(most)));
  if (axis.high == axis.low) ++axis.high;
  axis.low = std::max(axis.low, axis.high - kMostDecades);
  return axis;
}

std::string power_of_ten(int exponent) {
  if (exponent >= 0 && exponent <= 3) {
    return std::to_string(static_cast<int>(std::lround(std::pow(10.0, exponent))));
  }
  if (exponent < 0 && exponent >= -2) return exponent == -1 ? "0.1" : "0.01";
  static constexpr std::array<const char*, 10> kRaised = {
      "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = exponent < 0 ? "10⁻" : "10";
  for (const char digit : std::to_string(std::abs(exponent))) {
    out += kRaised[static_cast<std::size_t>(digit - '0')];
  }
  return out;
}

PartRow row_of(const PartRowsSource& source, const ErrorPartNames& names) {
  const ErrorPart part = names.part;
  const std::optional<PartEstimate> estimate = estimate_of(source, part);
  const double bound = in_units(part, curve_value(source, names.bound));
  const double exact = in_units(part, curve_value(source, names.exact));
  PartRow row;
  row.offer = source.route == DecompositionRoute::none && !source.deterministic;
  row.words = measured_words(source, part, estimate);
  if (!std::isnan(exact)) row.words += ", exact " + read(exact);
  const double value = estimate ? in_units(part, estimate->value) : kNaN;
  // How many times a value that may be zero is nobody's knowledge.
  const double known = estimate && !(estimate->low <= 0.0) ? value : kNaN;
  row.words += "; " + bound_words(bound, std::isnan(exact) ? known : exact);
  row.tip = tip_of(source, part, estimate);
  const double low = estimate ? in_units(part, estimate->low) : kNaN;
  const double high = estimate ? in_units(part, estimate->high) : kNaN;
  // An interval that reaches to zero must not stretch the axis.
  const Decades axis = decades_of({value, high, low, exact, bound});
  row.measured = row.low = row.high = row.exact = row.bound = kNaN;
  if (axis.empty()) return row;
  row.measured = axis.share(value);
  row.high = axis.share(high);
  row.low = std::isnan(row.high) ? kNaN : low > 0.0 ? axis.share(low) : 0.0;
  row.exact = axis.share(exact);
  row.bound = axis.share(bound);
  for (int d = axis.low; d <= axis.high; ++d) {
    row.decades.push_back(static_cast<double>(d - axis.low) / (axis.high - axis.low));
  }
  row.first = power_of_ten(axis.low);
  row.last = power_of_ten(axis.high);
  return row;
}

}  // namespace

std::array<PartRow, 3> part_rows(const PartRowsSource& source) {
  std::array<PartRow, 3> rows;
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = row_of(source, kErrorParts[i]);
  return rows;
}

}  // namespace sid::app
