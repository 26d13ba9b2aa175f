#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>

namespace sid {

/// eta_t = eta.
struct ConstantStep {
  double eta = 1.0;
  bool operator==(const ConstantStep&) const = default;
};

/// eta_t = beta / (gamma + t).
struct DecreasingStep {
  double beta = 2.0;
  double gamma = 2.0;
  bool operator==(const DecreasingStep&) const = default;
};

/// eta_t = eta for t < switch_at, then beta / (gamma + t - switch_at): constant first, then
/// decreasing, as the text after Theorem 4.2 recommends (recommended_steps.hpp chooses the
/// numbers).
struct TwoPhaseStep {
  double eta = 1.0;
  double beta = 2.0;
  double gamma = 2.0;
  std::int64_t switch_at = 0;  ///< may be INT64_MAX: never switches
  bool operator==(const TwoPhaseStep&) const = default;
};

/// Step sizes eta_t of the stochastic fixed-point iteration (17), t = 0, 1, 2, ...
class StepSizeSchedule {
 public:
  using Rule = std::variant<ConstantStep, DecreasingStep, TwoPhaseStep>;

  StepSizeSchedule() = default;
  StepSizeSchedule(Rule rule)
      : rule_(rule) {}  // NOLINT(google-explicit-constructor): value wrapper

  double at(std::int64_t t) const;  ///< eta_t
  double largest() const;           ///< max over t >= 0
  /// Writes eta_first, eta_{first + 1}, ... to all of `out`.
  void fill(std::int64_t first, std::span<double> out) const;
  /// How many steps from t on are known to be equal, the first of them included; INT64_MAX - t
  /// where they never change.
  std::int64_t equal_from(std::int64_t t) const;
  std::string formula() const;  ///< "η = 1", "η_t = 26.4/(26.4+t)"
  const Rule& rule() const { return rule_; }

  bool operator==(const StepSizeSchedule&) const = default;

 private:
  Rule rule_ = ConstantStep{};
};

}  // namespace sid
