#include "sid/problem/data_oracle.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

class DataOracle final : public StochasticOracle {
 public:
  DataOracle(const DataProblem& problem, const OracleSettings& settings)
      : problem_(problem),
        train_(problem.family().train()),
        loss_(problem.family().shape().lower),
        one_regulariser_(problem.curvature().tau_R == problem.curvature().D_max),
        sampler_(settings.sampling, train_.rows(), settings.minibatch),
        inverse_batch_(1.0 / static_cast<double>(settings.minibatch)),
        products_(settings.minibatch),
        labels_(settings.minibatch),
        factors_(settings.minibatch),
        frozen_w_(Vector::Zero(problem.lower_dim())),
        curvature_(train_.rows()),
        stamp_(static_cast<std::size_t>(train_.rows()), 0),
        missing_(static_cast<std::size_t>(settings.minibatch)) {}

  void start(const StreamKey& key) override { sampler_.start(key); }

  void lower_level_step(VectorRef w, double step) override {
    const std::span<const std::int32_t> rows = sampler_.next();
    train_.features.dot_rows(rows, w.data(), products_.data());
    gather_labels(rows);
    loss_.first(products_.data(), labels_.data(), factors_.data(), products_.size());
    weigh(rows);
    factors_ *= -step * inverse_batch_;
    shrink(w, step);
    train_.features.add_rows(rows, factors_.data(), w.data());
  }

  void freeze(const ConstVectorRef& w) override {
    frozen_w_ = w;
    if (++generation_ == 0) {  // the counter came round: no old stamp may look current
      std::fill(stamp_.begin(), stamp_.end(), 0U);
      generation_ = 1;
    }
  }

  void linear_system_step(VectorRef v, const ConstVectorRef& c, double alpha, double eta) override {
    const std::span<const std::int32_t> rows = sampler_.next();
    complete_curvature(rows);
    train_.features.dot_rows(rows, v.data(), products_.data());
    const double scale = -eta * alpha * inverse_batch_;
    for (std::size_t j = 0; j < rows.size(); ++j) {
      const Index at = static_cast<Index>(j);
      factors_[at] = scale * curvature_[rows[j]] * products_[at];
    }
    shrink(v, eta * alpha);
    v += eta * c;
    train_.features.add_rows(rows, factors_.data(), v.data());
  }

  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       std::int64_t samples,
                       VectorRef out) override {
    SID_EXPECTS(samples >= 1, "at least one sample of the derivative in lambda");
    if (problem_.family().shape().hyperparameter != Hyperparameter::example_weights) {
      problem_.cross_transpose(w, v, out);
      return;
    }
    out.setZero();
    const double scale = inverse_batch_ / static_cast<double>(samples);
    for (std::int64_t j = 0; j < samples; ++j) {
      const std::span<const std::int32_t> rows = sampler_.next();
      train_.features.dot_rows(rows, w.data(), products_.data());
      gather_labels(rows);
      loss_.first(products_.data(), labels_.data(), factors_.data(), products_.size());
      train_.features.dot_rows(rows, v.data(), products_.data());
      for (std::size_t k = 0; k < rows.size(); ++k) {
        const Index at = static_cast<Index>(k);
        const double omega = problem_.example_weights()[rows[k]];
        out[rows[k]] += scale * omega * (1.0 - omega) * factors_[at] * products_[at];
      }
    }
  }

 private:
  void gather_labels(std::span<const std::int32_t> rows) {
    for (std::size_t j = 0; j < rows.size(); ++j) {
      labels_[static_cast<Index>(j)] = train_.labels[rows[j]];
    }
  }

  void weigh(std::span<const std::int32_t> rows) {
    const Vector& omega = problem_.example_weights();
    if (omega.size() == 0) return;
    for (std::size_t j = 0; j < rows.size(); ++j) factors_[static_cast<Index>(j)] *= omega[rows[j]];
  }

  // x <- (I - step D) x.
  void shrink(VectorRef x, double step) {
    const Vector& diagonal = problem_.regulariser();
    if (one_regulariser_) {
      x *= 1.0 - step * diagonal[0];
    } else {
      x.array() *= 1.0 - step * diagonal.array();
    }
  }

  void complete_curvature(std::span<const std::int32_t> rows) {
    Index count = 0;
    for (const std::int32_t row : rows) {
      if (stamp_[static_cast<std::size_t>(row)] == generation_) continue;
      stamp_[static_cast<std::size_t>(row)] = generation_;
      labels_[count] = train_.labels[row];
      missing_[static_cast<std::size_t>(count++)] = row;
    }
    if (count == 0) return;
    const std::span<const std::int32_t> missing(missing_.data(), static_cast<std::size_t>(count));
    train_.features.dot_rows(missing, frozen_w_.data(), products_.data());
    loss_.second(products_.data(), labels_.data(), factors_.data(), count);
    weigh(missing);
    for (std::size_t j = 0; j < missing.size(); ++j) {
      curvature_[missing[j]] = factors_[static_cast<Index>(j)];
    }
  }

  const DataProblem& problem_;
  const Dataset& train_;
  ExampleLoss loss_;
  bool one_regulariser_;
  MinibatchSampler sampler_;
  double inverse_batch_;
  Vector products_, labels_, factors_;  // one entry an example of the minibatch
  Vector frozen_w_;
  Vector curvature_;  // omega phi'' of the examples stamped with generation_
  std::vector<std::uint32_t> stamp_;
  std::uint32_t generation_ = 1;
  std::vector<std::int32_t> missing_;
};

}  // namespace

std::unique_ptr<StochasticOracle> make_data_oracle(const DataProblem& problem,
                                                   const OracleSettings& settings) {
  SID_EXPECTS(settings.minibatch >= 1 && settings.minibatch <= problem.sample_count(),
              "a minibatch has between one and n examples");
  return std::make_unique<DataOracle>(problem, settings);
}

}  // namespace sid
