#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sid/io/csv_table.hpp"
#include "sid/math/result.hpp"
#include "sid/run/snapshot.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// curves.csv: every replica at every checkpoint,
///   method,lambda,replica,t,k,epoch,squared_error,lower_squared_error,linear_squared_error
/// with ||estimate - hypergradient||^2, ||w_t - w(lambda)||^2, ||v_k - v(w_t)||^2 (empty for a
/// method without v_k), and certified_squared_error where spec.run.certificate asks for it ("inf"
/// where a constant is not known). By panel, then method, replica, checkpoint. `lambda` is the
/// panel's label: the value, or for vectors the number of the panel from 1. Errors of a replica
/// that overflowed are "nan". Only checkpoints that all replicas of the curve have reached.
std::string write_curves_csv(const RunSnapshot& snapshot);

/// summary.csv: statistics over the replicas that did not overflow,
///   method,lambda,t,k,epoch,replicas,diverged,mse,std,sem,ci_low,ci_high,<theory>
/// then certified_mse (the mean of the squared certificates) where spec.run.certificate asks for
/// it, and one column per curve of `theory` ([panel][method], by id, in the order of the first
/// method): bounds, exact values, floors; empty where it does not apply. ci: 95 %, log scale.
std::string write_summary_csv(const RunSnapshot& snapshot,
                              const std::vector<std::vector<MethodTheory>>& theory);

/// One line of summary.csv, as far as it is measured.
struct SummaryRow {
  std::string method, lambda;
  Checkpoint at;
  std::int64_t replicas = 0, diverged = 0;
  MeanEstimate mse;
  std::vector<double> theory;  ///< as long as SummaryTable::theory_columns; NaN where empty
};
struct SummaryTable {
  std::vector<std::string> theory_columns;
  std::vector<SummaryRow> rows;
};

Result<SummaryTable> read_summary_csv(std::string text, const std::string& name);

inline constexpr const char* kCertificateColumn = "certified_squared_error";
inline constexpr const char* kSummaryCertificateColumn = "certified_mse";

/// What the rows of a curves.csv must refer to: the experiment they belong to.
struct CurveFrame {
  std::vector<std::string> methods;                               ///< labels
  std::vector<std::string> panels;                                ///< labels
  std::vector<std::vector<std::vector<Checkpoint>>> checkpoints;  ///< [panel][method]: all of them
  std::vector<bool> linear_system;  ///< [method]: it has a v_k; empty: all have
  bool certificates = false;        ///< the table has certified_squared_error
};

/// The curves, panel-major, with statistics computed anew. Replicas in ascending order of number.
/// Errors (file:line): unknown method or lambda, a checkpoint that the experiment does not have, a
/// row twice, a replica with fewer checkpoints than others.
Result<std::vector<MethodCurve>> read_curves_csv(std::string text,
                                                 const std::string& name,
                                                 const CurveFrame& frame);

}  // namespace sid
