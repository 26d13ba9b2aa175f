#include "sid/method/mixed_fixed_point.hpp"

#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

void MixedFixedPointState::start(const ConstVectorRef& c) {
  z.setZero();
  x = c;
  u = c;
}

void MixedFixedPointState::step(StochasticOracle& first,
                                StochasticOracle& second,
                                const ConstVectorRef& c,
                                const Vector& zero,
                                double alpha,
                                double eta,
                                double mixing) {
  z += eta * ((1.0 - mixing) * (u + z) + mixing * x - z);
  first.linear_system_step(x, c, alpha, eta);
  second.linear_system_step(u, zero, alpha, eta);
}

MixedFixedPoint::MixedFixedPoint(const BilevelProblem& problem,
                                 std::unique_ptr<StochasticOracle> first,
                                 std::unique_ptr<StochasticOracle> second,
                                 const MixedFixedPointSettings& settings)
    : first_(std::move(first)),
      second_(std::move(second)),
      settings_(settings),
      alpha_(problem.alpha()),
      zero_(Vector::Zero(problem.lower_dim())),
      state_(problem.lower_dim()) {
  SID_EXPECTS(settings.mixing > 0.0 && settings.mixing <= 1.0, "the mixing rate is in (0, 1]");
}

LinearSolve MixedFixedPoint::solve(const LinearTask& task,
                                   VectorRef v,
                                   const std::stop_token& stop) {
  SID_EXPECTS(task.k >= 0, "the number of steps cannot be negative");
  for (StochasticOracle* oracle : {first_.get(), second_.get()}) {
    oracle->start(task.key);
    oracle->freeze(task.w);
  }
  state_.start(task.c);
  LinearSolve result;
  while (result.steps < task.k) {
    if (stop.stop_requested()) {
      result.status = PathStatus::stopped;
      return result;
    }
    const double eta = settings_.step.at(result.steps);
    state_.step(*first_, *second_, task.c, zero_, alpha_, eta, settings_.mixing);
    ++result.steps;
    samples_ += settings_.minibatch;
    if (overflowed(state_.x) || overflowed(state_.u) || overflowed(state_.z)) {
      result.status = PathStatus::diverged;
      return result;
    }
  }
  v = state_.z;
  return result;
}

}  // namespace sid
