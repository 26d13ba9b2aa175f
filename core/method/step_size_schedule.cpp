#include "sid/method/step_size_schedule.hpp"

#include <algorithm>
#include <limits>

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

bool switches(const TwoPhaseStep& step) {
  return step.switch_at < std::numeric_limits<std::int64_t>::max();
}

}  // namespace

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
                               }},
                    rule_);
}

void StepSizeSchedule::fill(std::int64_t first, std::span<double> out) const {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = at(first + static_cast<std::int64_t>(i));
}

std::int64_t StepSizeSchedule::equal_from(std::int64_t t) const {
  SID_EXPECTS(t >= 0, "iterations are counted from 0");
  constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();
  if (std::holds_alternative<ConstantStep>(rule_)) return kForever - t;
  const auto* two_phase = std::get_if<TwoPhaseStep>(&rule_);
  return two_phase != nullptr && t < two_phase->switch_at ? two_phase->switch_at - t : 1;
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
                 }},
      rule_);
}

}  // namespace sid
