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

std::vector<double> StepSizeSchedule::first(std::int64_t count) const {
  SID_EXPECTS(count >= 0, "the number of steps cannot be negative");
  std::vector<double> steps;
  steps.reserve(static_cast<std::size_t>(count));
  for (std::int64_t t = 0; t < count; ++t) steps.push_back(at(t));
  return steps;
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
