#include "sid/app/state/messages.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {
namespace {

void add_run(const RunSnapshot& run, std::vector<Message>& out) {
  switch (run.status) {
    case RunStatus::failed:
    case RunStatus::diverged:
      out.push_back({Severity::stopped, run.message, "", "", 0.0});
      break;
    case RunStatus::stopped:
      out.push_back({Severity::partly, run.message, "", "", 0.0});
      break;
    default:
      break;
  }
}

/// How well the last mean is known, where that is poor.
void add_precision(const RunSnapshot& run,
                   std::size_t panel,
                   std::size_t method,
                   std::vector<Message>& out) {
  if (run.status != RunStatus::finished) return;
  for (const MethodCurve& curve : run.curves) {
    if (curve.panel != panel || curve.method != method || curve.points.empty()) continue;
    const MeanEstimate& last = curve.points.back().hypergradient;
    if (curve.replicas < 2 || !(last.mean > 0.0)) return;
    const double up = last.ci_high / last.mean - 1.0;
    if (up > 0.25) {
      out.push_back({Severity::partly,
                     fmt::format("{}: {} replicas know the last mean to +{} % only.",
                                 curve.label,
                                 curve.replicas,
                                 format_for_reading(100.0 * up, 2)),
                     fmt::format("Run {}", curve.replicas * 4),
                     "run.replicas",
                     static_cast<double>(curve.replicas * 4)});
    }
    return;
  }
}

void add_theory(const Session& session,
                std::size_t panel,
                std::size_t method,
                std::vector<Message>& out) {
  if (session.theory_stale() && !session.theory().empty()) {
    out.push_back({Severity::partly,
                   "Bounds and exact curves of these settings are being computed. Those shown "
                   "faded are of the settings before.",
                   "",
                   "",
                   0.0});
    return;
  }
  const Theory& theory = session.theory();
  if (panel >= theory.size() || method >= theory[panel].size()) return;
  const std::string label = method_label(session.spec(), method);
  const MethodTheory& mine = theory[panel][method];
  const TheoryCurve* const bound = mine.find("bound_3_4");
  const bool drawn = bound != nullptr && bound->drawn();
  for (const AssumptionCheck& check : mine.checks) {
    if (check.verdict == Verdict::holds || check.verdict == Verdict::holds_on_ball) continue;
    if (drawn && check.id != "step") continue;
    Message message{severity_of(check.verdict), label + ": " + check.sentence, "", "", 0.0};
    if (!check.remedy_key.empty()) {
      message.action = "Set to " + format_for_reading(check.remedy_value, 3);
      message.edit_key = fmt::format("method[{}].{}", method + 1, check.remedy_key);
      message.edit_value = check.remedy_value;
    }
    out.push_back(std::move(message));
  }
}

}  // namespace

const char* sign(Severity severity) {
  switch (severity) {
    case Severity::fine:
      return "✓";
    case Severity::partly:
      return "◐";
    case Severity::warning:
      return "!";
    case Severity::stopped:
      return "✕";
  }
  return "";
}

const char* sign(Verdict verdict) {
  return sign(severity_of(verdict));
}

Severity severity_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return Severity::fine;
    case Verdict::holds_on_ball:
    case Verdict::not_covered:
      return Severity::partly;
    case Verdict::fails:
      return Severity::warning;
  }
  return Severity::warning;
}

std::string format_duration(double seconds) {
  if (!(seconds >= 0.0)) return "–";
  if (seconds < 1.0) return fmt::format("{} ms", std::llround(seconds * 1000.0));
  if (seconds < 90.0) return fmt::format("{:.{}f} s", seconds, seconds < 10.0 ? 1 : 0);
  const auto whole = std::llround(seconds);
  if (whole < 5400) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::vector<Message> collect_messages(const Session& session,
                                      std::size_t panel,
                                      std::size_t method,
                                      const std::vector<Message>& notes) {
  std::vector<Message> out;
  for (const SpecIssue& issue : session.issues()) {
    out.push_back({Severity::stopped, issue.to_string(), "", "", 0.0});
  }
  const bool told = session.snapshot() && session.snapshot()->status == RunStatus::failed;
  if (session.issues().empty() && !told && !session.trouble().empty()) {
    out.push_back({Severity::stopped, session.trouble(), "", "", 0.0});
  }
  if (!session.evaluated().trouble.empty()) {
    out.push_back({Severity::stopped, session.evaluated().trouble, "", "", 0.0});
  }
  if (session.snapshot()) add_run(*session.snapshot(), out);
  add_theory(session, panel, method, out);
  if (session.snapshot()) add_precision(*session.snapshot(), panel, method, out);
  out.insert(out.end(), notes.rbegin(), notes.rend());
  // Of messages as serious, one that can be answered with a click comes first.
  std::stable_sort(out.begin(), out.end(), [](const Message& a, const Message& b) {
    if (a.severity != b.severity)
      return static_cast<int>(a.severity) > static_cast<int>(b.severity);
    return !a.action.empty() && b.action.empty();
  });
  return out;
}

}  // namespace sid::app
