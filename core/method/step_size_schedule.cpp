#include "sid/method/step_size_schedule.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/math/contract.hpp"
#include "sid/math/numbers.hpp"

namespace sid {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

template <class Step>
bool switches(const Step& step) {
  return step.switch_at < std::numeric_limits<std::int64_t>::max();
}

constexpr std::int64_t kLandmarkSpacing = 32;

double after(const BoundOptimalStep& step, double eta, std::int64_t steps) {
  const double half = 0.5 * step.rate;
  for (std::int64_t i = 0; i < steps; ++i) eta *= 1.0 - half * eta;
  return eta;
}

}  // namespace

/// eta at switch_at, switch_at + kLandmarkSpacing, ... below the horizon.
struct StepSizeSchedule::Landmarks {
  BoundOptimalStep step;
  std::int64_t horizon = 0;
  std::once_flag filled;
  std::vector<double> eta;

  double at(std::int64_t t) {
    std::call_once(filled, [this] { fill(); });
    const std::int64_t steps = t - step.switch_at;
    const auto last = static_cast<std::int64_t>(eta.size()) - 1;
    const std::int64_t i = std::min(steps / kLandmarkSpacing, last);
    return after(step, eta[static_cast<std::size_t>(i)], steps - i * kLandmarkSpacing);
  }

  void fill() {
    const std::int64_t more =
        std::max<std::int64_t>(horizon - step.switch_at, 0) / kLandmarkSpacing;
    eta.reserve(static_cast<std::size_t>(more) + 1);
    eta.push_back(step.first);
    for (std::int64_t i = 0; i < more; ++i) {
      eta.push_back(after(step, eta.back(), kLandmarkSpacing));
    }
  }
};

StepSizeSchedule::StepSizeSchedule(Rule rule, std::int64_t horizon) : rule_(rule) {
  const auto* step = std::get_if<BoundOptimalStep>(&rule_);
  if (step == nullptr) return;
  landmarks_ = std::make_shared<Landmarks>();
  landmarks_->step = *step;
  landmarks_->horizon = horizon;
}

double StepSizeSchedule::at(std::int64_t t) const {
  SID_EXPECTS(t >= 0, "iterations are counted from 0");
  return std::visit(Overloaded{[](const ConstantStep& step) { return step.eta; },
                               [t](const DecreasingStep& step) {
                                 return step.beta / (step.gamma + static_cast<double>(t));
                               },
                               [t](const TwoPhaseStep& step) {
                                 if (t < step.switch_at) return step.eta;
                                 return step.beta /
                                        (step.gamma + static_cast<double>(t - step.switch_at));
                               },
                               [this, t](const BoundOptimalStep& step) {
                                 return t < step.switch_at ? step.largest : landmarks_->at(t);
                               }},
                    rule_);
}

double StepSizeSchedule::largest() const {
  return std::visit(Overloaded{[](const ConstantStep& step) { return step.eta; },
                               [](const DecreasingStep& step) { return step.beta / step.gamma; },
                               [](const TwoPhaseStep& step) {
                                 const double later = step.beta / step.gamma;
                                 if (!switches(step)) return step.eta;
                                 return step.switch_at > 0 ? std::max(step.eta, later) : later;
                               },
                               [](const BoundOptimalStep& step) {
                                 return step.switch_at > 0 ? step.largest : step.first;
                               }},
                    rule_);
}

void StepSizeSchedule::fill(std::int64_t first, std::span<double> out) const {
  const auto* step = std::get_if<BoundOptimalStep>(&rule_);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int64_t t = first + static_cast<std::int64_t>(i);
    const bool follows = step != nullptr && i > 0 && t > step->switch_at;
    out[i] = follows ? after(*step, out[i - 1], 1) : at(t);
  }
}

std::int64_t StepSizeSchedule::equal_from(std::int64_t t) const {
  SID_EXPECTS(t >= 0, "iterations are counted from 0");
  constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
  if (std::holds_alternative<ConstantStep>(rule_)) return kForever - t;
  std::int64_t constant_until = 0;
  if (const auto* step = std::get_if<TwoPhaseStep>(&rule_)) constant_until = step->switch_at;
  if (const auto* step = std::get_if<BoundOptimalStep>(&rule_)) {
    if (t >= step->switch_at && step->first == 0.0) return kForever - t;
    constant_until = step->switch_at;
  }
  return std::max(constant_until - t, std::int64_t{1});
}

bool StepSizeSchedule::constant() const {
  return equal_from(0) == std::numeric_limits<std::int64_t>::max();
}

std::string StepSizeSchedule::formula() const {
  const auto number = [](double value) { return format_for_reading(value); };
  return std::visit(
      Overloaded{[&](const ConstantStep& step) { return fmt::format("η = {}", number(step.eta)); },
                 [&](const DecreasingStep& step) {
                   return fmt::format("η_t = {}/({} + t)", number(step.beta), number(step.gamma));
                 },
                 [&](const TwoPhaseStep& step) {
                   if (!switches(step)) return fmt::format("η = {}", number(step.eta));
                   return fmt::format("η_t = {} for t < {}, then {}/({} + t − {})",
                                      number(step.eta),
                                      step.switch_at,
                                      number(step.beta),
                                      number(step.gamma),
                                      step.switch_at);
                 },
                 [&](const BoundOptimalStep& step) {
                   if (!switches(step)) return fmt::format("η = {}", number(step.largest));
                   const std::string rule =
                       fmt::format("η_(t+1) = η_t·(1 − {}·η_t)", number(0.5 * step.rate));
                   if (step.switch_at == 0) {
                     return fmt::format("η_0 = {}, {}", number(step.first), rule);
                   }
                   return fmt::format("η_t = {} for t < {}, η_{} = {}, then {}",
                                      number(step.largest),
                                      step.switch_at,
                                      step.switch_at,
                                      number(step.first),
                                      rule);
                 }},
      rule_);
}

}  // namespace sid
