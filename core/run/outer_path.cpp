#include "sid/run/internal/outer_path.hpp"

#include <cmath>
#include <utility>

#include "sid/run/internal/make_path.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::internal {

namespace {

/// Method number `method` at one problem. Step sizes follow its contraction constant alone
/// (validate_outer), so that no reference is needed there.
ResolvedMethod resolved_at(const OuterProblem& problem, std::size_t method, const Panel& panel) {
  std::vector<ResolvedMethod> methods = resolve_methods(problem.spec, *problem.bench, panel);
  return std::move(methods[method]);
}

}  // namespace

OuterBudget outer_budget(const OuterProblem& problem, std::size_t method) {
  const ResolvedMethod resolved = resolved_at(problem, method, problem.first_panel());
  const Checkpoint& last = resolved.checkpoints.back();
  const double samples = last.epochs * static_cast<double>(problem.bench->sample_count);
  return {.t = last.t,
          .k = last.k,
          .samples = std::llround(samples),
          .deterministic = !traits_of(resolved.kind).random};
}

std::unique_ptr<HypergradientPath> outer_path(const OuterProblem& problem,
                                              std::size_t method,
                                              const BilevelProblem& at) {
  Panel panel;
  panel.problem = std::shared_ptr<const BilevelProblem>(std::shared_ptr<const void>(), &at);
  return make_path(panel, resolved_at(problem, method, panel));
}

}  // namespace sid::internal
