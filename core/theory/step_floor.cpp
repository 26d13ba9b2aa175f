#include "sid/theory/step_floor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sid/theory/noise_constants.hpp"
#include "sid/theory/solver_bounds.hpp"

namespace sid {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

NoisyContraction noise_of(const ProblemConstants& c, Quantity iteration, Ladder ladder) {
  return iteration == Quantity::linear_system ? linear_system_noise(c, ladder).map
                                              : lower_level_noise(c, ladder).map;
}

std::optional<DirectBound> direct_of(const ProblemConstants& c, Quantity iteration) {
  const bool linear = iteration == Quantity::linear_system;
  const std::vector<CurvatureNoise>& pairs = linear ? c.v_noise : c.w_noise;
  const double V_star = linear ? c.V_star_v_global : c.V_star_b;
  if (pairs.empty() || !std::isfinite(V_star)) return std::nullopt;
  return DirectBound(pairs, V_star);
}

/// The smaller of two of which each may be unknown.
double smaller(double a, double b) {
  if (std::isnan(a)) return b;
  return std::isnan(b) ? a : std::min(a, b);
}

}  // namespace

ConstantStepFloor::ConstantStepFloor(const ProblemConstants& constants,
                                     Quantity iteration,
                                     Ladder ladder)
    : ladder_(ladder),
      alpha_(constants.alpha),
      map_(noise_of(constants, iteration, ladder)),
      map_known_(map_.q < 1.0 && std::isfinite(map_.sigma1) && std::isfinite(map_.sigma2)),
      direct_(direct_of(constants, iteration)) {}

double ConstantStepFloor::at(double eta) const {
  if (!(eta > 0.0) || !std::isfinite(eta)) return kUnknown;
  if (ladder_ != Ladder::paper) return smaller(sharp_recursion(eta), direct(eta * alpha_));
  return map_known_ && at_most(eta, map_.step_limit()) ? map_.floor(eta) : kUnknown;
}

double ConstantStepFloor::limit() const {
  if (ladder_ == Ladder::paper) return map_known_ ? map_.step_limit() : 0.0;
  const double by_direct = direct_ ? direct_->step_limit() / alpha_ : 0.0;
  if (!map_known_) return by_direct;
  if (sharp_loss(map_, 1.0) > 0.0) return std::max(by_direct, 1.0);
  // The loss is concave and positive for small steps: one change of sign.
  double low = 0.0, high = 1.0;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (sharp_loss(map_, middle) > 0.0 ? low : high) = middle;
  }
  return std::max(by_direct, low);
}

double ConstantStepFloor::sharp_recursion(double eta) const {
  if (!map_known_ || !at_most(eta, 1.0)) return kUnknown;
  const double loss = sharp_loss(map_, eta);
  return loss > 0.0 ? eta * eta * map_.sigma1 / loss : kUnknown;
}

double ConstantStepFloor::direct(double s) const {
  if (!direct_ || !(direct_->factor(s) < 1.0)) return kUnknown;
  const double noise = s * s * direct_->V_star();
  if (!(noise > 0.0)) return 0.0;
  // Every theta that contracts has a level of its own, and the theta that is best at that level has
  // a lower one: the levels fall to the smallest.
  DirectBound::Guess guess;
  while (!(direct_->loss(s, guess.theta) > 0.0)) {
    guess.theta *= 2.0;
    if (guess.theta > 1e15) return kUnknown;  // contracts by less than rounding
  }
  double level = (1.0 + guess.theta) * noise / direct_->loss(s, guess.theta);
  for (int i = 0; i < 100; ++i) {
    (void)direct_->best_step(level, s, guess);
    const double loss = direct_->loss(s, guess.theta);
    const double next = (1.0 + guess.theta) * noise / loss;
    if (!(loss > 0.0) || !(next < level * (1.0 - 1e-14))) break;
    level = next;
  }
  return level;
}

HypergradientStepFloor::HypergradientStepFloor(const ProblemConstants& c,
                                               std::int64_t jacobian_samples,
                                               Ladder ladder)
    : ladder_(ladder),
      constants_{.c1 = c.c1,
                 .L_Phi = c.L_Phi,
                 .nu2 = c.nu2,
                 .m2 = averaged_m2(c.m2, jacobian_samples),
                 .L_E = c.L_E,
                 .q = c.q},
      lower_(c, Quantity::lower_level, ladder),
      linear_(c, Quantity::linear_system, ladder) {}

double HypergradientStepFloor::at(double lower_eta, double linear_eta) const {
  const double rho = lower_.at(lower_eta), sigma = linear_.at(linear_eta);
  if (std::isnan(rho) || std::isnan(sigma)) return kUnknown;
  return ladder_ == Ladder::paper ? theorem_3_4(constants_, rho, sigma).total()
                                  : sharp_bound(constants_, rho, sigma);
}

}  // namespace sid
