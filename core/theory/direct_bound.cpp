#include "sid/theory/direct_bound.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

/// f(theta) = base + slope/theta + level theta: the right side of the step along one pair.
struct Branch {
  double base = 0.0;   // ((1 - s h)^2 + s^2 n) M + s^2 V
  double slope = 0.0;  // s^2 n M
  double level = 0.0;  // s^2 V

  double at(double theta) const { return base + slope / theta + level * theta; }
  double minimiser() const { return std::sqrt(slope / level); }
};

Branch branch(const CurvatureNoise& pair, double bound, double s, double V_star) {
  const double kept = 1.0 - s * pair.h;
  const double noise = s * s * pair.variance;
  const double level = s * s * V_star;
  return {(kept * kept + noise) * bound + level, noise * bound, level};
}

/// Minimiser of max(left, right), where left falls and right rises between their minimisers.
double best_of_two(const Branch& left, const Branch& right) {
  const double left_min = left.minimiser();
  const double right_min = right.minimiser();
  if (left.at(left_min) >= right.at(left_min)) return left_min;
  if (right_min > 0.0 && right.at(right_min) >= left.at(right_min)) return right_min;
  // Crossing: the linear parts are equal, so only the bases and the 1/theta parts differ.
  return (left.slope - right.slope) / (right.base - left.base);
}

}  // namespace

DirectBound::DirectBound(std::vector<CurvatureNoise> pairs, double V_star)
    : pairs_(std::move(pairs)), V_star_(V_star) {
  SID_EXPECTS(!pairs_.empty(), "the direct bound needs at least one curvature");
}

double DirectBound::step(double bound, double s, double theta) const {
  double largest = 0.0;
  for (const CurvatureNoise& pair : pairs_) {
    largest = std::max(largest, branch(pair, bound, s, V_star_).at(theta));
  }
  return largest;
}

double DirectBound::factor(double s) const {
  double largest = 0.0;
  for (const CurvatureNoise& pair : pairs_) {
    const double kept = 1.0 - s * pair.h;
    largest = std::max(largest, kept * kept + s * s * pair.variance);
  }
  return largest;
}

double DirectBound::step_limit() const {
  double limit = kInfinity;
  for (const CurvatureNoise& pair : pairs_) {
    limit = std::min(limit, 2.0 * pair.h / (pair.h * pair.h + pair.variance));
  }
  return limit;
}

double DirectBound::best_step(double bound, double s, double& theta) const {
  if (!(s * s * V_star_ > 0.0)) return factor(s) * bound;
  if (!(bound > 0.0)) return s * s * V_star_;
  // The right side is convex in theta, a maximum of branches: close in on its minimum from both
  // sides, keeping the branch that decided on either side. Every theta met gives a valid bound,
  // so stopping early costs sharpness only.
  constexpr int kEvaluations = 8;
  constexpr double kSmallestTheta = 1e-9;
  double best = kInfinity;
  double best_theta = theta;
  const auto none = pairs_.size();
  auto left = none;
  auto right = none;
  double trial = theta > kSmallestTheta && theta < 1e9 ? theta : 1.0;
  for (int i = 0; i < kEvaluations; ++i) {
    auto active = none;
    double largest = -1.0;
    for (std::size_t j = 0; j < pairs_.size(); ++j) {
      const double value = branch(pairs_[j], bound, s, V_star_).at(trial);
      if (value > largest) {
        largest = value;
        active = j;
      }
    }
    if (active == none) return largest < 0.0 ? kInfinity : largest;  // not a number
    if (largest < best) {
      best = largest;
      best_theta = trial;
    }
    const Branch decided = branch(pairs_[active], bound, s, V_star_);
    const bool falling = decided.minimiser() > trial;
    if (active == (falling ? left : right) && left != none && right != none) break;
    (falling ? left : right) = active;
    double next = trial;
    if (left != none && right != none) {
      next = best_of_two(branch(pairs_[left], bound, s, V_star_),
                         branch(pairs_[right], bound, s, V_star_));
    } else if (decided.slope > 0.0) {
      next = decided.minimiser();
    } else {
      next = trial / 16.0;
    }
    if (!(next > kSmallestTheta) || std::abs(next - trial) <= 1e-12 * trial) break;
    trial = next;
  }
  theta = best_theta;
  return best;
}

double direct_step_max(double L, double tau, double c_b) {
  return 2.0 / (L + tau + c_b);
}

double direct_theta(double L, double tau, double c_b, double s) {
  return s * c_b / (2.0 - s * (L + tau + c_b));
}

}  // namespace sid
