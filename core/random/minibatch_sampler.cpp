#include "sid/random/minibatch_sampler.hpp"

#include <limits>
#include <numeric>
#include <utility>

#include "sid/math/contract.hpp"

namespace sid {

double variance_factor(Sampling sampling, std::int64_t population, std::int64_t batch) {
  SID_EXPECTS(batch >= 1 && batch <= population, "A minibatch has 1 to n examples.");
  const auto b = static_cast<double>(batch);
  if (sampling == Sampling::iid) return 1.0 / b;
  if (population == 1) return 0.0;
  const auto n = static_cast<double>(population);
  return (n - b) / (b * (n - 1.0));
}

MinibatchSampler::MinibatchSampler(Sampling sampling, std::int64_t population, std::int64_t batch)
    : sampling_(sampling), population_(population) {
  SID_EXPECTS(population <= std::numeric_limits<std::int32_t>::max(),
              "A sampler handles up to 2^31-1 examples.");
  SID_EXPECTS(batch >= 1 && batch <= population, "A minibatch has 1 to n examples.");
  batch_.resize(static_cast<std::size_t>(batch));
  if (sampling_ != Sampling::iid) {
    permutation_.resize(static_cast<std::size_t>(population));
    std::iota(permutation_.begin(), permutation_.end(), 0);
  }
  if (sampling_ == Sampling::without_replacement) partners_.resize(batch_.size());
}

void MinibatchSampler::start(const StreamKey& key) {
  stream_ = Stream(key);
  if (sampling_ == Sampling::reshuffle) {
    std::iota(permutation_.begin(), permutation_.end(), 0);
    position_ = 0;
  }
}

std::span<const std::int32_t> MinibatchSampler::next() {
  switch (sampling_) {
    case Sampling::iid:
      stream_.indices_below(static_cast<std::uint64_t>(population_), batch_);
      break;
    case Sampling::without_replacement:
      draw_distinct();
      break;
    case Sampling::reshuffle:
      draw_from_permutation();
      break;
  }
  draws_ += batch();
  return batch_;
}

/// Fisher and Yates: the entry that comes to `position`, uniform over position, ..., n-1.
std::size_t MinibatchSampler::swap_partner(std::size_t position) {
  return position + static_cast<std::size_t>(stream_.index_below(permutation_.size() - position));
}

void MinibatchSampler::draw_distinct() {
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    const std::size_t j = swap_partner(i);
    partners_[i] = static_cast<std::int32_t>(j);
    std::swap(permutation_[i], permutation_[j]);
    batch_[i] = permutation_[i];
  }
  // Only these entries moved. With the identity restored, the next minibatch depends on the
  // stream alone and not on what was drawn before.
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    permutation_[i] = static_cast<std::int32_t>(i);
    permutation_[static_cast<std::size_t>(partners_[i])] = partners_[i];
  }
}

void MinibatchSampler::draw_from_permutation() {
  // The shuffle is carried out one entry at a time, as entries are asked for; a pass over a
  // permutation that is started anew shuffles the previous one.
  for (std::int32_t& entry : batch_) {
    std::swap(permutation_[position_], permutation_[swap_partner(position_)]);
    entry = permutation_[position_];
    if (++position_ == permutation_.size()) position_ = 0;
  }
}

}  // namespace sid
