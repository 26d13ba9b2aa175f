#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/problem/equilibrium_problem.hpp"
#include "sid/run/internal/prepare.hpp"
#include "sid/run/lambda_panels.hpp"

namespace sid::internal {

std::shared_ptr<const BilevelProblem> make_equilibrium(const EquilibriumSpec& spec, double lambda) {
  return std::make_shared<EquilibriumProblem>(
      make_equilibrium_parameters({.dim = static_cast<Index>(spec.dim),
                                   .contraction = spec.contraction,
                                   .spread = spec.spread,
                                   .huber_delta = spec.huber_delta,
                                   .samples = spec.samples,
                                   .seed = static_cast<std::uint64_t>(spec.seed)},
                                  lambda));
}

Result<void> prepare_equilibrium(const RunSpec& spec,
                                 const std::stop_token& stop,
                                 ProblemBench& bench) {
  const EquilibriumSpec& equilibrium = spec.problem.equilibrium;
  Result<std::vector<LambdaPanel>> lambdas = lambda_panels(spec.problem, 1);
  if (!lambdas) return tl::unexpected<Error>(lambdas.error());
  for (LambdaPanel& lambda : *lambdas) {
    if (stop.stop_requested()) return {};
    Panel panel;
    panel.problem = make_equilibrium(equilibrium, lambda.lambda(0));
    panel.reference = panel.problem->solve_reference(stop);
    panel.lambda = std::move(lambda.lambda);
    panel.label = std::move(lambda.label);
    bench.panels.push_back(std::move(panel));
  }
  bench.sample_count = equilibrium.samples;
  bench.data_description =
      fmt::format("equilibrium of a tanh network, d = {}, {} components, q = {}, seed {}",
                  equilibrium.dim,
                  equilibrium.samples,
                  format_shortest(equilibrium.contraction),
                  equilibrium.seed);
  return {};
}

}  // namespace sid::internal
