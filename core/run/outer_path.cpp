#include "sid/run/internal/outer_path.hpp"

#include <cmath>
#include <utility>

#include "sid/method/batch_oracle.hpp"
#include "sid/method/sid_path.hpp"

namespace sid::internal {

namespace {

/// Method number `method` at one problem. Step sizes follow its contraction constant alone
/// (validate_outer), so that no reference is needed there.
ResolvedMethod resolved_at(const OuterProblem& problem, std::size_t method, const Panel& panel) {
  std::vector<ResolvedMethod> methods = resolve_methods(problem.spec, *problem.bench, panel);
  return std::move(methods[method]);
}

std::unique_ptr<HypergradientPath> make_path(const BilevelProblem& at,
                                             const ResolvedMethod& method) {
  const auto oracle = [&]() -> std::unique_ptr<StochasticOracle> {
    if (method.kind == MethodKind::batch) return std::make_unique<BatchOracle>(at);
    return at.make_oracle(method.oracle);
  };
  return std::make_unique<SidPath>(at,
                                   oracle(),
                                   oracle(),
                                   SidSettings{.lower_step = method.lower_step,
                                               .linear_step = method.linear_step,
                                               .jacobian_samples = method.jacobian_samples,
                                               .minibatch = method.oracle.minibatch});
}

}  // namespace

OuterBudget outer_budget(const OuterProblem& problem, std::size_t method) {
  const ResolvedMethod resolved = resolved_at(problem, method, problem.first_panel());
  const Checkpoint& last = resolved.checkpoints.back();
  const double samples = last.epochs * static_cast<double>(problem.bench->sample_count);
  return {.t = last.t,
          .k = last.k,
          .samples = std::llround(samples),
          .deterministic = resolved.kind == MethodKind::batch};
}

std::unique_ptr<HypergradientPath> outer_path(const OuterProblem& problem,
                                              std::size_t method,
                                              const BilevelProblem& at) {
  Panel panel;
  panel.problem = std::shared_ptr<const BilevelProblem>(std::shared_ptr<const void>(), &at);
  return make_path(at, resolved_at(problem, method, panel));
}

}  // namespace sid::internal
