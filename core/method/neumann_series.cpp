#include "sid/method/neumann_series.hpp"

#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

NeumannSeries::NeumannSeries(const BilevelProblem& problem,
                             std::unique_ptr<StochasticOracle> oracle,
                             const NeumannSettings& settings)
    : oracle_(std::move(oracle)),
      settings_(settings),
      alpha_(problem.alpha()),
      zero_(Vector::Zero(problem.lower_dim())),
      product_(Vector::Zero(problem.lower_dim())) {
  SID_EXPECTS(settings.copies >= 1, "there is at least one copy to average");
  SID_EXPECTS(settings.eta > 0.0, "the step size must be positive");
}

LinearSolve NeumannSeries::solve(const LinearTask& task, VectorRef v, const std::stop_token& stop) {
  SID_EXPECTS(task.k >= 0, "the number of steps cannot be negative");
  LinearSolve result;
  v.setZero();
  if (task.k == 0) return result;
  StreamKey choices = task.key;
  choices.role = Role::linear_choice;
  Stream lengths(choices);
  oracle_->start(task.key);
  oracle_->freeze(task.w);
  const double weight =
      static_cast<double>(task.k) * settings_.eta / static_cast<double>(settings_.copies);
  for (std::int64_t copy = 0; copy < settings_.copies; ++copy) {
    if (stop.stop_requested()) {  // here too: a copy may have no factor
      result.status = PathStatus::stopped;
      return result;
    }
    const auto length = static_cast<std::int64_t>(lengths.uniform() * static_cast<double>(task.k));
    product_ = task.c;
    for (std::int64_t factor = 0; factor < length; ++factor) {
      if (stop.stop_requested()) {
        result.status = PathStatus::stopped;
        return result;
      }
      oracle_->linear_system_step(product_, zero_, alpha_, settings_.eta);
      ++result.steps;
      samples_ += settings_.minibatch;
      if (overflowed(product_)) {
        result.status = PathStatus::diverged;
        return result;
      }
    }
    v += weight * product_;
  }
  if (overflowed(v)) result.status = PathStatus::diverged;
  return result;
}

}  // namespace sid
