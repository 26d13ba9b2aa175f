#include "sid/run/validation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/method/itd_path.hpp"
#include "sid/method/stochastic_itd_path.hpp"
#include "sid/run/internal/outer_checks.hpp"
#include "sid/run/internal/problem_checks.hpp"
#include "sid/run/internal/spec_checker.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/solver_cost.hpp"

namespace sid {

namespace {

using internal::indexed;
using internal::quoted;
using Checker = internal::SpecChecker;

constexpr double kLargestStep = 1000.0;
constexpr std::int64_t kMaxJacobianSamples = 1'000'000;
constexpr std::int64_t kMaxCopies = 1'000'000;
constexpr std::size_t kMaxNameBytes = 200;
constexpr std::size_t kMaxTitleBytes = 1000;

std::int64_t iterations_of(const RunSpec& spec, const MethodSpec& method) {
  return method.t.value_or(spec.run.iterations);
}

void check_checkpoints(Checker& check, const RunSpec& spec) {
  const CheckpointSpec& checkpoints = spec.run.checkpoints;
  if (checkpoints.spacing != CheckpointSpec::Spacing::list) {
    check.within("run.checkpoints.count",
                 checkpoints.count,
                 1,
                 kMaxCheckpoints,
                 "About 40 draw a smooth curve.");
    return;
  }
  if (checkpoints.list.empty()) {
    check.add("run.checkpoints",
              "[]",
              "must hold at least one iteration",
              "Write checkpoints = [1, 10, 100], or { count = 40, spacing = \"log\" }.");
  }
  if (std::cmp_greater(checkpoints.list.size(), kMaxCheckpoints)) {
    check.add("run.checkpoints",
              fmt::format("{} entries", checkpoints.list.size()),
              fmt::format("must hold at most {} entries", kMaxCheckpoints),
              "Thin the list.");
    return;
  }
  std::int64_t last = spec.run.iterations;
  for (const MethodSpec& method : spec.methods) last = std::max(last, iterations_of(spec, method));
  for (std::size_t i = 0; i < checkpoints.list.size(); ++i) {
    const std::string field = indexed("run.checkpoints", i);
    const std::int64_t t = checkpoints.list[i];
    if (t > last) {
      check.add(field,
                std::to_string(t),
                fmt::format("must be ≤ {}, the last iteration of the longest method", last),
                "Remove it or raise run.iterations.");
    } else {
      check.within(field, t, 1, kMaxIterations, "Checkpoints count iterations from 1.");
    }
  }
}

void check_run(Checker& check, const RunSpec& spec) {
  check.within("run.iterations",
               spec.run.iterations,
               1,
               kMaxIterations,
               "It is t at the last checkpoint; use a value such as 3000.");
  check_checkpoints(check, spec);
  check.within("run.replicas",
               spec.run.replicas,
               1,
               kMaxReplicas,
               "32 give an interval; 10 are the least that is sensible.");
  check.seed("run.seed", spec.run.seed);
  if (spec.run.decomposition == DecompositionRoute::nested) {
    check.within("run.inner_replicas",
                 spec.run.inner_replicas,
                 2,
                 kMaxInnerReplicas,
                 "2 tell the two variances apart.");
  }
  if (spec.run.decomposition != DecompositionRoute::none && spec.run.vary_split) {
    check.add("run.decomposition",
              spec.run.decomposition == DecompositionRoute::nested ? "\"nested\""
                                                                   : "\"conditional-mean\"",
              "must be \"none\" where splits vary: the parts speak of one problem",
              "Set vary_split = false, or leave decomposition out.");
  }
}

void check_vary_split(Checker& check, const RunSpec& spec) {
  if (!spec.run.vary_split) return;
  if (!has_data(spec.problem.kind)) {
    check.add("run.vary_split",
              "true",
              "must be false for the quadratic problem, which has no data",
              "Set it to false, or use a problem with data.");
  } else if (!spec.data.validation_path.empty() &&
             !std::holds_alternative<RandomLambda>(spec.problem.lambda)) {
    check.add("run.vary_split",
              "true",
              "must be false where data.validation_path fixes the split",
              "Set it to false, or leave validation_path out so that one file is split.");
  }
}

void check_step(Checker& check, const std::string& at, const StepSpec& step) {
  if (step.kind == StepKind::bound_optimal) return;
  const bool uses_eta = step.kind != StepKind::decreasing;
  const bool uses_beta = step.kind != StepKind::constant;
  if (uses_eta && !(step.kind == StepKind::two_phase && step.eta == 0.0)) {
    check.above(at + ".eta", step.eta, 0.0, kLargestStep, "Use a value in (0, 1].");
  }
  if (!uses_beta) return;
  const auto scale = [&](const char* key, double value, const char* remedy) {
    check.above(at + key, value, 0.0, kLargestScale, remedy);
  };
  if (step.beta) {
    scale(".beta", *step.beta, "The 1/t rate needs β > 1/(1−q²); leave it out for 2/(1−q²).");
  } else {
    scale(".beta_factor", step.beta_factor, "β = beta_factor/(1−q²); use 2.");
  }
  if (step.gamma && !step.gamma_theorem) {
    scale(".gamma", *step.gamma, "η_0 = β/γ; leave it out for γ = β.");
  } else if (!step.gamma_theorem) {
    scale(".gamma_factor", step.gamma_factor, "γ = gamma_factor·β; use 1.");
  }
  if (step.switch_at) {
    check.within(at + ".switch_at",
                 *step.switch_at,
                 0,
                 kMaxIterations,
                 "Leave it out to switch where the bound meets twice its floor.");
  }
}

/// A setting that the kind of a method does not have; values at their defaults are taken as absent.
void check_unused(Checker& check,
                  const std::string& at,
                  const MethodSpec& method,
                  const std::string& kind) {
  const MethodTraits traits = traits_of(method.kind);
  const MethodSpec own = with_own_settings(method);
  const auto complain = [&](const char* key, std::string value, const char* why) {
    check.add(at + "." + key,
              std::move(value),
              fmt::format("does not apply to kind = {}, {}", kind, why),
              "Remove it.");
  };
  const char* data =
      traits.random ? "which takes one example a step" : "which takes the whole data";
  if (method.minibatch != own.minibatch) {
    complain("minibatch", std::to_string(method.minibatch), data);
  }
  if (method.sampling != own.sampling) complain("sampling", "", data);
  // A number that is none differs from itself: kinds that have the setting are asked first.
  if (!traits.lower_step && method.step != own.step) {
    complain("step",
             "",
             is_variance_reduced(method.kind) ? "whose step is step_factor/(2 L_max + 4 L_max0)"
                                              : "which differentiates the plain map Φ");
  }
  if (method.linear_step && !traits.linear_step) {
    complain("linear_step",
             "",
             !traits.linear_system              ? "which solves no linear system"
             : is_variance_reduced(method.kind) ? "which has one step for both subproblems"
                                                : "whose linear solver chooses its own steps");
  }
  if (method.k && !traits.linear_system) {
    complain("k", std::to_string(*method.k), "which solves no linear system");
  }
  if (method.jacobian_samples != own.jacobian_samples) {
    complain(
        "jacobian_samples",
        std::to_string(method.jacobian_samples),
        traits.random ? "which differentiates its own path" : "which takes the exact derivative");
  }
  if (!is_variance_reduced(method.kind) && method.step_factor != own.step_factor) {
    complain("step_factor", format_shortest(method.step_factor), "only to \"saga\" and \"svrg\"");
  }
  if (method.kind != MethodKind::svrg && method.refresh_probability != own.refresh_probability) {
    complain(
        "refresh_probability", format_shortest(method.refresh_probability), "only to \"svrg\"");
  }
  if (method.copies != own.copies) {
    complain("copies", std::to_string(method.copies), "only to \"neumann\"");
  }
  if (method.kind != MethodKind::fp_km && method.mixing != own.mixing) {
    complain("mixing", format_shortest(method.mixing), "only to \"fp-km\"");
  }
}

/// The settings that only some kinds have.
void check_own_settings(Checker& check, const std::string& at, const MethodSpec& method) {
  switch (method.kind) {
    case MethodKind::saga:
    case MethodKind::svrg:
      check.above(at + ".step_factor",
                  method.step_factor,
                  0.0,
                  kLargestStep,
                  "1 is the largest step with a proved rate.");
      if (method.kind == MethodKind::svrg && method.refresh_probability != 0.0) {
        check.above(at + ".refresh_probability",
                    method.refresh_probability,
                    0.0,
                    1.0,
                    "Leave it out for 1/n.");
      }
      break;
    case MethodKind::neumann:
      check.within(
          at + ".copies", method.copies, 1, kMaxCopies, "1 is the plain series; 10 average ten.");
      break;
    case MethodKind::fp_km:
      check.above(at + ".mixing", method.mixing, 0.0, 1.0, "Use a value such as 0.1.");
      break;
    case MethodKind::batch:
    case MethodKind::sid:
    case MethodKind::itd:
    case MethodKind::aid_cg:
    case MethodKind::aid_cgnr:
    case MethodKind::stochastic_itd:
      break;
  }
}

std::int64_t panel_count(const LambdaSpec& lambda) {
  if (const auto* scalars = std::get_if<std::vector<double>>(&lambda)) {
    return static_cast<std::int64_t>(scalars->size());
  }
  if (const auto* vectors = std::get_if<std::vector<std::vector<double>>>(&lambda)) {
    return static_cast<std::int64_t>(vectors->size());
  }
  return 1;
}

/// What one path of this method keeps for the way back, in bytes. Sizes that are reported elsewhere
/// count as the least.
double path_bytes(const MethodSpec& method, std::int64_t columns, std::int64_t t) {
  return static_cast<double>(
      traits_of(method.kind).random
          ? StochasticItdPath::stored_bytes(columns, std::max<std::int64_t>(method.minibatch, 1), t)
          : ReverseModePath::stored_bytes(columns, t));
}

/// What reverse-mode differentiation keeps of its paths has to fit into memory: all panels and
/// methods advance side by side. `columns` is d. Reported where the method takes it over the limit.
void check_path_memory(Checker& check,
                       const RunSpec& spec,
                       std::int64_t columns,
                       std::int64_t samples) {
  constexpr double kMebibyte = 1 << 20;
  const std::int64_t panels =
      std::clamp<std::int64_t>(panel_count(spec.problem.lambda), 1, kMaxPanels);
  double total = 0.0;
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    const MethodSpec& method = spec.methods[i];
    if (!traits_of(method.kind).keeps_path) continue;
    const std::int64_t t = std::max<std::int64_t>(longest_iterations(spec, method, samples), 0);
    const bool random = traits_of(method.kind).random;
    // 64 replicas advance together, rounded up to whole turns of the threads.
    constexpr std::int64_t kTogether = 128;
    const std::int64_t paths =
        panels * (random || spec.run.vary_split
                      ? std::clamp<std::int64_t>(spec.run.replicas, 1, kTogether)
                      : 1);
    total += path_bytes(method, columns, t) * static_cast<double>(paths);
    if (total <= static_cast<double>(kMaxPathBytes)) continue;
    const char* fewer = paths > panels ? ", or fewer replicas." : ".";
    check.add(
        indexed("method", i) + ".t",
        std::to_string(t),
        fmt::format("every iterate is kept for the way back, {} MiB over {}{}; must be ≤ {} MiB",
                    format_for_reading(total / kMebibyte, 3),
                    paths == 1 ? std::string("one path") : fmt::format("{} paths", paths),
                    total > path_bytes(method, columns, t) * static_cast<double>(paths)
                        ? " and those of methods before"
                        : "",
                    kMaxPathBytes >> 20),
        std::string("Set a smaller t for this method") + fewer);
    return;
  }
}

void check_minibatch(Checker& check,
                     const std::string& at,
                     const MethodSpec& method,
                     std::int64_t population) {
  if (method.minibatch > population) {
    check.add(at + ".minibatch",
              std::to_string(method.minibatch),
              fmt::format("must be ≤ {}, the number of training examples", population),
              "Use a smaller minibatch, or kind = \"batch\" for the whole data.");
  }
}

/// A text that stands in tables, legends and on terminals.
void check_text(Checker& check,
                const std::string& field,
                const std::string& text,
                std::size_t most_bytes) {
  const bool clean = std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (!clean) {
    check.add(field, "", "must not hold line breaks or control characters", "Retype it.");
  } else if (text.size() > most_bytes) {
    check.add(field,
              fmt::format("{} bytes", text.size()),
              fmt::format("must have at most {} bytes", most_bytes),
              "Shorten it.");
  }
}

void check_method(Checker& check, const RunSpec& spec, std::size_t position) {
  const MethodSpec& method = spec.methods[position];
  const std::string at = indexed("method", position);
  const MethodTraits traits = traits_of(method.kind);
  const std::string kind = quoted(kind_word(method.kind));
  check_text(check, at + ".name", method.name, kMaxNameBytes);
  check_unused(check, at, method, kind);
  check_own_settings(check, at, method);
  if (traits.components && !has_data(spec.problem.kind)) {
    check.add(at + ".kind",
              kind,
              "needs a lower level that is a mean over examples, and the quadratic problem is none",
              "Use a problem with data, such as kind = \"ridge\", or kind = \"sid\" here.");
  }
  if (traits.minibatches) {
    check.within(at + ".minibatch", method.minibatch, 1, kMaxSamples, "Use a value such as 50.");
    if (traits.constant_linear && method.linear_step &&
        method.linear_step->kind != StepKind::constant) {
      check.add(at + ".linear_step.kind",
                "",
                fmt::format("must be \"constant\" for kind = {}", kind),
                "Every factor of the series has one step; leave linear_step out for η = 1.");
    }
    if (spec.problem.kind == ProblemKind::quadratic && method.sampling != Sampling::iid) {
      check.add(
          at + ".sampling",
          method.sampling == Sampling::reshuffle ? "\"reshuffle\"" : "\"without-replacement\"",
          "must be \"iid\" for the quadratic problem, whose noise has no finite population",
          "Use \"iid\", or a problem with data.");
    }
  }
  if (traits.jacobian_samples) {
    check.within(at + ".jacobian_samples",
                 method.jacobian_samples,
                 0,
                 kMaxJacobianSamples,
                 "1 is the paper's choice; 0 takes the exact derivative.");
  }
  if (traits.repeats && method.sampling == Sampling::reshuffle &&
      spec.run.decomposition == DecompositionRoute::conditional_mean) {
    check.add(at + ".sampling",
              "\"reshuffle\"",
              "must draw independent minibatches where run.decomposition = \"conditional-mean\"",
              "Use decomposition = \"nested\", or another sampling.");
  }
  check_step(check, at + ".step", method.step);
  if (method.linear_step) check_step(check, at + ".linear_step", *method.linear_step);
  const char* budget = "Leave it out to use run.iterations.";
  if (method.t) check.within(at + ".t", *method.t, 1, kMaxIterations, budget);
  if (method.k) check.within(at + ".k", *method.k, 1, kMaxIterations, budget);
}

void check_names(Checker& check, const RunSpec& spec) {
  const std::vector<std::string> labels = method_labels(spec);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (labels[i] != labels[j]) continue;
      check.add(indexed("method", i) + ".name",
                quoted(labels[i]),
                fmt::format("must differ from the name of method[{}]", j + 1),
                "Choose another name, or leave it out.");
      break;
    }
  }
}

void check_memory(Checker& check, const RunSpec& spec) {
  const CheckpointSpec& c = spec.run.checkpoints;
  const std::int64_t checkpoints = c.spacing == CheckpointSpec::Spacing::list
                                       ? static_cast<std::int64_t>(c.list.size())
                                       : std::min(c.count, spec.run.iterations);
  // Every factor is at most its own limit here, so that the product in doubles is safe.
  const double values = static_cast<double>(spec.run.replicas) * static_cast<double>(checkpoints) *
                        static_cast<double>(spec.methods.size()) *
                        static_cast<double>(std::min(panel_count(spec.problem.lambda), kMaxPanels));
  if (values > static_cast<double>(kMaxMeasuredValues)) {
    check.add("run.replicas",
              std::to_string(spec.run.replicas),
              fmt::format("replicas × checkpoints × methods × panels = {} must be ≤ {}",
                          format_shortest(values),
                          kMaxMeasuredValues),
              "Use fewer replicas or checkpoints, or several shards.");
  }
}

}  // namespace

std::string SpecIssue::to_string() const {
  std::string out = field;
  if (!value.empty()) out += " = " + value;
  return out + ": " + violated + ". " + remedy;
}

std::string to_string(const std::vector<SpecIssue>& issues) {
  std::string out;
  for (const SpecIssue& issue : issues) {
    if (!out.empty()) out += '\n';
    out += issue.to_string();
  }
  return out;
}

std::vector<SpecIssue> validate(const RunSpec& spec) {
  Checker check;
  const bool quadratic = !has_data(spec.problem.kind);
  check_text(check, "title", spec.title, kMaxTitleBytes);
  internal::check_problem(check, spec);
  check_run(check, spec);
  check_vary_split(check, spec);
  if (spec.methods.empty()) {
    check.add("method", "", "at least one [[method]] is needed", "Add [[method]] kind = \"sid\".");
  } else if (std::cmp_greater(spec.methods.size(), kMaxMethods)) {
    check.add("method",
              fmt::format("{} blocks", spec.methods.size()),
              fmt::format("at most {} methods can run together", kMaxMethods),
              "Remove some.");
    return check.take();
  }
  const bool population_known = quadratic || spec.data.validation_path.empty();
  const std::int64_t population = quadratic ? spec.problem.quadratic.samples : spec.data.train;
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    check_method(check, spec, i);
    if (!population_known || population < 1) continue;
    if (traits_of(spec.methods[i].kind).minibatches) {
      check_minibatch(check, indexed("method", i), spec.methods[i], population);
    }
  }
  if (quadratic && population >= 1 && spec.run.iterations >= 1 && spec.problem.quadratic.dim >= 1) {
    check_path_memory(check, spec, spec.problem.quadratic.dim, population);
  }
  check_names(check, spec);
  internal::check_outer(check, spec);
  check_memory(check, spec);
  return check.take();
}

std::vector<SpecIssue> validate_against_data(const RunSpec& spec,
                                             std::int64_t train_rows,
                                             std::int64_t columns) {
  const bool per_example = lambda_shape(spec.problem.kind) == LambdaShape::per_example;
  const std::int64_t entries = per_example ? train_rows : columns;
  Checker check;
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    if (traits_of(spec.methods[i].kind).minibatches) {
      check_minibatch(check, indexed("method", i), spec.methods[i], train_rows);
    }
  }
  check_path_memory(check, spec, columns, train_rows);
  if (const auto* vectors = std::get_if<std::vector<std::vector<double>>>(&spec.problem.lambda)) {
    for (std::size_t i = 0; i < vectors->size(); ++i) {
      if (std::cmp_equal((*vectors)[i].size(), entries)) continue;
      check.add(indexed("problem.lambda", i),
                fmt::format("{} numbers", (*vectors)[i].size()),
                fmt::format("must hold {}, one per {}",
                            entries,
                            per_example ? "training example" : "column of the data"),
                "Give one number for all entries, or a vector of that length.");
    }
  }
  return check.take();
}

}  // namespace sid
