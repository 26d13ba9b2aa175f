#include "sid/run/experiment.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/method/checkpoint_grid.hpp"
#include "sid/run/internal/prepare.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/step_resolution.hpp"
#include "sid/run/validation.hpp"
#include "sid/run/worker_pool.hpp"
#include "sid/theory/noise_constants.hpp"

namespace sid {

namespace {

/// Batch curves have a point at every iteration up to this many; then log-spaced ones.
constexpr std::int64_t kMaxBatchPoints = 2000;

struct Budget {
  std::int64_t t = 1, k = 1;
};

Budget stochastic_budget(const RunSpec& spec, const MethodSpec& method) {
  const std::int64_t t = method.t.value_or(spec.run.iterations);
  return {.t = t, .k = method.k.value_or(method.t.value_or(spec.run.iterations))};
}

/// Batch iterations (one on each subproblem costs 2 epochs) for the epochs of the longest
/// stochastic method.
std::int64_t batch_iterations(const RunSpec& spec, std::int64_t samples) {
  double epochs = 0.0;
  for (const MethodSpec& method : spec.methods) {
    if (method.kind != MethodKind::sid) continue;
    const Budget budget = stochastic_budget(spec, method);
    const double steps = static_cast<double>(budget.t) + static_cast<double>(budget.k);
    epochs = std::max(epochs,
                      steps * static_cast<double>(method.minibatch) / static_cast<double>(samples));
  }
  if (epochs == 0.0) return spec.run.iterations;
  const auto limit = static_cast<double>(kMaxIterations);
  return static_cast<std::int64_t>(std::clamp(std::round(epochs / 2.0), 1.0, limit));
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

std::vector<Checkpoint> method_checkpoints(const RunSpec& spec,
                                           const MethodSpec& method,
                                           std::int64_t samples) {
  if (method.kind == MethodKind::sid) {
    const Budget budget = stochastic_budget(spec, method);
    const std::vector<std::int64_t> grid = stochastic_grid(spec.run.checkpoints, budget.t);
    return make_checkpoints(grid, last_k(budget, grid.back()), method.minibatch, samples);
  }
  const std::int64_t t = method.t.value_or(batch_iterations(spec, samples));
  const std::vector<std::int64_t> grid =
      spaced_grid(GridSpacing::log, std::min(t, kMaxBatchPoints), t);
  return make_checkpoints(grid, method.k.value_or(t), samples, samples);
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
  if (method.kind == MethodKind::batch) {
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
    if (!has_data(spec.problem.kind)) {
      return internal::prepare_teaching(spec, *bench);
    }
    std::optional<WorkerPool> own;
    if (pool == nullptr) pool = &own.emplace();
    return internal::prepare_data(
        {.spec = spec, .shard = shard, .stop = stop, .pool = *pool, .previous = previous},
        progress,
        *bench);
  };
  const Result<void> prepared = prepare();
  if (!prepared) return tl::unexpected<Error>(prepared.error());
  if (stop.stop_requested()) return fail(ErrorCode::stopped, "Stopped while preparing");
  return std::shared_ptr<const ProblemBench>(std::move(bench));
}

std::vector<ResolvedMethod> resolve_methods(const RunSpec& spec,
                                            const ProblemBench& bench,
                                            const Panel& panel) {
  const std::vector<std::string> labels = method_labels(spec);
  std::vector<ResolvedMethod> methods;
  methods.reserve(spec.methods.size());
  for (std::size_t i = 0; i < spec.methods.size(); ++i) {
    const MethodSpec& method = spec.methods[i];
    const StepSpec& linear_step = method.linear_step ? *method.linear_step : method.step;
    const bool batch = method.kind == MethodKind::batch;
    const StepMaps maps = step_maps(spec, method, panel, linear_step);
    std::vector<Checkpoint> checkpoints = method_checkpoints(spec, method, bench.sample_count);
    const Checkpoint last = checkpoints.empty() ? Checkpoint{} : checkpoints.back();
    methods.push_back(
        {.label = labels[i],
         .kind = method.kind,
         .oracle = {.minibatch = batch ? bench.sample_count : method.minibatch,
                    .sampling = batch ? Sampling::without_replacement : method.sampling},
         .lower_step = resolve_step(method.step, maps.lower, last.t),
         .linear_step = resolve_step(linear_step, maps.linear, last.k),
         .jacobian_samples = batch ? 0 : method.jacobian_samples,
         .checkpoints = std::move(checkpoints)});
  }
  return methods;
}

}  // namespace sid
