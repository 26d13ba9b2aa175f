#pragma once

#include <string>

#include "sid/io/results.hpp"
#include "sid/run/outer_snapshot.hpp"

namespace sid {

/// The texts of a folder of `sidlab optimise`.
struct OuterTables {
  /// outer.csv: method,replica,step,lambda,theta,gradient,f,distance,samples. `step` counts from 0,
  /// the start; `lambda` and `theta` are empty where lambda has several entries, and `gradient`,
  /// the estimate of df/dtheta that the step was taken by, is its norm there. `f` is exact, empty
  /// where it was not solved for; `distance` is ||theta - theta*||; `samples` were evaluated on the
  /// way there. The rows of method "exact gradients" have no samples.
  std::string points;
  /// outer_summary.csv: method,step,samples,epochs,replicas,diverged, then mean, std, sem, ci_low
  /// and ci_high of the squared distance and of f - f(lambda*).
  std::string summary;
  /// lambda.csv: where every replica ended, one row each: method,replica, then the entries.
  std::string ends;
  std::string spec;  ///< spec.toml
  std::string run;   ///< run.json: settings, optimum, how the run ended
};

/// Requires a snapshot with a problem and an optimum. All but run.json depend on the spec alone.
OuterTables make_outer_tables(const OuterSnapshot& run, const RunInfo& info);

/// Puts the files into the folder as write_tables does, and removes those of another run.
Result<void> write_outer_tables(const std::string& folder, const OuterTables& tables);

}  // namespace sid
