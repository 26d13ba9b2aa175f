#pragma once

#include <cstdint>
#include <stop_token>

#include "sid/data/dataset.hpp"
#include "sid/math/result.hpp"

namespace sid {

/// Generated sparse examples of the kind that texts give: words of a power law, tf-idf values.
///
/// Row i has m_i distinct columns, m_i uniform in {1, ..., 2 nonzeros - 1}. Words are drawn one
/// after the other, word c with probability p_c = 1/((c + 1) H_d), c = 0 .. d - 1, H_d = sum_c
/// 1/(c + 1) (Zipf's law), until m_i different ones have come; a word that came f times has
///   x_ic = (1 + log f) log(1/p_c) / norm,        ||x_i|| = 1:
/// frequent columns come first, as in a vocabulary sorted by counts. The label is the sign of
/// x_i^T r, a coin where that is zero, and is then turned with probability `noise`. The rule r has
/// a standard normal entry in every eighth column or so and zeros elsewhere.
///
/// A pure function of the settings and of i, with the same bits on every machine: row i is drawn
/// from (seed, Role::data, replica i), the rule from a stream of its own.
struct SparseExamples {
  Index features = 10'000;  ///< d, 4 <= d <= kMaxSparseFeatures
  Index nonzeros = 50;      ///< mean number in a row, 1 <= nonzeros <= d/4
  double noise = 0.05;      ///< in [0, 1/2]
  std::uint64_t seed = 1;
};

inline constexpr Index kMaxSparseFeatures = 10'000'000;

/// Rows 0 .. count - 1. Requires 0 <= count <= 2^31-1. The rows are held once, without a dense
/// copy: about examples_bytes(count, how), and drawing_bytes(count, how) while they are drawn. Some
/// 5 microseconds a row of 50 entries. Looks at `stop` every few ten thousand draws and then fails
/// with ErrorCode::stopped.
Result<Dataset> make_sparse_examples(Index count,
                                     const SparseExamples& how,
                                     const std::stop_token& stop = {});

/// split(make_sparse_examples(train + validation, how), train, validation, split_seed) to the last
/// bit, without ever holding a row twice.
Result<TrainValidation> split_sparse_examples(Index train,
                                              Index validation,
                                              std::uint64_t split_seed,
                                              const SparseExamples& how,
                                              const std::stop_token& stop = {});

/// The hidden rule r (d entries).
Vector sparse_rule(const SparseExamples& how);

/// Expected bytes of `count` rows with their labels: 12 an entry, 16 a row.
double examples_bytes(Index count, const SparseExamples& how);

/// Bytes that are needed besides while `count` rows are drawn: 28 a column, 4 a row.
double drawing_bytes(Index count, const SparseExamples& how);

}  // namespace sid
