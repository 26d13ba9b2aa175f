#include "sid/problem/data_component_oracle.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

class DataComponentOracle final : public ComponentOracle {
 public:
  explicit DataComponentOracle(const DataProblem& problem)
      : problem_(problem),
        train_(problem.family().train()),
        loss_(problem.family().shape().lower),
        frozen_w_(Vector::Zero(problem.lower_dim())),
        curvature_(Vector::Zero(train_.rows())),
        stamp_(static_cast<std::size_t>(train_.rows()), 0) {}

  Index dim() const override { return problem_.lower_dim(); }
  std::int64_t count() const override { return train_.rows(); }
  const Vector& regulariser() const override { return problem_.regulariser(); }

  void pose_lower_level() override { linear_ = false; }

  void pose_linear_system(const ConstVectorRef& w) override {
    linear_ = true;
    frozen_w_ = w;
    all_known_ = false;
    if (++generation_ == 0) {  // the counter came round: no old stamp may look current
      std::fill(stamp_.begin(), stamp_.end(), 0U);
      generation_ = 1;
    }
  }

  double scalar(std::int32_t i, const ConstVectorRef& x) override {
    SID_CHECK(i >= 0 && i < train_.rows(), "there is no such example");
    const double product = dot(i, x);
    if (linear_) return curvature(i) * product;
    double slope = 0.0;
    loss_.first(&product, train_.labels.data() + i, &slope, 1);
    return weight(i) * slope;
  }

  void scalars(const ConstVectorRef& x, VectorRef out) override {
    SID_EXPECTS(out.size() == train_.rows(), "there is one number an example");
    if (linear_) know_all();
    train_.features.multiply(x, out);
    if (linear_) {
      out.array() *= curvature_.array();
    } else {
      loss_.first(out.data(), train_.labels.data(), out.data(), out.size());
      weigh(out);
    }
  }

  void add_example(std::int32_t i, double factor, VectorRef out) const override {
    train_.features.add_rows(std::span(&i, 1), &factor, out.data());
  }

  void add_examples(const ConstVectorRef& factors, VectorRef out) const override {
    train_.features.multiply_transpose_and_add(factors, out);
  }

  bool cross_derivative_is_noisy() const override { return problem_.example_weights().size() > 0; }

  void add_cross_transpose(std::int32_t i,
                           const ConstVectorRef& w,
                           const ConstVectorRef& v,
                           double factor,
                           VectorRef out) const override {
    SID_EXPECTS(cross_derivative_is_noisy(), "only example weights have a derivative of their own");
    const double product = dot(i, w);
    double slope = 0.0;
    loss_.first(&product, train_.labels.data() + i, &slope, 1);
    out[i] += factor * weight(i) * problem_.weight_complements()[i] * slope * dot(i, v);
  }

 private:
  double dot(std::int32_t i, const ConstVectorRef& x) const {
    double product = 0.0;
    train_.features.dot_rows(std::span(&i, 1), x.data(), &product);
    return product;
  }

  double weight(std::int32_t i) const {
    const Vector& omega = problem_.example_weights();
    return omega.size() == 0 ? 1.0 : omega[i];
  }

  void weigh(VectorRef values) const {
    const Vector& omega = problem_.example_weights();
    if (omega.size() > 0) values.array() *= omega.array();
  }

  double curvature(std::int32_t i) {
    std::uint32_t& stamp = stamp_[static_cast<std::size_t>(i)];
    if (!all_known_ && stamp != generation_) {
      stamp = generation_;
      const double product = dot(i, frozen_w_);
      double second = 0.0;
      loss_.second(&product, train_.labels.data() + i, &second, 1);
      curvature_[i] = weight(i) * second;
    }
    return curvature_[i];
  }

  void know_all() {
    if (all_known_) return;
    train_.features.multiply(frozen_w_, curvature_);
    loss_.second(curvature_.data(), train_.labels.data(), curvature_.data(), curvature_.size());
    weigh(curvature_);
    all_known_ = true;
  }

  const DataProblem& problem_;
  const Dataset& train_;
  ExampleLoss loss_;
  bool linear_ = false;
  Vector frozen_w_;
  Vector curvature_;  // omega phi'' of the examples stamped with generation_, or of all
  std::vector<std::uint32_t> stamp_;
  std::uint32_t generation_ = 0;
  bool all_known_ = false;
};

}  // namespace

std::unique_ptr<ComponentOracle> make_data_component_oracle(const DataProblem& problem) {
  return std::make_unique<DataComponentOracle>(problem);
}

}  // namespace sid
