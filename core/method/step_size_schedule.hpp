#pragma once

#include <cstdint>
#include <memory>
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

/// eta_t = largest for t < switch_at; from then on, beginning with `first`,
///   eta_{t+1} = eta_t (1 - rate eta_t/2),
/// which falls like (2/rate)/t: the step that is best for the one-step bound of Theorem 4.1's
/// proof, with the bound eliminated (bound_optimal_step() of recommended_steps.hpp).
struct BoundOptimalStep {
  double largest = 1.0;
  double rate = 1.0;           ///< 1 - q^2, in (0, 1]
  double first = 1.0;          ///< in [0, largest]
  std::int64_t switch_at = 0;  ///< may be INT64_MAX: never switches
  bool operator==(const BoundOptimalStep&) const = default;
};

/// Step sizes eta_t of the stochastic fixed-point iteration (17), t = 0, 1, 2, ...
class StepSizeSchedule {
 public:
  using Rule = std::variant<ConstantStep, DecreasingStep, TwoPhaseStep, BoundOptimalStep>;

  StepSizeSchedule() = default;
  /// A rule that goes from step to step remembers some of the first `horizon`, from the first at()
  /// on that needs one, so that it takes no more than a few dozen flops there; beyond it at() is
  /// right, but slow. Copies share what is remembered, over threads too.
  StepSizeSchedule(Rule rule,  // NOLINT(google-explicit-constructor): value wrapper
                   std::int64_t horizon = 0);

  double at(std::int64_t t) const;  ///< eta_t
  double largest() const;           ///< max over t >= 0
  /// Writes eta_first, eta_{first + 1}, ... to all of `out`.
  void fill(std::int64_t first, std::span<double> out) const;
  /// How many steps from t on are known to be equal, the first of them included; INT64_MAX - t
  /// where they never change.
  std::int64_t equal_from(std::int64_t t) const;
  bool constant() const;        ///< never changes
  std::string formula() const;  ///< "η = 1", "η_t = 26.4/(26.4+t)"
  const Rule& rule() const { return rule_; }

  bool operator==(const StepSizeSchedule& other) const { return rule_ == other.rule_; }

 private:
  Rule rule_ = ConstantStep{};
  struct Landmarks;
  std::shared_ptr<Landmarks> landmarks_;  // of BoundOptimalStep, else null
};

}  // namespace sid
