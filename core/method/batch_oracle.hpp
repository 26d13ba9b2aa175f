#pragma once

#include <memory>

#include "sid/problem/bilevel_problem.hpp"

namespace sid {

/// The whole training set as one "minibatch": every call uses the exact derivatives of the problem
/// and draws nothing. SID with this oracle is the deterministic method of the experiments in
/// Section 6 ("Batch"; approximate implicit differentiation with fixed-point iterations).
/// Keeps a reference to `problem`, which must outlive it; not for use by two threads at once.
class BatchOracle final : public StochasticOracle {
 public:
  explicit BatchOracle(const BilevelProblem& problem);

  void start(const StreamKey& key) override;  ///< no effect: there is nothing random
  void lower_level_step(VectorRef w, double step) override;
  void freeze(const ConstVectorRef& w) override;
  void linear_system_step(VectorRef v, const ConstVectorRef& c, double alpha, double eta) override;
  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       std::int64_t samples,
                       VectorRef out) override;

 private:
  const BilevelProblem& problem_;
  Vector frozen_;   // d, the w of the linear system
  Vector product_;  // d, gradient or Hessian-vector product
};

}  // namespace sid
