#include "sid/run/outer_optimum.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sid {

namespace {

constexpr int kCells = 4096;
constexpr double kWidth = 1e-11;
constexpr double kStationary = 1e-8;

Vector clipped(const OuterSettings& box, const Vector& theta) {
  return theta.cwiseMax(box.low).cwiseMin(box.high);
}

double stationarity_of(const OuterSettings& box, const Vector& theta, const Vector& gradient) {
  return (clipped(box, theta - gradient) - theta).norm();
}

OuterOptimum optimum_at(const OuterProblem& problem,
                        const Vector& theta,
                        const OuterProblem::Exact& exact) {
  OuterOptimum out;
  out.theta = theta;
  out.lambda = lambda_of(problem.settings.coordinate, theta);
  out.value = exact.value;
  out.stationarity = stationarity_of(problem.settings, theta, exact.gradient);
  out.at_wall = (theta.array() <= problem.settings.low).any() ||
                (theta.array() >= problem.settings.high).any();
  return out;
}

struct Bracket {
  double a = 0.0, b = 0.0;  ///< slope(a) < 0 <= slope(b), or the same point at a wall
  bool wall = false;
};

/// Cells from theta downhill along the curve.
Bracket bracket_downhill(const ValueCurve& curve, double theta) {
  const double slope = curve.at(theta).slope;
  if (slope == 0.0) return {.a = theta, .b = theta};
  const double wall = slope > 0.0 ? curve.low() : curve.high();
  const double cell = (wall - theta) / kCells;
  double last = theta;
  for (int i = 1; i <= kCells; ++i) {
    const double next = i == kCells ? wall : theta + cell * i;
    if (curve.at(next).slope * slope <= 0.0) {
      return {.a = std::min(last, next), .b = std::max(last, next)};
    }
    last = next;
  }
  return {.a = wall, .b = wall, .wall = true};
}

/// One number as a theta.
Vector one(double theta) {
  return Vector::Constant(1, theta);
}

}  // namespace

Result<OuterOptimum> find_optimum(const OuterProblem& problem,
                                  const ValueCurve& curve,
                                  const std::stop_token& stop) {
  std::int64_t solves = 0;
  const auto exact = [&](double theta) {
    ++solves;
    return problem.exact(one(theta), stop);
  };
  const Bracket bracket = bracket_downhill(curve, problem.start(0));
  const auto finish = [&](double theta, double width) -> Result<OuterOptimum> {
    const auto at = exact(theta);
    if (!at) return tl::unexpected<Error>(at.error());
    OuterOptimum out = optimum_at(problem, one(theta), *at);
    out.certified = true;
    out.width = width;
    out.solves = solves;
    return out;
  };
  if (bracket.a == bracket.b) {
    // The curve may be wrong about a wall; a step into one is clipped to nothing.
    Result<OuterOptimum> out = finish(bracket.a, 0.0);
    if (out) out->certified = out->stationarity <= kStationary;
    return out;
  }

  // Zero of the exact derivative by the false position of Illinois, in the cell that the curve
  // found and, as long as it has no sign change there, in wider ones.
  const double low = problem.settings.low, high = problem.settings.high;
  double a = bracket.a, b = bracket.b, slope_a = 0.0, slope_b = 0.0;
  for (double margin = b - a;; margin *= 4.0) {
    const auto at_a = exact(a);
    const auto at_b = exact(b);
    if (!at_a) return tl::unexpected<Error>(at_a.error());
    if (!at_b) return tl::unexpected<Error>(at_b.error());
    slope_a = at_a->gradient(0);
    slope_b = at_b->gradient(0);
    if (!std::isfinite(slope_a) || !std::isfinite(slope_b)) {
      return fail(ErrorCode::breakdown,
                  "The exact hypergradient is not finite in the box of λ. Narrow the box.");
    }
    if (slope_a <= 0.0 && slope_b >= 0.0) break;
    if (slope_a > 0.0 && a <= low) return finish(low, 0.0);
    if (slope_b < 0.0 && b >= high) return finish(high, 0.0);
    a = std::max(low, a - margin);
    b = std::min(high, b + margin);
  }
  int side = 0;
  for (int i = 0; i < 200 && b - a > kWidth * std::max(1.0, std::abs(a)); ++i) {
    double middle =
        slope_b > slope_a ? (a * slope_b - b * slope_a) / (slope_b - slope_a) : 0.5 * (a + b);
    // Close to an end the other one would never move; half the wanted width beside it, it does.
    const double least = 0.25 * kWidth * std::max(1.0, std::abs(a));
    middle = std::clamp(middle, a + least, b - least);
    const auto at = exact(middle);
    if (!at) return tl::unexpected<Error>(at.error());
    const double slope = at->gradient(0);
    if (slope >= 0.0) {
      b = middle;
      slope_b = slope;
      if (side == 1) slope_a *= 0.5;
      side = 1;
    } else {
      a = middle;
      slope_a = slope;
      if (side == -1) slope_b *= 0.5;
      side = -1;
    }
  }
  return finish(0.5 * (a + b), b - a);
}

Result<OuterOptimum> find_optimum(const OuterProblem& problem,
                                  std::int64_t most_solves,
                                  const std::stop_token& stop,
                                  const std::function<void(std::int64_t)>& each) {
  const OuterSettings& box = problem.settings;
  Vector theta = problem.start;
  std::int64_t solves = 1;
  Result<OuterProblem::Exact> now = problem.exact(theta, stop);
  if (!now) return tl::unexpected<Error>(now.error());
  const double first = stationarity_of(box, theta, now->gradient);
  double step = box.step;
  while (solves < most_solves && stationarity_of(box, theta, now->gradient) > kStationary * first) {
    const Vector direction = clipped(box, theta - step * now->gradient) - theta;
    const double descent = now->gradient.dot(direction);
    if (!(descent < 0.0)) break;
    double length = 1.0;
    Result<OuterProblem::Exact> next = problem.exact(theta + direction, stop);
    for (++solves; next && next->value > now->value + 1e-4 * length * descent &&
                   solves < most_solves && length > 1e-10;
         ++solves) {
      length *= 0.5;
      next = problem.exact(theta + length * direction, stop);
    }
    if (!next) return tl::unexpected<Error>(next.error());
    if (next->value > now->value) break;
    const Vector moved = length * direction;
    const double curvature = moved.dot(next->gradient - now->gradient);
    theta += moved;
    step = curvature > 0.0 ? std::clamp(moved.squaredNorm() / curvature, 1e-12, 1e12) : 10.0 * step;
    now = std::move(next);
    if (each) each(solves);
  }
  OuterOptimum out = optimum_at(problem, theta, *now);
  out.certified = out.stationarity <= kStationary * first;
  out.solves = solves;
  return out;
}

}  // namespace sid
