#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "sid/app/state/latest_worker.hpp"
#include "sid/app/state/session.hpp"
#include "sid/run/theory_study.hpp"

namespace sid::app {

/// What a study is of. Two with the same theory, place and errors have the same study.
struct StudyRequest {
  std::shared_ptr<const EvaluatedTheory> theory;  ///< has curves at `place`
  StudyPlace place;
  TrueErrors measured;  ///< means over the runs; NaN where the exact expectation is known or needed
};
bool same(const StudyRequest& a, const StudyRequest& b);

/// What the theory view shows of `session`: the checkpoint `at`, or the last one. Measured errors
/// count once the run is over, so that a run at work asks for nothing. None while there is no
/// theory.
std::optional<StudyRequest> study_request(const Session& session,
                                          std::size_t panel,
                                          std::size_t method,
                                          std::optional<std::size_t> at);

/// study_theory(); without statements where stopped or failed. Throws nothing.
TheoryStudy study(const StudyRequest& wanted, const std::stop_token& stop);

/// The study on the desk, and the worker that makes the next one. Nothing is evaluated twice in a
/// row for the same request.
class TheoryStudyDesk {
 public:
  using Evaluate = std::function<TheoryStudy(const StudyRequest&, const std::stop_token&)>;
  struct Finished {
    StudyRequest of;
    TheoryStudy study;
  };

  /// `on_done` is called from the worker, once for every study that poll() can pick up.
  explicit TheoryStudyDesk(std::function<void()> on_done, Evaluate evaluate = sid::app::study);

  /// Call every frame; a request like the one before does nothing. None: nothing is wanted.
  void want(std::optional<StudyRequest> request);
  /// Picks up what the worker finished.
  void poll();
  /// The newest study, perhaps of an earlier request; null before the first and while nothing is
  /// wanted.
  const Finished* latest() const { return latest_.get(); }
  /// Counts changes of latest().
  std::uint64_t changes() const { return changes_; }
  /// latest() is not of the present request.
  bool pending() const { return pending_; }
  /// How many studies were begun.
  std::int64_t evaluations() const { return worker_.begun(); }

 private:
  std::optional<StudyRequest> present_;
  std::shared_ptr<const Finished> latest_;
  std::uint64_t changes_ = 0;
  bool pending_ = false;
  LatestWorker<StudyRequest, Finished> worker_;
};

}  // namespace sid::app
