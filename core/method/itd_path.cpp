#include "sid/method/itd_path.hpp"

namespace sid {

ItdPath::ItdPath(const BilevelProblem& problem, std::int64_t max_steps)
    : ReverseModePath(problem, max_steps, stored_bytes(problem.lower_dim(), max_steps)),
      product_(Vector::Zero(problem.lower_dim())),
      part_(Vector::Zero(problem.upper_dim())) {}

void ItdPath::step_forward(std::int64_t /*s*/, Vector& w) {
  problem().lower_gradient(w, product_);
  w.noalias() -= problem().alpha() * product_;
}

void ItdPath::step_back(std::int64_t /*s*/,
                        const ConstVectorRef& w_s,
                        Vector& adjoint,
                        Vector& hypergradient) {
  const double alpha = problem().alpha();
  problem().cross_transpose(w_s, adjoint, part_);
  hypergradient.noalias() -= alpha * part_;
  problem().hessian_vector(w_s, adjoint, product_);
  adjoint.noalias() -= alpha * product_;
}

}  // namespace sid
