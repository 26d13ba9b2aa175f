#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "sid/run/snapshot.hpp"
#include "sid/run/theory_study.hpp"
#include "sid/theory/gaps.hpp"

namespace sid {

/// What the bounds are compared with.
enum class ErrorKnown {
  no,         ///< nothing: no run, and batch steps or no prediction at this checkpoint
  exact,      ///< the exact expectation
  measured,   ///< the mean over a run's replicas
  predicted,  ///< the linearised prediction, which is no bound and not exact
};

/// A TheoryStudy that ends at the best known error.
struct ErrorStudy {
  ErrorKnown error = ErrorKnown::no;
  /// What bounds can be divided by, each for itself: exact expectations; means over the run where
  /// those are not known; NaN where there is neither.
  TrueErrors exact, measured;
  MeanEstimate hypergradient;  ///< where measured: the run's mean and its interval
  std::int64_t replicas = 0;   ///< of the measured means
  /// Its looseness ends at "truth" where the error is exact or measured, at "prediction" where it
  /// is predicted; "true_rates" then takes the predicted errors of w_t and v_k, and its label says
  /// so.
  TheoryStudy theory;
};

/// Means over the run's replicas at the place; NaN where it has not come so far, and where replicas
/// have diverged: means of those that are left are too low.
TrueErrors measured_errors(const RunSnapshot& run, StudyPlace place);

/// The last checkpoint with at most `iterations` lower-level steps, the first if there is none;
/// the last of all for std::nullopt. Requires that there are some.
std::size_t checkpoint_at(const std::vector<Checkpoint>& checkpoints,
                          std::optional<std::int64_t> iterations);

/// study_theory with the exact expectation for the error, else the mean over `run` (null: none),
/// else the prediction. `known` as there; `run` is of the same spec.
ErrorStudy study_error(const RunSpec& spec,
                       const ProblemBench& bench,
                       const MethodTheory& known,
                       StudyPlace place,
                       const RunSnapshot* run = nullptr,
                       const std::stop_token& stop = {});

/// For every panel and method, at checkpoint_at(iterations), of a run that was stopped among those
/// it has reached. Empty where stopped.
std::vector<std::vector<ErrorStudy>> study_errors_of_all(
    const RunSpec& spec,
    const ProblemBench& bench,
    const std::vector<std::vector<MethodTheory>>& known,
    std::optional<std::int64_t> iterations,
    const RunSnapshot* run = nullptr,
    const std::stop_token& stop = {});

/// The notes on the paper that matter to a curve drawn for some method, or to an assumption that
/// does not hold for one, in the order of their ids.
std::vector<const PaperNote*> notes_that_matter(
    const std::vector<std::vector<MethodTheory>>& theory);

}  // namespace sid
