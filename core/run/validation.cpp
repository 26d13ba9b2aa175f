#include "sid/run/validation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/method/itd_path.hpp"
#include "sid/method/stochastic_itd_path.hpp"
#include "sid/run/internal/method_checks.hpp"
#include "sid/run/internal/outer_checks.hpp"
#include "sid/run/internal/problem_checks.hpp"
#include "sid/run/internal/spec_checker.hpp"
#include "sid/run/method_fit.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/solver_cost.hpp"

namespace sid {

namespace {

using internal::indexed;
using internal::quoted;
using Checker = internal::SpecChecker;

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
              fmt::format("must be false for the {}, which has no data",
                          is_gradient_map(spec.problem.kind) ? "quadratic problem" : "equilibrium"),
              "Set it to false, or use a problem with data.");
  } else if (!spec.data.validation_path.empty() &&
             !std::holds_alternative<RandomLambda>(spec.problem.lambda)) {
    check.add("run.vary_split",
              "true",
              "must be false where data.validation_path fixes the split",
              "Set it to false, or leave validation_path out so that one file is split.");
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
                     std::int64_t population,
                     const char* of_what = "training examples") {
  if (method.minibatch > population) {
    check.add(at + ".minibatch",
              std::to_string(method.minibatch),
              fmt::format("must be ≤ {}, the number of {}", population, of_what),
              "Use a smaller minibatch, or kind = \"batch\" for the whole data.");
  }
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
  const bool made = !has_data(spec.problem.kind);  // of parameters
  check.text("title", spec.title, kMaxTitleBytes);
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
  const bool population_known = made || spec.data.validation_path.empty();
  const std::int64_t population = made ? parameter_samples(spec.problem) : spec.data.train;
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    internal::check_method(check, spec, i);
    if (!population_known || population < 1) continue;
    if (traits_of(spec.methods[i].kind).minibatches) {
      const bool components = !is_gradient_map(spec.problem.kind);
      check_minibatch(check,
                      indexed("method", i),
                      spec.methods[i],
                      population,
                      components ? "components" : "training examples");
    }
  }
  const std::int64_t columns = parameter_dim(spec.problem);
  if (made && population >= 1 && spec.run.iterations >= 1 && columns >= 1) {
    check_path_memory(check, spec, columns, population);
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
