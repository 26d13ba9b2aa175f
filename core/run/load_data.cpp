#include "sid/run/load_data.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sid/data/digits.hpp"
#include "sid/data/locate.hpp"
#include "sid/data/readers.hpp"
#include "sid/data/sparse_examples.hpp"
#include "sid/files/free_memory.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid {

namespace {

/// Reads by the rule that was asked for. If none was: with two values, else odd against even. The
/// first error stands where both fail: it speaks of the file rather than of a rule nobody asked
/// for.
template <class Read>
auto read_with_rule(const DataSpec& spec, const Read& read) {
  auto result = read(spec.labels.value_or(LabelRule::two_values));
  if (result || spec.labels || result.error().code == ErrorCode::stopped) return result;
  auto second = read(LabelRule::odd_even);
  return second || second.error().code == ErrorCode::stopped ? second : result;
}

Result<LoadedData> from_dataset(Result<Dataset> data) {
  if (!data) return tl::unexpected<Error>(data.error());
  return LoadedData{.all = std::move(*data), .pair = nullptr};
}

Result<LoadedData> load_text(const DataSpec& spec, const std::stop_token& stop) {
  const bool libsvm = spec.source == DataSource::libsvm;
  if (spec.validation_path.empty()) {
    return from_dataset(read_with_rule(spec, [&](LabelRule rule) {
      return libsvm ? read_libsvm(spec.path, rule, std::nullopt, stop)
                    : read_csv(spec.path, rule, stop);
    }));
  }
  const TextFormat format = libsvm ? TextFormat::libsvm : TextFormat::csv;
  Result<TrainValidation> pair = read_with_rule(spec, [&](LabelRule rule) {
    return read_pair(format, spec.path, spec.validation_path, rule, stop);
  });
  if (!pair) return tl::unexpected<Error>(pair.error());
  return LoadedData{.all = {}, .pair = std::make_shared<const TrainValidation>(std::move(*pair))};
}

SparseExamples examples_of(const SparseSpec& spec) {
  return {.features = static_cast<Index>(spec.features),
          .nonzeros = static_cast<Index>(spec.nonzeros),
          .noise = spec.noise,
          .seed = static_cast<std::uint64_t>(spec.seed)};
}

Result<LoadedData> plan_sparse(const DataSpec& spec, const SplitsKept& splits) {
  const std::int64_t count = spec.train + spec.validation;
  const double bytes = sparse_data_bytes(spec, splits);
  const std::optional<double> free = free_memory_bytes();
  if (free && bytes > *free) {
    return fail(ErrorCode::bad_input,
                fmt::format("{} rows of {} entries{} take about {:.3g} GB, and {:.3g} GB of memory "
                            "are free; use fewer rows or entries{}.",
                            count,
                            spec.sparse.nonzeros,
                            splits.count > 1 ? fmt::format(" in {} splits", splits.count) : "",
                            1e-9 * bytes,
                            1e-9 * *free,
                            splits.count > 1 ? ", or fewer replicas" : ""),
                "data.train");
  }
  return LoadedData{.all = {}, .pair = nullptr};
}

}  // namespace

std::optional<LabelRule> label_rule(const RunSpec& spec) {
  const DataSource source = spec.data.source;
  const bool text = source == DataSource::libsvm || source == DataSource::csv;
  if (spec.data.labels) return spec.data.labels;
  if (!text) return LabelRule::odd_even;
  if (is_regression(spec.problem.kind)) return LabelRule::as_given;
  return std::nullopt;
}

double sparse_data_bytes(const DataSpec& spec, const SplitsKept& splits) {
  const auto count = static_cast<Index>(spec.train + spec.validation);
  const SparseExamples how = examples_of(spec.sparse);
  const double rows = examples_bytes(count, how);
  const double making = std::max(drawing_bytes(count, how), spec.label_noise > 0.0 ? rows : 0.0);
  const std::int64_t at_once = std::min(splits.count, splits.made_at_once);
  return static_cast<double>(splits.count) * rows + static_cast<double>(at_once) * making;
}

Result<LoadedData> load_data(const DataSpec& spec,
                             const std::stop_token& stop,
                             const SplitsKept& splits) {
  switch (spec.source) {
    case DataSource::digits: {
      const std::int64_t count = std::max(kDefaultDigits, spec.train + spec.validation);
      if (count > kMaxDigits) {
        return fail(ErrorCode::bad_input,
                    fmt::format("train + validation = {} must be ≤ {} for the built-in digits; use "
                                "fewer rows.",
                                count,
                                kMaxDigits),
                    "data.train");
      }
      return from_dataset(make_digits(static_cast<Index>(count), 1, stop));
    }
    case DataSource::mnist: {
      const Result<std::string> place = locate_mnist(spec.path);
      if (!place) return tl::unexpected<Error>(place.error());
      return from_dataset(read_idx_folder(*place, LabelRule::odd_even, {}, stop));
    }
    case DataSource::sparse:
      return plan_sparse(spec, splits);
    case DataSource::libsvm:
    case DataSource::csv:
      break;
  }
  return load_text(spec, stop);
}

Result<std::shared_ptr<const TrainValidation>> split_data(const LoadedData& data,
                                                          const DataSpec& spec,
                                                          std::int64_t replica,
                                                          const std::stop_token& stop) {
  if (data.pair) return data.pair;
  const std::uint64_t seed =
      static_cast<std::uint64_t>(spec.split_seed) + static_cast<std::uint64_t>(replica);
  if (spec.source == DataSource::sparse) {
    Result<TrainValidation> parts = split_sparse_examples(static_cast<Index>(spec.train),
                                                          static_cast<Index>(spec.validation),
                                                          seed,
                                                          examples_of(spec.sparse),
                                                          stop);
    if (!parts) return tl::unexpected<Error>(parts.error());
    return std::make_shared<const TrainValidation>(*std::move(parts));
  }
  if (spec.train + spec.validation > data.all.rows()) {
    return fail(ErrorCode::bad_input,
                fmt::format("train + validation = {} + {} must be ≤ {}, the rows of {}; use fewer.",
                            spec.train,
                            spec.validation,
                            data.all.rows(),
                            data.all.description),
                "data.train");
  }
  return std::make_shared<const TrainValidation>(
      split(data.all, static_cast<Index>(spec.train), static_cast<Index>(spec.validation), seed));
}

}  // namespace sid
