#include "bench/kernel_setting.hpp"

#include <utility>

#include "sid/problem/data_problem.hpp"
#include "sid/random/minibatch_sampler.hpp"

namespace sid::bench {

KernelSetting::KernelSetting() : digits_(make_digits(kRows, 1)) {
  MinibatchSampler sampler(Sampling::iid, kRows, kBatch);
  sampler.start({.seed = 1, .role = Role::lower_level});
  for (auto& list : lists_) {
    const auto drawn = sampler.next();
    list.assign(drawn.begin(), drawn.end());
  }
  dense_.resize(kRows, kCols);
  for (Index i = 0; i < kRows; ++i) {
    for (Index j = 0; j < kCols; ++j) {
      dense_(i, j) = bytes().scale * bytes().bytes[static_cast<std::size_t>(i * kCols + j)];
    }
  }
  non_zero_ = static_cast<double>((dense_.array() != 0.0).count()) / static_cast<double>(kRows);
}

std::shared_ptr<const DataProblemFamily> KernelSetting::family(FeatureMatrix features) const {
  auto data = std::make_shared<TrainValidation>();
  data->train = make_dataset(std::move(features), digits_.labels, "digits");
  data->validation = data->train;
  return *DataProblemFamily::make(data, {});
}

std::shared_ptr<const DataProblem> KernelSetting::problem(FeatureMatrix features) const {
  return family(std::move(features))->at(kLambda, AlphaRule::optimal).value();
}

FeatureMatrix KernelSetting::as_floats() const {
  DenseFloat out{kRows, kCols, {}};
  const Eigen::MatrixXf values = dense_.cast<float>().transpose();
  out.values.assign(values.data(), values.data() + values.size());
  return FeatureMatrix(std::move(out));
}

FeatureMatrix KernelSetting::as_doubles() const {
  return FeatureMatrix(DenseDouble{kRows, kCols, {dense_.data(), dense_.data() + dense_.size()}});
}

FeatureMatrix KernelSetting::as_sparse() const {
  SparseRows out{kRows, kCols, {0}, {}, {}};
  for (Index i = 0; i < kRows; ++i) {
    for (Index j = 0; j < kCols; ++j) {
      if (dense_(i, j) == 0.0) continue;
      out.columns.push_back(static_cast<std::int32_t>(j));
      out.values.push_back(dense_(i, j));
    }
    out.row_begin.push_back(static_cast<std::int64_t>(out.columns.size()));
  }
  return FeatureMatrix(std::move(out));
}

Work dense_work(std::size_t entry) {
  const auto entries = static_cast<double>(kBatch * kCols);
  return {4.0 * entries, entries * static_cast<double>(entry), matrix_bytes(entry)};
}

Work sparse_work(const KernelSetting& setting) {
  return {4.0 * static_cast<double>(kBatch) * setting.non_zero_per_row(), 0.0, 0};
}

std::size_t matrix_bytes(std::size_t entry) {
  return entry * static_cast<std::size_t>(kRows * kCols);
}

}  // namespace sid::bench
