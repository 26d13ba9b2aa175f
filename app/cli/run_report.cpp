#include "sid/app/cli/run_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sid/app/cli/arguments.hpp"
#include "sid/math/numbers.hpp"

namespace sid::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string read(double value) {
  return format_for_reading(value);
}

/// The hypergradient bound that figures draw, or null.
const TheoryCurve* drawn_bound(const MethodTheory& theory) {
  for (const TheoryCurve& curve : theory.curves) {
    if (curve.quantity == Quantity::hypergradient && curve.kind == CurveKind::bound &&
        curve.primary && curve.drawn()) {
      return &curve;
    }
  }
  return nullptr;
}

std::string value_at(const TheoryCurve* curve, std::size_t checkpoint) {
  if (curve == nullptr || checkpoint >= curve->values.size()) return "–";
  return read(curve->values[checkpoint]);
}

}  // namespace

std::string run_report(const RunSnapshot& run,
                       const std::vector<std::vector<MethodTheory>>& theory) {
  Rows rows = {{"λ",
                "method",
                "t",
                "epochs",
                "runs",
                "mean-square error",
                "95 % interval",
                "bound",
                "exact"}};
  for (const MethodCurve& curve : run.curves) {
    if (curve.points.empty()) continue;
    const CurvePoint& last = curve.points.back();
    const std::size_t position = curve.points.size() - 1;
    const MeanEstimate& mse = last.hypergradient;
    const MethodTheory* known =
        curve.panel < theory.size() && curve.method < theory[curve.panel].size()
            ? &theory[curve.panel][curve.method]
            : nullptr;
    const std::string interval =
        last.replicas > 1 ? fmt::format("[{}, {}]", read(mse.ci_low), read(mse.ci_high)) : "–";
    std::string runs = std::to_string(last.replicas);
    if (last.diverged > 0) runs += fmt::format(" (+{} diverged)", last.diverged);
    rows.push_back({run.bench->panels[curve.panel].label,
                    curve.label,
                    std::to_string(last.at.t),
                    read(last.at.epochs),
                    runs,
                    last.replicas > 0 ? read(mse.mean) : "–",
                    interval,
                    value_at(known == nullptr ? nullptr : drawn_bound(*known), position),
                    value_at(known == nullptr ? nullptr : known->find("exact"), position)});
  }
  return align_columns(rows, 2);
}

std::string compare_with_share(const RunSnapshot& run, double expected) {
  const std::string said = fmt::format("{:.6g}", expected);
  if (run.status != RunStatus::finished || run.curves.empty() || run.curves.back().points.empty()) {
    return fmt::format("the error {} of the share string cannot be compared.", said);
  }
  const std::string found =
      fmt::format("{:.6g}", run.curves.back().points.back().hypergradient.mean);
  if (found == said) return fmt::format("the last error is {}, as the share string says.", found);
  return fmt::format(
      "the last error is {}, but the share string says {}: other data or another "
      "version.",
      found,
      said);
}

}  // namespace sid::cli
