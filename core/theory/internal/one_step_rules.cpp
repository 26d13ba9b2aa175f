#include "sid/theory/internal/one_step_rules.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sid/math/elementary.hpp"
#include "sid/theory/solver_bounds.hpp"

namespace sid::internal {

namespace {

/// Sum of (1 - loss)^m over m = 0, ..., count - 1, for a loss of either sign.
double geometric_sum(double loss, double count) {
  if (loss == 0.0) return count;
  if (!(loss < 1.0)) return 1.0;
  return -portable_expm1(count * portable_log1p(-loss)) / loss;
}

}  // namespace

double over_range(double bound, const StepRange& range, const AffineStep& step) {
  const double n = range.count;
  const double least = std::min(step.loss_first, step.loss_last);
  if (!(bound < kInfinity)) return bound;
  if (least < 0.0) {
    const double largest = step.noise * range.first * range.first;
    return (1.0 - least * geometric_sum(least, n)) * bound + largest * geometric_sum(least, n);
  }
  // A concave loss lies above its chord, whose mean is its value at the mean step; a product of
  // factors is at most their mean's power.
  const double width = range.first - range.last;
  const double slope = width > 0.0 ? (step.loss_first - step.loss_last) / width : 0.0;
  const double mean = slope >= 0.0 ? range.mean_low : range.mean_high;
  const double mean_loss = step.loss_last + slope * (mean - range.last);
  // Noise of later steps is smaller and less of it has decayed: by Chebyshev's sum inequality the
  // sum of products is at most the product of the mean noise and the sum of what is left. The mean
  // of eta^2 lies below its chord, too.
  const double square = (range.first + range.last) * range.mean_high - range.first * range.last;
  return decay(mean_loss, n) * bound + step.noise * square * geometric_sum(least, n);
}

double ProofRule::step(double bound, double eta) {
  return (1.0 - eta * rate_) * bound + eta * eta * noise_;
}

double ProofRule::steps(double bound, const StepRange& range) {
  return over_range(
      bound,
      range,
      {.loss_first = range.first * rate_, .loss_last = range.last * rate_, .noise = noise_});
}

double SharpRule::step(double bound, double eta) {
  return (1.0 - sharp_loss(map_, eta)) * bound + eta * eta * map_.sigma1;
}

double SharpRule::steps(double bound, const StepRange& range) {
  return over_range(bound,
                    range,
                    {.loss_first = sharp_loss(map_, range.first),
                     .loss_last = sharp_loss(map_, range.last),
                     .noise = map_.sigma1});
}

double DirectRule::step(double bound, double eta) {
  return bound_.best_step(bound, eta * alpha_, guess_);
}

double DirectRule::steps(double bound, const StepRange& range) {
  double theta = kInfinity;
  double noise = 0.0;
  if (bound_.V_star() > 0.0) {
    bound_.best_step(bound, range.first * alpha_, guess_);
    theta = guess_.theta;
    noise = (1.0 + theta) * alpha_ * alpha_ * bound_.V_star();
  }
  return over_range(bound,
                    range,
                    {.loss_first = bound_.loss(range.first * alpha_, theta),
                     .loss_last = bound_.loss(range.last * alpha_, theta),
                     .noise = noise});
}

// Written so that an overflow on either side leaves the other.
double SmallerRule::step(double bound, double eta) {
  const double first = first_.step(bound, eta);
  const double second = second_.step(bound, eta);
  return first <= second || std::isnan(second) ? first : second;
}

double SmallerRule::steps(double bound, const StepRange& range) {
  const double first = first_.steps(bound, range);
  const double second = second_.steps(bound, range);
  return first <= second || std::isnan(second) ? first : second;
}

std::vector<double> run_rule(OneStepRule& rule,
                             double initial,
                             const StepSizeSchedule& schedule,
                             std::span<const std::int64_t> at) {
  constexpr std::int64_t kSingleSteps = 1024;
  constexpr double kStepWidth = 1.0 / 512.0;
  constexpr double kBoundWidth = 1.0 / 128.0;
  std::vector<double> bounds;
  bounds.reserve(at.size());
  double bound = initial;
  std::int64_t t = 0;
  for (const std::int64_t target : at) {
    while (t < target) {
      const double eta = schedule.at(t);
      const double next = rule.step(bound, eta);
      std::int64_t count = 1;
      if (t >= kSingleSteps) {
        count = std::min(target - t, similar_steps(schedule, t, kStepWidth));
        if (!rule.affine()) {
          // The best choice within a step depends on the bound: it may change by so much only.
          const double change = std::abs(next - bound) / bound;
          const double limit = change > 0.0 ? kBoundWidth / change : kInfinity;
          if (limit < static_cast<double>(count)) {
            count = std::max<std::int64_t>(1, static_cast<std::int64_t>(limit));
          }
        }
      }
      bound = count == 1 ? next : rule.steps(bound, step_range(schedule, t, count));
      t += count;
    }
    bounds.push_back(bound);
  }
  return bounds;
}

}  // namespace sid::internal
