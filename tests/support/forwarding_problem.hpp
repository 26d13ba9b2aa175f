#pragma once

#include <memory>
#include <string>
#include <utility>

#include "sid/problem/bilevel_problem.hpp"

namespace sid::testing {

/// Passes every derivative on to another problem, for tests that look at the calls.
class ForwardingProblem : public BilevelProblem {
 public:
  explicit ForwardingProblem(const BilevelProblem& target) : target_(target) {}

  std::string name() const override { return target_.name(); }
  Index lower_dim() const override { return target_.lower_dim(); }
  Index upper_dim() const override { return target_.upper_dim(); }
  std::int64_t sample_count() const override { return target_.sample_count(); }
  const Vector& lambda() const override { return target_.lambda(); }
  const Curvature& curvature() const override { return target_.curvature(); }
  AlphaRule alpha_rule() const override { return target_.alpha_rule(); }
  bool is_gradient_map() const override { return target_.is_gradient_map(); }
  double lower_loss(const ConstVectorRef& w) const override { return target_.lower_loss(w); }
  void lower_gradient(const ConstVectorRef& w, VectorRef out) const override {
    target_.lower_gradient(w, out);
  }
  void hessian_vector(const ConstVectorRef& w,
                      const ConstVectorRef& u,
                      VectorRef out) const override {
    target_.hessian_vector(w, u, out);
  }
  void jacobian_vector(const ConstVectorRef& w,
                       const ConstVectorRef& u,
                       VectorRef out) const override {
    target_.jacobian_vector(w, u, out);
  }
  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       VectorRef out) const override {
    target_.cross_transpose(w, v, out);
  }
  double upper_loss(const ConstVectorRef& w) const override { return target_.upper_loss(w); }
  void upper_gradient(const ConstVectorRef& w, VectorRef out) const override {
    target_.upper_gradient(w, out);
  }
  Reference solve_reference(std::stop_token stop) const override {
    return target_.solve_reference(std::move(stop));
  }
  Vector solve_linear_system(const ConstVectorRef& w,
                             const LinearSolveOptions& options) const override {
    return target_.solve_linear_system(w, options);
  }
  ProblemConstants constants(const Reference& reference,
                             const OracleSettings& settings,
                             double theta) const override {
    return target_.constants(reference, settings, theta);
  }
  std::unique_ptr<StochasticOracle> make_oracle(const OracleSettings& settings) const override {
    return target_.make_oracle(settings);
  }

 private:
  const BilevelProblem& target_;
};

}  // namespace sid::testing
