#include "sid/run/experiment.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"
#include "sid/method/checkpoint_grid.hpp"
#include "sid/method/variance_reduced_steps.hpp"
#include "sid/run/internal/prepare.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/solver_cost.hpp"
#include "sid/run/step_resolution.hpp"
#include "sid/run/validation.hpp"
#include "sid/run/worker_pool.hpp"
#include "sid/theory/noise_constants.hpp"

namespace sid {

namespace {

/// Deterministic curves have a point at every iteration up to this many; then log-spaced ones.
constexpr std::int64_t kMaxBatchPoints = 2000;

struct Budget {
  std::int64_t t = 1, k = 1;
};

Budget stochastic_budget(const RunSpec& spec, const MethodSpec& method) {
  const std::int64_t t = method.t.value_or(spec.run.iterations);
  return {.t = t, .k = method.k.value_or(method.t.value_or(spec.run.iterations))};
}

/// What the cost of a step depends on.
ResolvedMethod sizes_of(const MethodSpec& method, std::int64_t samples) {
  ResolvedMethod sizes;
  sizes.kind = method.kind;
  sizes.oracle = {.minibatch = samples, .sampling = Sampling::without_replacement};
  if (traits_of(method.kind).minibatches) {
    sizes.oracle = {.minibatch = method.minibatch, .sampling = method.sampling};
  } else if (is_variance_reduced(method.kind)) {
    sizes.oracle = {.minibatch = 1, .sampling = Sampling::iid};
    const bool given = method.kind == MethodKind::svrg && method.refresh_probability > 0.0;
    sizes.refresh_probability =
        given ? method.refresh_probability : 1.0 / static_cast<double>(samples);
  }
  sizes.copies = method.copies;
  sizes.mixing = method.mixing;
  sizes.lower_solver = method.lower_solver;
  sizes.linear_solver = method.linear_solver;
  sizes.lower_tolerance = method.lower_tolerance;
  sizes.linear_tolerance = method.linear_tolerance;
  return sizes;
}

/// Epochs of the longest method of minibatches; 0 without one.
double longest_epochs(const RunSpec& spec, std::int64_t samples) {
  double epochs = 0.0;
  for (const MethodSpec& method : spec.methods) {
    if (!traits_of(method.kind).minibatches) continue;
    const Budget budget = stochastic_budget(spec, method);
    epochs =
        std::max(epochs, expected_epochs(sizes_of(method, samples), samples, budget.t, budget.k));
  }
  return epochs;
}

/// Last t of a method that is not counted in minibatches: its own, or as many epochs as the longest
/// of those have.
std::int64_t matched_iterations(const RunSpec& spec,
                                const MethodSpec& method,
                                const ResolvedMethod& sizes,
                                std::int64_t samples) {
  if (method.t) return *method.t;
  const double epochs = longest_epochs(spec, samples);
  return epochs == 0.0 ? spec.run.iterations : iterations_for_epochs(sizes, samples, epochs);
}

std::vector<std::int64_t> stochastic_grid(const CheckpointSpec& spec, std::int64_t t_last) {
  if (spec.spacing != CheckpointSpec::Spacing::list) {
    const bool log = spec.spacing == CheckpointSpec::Spacing::log;
    return spaced_grid(log ? GridSpacing::log : GridSpacing::linear, spec.count, t_last);
  }
  std::vector<std::int64_t> grid;
  for (const std::int64_t t : spec.list) {
    if (t >= 1 && t <= t_last) grid.push_back(t);
  }
  std::sort(grid.begin(), grid.end());
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  if (grid.empty()) grid.push_back(t_last);
  return grid;
}

/// k at the last point of a grid that may end before the budget does.
std::int64_t last_k(const Budget& budget, std::int64_t grid_end) {
  if (budget.k == budget.t) return grid_end;
  const double ratio = static_cast<double>(budget.k) / static_cast<double>(budget.t);
  return std::max<std::int64_t>(1, std::llround(ratio * static_cast<double>(grid_end)));
}

/// Where SAGA and SVRG stop: evenly on a logarithmic axis of epochs, which begins after the first
/// pass over the data; in t they would all but the last few be at one epoch.
std::vector<std::int64_t> epoch_grid(const CheckpointSpec& spec,
                                     const ResolvedMethod& sizes,
                                     std::int64_t samples,
                                     const Budget& budget) {
  const bool listed = spec.spacing == CheckpointSpec::Spacing::list;
  const std::int64_t asked = listed ? static_cast<std::int64_t>(spec.list.size()) : spec.count;
  const std::int64_t count = std::clamp<std::int64_t>(asked, 1, budget.t);
  if (spec.spacing == CheckpointSpec::Spacing::linear || count == 1) {
    return spaced_grid(GridSpacing::linear, count, budget.t);
  }
  const double start = expected_epochs(sizes, samples, 0, 0);
  const double end = expected_epochs(sizes, samples, budget.t, budget.k);
  const double each = (end - start) / static_cast<double>(budget.t);
  const double first = start + each;
  std::vector<std::int64_t> grid;
  grid.reserve(static_cast<std::size_t>(count));
  std::int64_t previous = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t remaining = count - 1 - i;
    const double fraction = static_cast<double>(i) / static_cast<double>(count - 1);
    const double epochs = first * portable_exp(fraction * portable_log(end / first));
    const std::int64_t t = std::llround((epochs - start) / each);
    previous =
        remaining == 0 ? budget.t : std::min(std::max(t, previous + 1), budget.t - remaining);
    grid.push_back(previous);
  }
  return grid;
}

/// Numbers of steps alone; epochs as expected_epochs says.
std::vector<Checkpoint> method_checkpoints(const RunSpec& spec,
                                           const MethodSpec& method,
                                           const ResolvedMethod& sizes,
                                           std::int64_t samples) {
  const MethodTraits traits = traits_of(method.kind);
  std::vector<std::int64_t> grid;
  std::int64_t k = 1;
  if (traits.minibatches) {
    const Budget budget = stochastic_budget(spec, method);
    grid = stochastic_grid(spec.run.checkpoints, budget.t);
    k = last_k(budget, grid.back());
  } else {
    const std::int64_t t = matched_iterations(spec, method, sizes, samples);
    const Budget budget{.t = t, .k = method.k.value_or(t)};
    grid = is_variance_reduced(method.kind)
               ? epoch_grid(spec.run.checkpoints, sizes, samples, budget)
               : spaced_grid(GridSpacing::log, std::min(t, kMaxBatchPoints), t);
    k = budget.k;
  }
  if (!traits.linear_system) k = grid.back();  // as many steps back
  std::vector<Checkpoint> checkpoints = make_checkpoints(grid, k, sizes.oracle.minibatch, samples);
  for (Checkpoint& at : checkpoints) at.epochs = expected_epochs(sizes, samples, at.t, at.k);
  return checkpoints;
}

/// Maps by which the two step sizes are resolved. Noise constants are asked for only where a step
/// needs them.
struct StepMaps {
  NoisyContraction lower, linear;
};

StepMaps step_maps(const RunSpec& spec,
                   const MethodSpec& method,
                   const Panel& panel,
                   const StepSpec& linear_step) {
  StepMaps maps;
  maps.lower.q = maps.linear.q = panel.problem->curvature().q;
  if (!needs_noise_constants(method.step) && !needs_noise_constants(linear_step)) return maps;
  const ProblemConstants constants = panel.problem->constants(
      panel.reference, {.minibatch = method.minibatch, .sampling = method.sampling});
  maps.lower = lower_level_noise(constants, spec.ladder).map;
  maps.linear = linear_system_map(constants, spec.ladder);
  if (!traits_of(method.kind).random) {
    maps.lower.sigma1 = maps.lower.sigma2 = maps.linear.sigma1 = maps.linear.sigma2 = 0.0;
  }
  return maps;
}

}  // namespace

bool fits(const ProblemBench& bench, const RunSpec& spec) {
  const std::int64_t replicas = spec.run.vary_split ? spec.run.replicas : 0;
  const bool data_matters = has_data(spec.problem.kind);
  return bench.problem == spec.problem && (!data_matters || bench.data == spec.data) &&
         bench.varied_replicas == replicas;
}

Result<std::shared_ptr<const ProblemBench>> prepare_bench(const RunSpec& spec,
                                                          std::stop_token stop,
                                                          const ProgressHook& progress,
                                                          Shard shard,
                                                          const ProblemBench* previous,
                                                          WorkerPool* pool) {
  SID_EXPECTS(shard.count >= 1 && shard.index >= 0 && shard.index < shard.count,
              "a shard is one of its count");
  auto bench = std::make_shared<ProblemBench>();
  bench->problem = spec.problem;
  bench->data = spec.data;
  const auto prepare = [&]() -> Result<void> {
    if (spec.problem.kind == ProblemKind::equilibrium) {
      return internal::prepare_equilibrium(spec, stop, *bench);
    }
    if (!has_data(spec.problem.kind)) {
      return internal::prepare_teaching(spec, *bench);
    }
    std::optional<WorkerPool> own;
    WorkerPool& workers = pool != nullptr ? *pool : own.emplace();
    return internal::prepare_data(
        {.spec = spec, .shard = shard, .stop = stop, .pool = workers, .previous = previous},
        progress,
        *bench);
  };
  const Result<void> prepared = prepare();
  if (!prepared) return tl::unexpected<Error>(prepared.error());
  if (stop.stop_requested()) return fail(ErrorCode::stopped, "Stopped while preparing");
  return std::shared_ptr<const ProblemBench>(std::move(bench));
}

std::int64_t longest_iterations(const RunSpec& spec,
                                const MethodSpec& method,
                                std::int64_t samples) {
  if (traits_of(method.kind).minibatches) return stochastic_budget(spec, method).t;
  return matched_iterations(spec, method, sizes_of(method, samples), samples);
}

std::vector<ResolvedMethod> resolve_methods(const RunSpec& spec,
                                            const ProblemBench& bench,
                                            const Panel& panel) {
  const std::vector<std::string> labels = method_labels(spec);
  std::vector<ResolvedMethod> methods;
  methods.reserve(spec.methods.size());
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    const MethodSpec& method = spec.methods[i];
    const MethodTraits traits = traits_of(method.kind);
    const StepSpec linear_step = linear_step_of(method);
    ResolvedMethod& resolved = methods.emplace_back(sizes_of(method, bench.sample_count));
    resolved.label = labels[i];
    resolved.checkpoints = method_checkpoints(spec, method, resolved, bench.sample_count);
    resolved.jacobian_samples = traits.jacobian_samples ? method.jacobian_samples : 0;
    if (is_variance_reduced(method.kind)) {
      const Curvature& curvature = panel.problem->curvature();
      resolved.gamma = method.step_factor * variance_reduced_step_limit(curvature);
      resolved.lower_step = resolved.linear_step =
          StepSizeSchedule(ConstantStep{.eta = resolved.gamma / curvature.alpha});
    } else if (traits.lower_step) {
      const StepMaps maps = step_maps(spec, method, panel, linear_step);
      const Checkpoint last = resolved.checkpoints.back();
      resolved.lower_step = resolve_step(method.step, maps.lower, last.t);
      resolved.linear_step = resolve_step(linear_step, maps.linear, last.k);
    } else {
      resolved.lower_step = resolved.linear_step = StepSizeSchedule(ConstantStep{.eta = 1.0});
    }
  }
  return methods;
}

}  // namespace sid
