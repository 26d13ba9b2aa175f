#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <utility>

#include "sid/problem/component_oracle.hpp"

#include "support/forwarding_problem.hpp"

namespace sid::testing {

/// Asks for a stop in the course of the call number `calls_left`: solvers that poll at every step
/// then end with the step that made the call.
struct StopAfter {
  int calls_left = 0;
  std::stop_source source = {};

  void count() {
    if (--calls_left == 0) source.request_stop();
  }
};

/// Counts the steps of both processes and passes everything on.
class StoppingOracle final : public StochasticOracle {
 public:
  StoppingOracle(std::unique_ptr<StochasticOracle> target, StopAfter& stop)
      : target_(std::move(target)), stop_(stop) {}

  void start(const StreamKey& key) override { target_->start(key); }
  void lower_level_step(VectorRef w, double step) override {
    stop_.count();
    target_->lower_level_step(w, step);
  }
  void freeze(const ConstVectorRef& w) override { target_->freeze(w); }
  void linear_system_step(VectorRef v, const ConstVectorRef& c, double alpha, double eta) override {
    stop_.count();
    target_->linear_system_step(v, c, alpha, eta);
  }
  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       std::int64_t samples,
                       VectorRef out) override {
    target_->cross_transpose(w, v, samples, out);
  }

 private:
  std::unique_ptr<StochasticOracle> target_;
  StopAfter& stop_;
};

/// Counts scalar() and passes everything on.
class StoppingComponents final : public ComponentOracle {
 public:
  StoppingComponents(std::unique_ptr<ComponentOracle> target, StopAfter& stop)
      : target_(std::move(target)), stop_(stop) {}

  Index dim() const override { return target_->dim(); }
  std::int64_t count() const override { return target_->count(); }
  const Vector& regulariser() const override { return target_->regulariser(); }
  void pose_lower_level() override { target_->pose_lower_level(); }
  void pose_linear_system(const ConstVectorRef& w) override { target_->pose_linear_system(w); }
  double scalar(std::int32_t i, const ConstVectorRef& x) override {
    stop_.count();
    return target_->scalar(i, x);
  }
  void scalars(const ConstVectorRef& x, VectorRef out) override { target_->scalars(x, out); }
  void add_example(std::int32_t i, double factor, VectorRef out) const override {
    target_->add_example(i, factor, out);
  }
  void add_examples(const ConstVectorRef& factors, VectorRef out) const override {
    target_->add_examples(factors, out);
  }
  bool cross_derivative_is_noisy() const override { return target_->cross_derivative_is_noisy(); }
  void add_cross_transpose(std::int32_t i,
                           const ConstVectorRef& w,
                           const ConstVectorRef& v,
                           double factor,
                           VectorRef out) const override {
    target_->add_cross_transpose(i, w, v, factor, out);
  }

 private:
  std::unique_ptr<ComponentOracle> target_;
  StopAfter& stop_;
};

/// A problem whose component oracles are StoppingComponents. Refers to both arguments.
class StoppingComponentProblem final : public ForwardingProblem {
 public:
  StoppingComponentProblem(const BilevelProblem& target, StopAfter& stop)
      : ForwardingProblem(target), components_(target), stop_(stop) {}

  std::unique_ptr<ComponentOracle> make_component_oracle() const override {
    return std::make_unique<StoppingComponents>(components_.make_component_oracle(), stop_);
  }

 private:
  const BilevelProblem& components_;
  StopAfter& stop_;
};

}  // namespace sid::testing
