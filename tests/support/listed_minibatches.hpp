#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sid/problem/bilevel_problem.hpp"
#include "sid/problem/minibatch_kernels.hpp"

namespace sid::testing {

/// Oracle of a data problem that plays a list of minibatches, from the front after every start;
/// asking for more than it has throws std::out_of_range. `keys` sees every stream asked for.
class ListedMinibatches final : public StochasticOracle {
 public:
  using Lists = std::vector<std::vector<std::int32_t>>;

  ListedMinibatches(const DataProblem& problem, Lists lists, std::vector<StreamKey>* keys = nullptr)
      : kernels_(problem, problem.sample_count()), lists_(std::move(lists)), keys_(keys) {}

  void start(const StreamKey& key) override {
    next_ = 0;
    if (keys_ != nullptr) keys_->push_back(key);
  }
  void lower_level_step(VectorRef w, double step) override {
    kernels_.lower_step(lists_.at(next_++), step, w);
  }
  void freeze(const ConstVectorRef& w) override { kernels_.freeze(w); }
  void linear_system_step(VectorRef v, const ConstVectorRef& c, double alpha, double eta) override {
    kernels_.linear_step(lists_.at(next_++), c, alpha, eta, v);
  }
  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       std::int64_t samples,
                       VectorRef out) override {
    out.setZero();
    for (std::int64_t j = 0; j < samples; ++j) {
      kernels_.add_cross_transpose(
          lists_.at(next_++), w, v, 1.0 / static_cast<double>(samples), out);
    }
  }

 private:
  MinibatchKernels kernels_;
  Lists lists_;
  std::vector<StreamKey>* keys_;
  std::size_t next_ = 0;
};

}  // namespace sid::testing
