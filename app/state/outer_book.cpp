#include "sid/app/state/outer_book.hpp"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

constexpr double kTenth = 0.1;

std::string lambda_text(const OuterSnapshot& run, const OuterCurve& curve) {
  double sum = 0.0, count = 0.0;
  for (const OuterReplica& replica : curve.replicas) {
    if (replica.diverged_at >= 0 || replica.theta.empty()) continue;
    sum += replica.theta.back();
    count += 1.0;
  }
  if (count == 0.0) return "";
  const Vector theta = Vector::Constant(1, sum / count);
  return format_for_reading(lambda_of(run.problem->settings.coordinate, theta)(0), 4);
}

OuterRow row_of(const OuterSnapshot& run, const OuterCurve& curve) {
  OuterRow row;
  row.method = curve.method;
  row.label = curve.label;
  if (curve.points.empty()) return row;
  const OuterStatistics& last = curve.points.back();
  row.lambda = lambda_text(run, curve);
  row.distance = last.diverged > 0
                     ? fmt::format("{} of {} overflowed", last.diverged, curve.replicas.size())
                     : format_for_reading(std::sqrt(last.distance_squared.mean));
  row.samples = format_for_reading(last.samples);
  const std::optional<double> tenth = samples_to_accuracy(curve, kTenth).mean;
  row.to_tenth = tenth ? format_for_reading(*tenth) : "–";
  return row;
}

std::string optimum_text(const OuterSnapshot& run) {
  if (!run.optimum) return "";
  const OuterOptimum& optimum = *run.optimum;
  std::string value = "f(λ*) = " + format_for_reading(optimum.value, 5);
  if (optimum.lambda.size() != 1) return value;
  return fmt::format("λ* = {}, {}{}",
                     format_for_reading(optimum.lambda(0), 5),
                     value,
                     optimum.at_wall ? ", at the wall of the box" : "");
}

}  // namespace

bool OuterBook::update(const OuterDesk& desk, const OuterFigureOptions& options) {
  if (!desk.latest()) return false;
  if (version_ > 0 && changes_ == desk.changes() && options_ == options) return false;
  changes_ = desk.changes();
  options_ = options;
  const OuterSnapshot& run = *desk.latest();
  figure_ = build_outer_figure(run, options);
  optimum_ = optimum_text(run);
  rows_.clear();
  rows_.reserve(run.curves.size());
  for (const OuterCurve& curve : run.curves) rows_.push_back(row_of(run, curve));
  ++version_;
  return true;
}

}  // namespace sid::app
