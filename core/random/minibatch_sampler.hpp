#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sid/random/stream.hpp"

namespace sid {

/// How minibatches are drawn from a population of n examples.
enum class Sampling {
  iid,                  ///< b independent indices; the setting of the theorems
  without_replacement,  ///< b distinct indices, fresh and independent for every minibatch
  reshuffle,            ///< consecutive pieces of a fresh permutation per pass; draws are dependent
};

/// Variance of a minibatch mean over variance of the population (divisor n), f_b:
/// 1/b with replacement, (n-b)/(b(n-1)) without (the finite population correction; Cochran,
/// Sampling Techniques, theorem 2.2). Reshuffled draws have no such factor; the value without
/// replacement is returned for orientation, and no bound may use it. 1 <= batch <= population; a
/// population of one has no variance, and its factor is 1 with replacement and 0 without.
double variance_factor(Sampling sampling, std::int64_t population, std::int64_t batch);

/// Draws minibatches from {0, ..., population-1}. Owns its buffers; after construction nothing
/// allocates. Requires 1 <= batch <= population <= 2^31-1.
/// Every minibatch costs O(batch) and consumes 2*batch words of the stream, whichever the sampling.
/// A minibatch that straddles the end of a permutation (reshuffle, b not dividing n) takes the rest
/// of the old permutation and the start of the next one, so it may hold an index twice.
class MinibatchSampler {
 public:
  MinibatchSampler(Sampling sampling, std::int64_t population, std::int64_t batch);

  /// Begins the stream `key`; the next minibatch is its first. Independent of earlier use.
  /// O(1), except for reshuffle: O(population).
  void start(const StreamKey& key);

  /// The next minibatch; valid until the next call.
  std::span<const std::int32_t> next();

  /// Indices drawn since construction, over all streams.
  std::int64_t draws() const { return draws_; }
  Sampling sampling() const { return sampling_; }
  std::int64_t population() const { return population_; }
  std::int64_t batch() const { return static_cast<std::int64_t>(batch_.size()); }

 private:
  void draw_distinct();
  void draw_from_permutation();
  std::size_t swap_partner(std::size_t position);

  Sampling sampling_;
  std::int64_t population_;
  std::vector<std::int32_t> batch_;
  std::vector<std::int32_t> permutation_;  // identity between minibatches without replacement
  std::vector<std::int32_t> partners_;     // without replacement: entries to put back
  std::size_t position_ = 0;               // reshuffle: next unread entry of permutation_
  std::int64_t draws_ = 0;
  Stream stream_{StreamKey{}};
};

}  // namespace sid
