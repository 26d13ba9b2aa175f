#include "sid/data/dataset.hpp"

#include <cstring>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "sid/data/internal/pieces.hpp"
#include "sid/data/internal/split_order.hpp"
#include "sid/math/contract.hpp"
#include "sid/random/stream.hpp"

namespace sid {

namespace {

/// A running 64-bit hash over words: multiply and fold (as in wyhash), one word a step.
class Hash {
 public:
  /// After a stop is asked for, its value means nothing.
  explicit Hash(const std::stop_token& stop) : stop_(stop) {}

  void add(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x9e3779b97f4a7c15u;
    state_ ^= state_ >> 29;
  }

  void add(const void* data, std::size_t bytes) {
    add(bytes);
    const char* at = static_cast<const char*>(data);
    const auto words = static_cast<std::int64_t>(bytes / sizeof(std::uint64_t));
    internal::in_pieces(words, stop_, [&](std::int64_t begin, std::int64_t end) {
      for (; begin < end; ++begin, at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, at, sizeof word);
        add(word);
      }
    });
    const std::size_t rest = bytes % sizeof(std::uint64_t);
    if (rest > 0 && !stop_.stop_requested()) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, rest);
      add(word);
    }
  }

  template <class T>
  void add(const std::vector<T>& values) {
    add(values.data(), values.size() * sizeof(T));
  }

  std::uint64_t value() const {
    std::uint64_t x = state_;
    x = (x ^ (x >> 32)) * 0xd6e8feb86659fd93u;
    return x ^ (x >> 32);
  }

 private:
  const std::stop_token& stop_;
  std::uint64_t state_ = 0x2545f4914f6cdd1du;
};

void add_entries(Hash& hash, const DenseBytes& m) {
  hash.add(&m.scale, sizeof m.scale);
  hash.add(m.bytes);
}
void add_entries(Hash& hash, const DenseFloat& m) {
  hash.add(m.values);
}
void add_entries(Hash& hash, const DenseDouble& m) {
  hash.add(m.values);
}
void add_entries(Hash& hash, const SparseRows& m) {
  hash.add(m.row_begin);
  hash.add(m.columns);
  hash.add(m.values);
}

Dataset part_of(const Dataset& all, std::span<const std::int32_t> rows, std::string description) {
  Vector labels(static_cast<Index>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) labels[static_cast<Index>(i)] = all.labels[rows[i]];
  return make_dataset(all.features.select(rows), std::move(labels), std::move(description));
}

std::string fingerprint(const FeatureMatrix& features,
                        const Vector& labels,
                        const std::stop_token& stop) {
  Hash hash(stop);
  hash.add(features.storage().index());
  hash.add(static_cast<std::uint64_t>(features.rows()));
  hash.add(static_cast<std::uint64_t>(features.cols()));
  std::visit([&](const auto& m) { add_entries(hash, m); }, features.storage());
  hash.add(labels.data(), static_cast<std::size_t>(labels.size()) * sizeof(double));
  return fmt::format("{:016x}", hash.value());
}

}  // namespace

std::vector<std::int32_t> internal::split_order(Index n, Index taken, std::uint64_t seed) {
  std::vector<std::int32_t> rows(static_cast<std::size_t>(n));
  std::iota(rows.begin(), rows.end(), 0);
  Stream stream(StreamKey{.seed = seed, .role = Role::data});
  for (std::size_t i = 0; i < static_cast<std::size_t>(taken); ++i) {
    std::swap(rows[i], rows[i + static_cast<std::size_t>(stream.index_below(rows.size() - i))]);
  }
  rows.resize(static_cast<std::size_t>(taken));
  return rows;
}

std::string fingerprint_of(const FeatureMatrix& features, const Vector& labels) {
  return fingerprint(features, labels, std::stop_token());
}

Dataset make_dataset(FeatureMatrix features, Vector labels, std::string description) {
  return *make_dataset(
      std::move(features), std::move(labels), std::move(description), std::stop_token());
}

std::optional<Dataset> make_dataset(FeatureMatrix features,
                                    Vector labels,
                                    std::string description,
                                    const std::stop_token& stop) {
  SID_EXPECTS(labels.size() == features.rows(), "Every example has one label.");
  std::string digest = fingerprint(features, labels, stop);
  if (stop.stop_requested()) return std::nullopt;
  return Dataset{std::move(features), std::move(labels), std::move(description), std::move(digest)};
}

TrainValidation split(const Dataset& all, Index train, Index validation, std::uint64_t seed) {
  const Index n = all.rows();
  SID_EXPECTS(train >= 0 && validation >= 0 && train <= n && validation <= n - train,
              "The parts of a split are disjoint.");
  SID_EXPECTS(n <= std::numeric_limits<std::int32_t>::max(), "A split handles 2^31-1 examples.");
  const std::vector<std::int32_t> rows = internal::split_order(n, train + validation, seed);
  const std::span<const std::int32_t> order(rows);
  return {
      part_of(all, order.first(static_cast<std::size_t>(train)), all.description),
      part_of(all,
              order.subspan(static_cast<std::size_t>(train), static_cast<std::size_t>(validation)),
              all.description)};
}

}  // namespace sid
