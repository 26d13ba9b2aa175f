#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "sid/run/theory_study.hpp"
#include "sid/theory/gaps.hpp"

namespace sid {

/// What stands for the error where nothing was measured.
enum class ErrorKnown {
  no,         ///< neither: batch steps, or no prediction at this checkpoint
  exact,      ///< the exact expectation
  predicted,  ///< the linearised prediction, which is no bound and not exact
};

/// A TheoryStudy without any run.
struct UnsampledStudy {
  ErrorKnown error = ErrorKnown::no;
  /// Its looseness ends at "truth" where the error is exact, at "prediction" where it is predicted;
  /// "true_rates" then takes the predicted errors of w_t and v_k, and its label says so.
  TheoryStudy theory;
};

/// The last checkpoint with at most `iterations` lower-level steps, the first if there is none;
/// the last of all for std::nullopt. Requires that there are some.
std::size_t checkpoint_at(const std::vector<Checkpoint>& checkpoints,
                          std::optional<std::int64_t> iterations);

/// study_theory with the exact expectation for the error, else the prediction. `known` as there.
UnsampledStudy study_without_runs(const RunSpec& spec,
                                  const ProblemBench& bench,
                                  const MethodTheory& known,
                                  StudyPlace place,
                                  const std::stop_token& stop = {});

/// For every panel and method, at checkpoint_at(iterations). Empty where stopped.
std::vector<std::vector<UnsampledStudy>> study_all_without_runs(
    const RunSpec& spec,
    const ProblemBench& bench,
    const std::vector<std::vector<MethodTheory>>& known,
    std::optional<std::int64_t> iterations,
    const std::stop_token& stop = {});

/// The notes on the paper that matter to a curve drawn for some method, or to an assumption that
/// does not hold for one, in the order of their ids.
std::vector<const PaperNote*> notes_that_matter(
    const std::vector<std::vector<MethodTheory>>& theory);

}  // namespace sid
