#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

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

/// The study on the desk, and the thread that makes the next one: drawing never computes. The
/// latest request wins: it stops the one before, whose study is never handed out. Nothing is
/// evaluated twice in a row for the same request.
class TheoryStudyDesk {
 public:
  using Evaluate = std::function<TheoryStudy(const StudyRequest&, const std::stop_token&)>;
  struct Finished {
    StudyRequest of;
    TheoryStudy study;
  };

  /// `on_done` is called from the worker, once for every study that poll() can pick up.
  explicit TheoryStudyDesk(std::function<void()> on_done, Evaluate evaluate = sid::app::study);
  ~TheoryStudyDesk();  ///< stops what is being evaluated and joins
  TheoryStudyDesk(const TheoryStudyDesk&) = delete;
  TheoryStudyDesk& operator=(const TheoryStudyDesk&) = delete;

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
  std::int64_t evaluations() const;

 private:
  void work(const std::stop_token& stop);

  std::function<void()> on_done_;
  Evaluate evaluate_;
  // Of the drawing thread.
  std::optional<StudyRequest> present_;
  std::shared_ptr<const Finished> latest_;
  std::uint64_t changes_ = 0;
  bool pending_ = false;
  // Shared.
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<StudyRequest> wanted_;
  std::uint64_t ticket_ = 0;   ///< of the latest request
  std::stop_source job_stop_;  ///< of the job at work
  std::shared_ptr<const Finished> result_;
  std::int64_t evaluations_ = 0;
  std::jthread thread_;  // last: starts when all else is there, joins before it goes
};

}  // namespace sid::app
