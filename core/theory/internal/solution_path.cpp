#include "sid/theory/internal/solution_path.hpp"

#include <algorithm>
#include <cmath>

namespace sid::internal {

namespace {

constexpr std::int64_t kSingleSteps = 1024;
constexpr double kStepWidth = 1.0 / 512.0;   // relative change of the step within a range
constexpr double kBoundWidth = 1.0 / 128.0;  // relative change of a bound within a range

constexpr double kGrowth = 2.0 * kBoundWidth;  // of F within a range

/// How many steps a bound that moves like this may take before it has moved by `width`.
double steps_within(double before, double after, double width) {
  const double change = std::abs(after - before) / before;
  return change > 0.0 ? width / change : kInfinity;
}

std::int64_t at_most_steps(std::int64_t count, double limit) {
  if (!(limit < static_cast<double>(count))) return count;
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(limit));
}

}  // namespace

MomentPath run_moments(OneStepRule& rule,
                       const FourthMoment& moment,
                       double initial,
                       double radius,
                       const StepSizeSchedule& schedule,
                       double alpha,
                       std::span<const std::int64_t> at) {
  MomentPath path;
  const bool by_factors = moment.quiet() && rule.affine();
  double rho = initial, fourth = initial * initial;
  std::int64_t t = 0;
  const auto within = [&](double moments, double second) {
    return std::min(moments, radius * radius * second);
  };
  const auto take = [&](std::int64_t count, double next_rho, double next_fourth) {
    rho = next_rho;
    fourth = next_fourth;
    t += count;
    ++path.pieces;
  };
  for (const std::int64_t target : at) {
    while (t < target && fourth < kInfinity) {
      const double eta = schedule.at(t);
      const double next = rule.step(rho, eta);
      const double next_fourth = within(moment.step(fourth, rho, eta * alpha), next);
      std::int64_t count = 1;
      if (t >= kSingleSteps) {
        count = std::min(target - t, similar_steps(schedule, t, kStepWidth));
        if (by_factors && next <= rho && next_fourth <= fourth) {
          // chi^2 is a convex function of the step, so its loss is concave, as over_range() asks.
          const StepRange range = step_range(schedule, t, count);
          const AffineStep factors{.loss_first = 1.0 - moment.factor(range.first * alpha),
                                   .loss_last = 1.0 - moment.factor(range.last * alpha)};
          const double end = rule.steps(rho, range);
          take(count, end, within(over_range(fourth, range, factors), end));
          continue;
        }
        count = at_most_steps(count, steps_within(rho, next, kBoundWidth));
        count = at_most_steps(count, steps_within(fourth, next_fourth, kBoundWidth));
      }
      double after = kInfinity;
      while (count > 1) {
        const StepRange range = step_range(schedule, t, count);
        // The relative increase of a one-step bound is largest in the first step of a range: the
        // noise and the negative of the loss, both over the square of the step, grow with the step.
        const double growth = range.count * std::max(0.0, next / rho - 1.0);
        const double highest = rho * (1.0 + growth + growth * growth);  // >= rho e^growth
        const double end = rule.steps(rho, range);
        after = within(
            moment.steps(
                fourth, highest, range.first * alpha, range.last * alpha, range.count, kGrowth),
            end);
        if (after <= fourth * (1.0 + kGrowth)) {
          take(count, end, after);
          break;
        }
        after = kInfinity;
        count /= 2;
      }
      if (after == kInfinity) take(1, next, next_fourth);
    }
    path.rho.push_back(t < target ? kInfinity : rho);
    path.fourth.push_back(t < target ? kInfinity : fourth);
  }
  return path;
}

SharesPath run_shares(const DirectBound& map,
                      const LinearWeights& weights,
                      bool noisy,
                      const StepSizeSchedule& schedule,
                      double alpha,
                      std::span<const std::int64_t> at) {
  const DirectBound weighted = map.with_noise(weights.noise);
  const double quiet_theta = noisy ? 1.0 : kInfinity;
  DirectBound::Guess guess;
  LinearErrorShares shares;
  SharesPath out;
  std::int64_t k = 0;
  for (const std::int64_t target : at) {
    while (k < target) {
      const double s = schedule.at(k) * alpha;
      const double error = shares.kept * weights.initial + shares.added * weights.noise;
      const double next = weighted.best_step(error, s, guess);
      const double theta = weights.noise > 0.0 ? guess.theta : quiet_theta;
      std::int64_t count = 1;
      if (k >= kSingleSteps) {
        count = std::min(target - k, similar_steps(schedule, k, kStepWidth));
        // Without noise theta is the same in every step, whatever the error is.
        if (weights.noise > 0.0) {
          count = at_most_steps(count, steps_within(error, next, 2.0 * kBoundWidth));
        }
      }
      if (count == 1) {
        shares.step(map, s, theta);
      } else {
        const StepRange range = step_range(schedule, k, count);
        AffineStep step{.loss_first = map.loss(range.first * alpha, theta),
                        .loss_last = map.loss(range.last * alpha, theta)};
        shares.kept = over_range(shares.kept, range, step);
        if (std::isfinite(theta)) step.noise = (1.0 + theta) * alpha * alpha;
        shares.added = over_range(shares.added, range, step);
      }
      k += count;
      ++out.pieces;
    }
    out.values.push_back(shares);
  }
  return out;
}

}  // namespace sid::internal
