#pragma once

#include <cstddef>
#include <stop_token>
#include <vector>

#include "sid/run/experiment.hpp"
#include "sid/theory/looseness.hpp"
#include "sid/theory/sensitivity.hpp"
#include "sid/theory/statement.hpp"

namespace sid {

/// Which method, where: indices into the bench's panels, spec.methods, and the checkpoints that
/// resolve_methods gives it.
struct StudyPlace {
  std::size_t panel = 0;
  std::size_t method = 0;
  std::size_t checkpoint = 0;
};

/// One method at one checkpoint, taken apart: what each theorem says there, where the decades
/// between Theorem 3.4 and the error are lost, and which constant the bound hangs on.
struct TheoryStudy {
  StudyPlace place;
  Checkpoint at;
  std::vector<TheoremStatement> statements;
  std::vector<LoosenessStep> looseness;  ///< empty where there is no bound or no truth
  std::vector<Sensitivity> sensitivities;
};

/// Formulas only, but for the predictions that `known` holds; some ten milliseconds. `known` is
/// evaluate_theory's result for this method under spec.ladder; `measured` are means over runs, NaN
/// where there are none: exact expectations are taken where `known` has them. Values are in the
/// spec's convention. Empty statements where stopped.
TheoryStudy study_theory(const RunSpec& spec,
                         const ProblemBench& bench,
                         const MethodTheory& known,
                         StudyPlace place,
                         const TrueErrors& measured,
                         const std::stop_token& stop = {});

}  // namespace sid
