#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sid/data/label_noise.hpp"
#include "sid/problem/data_constants.hpp"
#include "sid/problem/data_problem.hpp"
#include "sid/problem/data_problem_family.hpp"
#include "sid/run/internal/prepare.hpp"
#include "sid/run/lambda_panels.hpp"
#include "sid/run/load_data.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid::internal {

namespace {

DataProblemShape shape_of(const ProblemSpec& problem) {
  DataProblemShape shape;
  if (is_regression(problem.kind)) shape.lower.kind = LossKind::squares;
  switch (lambda_shape(problem.kind)) {
    case LambdaShape::one:
      shape.hyperparameter = Hyperparameter::one_lambda;
      break;
    case LambdaShape::per_column:
      shape.hyperparameter = Hyperparameter::per_coordinate;
      break;
    case LambdaShape::per_example:
      shape.hyperparameter = Hyperparameter::example_weights;
      break;
  }
  switch (upper_level(problem)) {
    case UpperLevel::logistic:
      shape.upper.kind = LossKind::logistic;
      break;
    case UpperLevel::squares:
      shape.upper.kind = LossKind::squares;
      break;
    case UpperLevel::pseudo_huber:
      shape.upper = {.kind = LossKind::pseudo_huber, .delta = problem.huber_delta};
      break;
  }
  shape.upper_scale = problem.upper_loss == LossScale::sum ? UpperScale::sum : UpperScale::mean;
  return shape;
}

/// The same for `rows` training examples: weight decay is a number of the chosen convention.
DataProblemShape shape_of(const ProblemSpec& problem, Index rows) {
  DataProblemShape shape = shape_of(problem);
  if (shape.hyperparameter == Hyperparameter::example_weights) {
    shape.weight_decay = problem.lower_loss == LossScale::sum
                             ? problem.weight_decay / static_cast<double>(rows)
                             : problem.weight_decay;
  }
  return shape;
}

/// With the rule for labels that the kind of problem settles.
DataSpec data_of(const RunSpec& spec) {
  DataSpec data = spec.data;
  data.labels = label_rule(spec);
  return data;
}

/// What a loss asks of the labels, as a sentence where they are otherwise.
Result<void> check_labels(const RunSpec& spec, const TrainValidation& parts) {
  if (upper_level(spec.problem) != UpperLevel::logistic) return {};
  if ((parts.validation.labels.array().abs() == 1.0).all()) return {};
  return fail(ErrorCode::bad_input,
              "the logistic loss needs labels −1 and +1, and the labels of this file are other "
              "numbers; use upper = \"squares\" or \"pseudo-huber\"",
              "problem.upper");
}

/// Counts solved panels over all threads and reports them one at a time.
class PanelProgress {
 public:
  PanelProgress(const ProgressHook& hook, std::size_t total) : hook_(hook), total_(total) {}

  void say(double fraction, const std::string& what) {
    if (!hook_) return;
    const std::lock_guard lock(mutex_);
    hook_(fraction, what);
  }

  /// The data takes the first fifth of the bar.
  void solved() {
    const std::size_t count = ++solved_;
    say(0.2 + 0.8 * static_cast<double>(count) / static_cast<double>(total_),
        fmt::format("Solved {} of {} reference problems.", count, total_));
  }

 private:
  const ProgressHook& hook_;
  std::size_t total_;
  std::mutex mutex_;
  std::atomic<std::size_t> solved_ = 0;
};

struct PanelJob {
  const RunSpec& spec;
  const std::stop_token& stop;
  PanelProgress& progress;
  WorkerPool& pool;
};

Result<Panel> solve_panel(const PanelJob& job,
                          const DataProblemFamily& family,
                          const Vector& lambda) {
  const ProblemSpec& problem = job.spec.problem;
  Panel panel;
  panel.hypergradient_scale =
      hypergradient_scale(problem, static_cast<double>(family.train().rows()));
  const Vector mean_lambda = panel.hypergradient_scale * lambda;
  auto made = family.at(mean_lambda, problem.alpha.value_or(AlphaRule::optimal), job.stop);
  if (!made) return tl::unexpected<Error>(made.error());
  panel.problem = *made;
  const Curvature& curvature = panel.problem->curvature();
  if (!(curvature.q < 1.0)) {
    return fail(ErrorCode::bad_input,
                fmt::format("it is so small beside the curvature L = {:.3g} of the data that the "
                            "contraction constant rounds to 1; use a larger λ or rescale the data",
                            curvature.L),
                "problem.lambda");
  }
  panel.reference = panel.problem->solve_reference(job.stop);
  if (job.stop.stop_requested()) {
    return fail(ErrorCode::stopped, "Stopped while solving a reference");
  }
  if (!panel.reference.converged) {
    return fail(
        ErrorCode::breakdown,
        fmt::format("Newton's method could not solve the lower level in double precision (L "
                    "= {:.3g}, τ = {:.3g}); use a larger λ or rescale the data",
                    panel.problem->curvature().L,
                    panel.problem->curvature().tau),
        "problem.lambda");
  }
  // Constants at the solution take passes over the data once; do it here, not between two frames.
  if (!prepare_constants(**made, panel.reference, job.stop)) {
    return fail(ErrorCode::stopped, "Stopped while measuring constants at a solution");
  }
  return panel;
}

/// A panel of `previous` with this lambda, if the rest is the same.
const Panel* find_panel(const RunSpec& spec, const ProblemBench* previous, const Vector& lambda) {
  if (previous == nullptr || previous->problem.alpha != spec.problem.alpha ||
      previous->problem.lower_loss != spec.problem.lower_loss) {
    return nullptr;
  }
  for (const Panel& panel : previous->panels) {
    if (panel.lambda == lambda) return &panel;
  }
  return nullptr;
}

/// All panels of one split, in parallel. The first error in panel order wins. `previous` has the
/// same family, or is null.
Result<std::vector<Panel>> solve_split(const PanelJob& job,
                                       const DataProblemFamily& family,
                                       std::int64_t replica,
                                       const ProblemBench* previous = nullptr) {
  Result<std::vector<LambdaPanel>> lambdas =
      lambda_panels(job.spec.problem, family.lambda_size(), replica);
  if (!lambdas) return tl::unexpected<Error>(lambdas.error());
  std::vector<std::optional<Result<Panel>>> solved(lambdas->size());
  job.pool.for_each(lambdas->size(), [&](std::size_t i) {
    const Vector& lambda = (*lambdas)[i].lambda;
    const Panel* known = find_panel(job.spec, previous, lambda);
    solved[i] = known ? Result<Panel>(*known) : solve_panel(job, family, lambda);
    if (*solved[i]) job.progress.solved();
  });
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < solved.size(); ++i) {
    LambdaPanel& at = (*lambdas)[i];
    if (!*solved[i]) {
      Error error = solved[i]->error();
      if (error.code != ErrorCode::stopped)
        error.message = "λ = " + at.label + ": " + error.message;
      return tl::unexpected<Error>(std::move(error));
    }
    Panel& panel = panels.emplace_back(std::move(**solved[i]));
    panel.lambda = std::move(at.lambda);
    panel.label = std::move(at.label);
  }
  return panels;
}

Result<std::shared_ptr<const DataProblemFamily>> make_family(const PanelJob& job,
                                                             const LoadedData& data,
                                                             std::int64_t replica) {
  if (job.stop.stop_requested()) return fail(ErrorCode::stopped, "Stopped before the split");
  const DataSpec& spec = job.spec.data;
  Result<std::shared_ptr<const TrainValidation>> parts = split_data(data, spec, replica, job.stop);
  if (!parts) return tl::unexpected<Error>(parts.error());
  if (Result<void> fit = check_labels(job.spec, **parts); !fit) {
    return tl::unexpected<Error>(fit.error());
  }
  if (spec.label_noise > 0.0) {
    const auto seed = static_cast<std::uint64_t>(spec.split_seed + replica);
    parts = std::make_shared<const TrainValidation>(TrainValidation{
        with_label_noise((*parts)->train, spec.label_noise, seed), (*parts)->validation});
  }
  const Index rows = (*parts)->train.rows();
  return DataProblemFamily::make(std::move(*parts), shape_of(job.spec.problem, rows), job.stop);
}

/// The splits of the replicas other than 0 that belong to the shard.
Result<void> solve_varied(const PanelJob& job,
                          const LoadedData& data,
                          Shard shard,
                          ProblemBench& bench) {
  const std::int64_t replicas = job.spec.run.replicas;
  bench.varied_replicas = replicas;
  bench.varied_panels.resize(static_cast<std::size_t>(replicas));
  std::vector<std::optional<Error>> errors(static_cast<std::size_t>(replicas));
  const auto count = static_cast<std::size_t>(
      std::max<std::int64_t>(0, (replicas - shard.index + shard.count - 1) / shard.count));
  job.pool.for_each(count, [&](std::size_t i) {
    const std::int64_t r = shard.index + static_cast<std::int64_t>(i) * shard.count;
    const auto at = static_cast<std::size_t>(r);
    if (r == 0) {
      bench.varied_panels[at] = bench.panels;
      return;
    }
    const Result<std::shared_ptr<const DataProblemFamily>> family = make_family(job, data, r);
    if (!family) {
      errors[at] = family.error();
      return;
    }
    Result<std::vector<Panel>> panels = solve_split(job, **family, r);
    if (panels) {
      bench.varied_panels[at] = std::move(*panels);
    } else {
      errors[at] = panels.error();
    }
  });
  for (const std::optional<Error>& error : errors) {
    if (error) return tl::unexpected<Error>(*error);
  }
  return {};
}

/// Split 0, which is always there, and where splits vary those of the shard.
std::size_t splits_to_make(const RunSpec& spec, Shard shard) {
  if (!spec.run.vary_split) return 1;
  std::size_t splits = shard.index == 0 ? 0 : 1;
  for (std::int64_t r = shard.index; r < spec.run.replicas; r += shard.count) ++splits;
  return splits;
}

std::size_t panels_to_solve(const RunSpec& spec, Shard shard) {
  const auto* scalars = std::get_if<std::vector<double>>(&spec.problem.lambda);
  const auto* vectors = std::get_if<std::vector<std::vector<double>>>(&spec.problem.lambda);
  const std::size_t panels = scalars ? scalars->size() : vectors ? vectors->size() : 1;
  return panels * splits_to_make(spec, shard);
}

}  // namespace

Result<void> prepare_data(const DataJob& data_job,
                          const ProgressHook& progress,
                          ProblemBench& bench) {
  const RunSpec& spec = data_job.spec;
  PanelProgress reporter(progress, panels_to_solve(spec, data_job.shard));
  const PanelJob job{
      .spec = spec, .stop = data_job.stop, .progress = reporter, .pool = data_job.pool};
  const ProblemBench* previous = data_job.previous;
  if (previous != nullptr &&
      (!previous->family || !(previous->data == spec.data) ||
       !(previous->family->shape() == shape_of(spec.problem, previous->family->train().rows())))) {
    previous = nullptr;
  }
  std::optional<LoadedData> data;
  if (previous == nullptr || spec.run.vary_split) {
    reporter.say(0.0, "Reading the data.");
    // Split 0 of the previous bench is there already.
    const auto splits = static_cast<std::int64_t>(splits_to_make(spec, data_job.shard)) -
                        (previous != nullptr ? 1 : 0);
    Result<LoadedData> loaded =
        load_data(data_of(spec),
                  job.stop,
                  {.count = splits, .made_at_once = static_cast<std::int64_t>(job.pool.threads())});
    if (!loaded) return tl::unexpected<Error>(loaded.error());
    data = std::move(*loaded);
  }
  if (previous != nullptr) {
    bench.family = previous->family;
  } else {
    reporter.say(0.1, "Measuring the curvature of the data.");
    auto family = make_family(job, *data, 0);
    if (!family) return tl::unexpected<Error>(family.error());
    bench.family = std::move(*family);
    if (!spec.run.vary_split) data.reset();  // its parts are copies
  }
  reporter.say(0.2, "Solving the reference problems.");
  Result<std::vector<Panel>> panels = solve_split(job, *bench.family, 0, previous);
  if (!panels) return tl::unexpected<Error>(panels.error());
  bench.panels = std::move(*panels);
  const Dataset& train = bench.family->train();
  bench.sample_count = train.rows();
  bench.data_description = train.description;
  bench.data_fingerprint = train.fingerprint + "-" + bench.family->validation().fingerprint;
  return spec.run.vary_split ? solve_varied(job, *data, data_job.shard, bench) : Result<void>();
}

}  // namespace sid::internal
