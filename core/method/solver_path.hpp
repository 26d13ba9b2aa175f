#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "sid/method/hypergradient_path.hpp"
#include "sid/method/sid_processes.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/bilevel_problem.hpp"

namespace sid {

/// A process w_0, w_1, ... that approaches w(lambda). Goes forward only; a stop between two steps
/// loses nothing.
class LowerSolver {
 public:
  virtual ~LowerSolver() = default;

  /// Back to w_0 (d; Vector() for 0) with the streams of (seed, replica): lower_level for examples,
  /// lower_choice for anything else, both of checkpoint 0.
  virtual void start(std::uint64_t seed, std::uint32_t replica, const Vector& initial) = 0;
  /// Takes the steps from t() to `t` (>= t()); polls `stop` and checks for overflow at every step.
  virtual PathStatus advance_to(std::int64_t t, const std::stop_token& stop) = 0;
  virtual const Vector& w() const = 0;
  virtual std::int64_t t() const = 0;
  /// Examples evaluated since construction, repetitions counted; over n: epochs.
  virtual std::int64_t samples() const = 0;
};

/// A linear system alpha H(w) v = c to be solved approximately, and with what randomness.
struct LinearTask {
  StreamKey key;    ///< role linear_system; other roles of the same replica and checkpoint follow
  const Vector& w;  ///< d
  const Vector& c;  ///< d, grad_1 E(w)
  std::int64_t k = 0;  ///< steps, >= 0
};

/// A way to approximate v(w) = (alpha H(w))^-1 c, afresh for every task.
class LinearSolver {
 public:
  virtual ~LinearSolver() = default;

  /// Writes v (d, no aliasing with the task). Polls `stop` and checks for overflow at every step.
  virtual LinearSolve solve(const LinearTask& task, VectorRef v, const std::stop_token& stop) = 0;
  virtual std::int64_t samples() const = 0;  ///< as LowerSolver::samples
};

/// The lower level of SID, (28) with w_0 = `initial`; the draws of LowerLevelPath.
class StochasticLowerSolver final : public LowerSolver {
 public:
  /// `minibatch`: examples of one minibatch of the oracle, for samples().
  StochasticLowerSolver(const BilevelProblem& problem,
                        std::unique_ptr<StochasticOracle> oracle,
                        std::int64_t minibatch,
                        const StepSizeSchedule& schedule);

  void start(std::uint64_t seed, std::uint32_t replica, const Vector& initial) override;
  PathStatus advance_to(std::int64_t t, const std::stop_token& stop) override;
  const Vector& w() const override { return path_.w(); }
  std::int64_t t() const override { return path_.t(); }
  std::int64_t samples() const override { return samples_; }

 private:
  std::unique_ptr<StochasticOracle> oracle_;
  std::int64_t minibatch_;
  LowerLevelPath path_;
  std::int64_t samples_ = 0;
};

/// The linear system of SID, (29) with v_0 = 0: solve_linear_system.
class StochasticLinearSolver final : public LinearSolver {
 public:
  StochasticLinearSolver(const BilevelProblem& problem,
                         std::shared_ptr<StochasticOracle> oracle,
                         std::int64_t minibatch,
                         const StepSizeSchedule& schedule);

  LinearSolve solve(const LinearTask& task, VectorRef v, const std::stop_token& stop) override;
  std::int64_t samples() const override { return samples_; }

 private:
  std::shared_ptr<StochasticOracle> oracle_;
  std::int64_t minibatch_;
  StepSizeSchedule schedule_;
  double alpha_;
  std::int64_t samples_ = 0;
};

/// How the final derivative in lambda is sampled.
struct JacobianSampling {
  std::shared_ptr<StochasticOracle> oracle;  ///< may be null where samples = 0
  std::int64_t samples = 1;                  ///< J; 0: the exact derivative of Phi in lambda
};

/// Approximate implicit differentiation with any two solvers:
///   estimate = -alpha (1/J) sum_j C_j(w_t)^T v_k(w_t),   J minibatches.
/// At a checkpoint w goes on, v is solved afresh with the stream (seed, linear_system, replica,
/// index + 1), and the derivative is sampled with that of jacobian_product. repeat(j) takes the
/// streams of repetition j for both. The oracle of `jacobian` may be that of the linear solver:
/// they are used one after the other. With the solvers of SID it is SidPath.
class SolverPath : public HypergradientPath {
 public:
  SolverPath(const BilevelProblem& problem,
             std::unique_ptr<LowerSolver> lower,
             std::unique_ptr<LinearSolver> linear,
             JacobianSampling jacobian);

  void start(std::uint64_t seed, std::uint32_t replica) override;
  /// The same from w_0 = `initial` (d), for a warm start.
  void start_at(std::uint64_t seed, std::uint32_t replica, const Vector& initial);
  PathStatus run_to(const Checkpoint& checkpoint,
                    std::uint32_t index,
                    const std::stop_token& stop) override;
  bool can_repeat() const override { return true; }
  PathStatus repeat(std::uint32_t repetition, const std::stop_token& stop) override;

  std::int64_t linear_steps() const override { return linear_steps_; }
  const Vector& w() const override { return lower_->w(); }
  const Vector& v() const override { return v_; }
  const Vector& upper_gradient() const override { return c_; }
  const Vector& hypergradient() const override { return hypergradient_; }
  const std::optional<Divergence>& divergence() const override { return divergence_; }
  std::int64_t solver_steps() const override { return solver_steps_; }
  /// Examples evaluated by both solvers since construction; over n: epochs. The upper gradient and
  /// the final derivative in lambda are not counted.
  std::int64_t samples() const { return lower_->samples() + linear_->samples(); }

 protected:
  const LowerSolver& lower_solver() const { return *lower_; }
  const LinearSolver& linear_solver() const { return *linear_; }

 private:
  StreamKey key(Role role, std::uint32_t repetition) const;
  PathStatus solve_and_estimate(std::uint32_t repetition, const std::stop_token& stop);
  void estimate(std::uint32_t repetition);

  const BilevelProblem& problem_;
  std::unique_ptr<LowerSolver> lower_;
  std::unique_ptr<LinearSolver> linear_;
  JacobianSampling jacobian_;
  Vector c_, v_, hypergradient_;
  std::optional<Divergence> divergence_;
  std::uint64_t seed_ = 0;
  std::uint32_t replica_ = 0;
  std::int64_t linear_steps_ = 0;     // k of the present checkpoint
  std::uint32_t checkpoint_key_ = 0;  // its place in stream keys; 0: nothing to repeat
  bool started_ = false;
  std::int64_t solver_steps_ = 0;
};

}  // namespace sid
