#include "sid/theory/variance_reduction_bounds.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"
#include "sid/problem/constants.hpp"
#include "sid/theory/solver_bounds.hpp"

namespace sid {
namespace {

FiniteSum linear_system(const ComponentConstants& c, double initial, double table) {
  return {.count = c.count,
          .tau = c.alpha * c.tau,
          .L_max0 = c.alpha * c.L_max0,
          .L_max = c.alpha * c.L_max,
          .initial = initial,
          .table = table};
}

}  // namespace

FiniteSum lower_level_sum(const ComponentConstants& c) {
  return {.count = c.count,
          .tau = c.tau,
          .L_max0 = c.L_max0,
          .L_max = c.L_max,
          .initial = c.lower_initial,
          .table = c.lower_table};
}

FiniteSum linear_system_sum(const ComponentConstants& c) {
  return linear_system(c, c.linear_initial_sup, c.linear_table_sup);
}

FiniteSum linear_system_sum_at_solution(const ComponentConstants& c) {
  return linear_system(c, c.linear_initial, c.linear_table);
}

VarianceReducedBound::VarianceReducedBound(const FiniteSum& sum, double gamma, double probability)
    : sum_(sum), gamma_(gamma), probability_(probability) {
  SID_EXPECTS(probability > 0.0 && probability <= 1.0, "a probability is between 0 and 1");
}

bool VarianceReducedBound::holds() const {
  return gamma_ > 0.0 && at_most(gamma_, step_limit());
}

double VarianceReducedBound::loss() const {
  return std::min(gamma_ * sum_.tau, 0.5 * probability_);
}

double VarianceReducedBound::at(std::int64_t k) const {
  const double start = sum_.initial + 4.0 / probability_ * gamma_ * gamma_ * sum_.table;
  if (!std::isfinite(start)) return kInfinity;  // the factor underflows to zero in the end
  return decay(loss(), static_cast<double>(k)) * start;
}

VarianceReducedBound saga_bound(const FiniteSum& sum, double gamma) {
  return {sum, gamma, 1.0 / static_cast<double>(sum.count)};
}

VarianceReducedBound loopless_svrg_bound(const FiniteSum& sum, double gamma, double probability) {
  SID_EXPECTS(probability >= 0.0 && probability <= 1.0, "a probability is between 0 and 1");
  return {sum, gamma, probability > 0.0 ? probability : 1.0 / static_cast<double>(sum.count)};
}

double svrg_epoch_factor(const SvrgEpoch& epoch) {
  const double reach = 2.0 * epoch.L_max * epoch.gamma;
  if (!(reach < 1.0)) return kInfinity;
  const auto steps = static_cast<double>(epoch.steps);
  return 1.0 / (epoch.tau * epoch.gamma * (1.0 - reach) * steps) + reach / (1.0 - reach);
}

}  // namespace sid
