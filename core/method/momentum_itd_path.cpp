#include "sid/method/momentum_itd_path.hpp"

#include "sid/math/contract.hpp"

namespace sid {

MomentumItdPath::MomentumItdPath(const BilevelProblem& problem,
                                 LowerIteration iteration,
                                 std::int64_t max_steps)
    : ReverseModePath(problem, max_steps, stored_bytes(problem.lower_dim(), max_steps)),
      accelerated_(iteration == LowerIteration::accelerated),
      momentum_(accelerated_ ? accelerated_gradient(problem.curvature().L, problem.curvature().tau)
                             : heavy_ball(problem.curvature().L, problem.curvature().tau)),
      previous_(Vector::Zero(problem.lower_dim())),
      point_(previous_),
      product_(previous_),
      part_(Vector::Zero(problem.upper_dim())),
      later_(previous_) {
  SID_EXPECTS(iteration != LowerIteration::gradient, "steps without momentum are ItdPath's");
  SID_EXPECTS(problem.is_gradient_map(), "momentum is for a lower level that is a loss");
}

void MomentumItdPath::start(std::uint64_t seed, std::uint32_t replica) {
  ReverseModePath::start(seed, replica);
  previous_.setZero();
}

void MomentumItdPath::step_forward(std::int64_t /*s*/, Vector& w) {
  point_ = w + momentum_.weight * (w - previous_);
  problem().lower_gradient(accelerated_ ? point_ : w, product_);
  previous_ = w;
  w = point_ - momentum_.step * product_;
}

void MomentumItdPath::prepare_backward() {
  later_.setZero();
}

void MomentumItdPath::step_back(std::int64_t s,
                                const ConstVectorRef& w_s,
                                Vector& adjoint,
                                Vector& hypergradient) {
  point_ = w_s;
  if (accelerated_ && s > 0) point_.noalias() += momentum_.weight * (w_s - iterate(s - 1));
  problem().cross_transpose(point_, adjoint, part_);
  hypergradient.noalias() -= momentum_.step * part_;
  problem().hessian_vector(point_, adjoint, product_);
  if (accelerated_) {
    product_ = adjoint - momentum_.step * product_;  // u_s
    adjoint = product_ + momentum_.weight * (product_ - later_);
    later_ = product_;
  } else {
    product_ = adjoint - momentum_.step * product_ + momentum_.weight * (adjoint - later_);
    later_ = adjoint;
    adjoint = product_;
  }
}

}  // namespace sid
