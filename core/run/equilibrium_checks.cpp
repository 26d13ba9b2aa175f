#include "sid/run/internal/equilibrium_checks.hpp"

#include <cmath>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/run/validation.hpp"

namespace sid::internal {

namespace {

constexpr std::int64_t kMaxDim = 200;            // d x d matrices are factorised
constexpr std::int64_t kMaxWeights = 4'000'000;  // n d^2 numbers, 32 MB
constexpr double kSmallestContraction = 1e-6;
constexpr double kLargestContraction = 0.9999;
constexpr double kLargestSpread = 100.0;

}  // namespace

void check_equilibrium(SpecChecker& check, const ProblemSpec& problem) {
  const EquilibriumSpec& e = problem.equilibrium;
  const std::string at = "problem.equilibrium.";
  check.within(at + "dim", e.dim, 1, kMaxDim, "It is the number of units; use 10.");
  check.within(at + "contraction",
               e.contraction,
               kSmallestContraction,
               kLargestContraction,
               "It is q of the map, which must contract; use 0.8.");
  check.within(at + "spread",
               e.spread,
               0.0,
               kLargestSpread,
               "It is how much components differ; 0 makes them equal, 0.5 is usual.");
  check.within(at + "huber_delta",
               e.huber_delta,
               kSmallestScale,
               kLargestScale,
               "It is the residual at which the loss turns linear; use 1.");
  check.within(at + "samples",
               e.samples,
               1,
               kMaxWeights,
               "It is the number of components that minibatches draw from; use 50.");
  check.seed(at + "seed", e.seed);
  if (e.dim >= 1 && e.dim <= kMaxDim && e.samples >= 1 && e.samples <= kMaxWeights &&
      e.samples * e.dim * e.dim > kMaxWeights) {
    check.add(at + "samples",
              std::to_string(e.samples),
              fmt::format(
                  "samples·dim² = {} weights must be ≤ {}", e.samples * e.dim * e.dim, kMaxWeights),
              "Use fewer components or units.");
  }
  if (problem.alpha) {
    check.add("problem.alpha",
              *problem.alpha == AlphaRule::optimal ? "\"2/(L+tau)\"" : "\"1/L\"",
              "does not apply to the equilibrium, whose map is no gradient step",
              "Remove it.");
  }
  if (problem.lower_loss != LossScale::mean) {
    check.add("problem.lower_loss",
              "\"sum\"",
              "must be \"mean\" for the equilibrium, which has no lower-level loss",
              "Remove it.");
  }
}

}  // namespace sid::internal
