#include <algorithm>

#include <fmt/format.h>

#include "sid/io/curves_table.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_kind.hpp"

namespace sid {

namespace {

void append(std::string& out, double value) {
  out += ',';
  out += format_shortest(value);
}

/// "method,lambda" of a curve.
std::string curve_key(const RunSnapshot& snapshot, const MethodCurve& curve) {
  return csv_cell(curve.label) + ',' + csv_cell(snapshot.bench->panels[curve.panel].label);
}

/// One replica tells all only where every replica is the same.
bool deterministic(const RunSnapshot& snapshot, const MethodCurve& curve) {
  return !traits_of(snapshot.spec.methods[curve.method].kind).random &&
         !snapshot.spec.run.vary_split;
}

/// ",mse,std,sem,ci_low,ci_high". Empty where a replica has diverged, since a mean over the others
/// would be an estimate of something else; no spread from a single random replica.
void append_estimate(std::string& out, const CurvePoint& point, bool deterministic) {
  const MeanEstimate& mse = point.hypergradient;
  if (point.diverged > 0) {
    out += ",,,,,";
    return;
  }
  append(out, mse.mean);
  if (point.replicas < 2 && !deterministic) {
    out += ",,,,";
    return;
  }
  for (const double value : {mse.std, mse.sem, mse.ci_low, mse.ci_high}) append(out, value);
}

}  // namespace

std::string write_curves_csv(const RunSnapshot& snapshot) {
  std::string out =
      "method,lambda,replica,t,k,epoch,squared_error,lower_squared_error,linear_squared_error";
  const bool certified = snapshot.spec.run.certificate;
  if (certified) out += std::string(",") + kCertificateColumn;
  out += '\n';
  for (const MethodCurve& curve : snapshot.curves) {
    const std::string key = curve_key(snapshot, curve);
    for (std::size_t row = 0; row < curve.replica_numbers.size(); ++row) {
      for (std::size_t c = 0; c < static_cast<std::size_t>(curve.checkpoints_done); ++c) {
        const Checkpoint& at = curve.checkpoints[c];
        const ReplicaError& error = curve.errors[row * curve.checkpoints.size() + c];
        out += fmt::format("{},{},{},{}", key, curve.replica_numbers[row], at.t, at.k);
        append(out, at.epochs);
        append(out, error.hypergradient);
        append(out, error.lower);
        if (curve.linear_system) {
          append(out, error.linear);
        } else {
          out += ',';
        }
        if (certified && !curve.certificates.empty()) {
          append(out, curve.certificates[row * curve.checkpoints.size() + c]);
        } else if (certified) {
          out += ',';
        }
        out += '\n';
      }
    }
  }
  return out;
}

std::string write_summary_csv(const RunSnapshot& snapshot,
                              const std::vector<std::vector<MethodTheory>>& theory) {
  std::vector<std::string> columns;
  for (const auto& panel : theory) {
    for (const MethodTheory& method : panel) {
      for (const TheoryCurve& curve : method.curves) {
        if (std::find(columns.begin(), columns.end(), curve.id) == columns.end()) {
          columns.push_back(curve.id);
        }
      }
    }
  }
  std::string out = "method,lambda,t,k,epoch,replicas,diverged,mse,std,sem,ci_low,ci_high";
  const bool certified = snapshot.spec.run.certificate;
  if (certified) out += std::string(",") + kSummaryCertificateColumn;
  for (const std::string& column : columns) out += ',' + csv_cell(column);
  out += '\n';
  for (const MethodCurve& curve : snapshot.curves) {
    const std::string key = curve_key(snapshot, curve);
    const bool known = curve.panel < theory.size() && curve.method < theory[curve.panel].size();
    for (std::size_t c = 0; c < curve.points.size(); ++c) {
      const CurvePoint& point = curve.points[c];
      out += fmt::format("{},{},{}", key, point.at.t, point.at.k);
      append(out, point.at.epochs);
      out += fmt::format(",{},{}", point.replicas, point.diverged);
      append_estimate(out, point, deterministic(snapshot, curve));
      if (certified) out += ',';
      if (point.certificate && point.diverged == 0) out += format_shortest(point.certificate->mean);
      for (const std::string& column : columns) {
        const TheoryCurve* values =
            known ? theory[curve.panel][curve.method].find(column) : nullptr;
        out += ',';
        if (values != nullptr && c < values->values.size() &&
            values->values[c] == values->values[c]) {
          out += format_shortest(values->values[c]);
        }
      }
      out += '\n';
    }
  }
  return out;
}

}  // namespace sid
