#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include "sid/math/types.hpp"
#include "sid/method/hypergradient_path.hpp"
#include "sid/problem/bilevel_problem.hpp"

namespace sid {

/// What iterative differentiation in reverse mode is whatever its steps are. Forward: w_0 = 0 and
/// w_{s+1} from w_s, all kept. Backward, from a = grad_1 E(w_t) and g = 0, for s = t-1, ..., 0:
///   g <- g + (d w_{s+1} / d lambda)^T a,   a <- (d w_{s+1} / d w_s)^T a
/// (steps with momentum, which also come from w_{s-1}: momentum_itd_path.hpp);
/// the estimate is g, the derivative of E(w_t) in lambda. (grad_2 E = 0.)
///
/// At a checkpoint w goes on to w_t and the backward sweep starts afresh: t forward and t backward
/// steps; k plays no part. Nothing can be repeated at a given w_t. No v: v() is empty.
class ReverseModePath : public HypergradientPath {
 public:
  static constexpr std::int64_t kMaxStoredBytes = std::int64_t{4} << 30;

  /// 8 d (max_steps + 1): bytes that the iterates take, or the largest int64 where that is more
  /// than one holds.
  static std::int64_t stored_bytes(Index dim, std::int64_t max_steps);

  void start(std::uint64_t seed, std::uint32_t replica) override;
  /// Divergence::role is lower_level for w and linear_system for a and g; an iteration of the
  /// latter counts backward steps.
  PathStatus run_to(const Checkpoint& checkpoint,
                    std::uint32_t index,
                    const std::stop_token& stop) final;

  std::int64_t linear_steps() const final { return backward_steps_; }  ///< t: backward steps
  const Vector& w() const final { return w_; }
  const Vector& v() const final { return no_vector_; }
  const Vector& upper_gradient() const final { return c_; }
  const Vector& hypergradient() const final { return hypergradient_; }
  const std::optional<Divergence>& divergence() const final { return divergence_; }
  std::int64_t solver_steps() const final { return solver_steps_; }

 protected:
  /// `max_steps` >= 0: no checkpoint has more. Memory for all iterates is taken at once; requires
  /// `bytes`, all that is kept for them, to be at most kMaxStoredBytes.
  ReverseModePath(const BilevelProblem& problem, std::int64_t max_steps, std::int64_t bytes);

  /// Once before steps are taken forward.
  virtual void prepare_forward() {}
  /// w, at present w_s, becomes w_{s+1}.
  virtual void step_forward(std::int64_t s, Vector& w) = 0;
  /// Once before a sweep backwards.
  virtual void prepare_backward() {}
  /// Both updates at w_s; the derivative in lambda takes the adjoint a as it comes in.
  virtual void step_back(std::int64_t s,
                         const ConstVectorRef& w_s,
                         Vector& adjoint,
                         Vector& hypergradient) = 0;

  const BilevelProblem& problem() const { return problem_; }
  auto iterate(std::int64_t s) const { return iterates_.col(static_cast<Index>(s)); }  ///< w_s

 private:
  PathStatus forward_to(std::int64_t t, const std::stop_token& stop);
  PathStatus sweep_back(const std::stop_token& stop);

  const BilevelProblem& problem_;
  Matrix iterates_;  // d x (max_steps + 1), columns w_0 .. w_t
  Vector w_, c_, adjoint_, hypergradient_, no_vector_;
  std::optional<Divergence> divergence_;
  std::int64_t t_ = 0;
  std::int64_t backward_steps_ = 0;
  std::int64_t solver_steps_ = 0;
};

}  // namespace sid
