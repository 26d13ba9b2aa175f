#pragma once

#include <cstdint>
#include <memory>

#include "sid/method/solver_path.hpp"
#include "sid/method/variance_reduced_steps.hpp"
#include "sid/random/stream.hpp"

namespace sid {

struct VarianceReductionSettings {
  VarianceReduction kind = VarianceReduction::saga;
  /// > 0. The gamma of the lower level; the linear system, whose gradient is alpha times as steep,
  /// takes gamma = step/alpha. variance_reduced_step_limit() says up to where rates are proved.
  double step = 0.0;
  /// p of loopless SVRG, in (0, 1]; 0: 1/n.
  double refresh_probability = 0.0;
};

/// The examples and coins of one run of VarianceReducedSteps: examples uniform on 0..n-1 from the
/// stream `examples`, one a step (the sequence of an i.i.d. MinibatchSampler of one example, so
/// that SID with b = 1 sees the same ones); coins from the stream `choices`, one a step of loopless
/// SVRG and none for SAGA.
class VarianceReductionDraws {
 public:
  VarianceReductionDraws(const VarianceReductionSettings& settings, std::int64_t count);
  void start(const StreamKey& examples, Role choices);
  std::int32_t next_example();
  bool next_coin();

 private:
  bool tosses_;
  double probability_;
  std::uint64_t count_;
  Stream examples_{StreamKey{}};
  Stream choices_{StreamKey{}};
};

/// w_t by SAGA or loopless SVRG, started from w_0 with a table (an anchor) at w_0.
/// Requires a problem with components.
class VarianceReducedLowerSolver final : public LowerSolver {
 public:
  VarianceReducedLowerSolver(const BilevelProblem& problem,
                             const VarianceReductionSettings& settings);

  void start(std::uint64_t seed, std::uint32_t replica, const Vector& initial) override;
  PathStatus advance_to(std::int64_t t, const std::stop_token& stop) override;
  const Vector& w() const override { return w_; }
  std::int64_t t() const override { return t_; }
  std::int64_t samples() const override { return steps_.evaluations(); }

 private:
  std::unique_ptr<ComponentOracle> oracle_;
  VarianceReducedSteps steps_;
  VarianceReductionDraws draws_;
  double gamma_;
  Vector w_;
  std::int64_t t_ = 0;
  bool diverged_ = false;
};

/// v_k by SAGA or loopless SVRG from v_0 = 0, where the table is zero for free.
/// Requires a problem with components.
class VarianceReducedLinearSolver final : public LinearSolver {
 public:
  VarianceReducedLinearSolver(const BilevelProblem& problem,
                              const VarianceReductionSettings& settings);

  LinearSolve solve(const LinearTask& task, VectorRef v, const std::stop_token& stop) override;
  std::int64_t samples() const override { return steps_.evaluations(); }

 private:
  std::unique_ptr<ComponentOracle> oracle_;
  VarianceReducedSteps steps_;
  VarianceReductionDraws draws_;
  double alpha_;
  double gamma_;
};

/// SolverPath with variance reduction on both subproblems; null where the problem has no
/// components (BilevelProblem::make_component_oracle).
std::unique_ptr<SolverPath> make_variance_reduced_path(const BilevelProblem& problem,
                                                       const VarianceReductionSettings& lower,
                                                       const VarianceReductionSettings& linear,
                                                       JacobianSampling jacobian);

}  // namespace sid
