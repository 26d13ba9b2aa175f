#include "sid/run/error_ratio.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "sid/math/elementary.hpp"
#include "sid/run/statistics.hpp"

namespace sid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kSame = 1e-9;  ///< relative distance of two abscissae that are one

double abscissa(const CurvePoint& point, RatioAxis axis) {
  return axis == RatioAxis::epochs ? point.at.epochs : static_cast<double>(point.at.t);
}

bool positive(double mean) {
  return std::isfinite(mean) && mean > 0.0;
}

/// Half the log-interval of a mean.
double half_width(const MeanEstimate& e) {
  return portable_log(e.ci_high / e.mean);
}

/// A mean of the base: its points a and a + 1 with weights 1 - share and share.
struct BasePlace {
  std::size_t a = 0;
  double share = 0.0;
};

std::optional<BasePlace> place_in(const MethodCurve& base, double x, RatioAxis axis) {
  const std::vector<CurvePoint>& points = base.points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double here = abscissa(points[i], axis);
    if (std::abs(here - x) <= kSame * std::abs(here)) return BasePlace{i, 0.0};
    if (i + 1 == points.size()) break;
    const double next = abscissa(points[i + 1], axis);
    if (!(here < x && x < next) || std::abs(next - x) <= kSame * next) continue;
    if (!(here > 0.0)) return std::nullopt;
    return BasePlace{i, portable_log(x / here) / portable_log(next / here)};
  }
  return std::nullopt;
}

/// The replicas of both curves are the same ones, with all their errors at hand.
bool same_replicas(const MethodCurve& curve, const MethodCurve& base) {
  return curve.replicas > 1 && curve.replicas == base.replicas && !curve.errors.empty() &&
         !base.errors.empty() && curve.replica_numbers == base.replica_numbers;
}

class Divider {
 public:
  Divider(const MethodCurve& curve,
          const MethodCurve& base,
          Quantity quantity,
          RatioAxis axis,
          const RatioReplicas& replicas)
      : curve_(curve),
        base_(base),
        quantity_(quantity),
        axis_(axis),
        replicas_(replicas),
        paired_(replicas.common_numbers && same_replicas(curve, base)) {}

  ErrorRatio run() {
    for (std::size_t i = 0; i < curve_.points.size(); ++i) {
      out_.x.push_back(abscissa(curve_.points[i], axis_));
      for (auto* list : {&out_.ratio, &out_.low, &out_.high}) list->push_back(kNaN);
      add(i);
    }
    out_.paired = paired_;
    return std::move(out_);
  }

 private:
  void add(std::size_t i) {
    const std::optional<BasePlace> place = place_in(base_, out_.x[i], axis_);
    if (!place) {
      ++out_.without_base;
      return;
    }
    const CurvePoint& point = curve_.points[i];
    const CurvePoint& before = base_.points[place->a];
    const CurvePoint& after = base_.points[place->a + (place->share > 0.0 ? 1 : 0)];
    if (point.diverged > 0 || before.diverged > 0 || after.diverged > 0) {
      ++out_.diverged;
      return;
    }
    const MeanEstimate& mine = mean_error(point, quantity_);
    const MeanEstimate& a = mean_error(before, quantity_);
    const MeanEstimate& b = mean_error(after, quantity_);
    const double log_base =
        (1.0 - place->share) * portable_log(a.mean) + place->share * portable_log(b.mean);
    // At a checkpoint the quotient itself: equal means give exactly 1.
    const double ratio =
        place->share > 0.0 ? portable_exp(portable_log(mine.mean) - log_base) : mine.mean / a.mean;
    if (!positive(mine.mean) || !positive(a.mean) || !positive(b.mean) || !positive(ratio)) {
      ++out_.not_positive;
      return;
    }
    if (place->share > 0.0) ++out_.interpolated;
    out_.ratio[i] = ratio;
    if ((replicas_.curve_random && point.replicas < 2) ||
        (replicas_.base_random && (before.replicas < 2 || after.replicas < 2))) {
      ++out_.single;
      return;
    }
    const double theirs = (1.0 - place->share) * half_width(a) + place->share * half_width(b);
    const double own = half_width(mine);
    double half = std::sqrt(own * own + theirs * theirs);
    if (paired_) {
      const double narrower = paired_half_width(i, *place, mine.mean, a.mean, b.mean);
      if (std::isfinite(narrower)) half = narrower;
    }
    out_.low[i] = ratio * portable_exp(-half);
    out_.high[i] = ratio * portable_exp(half);
  }

  double error(const MethodCurve& curve, std::size_t row, std::size_t checkpoint) const {
    return error_of(curve.errors[row * curve.checkpoints.size() + checkpoint], quantity_);
  }

  double paired_half_width(
      std::size_t i, const BasePlace& place, double mine, double a, double b) const {
    const auto rows = static_cast<std::size_t>(curve_.replicas);
    const auto count = static_cast<double>(rows);
    std::vector<double> influence(rows);
    double mean = 0.0;
    for (std::size_t r = 0; r < rows; ++r) {
      double theirs = (1.0 - place.share) * error(base_, r, place.a) / a;
      if (place.share > 0.0) theirs += place.share * error(base_, r, place.a + 1) / b;
      influence[r] = error(curve_, r, i) / mine - theirs;
      mean += influence[r] / count;
    }
    double squares = 0.0;
    for (const double d : influence) squares += (d - mean) * (d - mean);
    return student_t_975(curve_.replicas - 1) * std::sqrt(squares / (count - 1.0) / count);
  }

  const MethodCurve& curve_;
  const MethodCurve& base_;
  Quantity quantity_;
  RatioAxis axis_;
  RatioReplicas replicas_;
  bool paired_;
  ErrorRatio out_;
};

}  // namespace

ErrorRatio error_ratio(const MethodCurve& curve,
                       const MethodCurve& base,
                       Quantity quantity,
                       RatioAxis axis,
                       const RatioReplicas& replicas) {
  return Divider(curve, base, quantity, axis, replicas).run();
}

}  // namespace sid
