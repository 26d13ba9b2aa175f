#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sid/problem/bilevel_problem.hpp"
#include "sid/random/minibatch_sampler.hpp"

#include "support/vectors.hpp"

namespace sid::testing {

inline double sigmoid(double u) {
  return 1.0 / (1.0 + std::exp(-u));
}

/// l(w) = (1/n) sum_i omega_i phi(x_i^T w; y_i) + w^T D w/2 written out example by example, for all
/// families of the reference file: logistic or squares, one lambda, one per coordinate, or one per
/// example (hyper-cleaning). Slow and plain on purpose. The sums run over any list of examples.
class TemplateProblem final : public BilevelProblem {
 public:
  TemplateProblem(const Json& inputs, double alpha)
      : X_(matrix(inputs["X"])),
        y_(vector(inputs["y"])),
        logistic_(inputs["kind"] == "logistic"),
        reg_(inputs["reg"].get<std::string>()),
        lambda_(vector(inputs["lam"])),
        Xv_(matrix(inputs["upper"]["X"])),
        yv_(vector(inputs["upper"]["y"])),
        upper_(inputs["upper"]["kind"].get<std::string>()),
        omega_(Vector::Ones(X_.rows())),
        slope_(Vector::Zero(X_.rows())),
        D_(Vector::Zero(X_.cols())) {
    curvature_.alpha = alpha;
    upper_scale_ =
        inputs["upper"]["mean"].get<bool>() ? 1.0 / static_cast<double>(Xv_.rows()) : 1.0;
    if (inputs["upper"].contains("delta")) delta_ = number(inputs["upper"]["delta"]);
    if (reg_ == "scalar") D_.setConstant(lambda_(0));
    if (reg_ == "vector") D_ = lambda_;
    if (reg_ == "clean") {
      D_.setConstant(number(inputs["c"]));
      for (Index i = 0; i < X_.rows(); ++i) {
        omega_(i) = sigmoid(lambda_(i));
        slope_(i) = omega_(i) * (1.0 - omega_(i));
      }
    }
    for (Index i = 0; i < X_.rows(); ++i) all_.push_back(static_cast<std::int32_t>(i));
  }

  using Batch = std::span<const std::int32_t>;

  Vector gradient(const ConstVectorRef& w, Batch batch) const {
    Vector out = D_.cwiseProduct(w);
    for (const Index i : batch) {
      out += omega_(i) * phi1(i, w) / static_cast<double>(batch.size()) * X_.row(i).transpose();
    }
    return out;
  }
  Vector hessian_times(const ConstVectorRef& w, const ConstVectorRef& u, Batch batch) const {
    Vector out = D_.cwiseProduct(u);
    for (const Index i : batch) {
      out += omega_(i) * phi2(i, w) * X_.row(i).dot(u) / static_cast<double>(batch.size()) *
             X_.row(i).transpose();
    }
    return out;
  }
  Vector cross_times(const ConstVectorRef& w, const ConstVectorRef& v, Batch batch) const {
    if (reg_ == "scalar") return Vector::Constant(1, w.dot(v));
    if (reg_ == "vector") return w.cwiseProduct(v);
    Vector out = Vector::Zero(X_.rows());
    for (const Index i : batch) {
      out(i) += slope_(i) * phi1(i, w) * X_.row(i).dot(v) / static_cast<double>(batch.size());
    }
    return out;
  }

  std::string name() const override { return "template"; }
  Index lower_dim() const override { return X_.cols(); }
  Index upper_dim() const override { return lambda_.size(); }
  std::int64_t sample_count() const override { return X_.rows(); }
  const Vector& lambda() const override { return lambda_; }
  const Curvature& curvature() const override { return curvature_; }
  AlphaRule alpha_rule() const override { return AlphaRule::optimal; }
  double lower_loss(const ConstVectorRef&) const override { throw std::logic_error("unused"); }
  void lower_gradient(const ConstVectorRef& w, VectorRef out) const override {
    out = gradient(w, all_);
  }
  void hessian_vector(const ConstVectorRef& w,
                      const ConstVectorRef& u,
                      VectorRef out) const override {
    out = hessian_times(w, u, all_);
  }
  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       VectorRef out) const override {
    out = cross_times(w, v, all_);
  }
  double upper_loss(const ConstVectorRef&) const override { throw std::logic_error("unused"); }
  void upper_gradient(const ConstVectorRef& w, VectorRef out) const override {
    out.setZero();
    for (Index j = 0; j < Xv_.rows(); ++j) {
      const double z = Xv_.row(j).dot(w);
      const double r = z - yv_(j);
      double slope = r;
      if (upper_ == "logistic") slope = -yv_(j) * sigmoid(-yv_(j) * z);
      if (upper_ == "huber") slope = r / std::sqrt(1.0 + r * r / (delta_ * delta_));
      out += upper_scale_ * slope * Xv_.row(j).transpose();
    }
  }
  Reference solve_reference(std::stop_token) const override { throw std::logic_error("unused"); }
  Vector solve_linear_system(const ConstVectorRef&, const LinearSolveOptions&) const override {
    throw std::logic_error("unused");
  }
  ProblemConstants constants(const Reference&, const OracleSettings&, double) const override {
    throw std::logic_error("unused");
  }
  std::unique_ptr<StochasticOracle> make_oracle(const OracleSettings& settings) const override;

 private:
  double phi1(Index i, const ConstVectorRef& w) const {
    const double z = X_.row(i).dot(w);
    return logistic_ ? -y_(i) * sigmoid(-y_(i) * z) : z - y_(i);
  }
  double phi2(Index i, const ConstVectorRef& w) const {
    const double z = X_.row(i).dot(w);
    return logistic_ ? sigmoid(z) * sigmoid(-z) : 1.0;
  }

  Matrix X_;
  Vector y_;
  bool logistic_;
  std::string reg_;
  Vector lambda_;
  Matrix Xv_;
  Vector yv_;
  std::string upper_;
  Vector omega_, slope_, D_;
  double upper_scale_ = 1.0;
  double delta_ = 1.0;
  Curvature curvature_;
  std::vector<std::int32_t> all_;
};

/// Oracle of TemplateProblem over any source of minibatches. `started` sees every stream, `drawn`
/// every minibatch.
class TemplateOracle final : public StochasticOracle {
 public:
  struct Source {
    std::function<void(const StreamKey&)> start;
    std::function<TemplateProblem::Batch()> next;
  };

  TemplateOracle(const TemplateProblem& problem, Source source)
      : problem_(problem), source_(std::move(source)), frozen_(Vector::Zero(problem.lower_dim())) {}

  void start(const StreamKey& key) override { source_.start(key); }
  void lower_level_step(VectorRef w, double step) override {
    w -= step * problem_.gradient(w, source_.next());
  }
  void freeze(const ConstVectorRef& w) override { frozen_ = w; }
  void linear_system_step(VectorRef v, const ConstVectorRef& c, double alpha, double eta) override {
    v -= eta * (alpha * problem_.hessian_times(frozen_, v, source_.next()) - c);
  }
  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       std::int64_t samples,
                       VectorRef out) override {
    out.setZero();
    for (std::int64_t j = 0; j < samples; ++j) {
      out += problem_.cross_times(w, v, source_.next()) / static_cast<double>(samples);
    }
  }

 private:
  const TemplateProblem& problem_;
  Source source_;
  Vector frozen_;
};

inline std::unique_ptr<StochasticOracle> TemplateProblem::make_oracle(
    const OracleSettings& settings) const {
  const auto sampler =
      std::make_shared<MinibatchSampler>(settings.sampling, sample_count(), settings.minibatch);
  return std::make_unique<TemplateOracle>(
      *this,
      TemplateOracle::Source{[sampler](const StreamKey& key) { sampler->start(key); },
                             [sampler]() -> Batch { return sampler->next(); }});
}

}  // namespace sid::testing
