#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sid/method/reverse_mode_path.hpp"
#include "sid/method/step_size_schedule.hpp"
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
/// the numbers of the examples are kept too: stored_bytes(). The randomness is that of the path
/// itself. Allocates nothing after construction, apart from evaluating grad_1 E and C of the
/// problem.
class StochasticItdPath final : public ReverseModePath {
 public:
  struct Settings {
    OracleSettings oracle = {};
    StepSizeSchedule step = {};  ///< eta_s
    std::int64_t max_steps = 0;  ///< no checkpoint has more
  };

  /// Requires a problem with components, stored_bytes(...) <= kMaxStoredBytes, and fewer
  /// than 2^31 examples.
  StochasticItdPath(const BilevelProblem& problem, const Settings& settings);

  /// 8 d (max_steps + 1) + 4 b max_steps, or the largest int64 where that is more than one holds.
  static std::int64_t stored_bytes(Index dim, std::int64_t minibatch, std::int64_t max_steps);

  void start(std::uint64_t seed, std::uint32_t replica) override;
  /// Examples evaluated since construction, forward and backward: b a step.
  std::int64_t samples() const { return solver_steps() * settings_.oracle.minibatch; }

 private:
  std::span<const std::int32_t> minibatch_of(std::int64_t s) const;
  double length_of(std::int64_t s) const { return settings_.step.at(s) * problem().alpha(); }
  void prepare_forward() override;
  void step_forward(std::int64_t s, Vector& w) override;
  void step_back(std::int64_t s,
                 const ConstVectorRef& w_s,
                 Vector& adjoint,
                 Vector& hypergradient) override;
  /// x <- x - length [ (1/b) sum_B s_i(x) x_i + D x ], in the form the oracle is posed; all s_i are
  /// those of the old x.
  void step(std::span<const std::int32_t> batch, double length, Vector& x);

  Settings settings_;
  std::unique_ptr<ComponentOracle> oracle_;
  MinibatchSampler sampler_;
  std::vector<std::int32_t> examples_;  // B_0, B_1, ..., b each
  Vector part_;                         // m
  Vector numbers_;                      // b
};

}  // namespace sid
