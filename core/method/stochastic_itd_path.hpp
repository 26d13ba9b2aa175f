#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "sid/method/hypergradient_path.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/bilevel_problem.hpp"
#include "sid/problem/component_oracle.hpp"
#include "sid/random/minibatch_sampler.hpp"

namespace sid {

/// Iterative differentiation of the stochastic iterates (28): the derivative in lambda of E(w_t)
/// for w_{s+1} = w_s - eta_s alpha grad_1 l_{B_s}(w_s), with the minibatches B_s and the steps held
/// fixed. From a = grad_1 E(w_t), g = 0, backward for s = t-1, ..., 0 with the same B_s:
///   g <- g - eta_s alpha C_{B_s}(w_s)^T a,
///   a <- a - eta_s alpha H_{B_s}(w_s) a;
/// the estimate is g. It is exactly the derivative of that function of lambda. As an estimate of
/// the hypergradient no bound is known to us; with steps that decrease like 1/t its mean-square
/// error was seen to fall like 1/t.
///
/// The minibatches are those of SID: one stream (seed, lower_level, replica, 0). For the way back
/// the iterates and the numbers of the examples are kept: stored_bytes(). At a checkpoint w goes on
/// to w_t and the backward sweep starts afresh: t forward and t backward steps; k plays no part.
/// The randomness is that of the path itself, so nothing can be repeated at a given w_t. No v: v()
/// is empty. Allocates nothing after construction, apart from evaluating grad_1 E and C of the
/// problem.
class StochasticItdPath final : public HypergradientPath {
 public:
  struct Settings {
    OracleSettings oracle = {};
    StepSizeSchedule step = {};  ///< eta_s
    std::int64_t max_steps = 0;  ///< no checkpoint has more
  };

  /// Requires a problem with components, stored_bytes(...) <= ItdPath::kMaxStoredBytes, and fewer
  /// than 2^31 examples.
  StochasticItdPath(const BilevelProblem& problem, const Settings& settings);

  /// 8 d (max_steps + 1) + 4 b max_steps, or the largest int64 where that is more than one holds.
  static std::int64_t stored_bytes(Index dim, std::int64_t minibatch, std::int64_t max_steps);

  void start(std::uint64_t seed, std::uint32_t replica) override;
  /// Divergence::role is lower_level for w and linear_system for a and g; an iteration of the
  /// latter counts backward steps.
  PathStatus run_to(const Checkpoint& checkpoint,
                    std::uint32_t index,
                    const std::stop_token& stop) override;

  std::int64_t linear_steps() const override { return backward_steps_; }  ///< t: backward steps
  const Vector& w() const override { return w_; }
  const Vector& v() const override { return no_vector_; }
  const Vector& upper_gradient() const override { return c_; }
  const Vector& hypergradient() const override { return hypergradient_; }
  const std::optional<Divergence>& divergence() const override { return divergence_; }
  std::int64_t solver_steps() const override { return solver_steps_; }
  /// Examples evaluated since construction, forward and backward: b a step.
  std::int64_t samples() const { return solver_steps_ * settings_.oracle.minibatch; }

 private:
  PathStatus forward_to(std::int64_t t, const std::stop_token& stop);
  PathStatus sweep_back(const std::stop_token& stop);
  std::span<const std::int32_t> minibatch_of(std::int64_t s) const;
  void step_forward(std::span<const std::int32_t> batch, double length);
  void step_back(std::int64_t s, double length);

  const BilevelProblem& problem_;
  Settings settings_;
  std::unique_ptr<ComponentOracle> oracle_;
  MinibatchSampler sampler_;
  Matrix iterates_;                     // d x (max_steps + 1), columns w_0 .. w_t
  std::vector<std::int32_t> examples_;  // B_0, B_1, ..., b each
  Vector w_, c_, adjoint_, part_, hypergradient_, no_vector_;
  Vector numbers_;  // b
  std::optional<Divergence> divergence_;
  std::int64_t t_ = 0;
  std::int64_t backward_steps_ = 0;
  std::int64_t solver_steps_ = 0;
};

}  // namespace sid
