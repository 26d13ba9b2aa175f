#include "sid/run/internal/experiment_plan.hpp"

#include <algorithm>

#include "sid/run/problem_kind.hpp"

namespace sid::internal {

namespace {

/// Passes over the data that an exact linear system costs, roughly; for progress alone.
constexpr std::int64_t kPassesPerSolve = 20;

std::vector<std::int64_t> shard_replicas(std::int64_t count, Shard shard) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = shard.index; i < count; i += shard.count) numbers.push_back(i);
  return numbers;
}

}  // namespace

ExperimentPlan::ExperimentPlan(const RunSpec& spec, const ProblemBench& bench, Shard shard)
    : bench_(bench),
      route_(spec.run.decomposition),
      inner_replicas_(spec.run.inner_replicas),
      certificate_(spec.run.certificate) {
  const bool varied = bench.varied_replicas > 0;
  if (varied) {
    resolved_.resize(bench.varied_panels.size() * bench.panels.size());
    for (std::size_t r = 0; r < bench.varied_panels.size(); ++r) {
      for (std::size_t p = 0; p < bench.varied_panels[r].size(); ++p) {
        resolved_[r * bench.panels.size() + p] =
            resolve_methods(spec, bench, bench.varied_panels[r][p]);
      }
    }
  }
  solve_cost_ = has_data(spec.problem.kind) ? kPassesPerSolve * bench.sample_count : 0;
  for (std::size_t p = 0; p < bench.panels.size(); ++p) {
    const std::vector<ResolvedMethod> methods = resolve_methods(spec, bench, bench.panels[p]);
    for (std::size_t m = 0; m < methods.size(); ++m) {
      const bool once = !traits_of(methods[m].kind).random && !varied;
      MethodCurve curve;
      curve.panel = p;
      curve.method = m;
      curve.label = methods[m].label;
      curve.checkpoints = methods[m].checkpoints;
      curve.linear_system = traits_of(methods[m].kind).linear_system;
      curves_.push_back(std::move(curve));
      kinds_.push_back(methods[m].kind);
      replicas_.push_back(shard_replicas(once ? 1 : spec.run.replicas, shard));
    }
    if (!varied) resolved_.push_back(methods);
  }
  for (std::size_t c = 0; c < curves_.size(); ++c) {
    std::int64_t one = 0;
    for (std::size_t i = 0; i < curves_[c].checkpoints.size(); ++i) one += cost(c, i);
    total_cost_ += one * static_cast<std::int64_t>(replicas_[c].size());
  }
  plan_rounds();
}

const Panel& ExperimentPlan::panel(std::size_t curve, std::int64_t replica) const {
  const std::size_t p = curves_[curve].panel;
  if (bench_.varied_replicas == 0) return bench_.panels[p];
  return bench_.varied_panels[static_cast<std::size_t>(replica)][p];
}

const ResolvedMethod& ExperimentPlan::method(std::size_t curve, std::int64_t replica) const {
  return resolved_[place(curve, replica)][curves_[curve].method];
}

std::size_t ExperimentPlan::place(std::size_t curve, std::int64_t replica) const {
  const std::size_t p = curves_[curve].panel;
  return bench_.varied_replicas == 0 ? p
                                     : static_cast<std::size_t>(replica) * bench_.panels.size() + p;
}

void ExperimentPlan::prepare_certificates(const std::stop_token& stop) {
  lipschitz_.assign(resolved_.size(), {});
  std::vector<char> known(resolved_.size(), 0);
  for (std::size_t c = 0; c < curves_.size(); ++c) {
    for (const std::int64_t replica : replicas_[c]) {
      const std::size_t at = place(c, replica);
      if (known[at] != 0 || stop.stop_requested()) continue;
      lipschitz_[at] = panel(c, replica).problem->derivative_lipschitz(stop);
      known[at] = 1;
    }
  }
}

const DerivativeLipschitz* ExperimentPlan::lipschitz(std::size_t curve,
                                                     std::int64_t replica) const {
  return lipschitz_.empty() ? nullptr : &lipschitz_[place(curve, replica)];
}

std::int64_t ExperimentPlan::cost(std::size_t curve, std::size_t checkpoint) const {
  const std::vector<Checkpoint>& at = curves_[curve].checkpoints;
  const Checkpoint& here = at[checkpoint];
  const std::int64_t from = checkpoint == 0 ? 0 : at[checkpoint - 1].t;
  const double share =
      static_cast<double>(here.t - from + here.k) / static_cast<double>(here.t + here.k);
  const double samples = here.epochs * share * static_cast<double>(bench_.sample_count);
  std::int64_t parts = 0;
  if (with_parts(curve)) {
    const double linear_samples = here.epochs * static_cast<double>(bench_.sample_count) *
                                  static_cast<double>(here.k) /
                                  static_cast<double>(here.t + here.k);
    if (route_ == DecompositionRoute::nested) {
      parts = static_cast<std::int64_t>(static_cast<double>(inner_replicas_ - 1) * linear_samples);
    } else if (route_ == DecompositionRoute::conditional_mean) {
      parts = here.k * bench_.sample_count;
    }
  }
  return solve_cost_ + static_cast<std::int64_t>(samples) + parts + 1;
}

std::vector<std::int64_t> ExperimentPlan::costs_of_rounds(
    const std::vector<std::size_t>& curves) const {
  std::vector<std::int64_t> costs(targets_.size(), -1);
  std::size_t from = 0;
  for (std::size_t round = 0; round < costs.size(); ++round) {
    const std::size_t target = targets_[round][curves.front()];
    if (target == from) continue;
    costs[round] = 0;
    for (const std::size_t c : curves) {
      for (std::size_t i = from; i < target; ++i) costs[round] += cost(c, i);
    }
    from = target;
  }
  return costs;
}

std::int64_t ExperimentPlan::upper_dim() const {
  return bench_.panels.front().problem->upper_dim();
}

std::size_t ExperimentPlan::rows_side_by_side(std::size_t threads) const {
  constexpr std::size_t kCheap = 64;
  constexpr std::size_t kFew = 4;
  constexpr std::size_t kSmallData = 200'000;  // operations of a product with the Hessian
  const auto& problem = *bench_.panels.front().problem;
  const auto product = static_cast<std::size_t>(problem.sample_count() * problem.lower_dim());
  if (solve_cost_ == 0 || product <= kSmallData) return kCheap;
  std::size_t stochastic = 0;
  for (const MethodKind kind : kinds_) stochastic += traits_of(kind).random ? 1 : 0;
  const std::size_t busy = 2 * threads;
  return std::clamp((busy + stochastic) / std::max<std::size_t>(stochastic, 1), kFew, kCheap);
}

std::int64_t ExperimentPlan::measured_values() const {
  std::int64_t values = 0;
  for (std::size_t c = 0; c < curves_.size(); ++c) {
    const auto errors =
        static_cast<std::int64_t>(replicas_[c].size() * curves_[c].checkpoints.size());
    values += with_parts(c) ? errors * (upper_dim() + 4) / 3 : errors;  // three numbers each
    if (certificate_) values += errors / 3;
  }
  return values;
}

void ExperimentPlan::plan_rounds() {
  // The stochastic curves set the pace: a deterministic curve may have far more points than they
  // do.
  std::size_t pace = 0;
  for (std::size_t c = 1; c < curves_.size(); ++c) {
    const bool stochastic = traits_of(kinds_[c]).random;
    const bool leader_stochastic = traits_of(kinds_[pace]).random;
    const bool longer = curves_[c].checkpoints.size() > curves_[pace].checkpoints.size();
    if (stochastic && (!leader_stochastic || longer)) pace = c;
  }
  if (curves_.empty()) return;
  const std::size_t rounds = curves_[pace].checkpoints.size();
  std::vector<std::size_t> target(curves_.size(), 1);
  for (std::size_t r = 0; r < rounds; ++r) {
    const double epochs = curves_[pace].checkpoints[r].epochs;
    for (std::size_t c = 0; c < curves_.size(); ++c) {
      const std::vector<Checkpoint>& at = curves_[c].checkpoints;
      if (r + 1 == rounds) target[c] = at.size();
      while (target[c] < at.size() && at[target[c]].epochs <= epochs) ++target[c];
    }
    targets_.push_back(target);
  }
}

}  // namespace sid::internal
