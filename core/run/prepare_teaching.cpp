#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/problem/teaching_problem.hpp"
#include "sid/run/internal/prepare.hpp"
#include "sid/run/lambda_panels.hpp"

namespace sid::internal {

TeachingShape teaching_shape(const QuadraticSpec& quadratic) {
  return {.dim = static_cast<Index>(quadratic.dim),
          .condition = quadratic.condition,
          .smoothness = quadratic.smoothness,
          .noise_multiplicative = quadratic.noise_multiplicative,
          .noise_additive = quadratic.noise_additive,
          .noise_lambda = quadratic.noise_lambda,
          .samples = quadratic.samples,
          .seed = static_cast<std::uint64_t>(quadratic.seed)};
}

Result<void> prepare_teaching(const RunSpec& spec, ProblemBench& bench) {
  const QuadraticSpec& quadratic = spec.problem.quadratic;
  Result<std::vector<LambdaPanel>> lambdas = lambda_panels(spec.problem, 1);
  if (!lambdas) return tl::unexpected<Error>(lambdas.error());
  const TeachingShape shape = teaching_shape(quadratic);
  const AlphaRule rule = spec.problem.alpha.value_or(AlphaRule::inverse_smoothness);
  const double scale = spec.problem.lower_loss == LossScale::sum
                           ? 1.0 / static_cast<double>(quadratic.samples)
                           : 1.0;
  for (LambdaPanel& lambda : *lambdas) {
    Panel panel;
    panel.problem = make_teaching_problem(shape, scale * lambda.lambda(0), rule);
    panel.reference = panel.problem->solve_reference();
    panel.lambda = std::move(lambda.lambda);
    panel.label = std::move(lambda.label);
    panel.hypergradient_scale = scale;
    bench.panels.push_back(std::move(panel));
  }
  bench.sample_count = quadratic.samples;
  bench.data_description = fmt::format("quadratic teaching problem, d = {}, condition {}, seed {}",
                                       quadratic.dim,
                                       format_shortest(quadratic.condition),
                                       quadratic.seed);
  return {};
}

}  // namespace sid::internal
