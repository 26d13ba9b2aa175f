#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sid/run/outer_optimum.hpp"
#include "sid/run/outer_problem.hpp"
#include "sid/run/snapshot.hpp"
#include "sid/run/statistics.hpp"
#include "sid/run/value_curve.hpp"

namespace sid {

/// One replica of one method in the outer loop. Entry s of every list is at theta_s, after s outer
/// steps; all are as long as the replica has come, steps + 1 at its end.
struct OuterReplica {
  std::vector<double> theta;  ///< theta_s for one lambda; empty for several
  /// df/dtheta as estimated at theta_s for one lambda, its norm for several; the last point has
  /// none (NaN).
  std::vector<double> gradient;
  std::vector<double> value;     ///< f(lambda_s), exact; NaN where it was not solved for
  std::vector<double> distance;  ///< ||theta_s - theta*||; NaN where theta* is not certified
  std::vector<double> samples;   ///< examples evaluated on the way to theta_s
  Vector end;                    ///< m, the last theta; where a stop came, perhaps one step on
  /// The outer step whose estimate overflowed, where the replica ended; -1: none did.
  std::int64_t diverged_at = -1;
};

/// Statistics over replicas at theta_s; those that diverged before are left out and counted.
struct OuterStatistics {
  MeanEstimate distance_squared;  ///< ||theta_s - theta*||^2
  MeanEstimate excess;            ///< f(lambda_s) - f(lambda*), at least 0; NaN where not known
  double samples = 0.0;           ///< mean over replicas
  std::int64_t replicas = 0;
  std::int64_t diverged = 0;
};

/// One method. A deterministic method has one replica.
struct OuterCurve {
  std::size_t method = 0;  ///< of spec.methods
  std::string label;
  std::int64_t t = 0, k = 0;  ///< inner steps of one outer step
  std::vector<OuterReplica> replicas;
  std::vector<OuterStatistics> points;  ///< [s], as far as all replicas have come
};

/// What an outer loop knows at a moment; immutable once published.
struct OuterSnapshot {
  RunStatus status = RunStatus::not_started;
  std::string message = "Not started.";
  RunSpec spec;                                 ///< as asked for
  std::shared_ptr<const OuterProblem> problem;  ///< null until prepared
  std::shared_ptr<const ValueCurve> curve;      ///< f over the box; one lambda only
  std::optional<OuterOptimum> optimum;
  std::optional<OuterReplica> exact;  ///< the same steps along exact gradients; samples are 0
  std::vector<OuterCurve> curves;     ///< one a method
  std::int64_t steps_done = 0;        ///< of all replicas
  double progress = 0.0;              ///< [0, 1]
  double elapsed_seconds = 0.0;
  std::uint64_t generation = 0;

  bool done() const {
    return status == RunStatus::finished || status == RunStatus::stopped ||
           status == RunStatus::diverged || status == RunStatus::failed;
  }
};

/// Statistics at theta_s, adding in replica order. `best` is f(lambda*), NaN where not known.
OuterStatistics outer_statistics(const std::vector<OuterReplica>& replicas,
                                 std::size_t step,
                                 double best);

/// What a method needs to come, and stay, within `accuracy` of theta* in root mean square: means,
/// and lower and upper end of their 95 % intervals. std::nullopt where it does not get there, or
/// where replicas diverged: means of those that are left are too low.
struct SamplesToAccuracy {
  std::optional<double> low, mean, high;
};
SamplesToAccuracy samples_to_accuracy(const OuterCurve& curve, double accuracy);

/// The last point that a curve reaches with at most `samples`; null where it has none.
const OuterStatistics* point_at_samples(const OuterCurve& curve, double samples);

/// The largest number of samples that every curve has reached none of whose replicas diverged; 0
/// where there is none.
double common_samples(const OuterSnapshot& run);

}  // namespace sid
