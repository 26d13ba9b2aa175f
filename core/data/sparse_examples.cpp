#include "sid/data/sparse_examples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/data/internal/power_law.hpp"
#include "sid/data/internal/split_order.hpp"
#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"
#include "sid/random/stream.hpp"

namespace sid {

namespace {

// Digits draw from checkpoints 1 and 2 of the same role, splits from 0.
constexpr std::uint32_t kRowStream = 3;
constexpr std::uint32_t kRuleStream = 4;
constexpr std::uint64_t kRuleSpacing = 8;
constexpr std::uint64_t kDrawsAPoll = 65'536;  // some milliseconds; a row may take millions

void check(const SparseExamples& how) {
  SID_EXPECTS(how.features >= 4 && how.features <= kMaxSparseFeatures,
              "generated rows have 4 to 10^7 columns");
  SID_EXPECTS(how.nonzeros >= 1 && how.nonzeros <= how.features / 4,
              "a row has between 1 and d/4 entries on average");
  SID_EXPECTS(how.noise >= 0.0 && how.noise <= 0.5, "a label is turned with probability <= 1/2");
}

/// Draws rows one at a time.
class Rows {
 public:
  explicit Rows(const SparseExamples& how)
      : how_(how),
        words_(how.features),
        rule_(sparse_rule(how)),
        weights_(static_cast<std::size_t>(how.features)),
        times_(static_cast<std::size_t>(how.features), 0) {
    for (std::size_t c = 0; c < weights_.size(); ++c) {
      weights_[c] = portable_log(words_.total() * static_cast<double>(c + 1));
    }
  }

  /// Entries of a row: the first draw of its stream.
  std::int64_t length(std::int32_t row) const {
    Stream stream = stream_of(row);
    return draw_length(stream);
  }

  /// Fills length(row) columns and values; returns the label. Nothing when stopped: then no other
  /// row can be drawn.
  std::optional<double> draw(std::int32_t row,
                             std::span<std::int32_t> columns,
                             std::span<double> values,
                             const std::stop_token& stop) {
    Stream stream = stream_of(row);
    draw_length(stream);
    for (std::size_t found = 0; found < columns.size();) {
      if (++draws_ % kDrawsAPoll == 0 && stop.stop_requested()) return std::nullopt;
      const std::int32_t word = words_.draw(stream);
      if (times_[static_cast<std::size_t>(word)]++ == 0) columns[found++] = word;
    }
    std::sort(columns.begin(), columns.end());
    double squares = 0.0, score = 0.0;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const auto column = static_cast<std::size_t>(columns[k]);
      const auto times = static_cast<double>(std::exchange(times_[column], 0u));
      const double often = times == 1.0 ? 1.0 : 1.0 + portable_log(times);
      values[k] = often * weights_[column];
      squares += values[k] * values[k];
      score += values[k] * rule_[columns[k]];
    }
    const double norm = std::sqrt(squares);
    for (double& value : values) value /= norm;
    double label = score > 0.0 ? 1.0 : -1.0;
    if (score == 0.0) label = stream.sign();
    return stream.uniform() < how_.noise ? -label : label;
  }

 private:
  Stream stream_of(std::int32_t row) const {
    return Stream(StreamKey{.seed = how_.seed,
                            .role = Role::data,
                            .replica = static_cast<std::uint32_t>(row),
                            .checkpoint = kRowStream});
  }
  std::int64_t draw_length(Stream& stream) const {
    return 1 + static_cast<std::int64_t>(
                   stream.index_below(static_cast<std::uint64_t>(2 * how_.nonzeros - 1)));
  }

  const SparseExamples& how_;
  internal::PowerLaw words_;
  Vector rule_;
  std::vector<double> weights_;       // log(1/p_c)
  std::vector<std::uint32_t> times_;  // of the words of the present row; zero between rows
  std::uint64_t draws_ = 0;
};

tl::unexpected<Error> stopped() {
  return fail(ErrorCode::stopped, "Stopped while drawing sparse rows.");
}

Result<Dataset> draw_rows(std::span<const std::int32_t> rows,
                          Index count,
                          const SparseExamples& how,
                          Rows& source,
                          const std::stop_token& stop) {
  SparseRows out{static_cast<Index>(rows.size()), how.features, {}, {}, {}};
  out.row_begin.resize(rows.size() + 1, 0);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % kDrawsAPoll == 0 && stop.stop_requested()) return stopped();
    out.row_begin[i + 1] = out.row_begin[i] + source.length(rows[i]);
  }
  if (stop.stop_requested()) return stopped();
  const auto entries = static_cast<std::size_t>(out.row_begin.back());
  out.columns.resize(entries);
  out.values.resize(entries);
  Vector labels(out.rows);
  const std::span<std::int32_t> columns(out.columns);
  const std::span<double> values(out.values);
  for (Index i = 0; i < out.rows; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto begin = static_cast<std::size_t>(out.row_begin[at]);
    const auto size = static_cast<std::size_t>(out.row_begin[at + 1]) - begin;
    const std::optional<double> label =
        source.draw(rows[at], columns.subspan(begin, size), values.subspan(begin, size), stop);
    if (!label) return stopped();
    labels[i] = *label;
  }
  std::optional<FeatureMatrix> features = FeatureMatrix::make(std::move(out), stop);
  if (!features) return stopped();
  std::optional<Dataset> data = make_dataset(
      std::move(*features),
      std::move(labels),
      fmt::format("synthetic sparse rows, {} of {} columns with {} entries on average, "
                  "noise {}, seed {}",
                  count,
                  how.features,
                  how.nonzeros,
                  how.noise,
                  how.seed),
      stop);
  if (!data) return stopped();
  return *std::move(data);
}

}  // namespace

Vector sparse_rule(const SparseExamples& how) {
  check(how);
  Stream stream(StreamKey{.seed = how.seed, .role = Role::data, .checkpoint = kRuleStream});
  Vector rule = Vector::Zero(how.features);
  for (double& entry : rule) {
    if (stream.index_below(kRuleSpacing) == 0) entry = stream.normal();
  }
  return rule;
}

Result<Dataset> make_sparse_examples(Index count,
                                     const SparseExamples& how,
                                     const std::stop_token& stop) {
  check(how);
  SID_EXPECTS(count >= 0 && count <= std::numeric_limits<std::int32_t>::max(),
              "0 to 2^31-1 rows are drawn.");
  std::vector<std::int32_t> rows(static_cast<std::size_t>(count));
  std::iota(rows.begin(), rows.end(), 0);
  Rows source(how);
  return draw_rows(rows, count, how, source, stop);
}

Result<TrainValidation> split_sparse_examples(Index train,
                                              Index validation,
                                              std::uint64_t split_seed,
                                              const SparseExamples& how,
                                              const std::stop_token& stop) {
  check(how);
  SID_EXPECTS(train >= 0 && validation >= 0 &&
                  train <= std::numeric_limits<std::int32_t>::max() - validation,
              "A split handles 2^31-1 examples.");
  const Index count = train + validation;
  const std::vector<std::int32_t> order = internal::split_order(count, count, split_seed);
  const std::span<const std::int32_t> rows(order);
  const auto cut = static_cast<std::size_t>(train);
  Rows source(how);
  Result<Dataset> first = draw_rows(rows.first(cut), count, how, source, stop);
  if (!first) return tl::unexpected<Error>(first.error());
  Result<Dataset> second = draw_rows(rows.subspan(cut), count, how, source, stop);
  if (!second) return tl::unexpected<Error>(second.error());
  return TrainValidation{*std::move(first), *std::move(second)};
}

double examples_bytes(Index count, const SparseExamples& how) {
  return static_cast<double>(count) * (12.0 * static_cast<double>(how.nonzeros) + 16.0);
}

double drawing_bytes(Index count, const SparseExamples& how) {
  return 28.0 * static_cast<double>(how.features) + 4.0 * static_cast<double>(count);
}

}  // namespace sid
