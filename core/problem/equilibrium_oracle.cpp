#include "sid/problem/equilibrium_oracle.hpp"

#include <cstddef>
#include <span>
#include <vector>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

class EquilibriumOracle final : public StochasticOracle {
 public:
  EquilibriumOracle(const EquilibriumMap& map, const OracleSettings& settings)
      : map_(map),
        sampler_(settings.sampling, map.count(), settings.minibatch),
        share_(1.0 / static_cast<double>(settings.minibatch)),
        image_(Vector::Zero(map.dim())),
        frozen_(Vector::Zero(map.dim())),
        slopes_(Matrix::Zero(map.dim(), map.count())),
        known_(static_cast<std::size_t>(map.count()), 0) {}

  void start(const StreamKey& key) override { sampler_.start(key); }

  void lower_level_step(VectorRef w, double step) override {
    image_.setZero();
    for (const std::int32_t i : sampler_.next()) map_.add_value(i, w, share_, image_);
    w.noalias() -= step * (w - image_);
  }

  void freeze(const ConstVectorRef& w) override {
    frozen_ = w;
    known_.assign(known_.size(), 0);
  }

  void linear_system_step(VectorRef v, const ConstVectorRef& c, double alpha, double eta) override {
    image_.setZero();
    for (const std::int32_t i : sampler_.next()) {
      map_.add_transpose(i, slopes_of(i), v, share_, image_);
    }
    v.noalias() -= eta * (alpha * (v - image_) - c);
  }

  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       std::int64_t samples,
                       VectorRef out) override {
    SID_EXPECTS(samples >= 1, "at least one sample of the derivative in lambda");
    out.setZero();
    const double factor = -share_ / static_cast<double>(samples);
    for (std::int64_t j = 0; j < samples; ++j) {
      for (const std::int32_t i : sampler_.next()) map_.add_cross_transpose(i, w, v, factor, out);
    }
  }

 private:
  ConstVectorRef slopes_of(std::int32_t i) {
    const auto at = static_cast<std::size_t>(i);
    if (known_[at] == 0) {
      map_.slopes(i, frozen_, slopes_.col(i));
      known_[at] = 1;
    }
    return slopes_.col(i);
  }

  const EquilibriumMap& map_;
  MinibatchSampler sampler_;
  double share_;
  Vector image_, frozen_;
  Matrix slopes_;  // d x n, at frozen_; columns that known_ marks
  std::vector<unsigned char> known_;
};

}  // namespace

std::unique_ptr<StochasticOracle> make_equilibrium_oracle(const EquilibriumMap& map,
                                                          const OracleSettings& settings) {
  SID_EXPECTS(settings.minibatch >= 1 && settings.minibatch <= map.count(),
              "a minibatch has between one and n components");
  return std::make_unique<EquilibriumOracle>(map, settings);
}

}  // namespace sid
