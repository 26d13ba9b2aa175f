#include "sid/method/variance_reduced_solvers.hpp"

#include <utility>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

std::unique_ptr<ComponentOracle> components_of(const BilevelProblem& problem) {
  auto oracle = problem.make_component_oracle();
  SID_EXPECTS(oracle != nullptr, "variance reduction needs a lower level that is a finite sum");
  return oracle;
}

}  // namespace

VarianceReductionDraws::VarianceReductionDraws(const VarianceReductionSettings& settings,
                                               std::int64_t count)
    : tosses_(settings.kind == VarianceReduction::loopless_svrg),
      probability_(settings.refresh_probability > 0.0 ? settings.refresh_probability
                                                      : 1.0 / static_cast<double>(count)),
      count_(static_cast<std::uint64_t>(count)) {
  SID_EXPECTS(settings.step > 0.0, "the step size must be positive");
  SID_EXPECTS(settings.refresh_probability >= 0.0 && settings.refresh_probability <= 1.0,
              "a probability is between 0 and 1");
}

void VarianceReductionDraws::start(const StreamKey& examples, Role choices) {
  examples_ = Stream(examples);
  StreamKey key = examples;
  key.role = choices;
  choices_ = Stream(key);
}

std::int32_t VarianceReductionDraws::next_example() {
  return static_cast<std::int32_t>(examples_.index_below(count_));
}

bool VarianceReductionDraws::next_coin() {
  return tosses_ && choices_.uniform() < probability_;
}

VarianceReducedLowerSolver::VarianceReducedLowerSolver(const BilevelProblem& problem,
                                                       const VarianceReductionSettings& settings)
    : oracle_(components_of(problem)),
      steps_(*oracle_, settings.kind),
      draws_(settings, oracle_->count()),
      gamma_(settings.step),
      w_(Vector::Zero(problem.lower_dim())) {}

void VarianceReducedLowerSolver::start(std::uint64_t seed,
                                       std::uint32_t replica,
                                       const Vector& initial) {
  if (initial.size() == 0) {
    w_.setZero();
  } else {
    w_ = initial;
  }
  t_ = 0;
  diverged_ = false;
  draws_.start({.seed = seed, .role = Role::lower_level, .replica = replica, .checkpoint = 0},
               Role::lower_choice);
  oracle_->pose_lower_level();
  steps_.start_lower_level(w_);
}

PathStatus VarianceReducedLowerSolver::advance_to(std::int64_t t, const std::stop_token& stop) {
  SID_EXPECTS(t >= t_, "the lower-level path only goes forward");
  while (!diverged_ && t_ < t) {
    if (stop.stop_requested()) return PathStatus::stopped;
    const std::int32_t example = draws_.next_example();
    steps_.step(example, draws_.next_coin(), gamma_, w_);
    ++t_;
    diverged_ = overflowed(w_);
  }
  return diverged_ ? PathStatus::diverged : PathStatus::reached;
}

VarianceReducedLinearSolver::VarianceReducedLinearSolver(const BilevelProblem& problem,
                                                         const VarianceReductionSettings& settings)
    : oracle_(components_of(problem)),
      steps_(*oracle_, settings.kind),
      draws_(settings, oracle_->count()),
      alpha_(problem.alpha()),
      gamma_(settings.step / problem.alpha()) {}

LinearSolve VarianceReducedLinearSolver::solve(const LinearTask& task,
                                               VectorRef v,
                                               const std::stop_token& stop) {
  SID_EXPECTS(task.k >= 0, "the number of steps cannot be negative");
  draws_.start(task.key, Role::linear_choice);
  oracle_->pose_linear_system(task.w);
  v.setZero();
  steps_.start_linear_system(v, alpha_, task.c);
  LinearSolve result;
  while (result.steps < task.k) {
    if (stop.stop_requested()) {
      result.status = PathStatus::stopped;
      return result;
    }
    const std::int32_t example = draws_.next_example();
    steps_.step(example, draws_.next_coin(), gamma_, v);
    ++result.steps;
    if (overflowed(v)) {
      result.status = PathStatus::diverged;
      return result;
    }
  }
  return result;
}

std::unique_ptr<SolverPath> make_variance_reduced_path(const BilevelProblem& problem,
                                                       const VarianceReductionSettings& lower,
                                                       const VarianceReductionSettings& linear,
                                                       JacobianSampling jacobian) {
  if (problem.make_component_oracle() == nullptr) return nullptr;
  return std::make_unique<SolverPath>(
      problem,
      std::make_unique<VarianceReducedLowerSolver>(problem, lower),
      std::make_unique<VarianceReducedLinearSolver>(problem, linear),
      std::move(jacobian));
}

}  // namespace sid
