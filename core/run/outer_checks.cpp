#include "sid/run/internal/outer_checks.hpp"

#include <string>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/run/lambda_panels.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/validation.hpp"

namespace sid::internal {

namespace {

using Checker = SpecChecker;

void check_outer_box(Checker& check, const RunSpec& spec) {
  const OuterSpec& outer = *spec.outer;
  const LambdaRange range = lambda_range(spec.problem.kind);
  const char* remedy = lambda_regularises(spec.problem.kind)
                           ? "λ is the strength of a regulariser; use a positive number."
                       : spec.problem.kind == ProblemKind::equilibrium
                           ? "Units saturate beyond; use a number between."
                           : "Weights saturate beyond; use a number between.";
  if (outer.low) check.within("outer.low", *outer.low, range.low, range.high, remedy);
  if (outer.high) check.within("outer.high", *outer.high, range.low, range.high, remedy);
  if (outer.start) check.within("outer.start", *outer.start, range.low, range.high, remedy);
  if (outer.low && outer.high && *outer.low >= *outer.high) {
    check.add("outer.low",
              format_shortest(*outer.low),
              "must be < outer.high = " + format_shortest(*outer.high),
              "Swap the two, or leave one out.");
  }
  if (outer.coordinate == OuterCoordinate::logarithm && !lambda_regularises(spec.problem.kind)) {
    check.add("outer.coordinate",
              "\"log\"",
              spec.problem.kind == ProblemKind::equilibrium
                  ? "must be \"lambda\" for the equilibrium: λ may be negative"
                  : "must be \"lambda\" where λ weights examples: it may be negative",
              "Leave it out.");
  }
}

}  // namespace

void check_outer(Checker& check, const RunSpec& spec) {
  if (!spec.outer) return;
  const OuterSpec& outer = *spec.outer;
  check_outer_box(check, spec);
  check.within("outer.steps", outer.steps, 1, kMaxOuterSteps, "50 show where the loop goes.");
  if (outer.step) {
    check.above("outer.step",
                *outer.step,
                0.0,
                kLargestScale,
                "It multiplies df/dθ; leave it out for a first step of half a unit.");
  }
  check.within("outer.decay",
               outer.decay,
               0.0,
               kLargestScale,
               "h_s = h/(1 + s/decay); 0 keeps h constant, a tenth of the steps lets it shrink.");
  const char* budget = "Leave it out to use run.iterations.";
  if (outer.t) check.within("outer.t", *outer.t, 1, kMaxIterations, budget);
  if (outer.k) check.within("outer.k", *outer.k, 1, kMaxIterations, budget);
  if (outer.replicas) {
    check.within(
        "outer.replicas", *outer.replicas, 1, kMaxReplicas, "Leave it out to use run.replicas.");
  }
  const double values = static_cast<double>(outer.replicas.value_or(spec.run.replicas)) *
                        static_cast<double>(outer.steps) * static_cast<double>(spec.methods.size());
  if (values > static_cast<double>(kMaxOuterValues)) {
    check.add("outer.steps",
              std::to_string(outer.steps),
              fmt::format("replicas × steps × methods = {} must be ≤ {}",
                          format_shortest(values),
                          kMaxOuterValues),
              "Use fewer replicas or outer steps.");
  }
}

}  // namespace sid::internal
