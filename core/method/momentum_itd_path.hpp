#pragma once

#include "sid/method/momentum.hpp"
#include "sid/method/reverse_mode_path.hpp"
#include "sid/method/solver_choice.hpp"

namespace sid {

/// Iterative differentiation in reverse mode of steps with momentum on the whole data, w_{-1} = w_0
/// = 0 (momentum.hpp: step a, weight b):
///   heavy_ball    w_{s+1} = w_s - a grad_1 l(w_s) + b (w_s - w_{s-1})
///   accelerated   w_{s+1} = y_s - a grad_1 l(y_s),   y_s = w_s + b (w_s - w_{s-1})
/// the exact derivative in lambda of f_t = E(w_t), a and b held fixed. Backward, p_s the derivative
/// of E(w_t) in w_s through all later iterates, p_t = c = grad_1 E(w_t), p_{t+1} = 0:
///   heavy_ball    p_s = (1 + b) p_{s+1} - a H(w_s) p_{s+1} - b p_{s+2}
///   accelerated   p_s = (1 + b) u_s - b u_{s+1},   u_s = p_{s+1} - a H(y_s) p_{s+1},   u_t = 0
///   g = -a sum_{s=1..t} C(x_{s-1})^T p_s,   x_s = w_s or y_s.
///
/// Against the linear system (after Ehrhardt and Roberts 2024). Where the Hessian is the same
/// everywhere, q_k := a (p_t + p_{t-1} + ... + p_{t-k+1}) are the iterates of the same steps with
/// the same momentum for H q = c, from q_{-1} = q_0 = 0: for the heavy ball
///   q_{k+1} = q_k - a (H q_k - c) + b (q_k - q_{k-1}),   k = 0, ..., t-1,
/// and without momentum, of ItdPath, the same with b = 0, a = alpha. So with C the same everywhere
/// too, g = -C^T q_t is what InexactPath computes with k = t and the same two solvers; no index is
/// shifted. Proof: q_{k+1} - q_k = a p_{t-k}, and p_{t-k} = c - H q_k + b p_{t-k+1} holds for k =
/// 0; its difference for k and k - 1 is the recursion of p. For accelerated steps likewise. Where C
/// varies (with w, as lambda ||w||^2/2 makes it), reverse mode takes it along the path, the linear
/// solver at w_t; where H varies, q_t itself differs.
/// Deterministic.
class MomentumItdPath final : public ReverseModePath {
 public:
  /// `iteration` is not gradient: that is ItdPath. `max_steps` and memory as there. Requires a
  /// problem whose Phi is a gradient step.
  MomentumItdPath(const BilevelProblem& problem, LowerIteration iteration, std::int64_t max_steps);

  void start(std::uint64_t seed, std::uint32_t replica) override;

 private:
  void step_forward(std::int64_t s, Vector& w) override;
  void prepare_backward() override;
  void step_back(std::int64_t s,
                 const ConstVectorRef& w_s,
                 Vector& adjoint,
                 Vector& hypergradient) override;

  bool accelerated_;
  Momentum momentum_;
  Vector previous_, point_, product_, part_;
  Vector later_;  // p_{s+2} of the heavy ball, u_{s+1} of accelerated steps
};

}  // namespace sid
