#pragma once

#include "sid/method/batch_oracle.hpp"
#include "sid/method/krylov_steps.hpp"
#include "sid/method/sid_processes.hpp"

namespace sid {

/// Which Krylov method solves the linear system of CgPath.
enum class KrylovMethod {
  conjugate_gradients,  ///< one Hessian-vector product a step
  /// On the normal equations: two a step, and needs no symmetry of d_1 Phi. For a gradient map it
  /// only serves to compare.
  normal_equations,
};

struct CgSettings {
  StepSizeSchedule lower_step{ConstantStep{1.0}};  ///< eta = 1: w_{t+1} = Phi(w_t, lambda)
  KrylovMethod linear_method = KrylovMethod::conjugate_gradients;
};

/// Approximate implicit differentiation with conjugate gradients (AID-CG): t batch steps w_{t+1} =
/// w_t + eta_t (Phi(w_t) - w_t) from w_0 = 0, then v_k by k steps of a Krylov method from v_0 = 0
/// for the linear system
///   alpha H(w_t) v = grad_1 E(w_t),   and   estimate = d_2 Phi(w_t)^T v_k = -alpha C(w_t)^T v_k.
/// Source: Pedregosa, Hyperparameter optimization with approximate gradient, ICML 2016; Grazzi,
/// Franceschi, Pontil, Salzo, On the Iteration Complexity of Hypergradient Computation, ICML 2020.
///
/// At a checkpoint w goes on, and the linear system is solved afresh at w_t. Solved before k steps,
/// it takes no more (KrylovSteps). Deterministic.
class CgPath final : public HypergradientPath {
 public:
  CgPath(const BilevelProblem& problem, const CgSettings& settings = {});

  void start(std::uint64_t seed, std::uint32_t replica) override;
  PathStatus run_to(const Checkpoint& checkpoint,
                    std::uint32_t index,
                    const std::stop_token& stop) override;

  std::int64_t linear_steps() const override { return linear_steps_; }
  const Vector& w() const override { return path_.w(); }
  const Vector& v() const override { return v_; }
  const Vector& upper_gradient() const override { return c_; }
  const Vector& hypergradient() const override { return hypergradient_; }
  const std::optional<Divergence>& divergence() const override { return divergence_; }
  std::int64_t solver_steps() const override { return solver_steps_; }

 private:
  KrylovSteps solve(std::int64_t k, const std::stop_token& stop);

  const BilevelProblem& problem_;
  BatchOracle oracle_;
  CgSettings settings_;
  LowerLevelPath path_;
  KrylovWorkspace work_;
  Vector c_, v_, hypergradient_;
  std::optional<Divergence> divergence_;
  std::int64_t linear_steps_ = 0;
  std::int64_t solver_steps_ = 0;
};

}  // namespace sid
