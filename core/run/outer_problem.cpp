#include "sid/run/outer_problem.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sid/math/elementary.hpp"
#include "sid/math/numbers.hpp"
#include "sid/problem/data_problem.hpp"
#include "sid/problem/data_problem_family.hpp"
#include "sid/problem/teaching_problem.hpp"
#include "sid/run/internal/prepare.hpp"
#include "sid/run/internal/spec_checker.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/step_resolution.hpp"

namespace sid {

namespace {

OuterSpec outer_of(const RunSpec& spec) {
  return spec.outer.value_or(OuterSpec{});
}

double theta_of(OuterCoordinate coordinate, double lambda) {
  return coordinate == OuterCoordinate::logarithm ? portable_log(lambda) : lambda;
}

void check_methods(internal::SpecChecker& check, const RunSpec& spec) {
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    const MethodSpec& method = spec.methods[i];
    const std::string at = internal::indexed("method", i);
    const auto one = [&](const std::string& field, const StepSpec& step) {
      if (!needs_noise_constants(step)) return;
      check.add(
          field,
          step.kind == StepKind::two_phase       ? "two-phase"
          : step.kind == StepKind::bound_optimal ? "bound-optimal"
                                                 : "gamma = \"theorem\"",
          "must not need the noise constants, which change with every lambda of an outer loop",
          R"(Use { kind = "constant" } or { kind = "decreasing" }.)");
    };
    one(at + ".step", method.step);
    if (method.linear_step) one(at + ".linear_step", *method.linear_step);
  }
}

/// h by which the first exact step has its largest entry kDefaultFirstStep long.
double default_step(const OuterSettings& settings, const Panel& start) {
  const Vector gradient =
      theta_gradient(settings.coordinate,
                     start.lambda,
                     (start.hypergradient_scale * start.reference.hypergradient).eval());
  const double largest = gradient.size() > 0 ? gradient.cwiseAbs().maxCoeff() : 0.0;
  const double step = kDefaultFirstStep / largest;
  return std::isfinite(step) && step > 0.0 ? step : 1.0;
}

}  // namespace

std::vector<SpecIssue> validate_outer(const RunSpec& spec) {
  std::vector<SpecIssue> issues = validate(spec);
  internal::SpecChecker check;
  check_methods(check, spec);
  const OuterSpec outer = outer_of(spec);
  const auto inside = [&](double value) {
    return (!outer.low || value >= *outer.low) && (!outer.high || value <= *outer.high);
  };
  const auto* scalars = std::get_if<std::vector<double>>(&spec.problem.lambda);
  if (outer.start && !inside(*outer.start)) {
    check.add("outer.start",
              format_shortest(*outer.start),
              "must lie between outer.low and outer.high",
              "Move it, or widen the box.");
  } else if (!outer.start && scalars != nullptr && !scalars->empty() && !inside(scalars->front())) {
    check.add("problem.lambda[1]",
              format_shortest(scalars->front()),
              "is where the outer loop starts and must lie between outer.low and outer.high",
              "Set outer.start, or widen the box.");
  }
  std::vector<SpecIssue> more = check.take();
  issues.insert(issues.end(), more.begin(), more.end());
  return issues;
}

LambdaRange default_box(const ProblemSpec& problem, double scale, double start) {
  LambdaRange box = lambda_regularises(problem.kind)
                        ? LambdaRange{.low = 1e-3 / scale, .high = 10.0 / scale}
                        : LambdaRange{.low = -10.0, .high = 10.0};
  box.low = std::min(box.low, start);
  box.high = std::max(box.high, start);
  return box;
}

OuterCoordinate outer_coordinate(const RunSpec& spec) {
  const OuterCoordinate usual =
      lambda_regularises(spec.problem.kind) ? OuterCoordinate::logarithm : OuterCoordinate::lambda;
  return outer_of(spec).coordinate.value_or(usual);
}

std::int64_t outer_replicas(const RunSpec& spec) {
  return outer_of(spec).replicas.value_or(spec.run.replicas);
}

RunSpec spec_at_start(const RunSpec& spec) {
  const OuterSpec outer = outer_of(spec);
  RunSpec out = spec;
  out.run.vary_split = false;
  out.run.decomposition = DecompositionRoute::none;
  out.run.replicas = outer_replicas(spec);
  out.run.iterations = outer.t.value_or(spec.run.iterations);
  out.run.checkpoints = {.spacing = CheckpointSpec::Spacing::linear, .count = 1, .list = {}};
  if (outer.k) {
    for (MethodSpec& method : out.methods) {
      if (traits_of(method.kind).minibatches && !method.k) method.k = outer.k;
    }
  }
  LambdaSpec& lambda = out.problem.lambda;
  if (outer.start) {
    lambda = std::vector<double>{*outer.start};
  } else if (auto* scalars = std::get_if<std::vector<double>>(&lambda)) {
    if (scalars->size() > 1) scalars->erase(scalars->begin() + 1, scalars->end());
  } else if (auto* vectors = std::get_if<std::vector<std::vector<double>>>(&lambda)) {
    if (vectors->size() > 1) vectors->erase(vectors->begin() + 1, vectors->end());
  }
  return out;
}

Result<std::shared_ptr<const BilevelProblem>> OuterProblem::at(const Vector& lambda,
                                                               const std::stop_token& stop) const {
  const ProblemSpec& problem = spec.problem;
  const Vector mean_lambda = first_panel().hypergradient_scale * lambda;
  std::shared_ptr<const BilevelProblem> made;
  if (problem.kind == ProblemKind::equilibrium) {
    made = internal::make_equilibrium(problem.equilibrium, mean_lambda(0));
  } else if (!has_data(problem.kind)) {
    made = make_teaching_problem(internal::teaching_shape(problem.quadratic),
                                 mean_lambda(0),
                                 problem.alpha.value_or(AlphaRule::inverse_smoothness));
  } else {
    auto at_lambda =
        bench->family->at(mean_lambda, problem.alpha.value_or(AlphaRule::optimal), stop);
    if (!at_lambda) return tl::unexpected<Error>(at_lambda.error());
    made = std::move(*at_lambda);
  }
  if (!(made->curvature().q < 1.0)) {
    return fail(ErrorCode::bad_input,
                fmt::format("λ came so far down (smallest entry {}) that the contraction constant "
                            "rounds to 1; use a larger value or rescale the data.",
                            format_for_reading(lambda.minCoeff())),
                "outer.low");
  }
  return made;
}

Result<OuterProblem::Exact> OuterProblem::exact(const Vector& theta,
                                                const std::stop_token& stop) const {
  const Vector lambda = lambda_of(settings.coordinate, theta);
  const auto problem = at(lambda, stop);
  if (!problem) return tl::unexpected<Error>(problem.error());
  const auto solved = exact_hypergradient(**problem, 0, stop);
  if (!solved) return tl::unexpected<Error>(solved.error());
  const double scale = first_panel().hypergradient_scale;
  return Exact{.value = solved->value.value(),
               .gradient = theta_gradient(
                   settings.coordinate, lambda, (scale * solved->hypergradient).eval())};
}

Result<std::shared_ptr<const OuterProblem>> prepare_outer(const RunSpec& spec,
                                                          const std::stop_token& stop,
                                                          const ProgressHook& progress,
                                                          const ProblemBench* previous,
                                                          WorkerPool* pool) {
  if (const auto issues = validate_outer(spec); !issues.empty()) {
    return fail(ErrorCode::bad_input, to_string(issues));
  }
  auto out = std::make_shared<OuterProblem>();
  out->spec = spec_at_start(spec);
  auto bench = prepare_bench(out->spec, stop, progress, {}, previous, pool);
  if (!bench) return tl::unexpected<Error>(bench.error());
  out->bench = std::move(*bench);
  const Panel& start = out->first_panel();
  const auto late =
      validate_against_data(out->spec, out->bench->sample_count, start.problem->lower_dim());
  if (!late.empty()) return fail(ErrorCode::bad_input, to_string(late));

  const OuterSpec outer = outer_of(spec);
  OuterSettings& settings = out->settings;
  settings.coordinate = outer_coordinate(spec);
  LambdaRange box = default_box(spec.problem, start.hypergradient_scale, start.lambda.minCoeff());
  box.high = std::max(box.high, start.lambda.maxCoeff());
  box = {.low = outer.low.value_or(box.low), .high = outer.high.value_or(box.high)};
  if (start.lambda.minCoeff() < box.low || start.lambda.maxCoeff() > box.high) {
    return fail(ErrorCode::bad_input,
                fmt::format("The loop starts with an entry of λ outside its box [{}, {}]; widen "
                            "outer.low and outer.high, or set outer.start.",
                            format_shortest(box.low),
                            format_shortest(box.high)),
                "outer");
  }
  settings.low = theta_of(settings.coordinate, box.low);
  settings.high = theta_of(settings.coordinate, box.high);
  settings.step = outer.step.value_or(default_step(settings, start));
  settings.decay = outer.decay;
  out->start =
      start.lambda.unaryExpr([&](double value) { return theta_of(settings.coordinate, value); });
  return std::shared_ptr<const OuterProblem>(std::move(out));
}

}  // namespace sid
