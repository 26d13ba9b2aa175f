#include "sid/run/outer_snapshot.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double entry(const std::vector<double>& values, std::size_t at) {
  return at < values.size() ? values[at] : kNaN;
}

}  // namespace

OuterStatistics outer_statistics(const std::vector<OuterReplica>& replicas,
                                 std::size_t step,
                                 double best) {
  std::vector<double> squares, excess;
  squares.reserve(replicas.size());
  excess.reserve(replicas.size());
  OuterStatistics out;
  for (const OuterReplica& replica : replicas) {
    if (step >= replica.samples.size()) {
      ++out.diverged;
      continue;
    }
    ++out.replicas;
    out.samples += replica.samples[step];
    const double distance = entry(replica.distance, step);
    squares.push_back(distance * distance);
    // Rounding may take a value below the minimum.
    const double above = entry(replica.value, step) - best;
    excess.push_back(std::isnan(above) ? kNaN : std::max(above, 0.0));
  }
  if (out.replicas > 0) out.samples /= static_cast<double>(out.replicas);
  out.distance_squared = estimate_mean(squares);
  out.excess = estimate_mean(excess);
  return out;
}

SamplesToAccuracy samples_to_accuracy(const OuterCurve& curve, double accuracy) {
  const double target = accuracy * accuracy;
  const auto reached = [&](double MeanEstimate::*end) -> std::optional<double> {
    std::optional<double> samples;
    for (std::size_t s = curve.points.size(); s-- > 0;) {
      const OuterStatistics& point = curve.points[s];
      if (point.diverged > 0 || !(point.distance_squared.*end <= target)) break;
      samples = point.samples;
    }
    return samples;
  };
  return {.low = reached(&MeanEstimate::ci_low),
          .mean = reached(&MeanEstimate::mean),
          .high = reached(&MeanEstimate::ci_high)};
}

const OuterStatistics* point_at_samples(const OuterCurve& curve, double samples) {
  const OuterStatistics* found = nullptr;
  for (const OuterStatistics& point : curve.points) {
    if (point.replicas > 0 && point.samples <= samples) found = &point;
  }
  return found;
}

double common_samples(const OuterSnapshot& run) {
  double least = std::numeric_limits<double>::infinity();
  for (const OuterCurve& curve : run.curves) {
    if (curve.points.empty() || curve.points.back().diverged > 0) continue;
    least = std::min(least, curve.points.back().samples);
  }
  return std::isfinite(least) ? least : 0.0;
}

}  // namespace sid
