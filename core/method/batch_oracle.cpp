#include "sid/method/batch_oracle.hpp"

namespace sid {

BatchOracle::BatchOracle(const BilevelProblem& problem)
    : problem_(problem),
      frozen_(Vector::Zero(problem.lower_dim())),
      product_(Vector::Zero(problem.lower_dim())) {}

void BatchOracle::start(const StreamKey& /*key*/) {}

void BatchOracle::lower_level_step(VectorRef w, double step) {
  problem_.lower_gradient(w, product_);
  w.noalias() -= step * product_;
}

void BatchOracle::freeze(const ConstVectorRef& w) {
  frozen_ = w;
}

void BatchOracle::linear_system_step(VectorRef v,
                                     const ConstVectorRef& c,
                                     double alpha,
                                     double eta) {
  problem_.hessian_vector(frozen_, v, product_);
  v.noalias() -= eta * (alpha * product_ - c);
}

void BatchOracle::cross_transpose(const ConstVectorRef& w,
                                  const ConstVectorRef& v,
                                  std::int64_t /*samples*/,
                                  VectorRef out) {
  problem_.cross_transpose(w, v, out);
}

}  // namespace sid
