#include "sid/app/state/theory_study_desk.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <utility>

#include "sid/run/error_study.hpp"

namespace sid::app {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool same_number(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

/// `measured`, unless the study takes the exact expectation anyway.
double needed(const MethodTheory& theory, const char* exact_id, std::size_t at, double measured) {
  const TheoryCurve* const exact = theory.find(exact_id);
  const bool known =
      exact != nullptr && at < exact->values.size() && std::isfinite(exact->values[at]);
  return known ? kNaN : measured;
}

TrueErrors errors_needed(const Session& session, const MethodTheory& theory, StudyPlace place) {
  TrueErrors errors{kNaN, kNaN, kNaN};
  const auto& run = session.snapshot();
  if (!run || !run->done() || session.theory_pending()) return errors;
  errors = measured_errors(*run, place);
  const std::size_t at = place.checkpoint;
  return {.hypergradient = needed(theory, "exact", at, errors.hypergradient),
          .lower = needed(theory, "exact_lower", at, errors.lower),
          .linear = needed(theory, "exact_linear", at, errors.linear)};
}

}  // namespace

bool same(const StudyRequest& a, const StudyRequest& b) {
  return a.theory == b.theory && a.place.panel == b.place.panel &&
         a.place.method == b.place.method && a.place.checkpoint == b.place.checkpoint &&
         same_number(a.measured.hypergradient, b.measured.hypergradient) &&
         same_number(a.measured.lower, b.measured.lower) &&
         same_number(a.measured.linear, b.measured.linear);
}

std::optional<StudyRequest> study_request(const Session& session,
                                          std::size_t panel,
                                          std::size_t method,
                                          std::optional<std::size_t> at) {
  StudyRequest request{session.kept_theory(), {panel, method, 0}, {}};
  const EvaluatedTheory& theory = *request.theory;
  if (!theory.bench || panel >= theory.curves.size() || method >= theory.curves[panel].size()) {
    return std::nullopt;
  }
  const std::size_t count = theory.methods[panel][method].checkpoints.size();
  if (count == 0) return std::nullopt;
  request.place.checkpoint = std::min(at.value_or(count - 1), count - 1);
  request.measured = errors_needed(session, theory.curves[panel][method], request.place);
  return request;
}

TheoryStudy study(const StudyRequest& wanted, const std::stop_token& stop) {
  try {
    const MethodTheory& known = wanted.theory->curves[wanted.place.panel][wanted.place.method];
    return study_theory(
        wanted.theory->spec, *wanted.theory->bench, known, wanted.place, wanted.measured, stop);
  } catch (const std::exception&) {
    return {};
  }
}

TheoryStudyDesk::TheoryStudyDesk(std::function<void()> on_done, Evaluate evaluate)
    : on_done_(std::move(on_done)),
      evaluate_(std::move(evaluate)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

TheoryStudyDesk::~TheoryStudyDesk() {
  want(std::nullopt);
  thread_.request_stop();
  wake_.notify_all();
}

void TheoryStudyDesk::want(std::optional<StudyRequest> request) {
  if (request && present_ && same(*request, *present_)) return;
  if (!request && !present_) return;
  present_ = request;
  pending_ = request.has_value();
  if (!request && latest_) {
    latest_.reset();
    ++changes_;
  }
  const std::lock_guard lock(mutex_);
  wanted_ = std::move(request);
  ++ticket_;
  job_stop_.request_stop();
  result_.reset();
  wake_.notify_all();
}

void TheoryStudyDesk::poll() {
  const std::lock_guard lock(mutex_);
  if (!result_) return;
  latest_ = std::exchange(result_, nullptr);
  ++changes_;
  pending_ = false;
}

std::int64_t TheoryStudyDesk::evaluations() const {
  const std::lock_guard lock(mutex_);
  return evaluations_;
}

void TheoryStudyDesk::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::optional<StudyRequest> job;
    std::uint64_t ticket = 0;
    std::stop_token outdated;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, stop, [&] { return wanted_.has_value(); });
      if (stop.stop_requested()) return;
      job = std::exchange(wanted_, std::nullopt);
      ticket = ticket_;
      job_stop_ = std::stop_source();
      outdated = job_stop_.get_token();
      ++evaluations_;
    }
    auto finished = std::make_shared<Finished>(Finished{*job, evaluate_(*job, outdated)});
    {
      const std::lock_guard lock(mutex_);
      if (ticket_ != ticket) continue;
      result_ = std::move(finished);
    }
    if (on_done_) on_done_();
  }
}

}  // namespace sid::app
