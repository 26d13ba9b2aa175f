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

double DirectBound::full_rate_limit() const {
  const CurvatureNoise flat = *std::min_element(
      pairs_.begin(), pairs_.end(), [](const auto& a, const auto& b) { return a.h < b.h; });
  const double flat_square = flat.h * flat.h + flat.variance;
  double limit = flat.h / flat_square;
  for (const CurvatureNoise& pair : pairs_) {
    // (1 - s h)^2 + s^2 n stays below that of the flat pair while the linear parts prevail.
    const double square = pair.h * pair.h + pair.variance - flat_square;
    if (pair.h > flat.h && square > 0.0) limit = std::min(limit, 2.0 * (pair.h - flat.h) / square);
  }
  return limit;
}

double DirectBound::loss(double s, double theta) const {
  const double stretch = 1.0 + 1.0 / theta;
  double least = kInfinity;
  for (const CurvatureNoise& pair : pairs_) {
    const double square = pair.h * pair.h + stretch * pair.variance;
    least = std::min(least, s * (2.0 * pair.h - s * square));
  }
  return least;
}

std::size_t DirectBound::deciding_pair(double bound, double s, double theta, double& value) const {
  const double level = s * s * V_star_;
  const double shared = level * (1.0 + theta);
  const double stretch = s * s * (1.0 + 1.0 / theta);
  std::size_t deciding = Guess::kNone;
  double largest = -1.0;
  for (std::size_t j = 0; j < pairs_.size(); ++j) {
    const double kept = 1.0 - s * pairs_[j].h;
    const double factor = kept * kept + stretch * pairs_[j].variance;
    if (factor > largest) {
      largest = factor;
      deciding = j;
    }
  }
  value = largest * bound + shared;
  return deciding;
}

double DirectBound::best_step(double bound, double s, Guess& guess) const {
  if (!(s * s * V_star_ > 0.0)) return factor(s) * bound;
  if (!(bound > 0.0)) return s * s * V_star_;
  // The right side is convex in theta, a maximum of branches: close in on its minimum from both
  // sides, keeping the pair that decided on either side. Every theta met gives a valid bound, so
  // stopping early costs sharpness only.
  constexpr int kEvaluations = 8;
  constexpr double kSmallestTheta = 1e-9;
  const auto line = [&](std::size_t j) { return branch(pairs_[j], bound, s, V_star_); };
  std::size_t left = guess.left < pairs_.size() ? guess.left : Guess::kNone;
  std::size_t right = guess.right < pairs_.size() ? guess.right : Guess::kNone;
  double trial = guess.theta;
  if (left != Guess::kNone && right != Guess::kNone) trial = best_of_two(line(left), line(right));
  if (!(trial > kSmallestTheta && trial < 1.0 / kSmallestTheta)) {
    trial = 1.0;
    left = right = Guess::kNone;
  }
  double best = kInfinity;
  for (int i = 0; i < kEvaluations; ++i) {
    double value = kInfinity;
    const std::size_t deciding = deciding_pair(bound, s, trial, value);
    if (deciding == Guess::kNone || !(value < kInfinity)) break;
    if (value < best) {
      best = value;
      guess.theta = trial;
    }
    const Branch decided = line(deciding);
    const bool falling = decided.minimiser() > trial;
    const bool met = deciding == left || deciding == right;
    if (met && left != Guess::kNone && right != Guess::kNone) break;
    (falling ? left : right) = deciding;
    double next = trial / 16.0;
    if (left != Guess::kNone && right != Guess::kNone) {
      next = best_of_two(line(left), line(right));
    } else if (decided.slope > 0.0) {
      next = decided.minimiser();
    }
    if (!(next > kSmallestTheta) || std::abs(next - trial) <= 1e-12 * trial) break;
    trial = next;
  }
  guess.left = left;
  guess.right = right;
  return best;
}

}  // namespace sid
