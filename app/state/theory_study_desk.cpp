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
    : worker_(std::move(on_done),
              [evaluate = std::move(evaluate)](
                  const StudyRequest& job, const std::stop_token& stop, const auto& publish) {
                publish(std::make_shared<const Finished>(Finished{job, evaluate(job, stop)}));
              }) {}

void TheoryStudyDesk::want(std::optional<StudyRequest> request) {
  if (request && present_ && same(*request, *present_)) return;
  if (!request && !present_) return;
  present_ = request;
  pending_ = request.has_value();
  if (request) {
    worker_.request(std::move(*request));
    return;
  }
  worker_.forget();
  if (!latest_) return;
  latest_.reset();
  ++changes_;
}

void TheoryStudyDesk::poll() {
  std::shared_ptr<const Finished> finished = worker_.take();
  if (!finished) return;
  latest_ = std::move(finished);
  ++changes_;
  pending_ = false;
}

}  // namespace sid::app
