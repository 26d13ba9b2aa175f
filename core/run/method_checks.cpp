#include "sid/run/internal/method_checks.hpp"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/run/method_fit.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid::internal {

namespace {

using Checker = SpecChecker;

constexpr double kLargestStep = 1000.0;
constexpr std::int64_t kMaxJacobianSamples = 1'000'000;
constexpr std::int64_t kMaxCopies = 1'000'000;
constexpr std::size_t kMaxNameBytes = 200;

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
             : traits.linear_solver           ? "whose solvers have steps of their own"
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
    complain("step_factor", format_shortest(method.step_factor), R"(only to "saga" and "svrg")");
  }
  if (method.kind != MethodKind::svrg && method.refresh_probability != own.refresh_probability) {
    complain(
        "refresh_probability", format_shortest(method.refresh_probability), "only to \"svrg\"");
  }
  if (method.copies != own.copies) {
    complain("copies", std::to_string(method.copies), "only to \"neumann\"");
  }
  if (method.lower_solver != own.lower_solver) {
    complain(
        "lower_solver", quoted(lower_word(method.lower_solver)), R"(only to "inexact" and "itd")");
  }
  if (method.linear_solver != own.linear_solver) {
    complain("linear_solver", quoted(linear_word(method.linear_solver)), "only to \"inexact\"");
  }
  if (method.lower_tolerance && !traits.linear_solver) {
    complain("lower_tolerance", format_shortest(*method.lower_tolerance), "only to \"inexact\"");
  }
  if (method.linear_tolerance && !traits.linear_solver) {
    complain("linear_tolerance", format_shortest(*method.linear_tolerance), "only to \"inexact\"");
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
    case MethodKind::inexact:
      if (method.lower_tolerance) {
        check.above(at + ".lower_tolerance",
                    *method.lower_tolerance,
                    0.0,
                    kLargestScale,
                    "It bounds ‖w − w(λ)‖; use a value such as 1e-3, or leave it out.");
      }
      if (method.linear_tolerance) {
        check.above(at + ".linear_tolerance",
                    *method.linear_tolerance,
                    0.0,
                    kLargestScale,
                    "It bounds ‖αH(w)v − ∇₁E(w)‖; use a value such as 1e-3, or leave it out.");
      }
      break;
  }
}

}  // namespace

void check_method(Checker& check, const RunSpec& spec, std::size_t position) {
  const MethodSpec& method = spec.methods[position];
  const std::string at = indexed("method", position);
  const MethodTraits traits = traits_of(method.kind);
  const std::string kind = quoted(kind_word(method.kind));
  check.text(at + ".name", method.name, kMaxNameBytes);
  check_unused(check, at, method, kind);
  check_own_settings(check, at, method);
  if (MethodMisfit misfit = method_misfit(method, spec.problem.kind)) {
    check.add(at + ".kind", kind, std::move(misfit.violated), std::move(misfit.remedy));
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

}  // namespace sid::internal
