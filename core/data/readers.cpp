#include "sid/data/readers.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <new>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "sid/data/file_bytes.hpp"
#include "sid/data/internal/idx_pair.hpp"
#include "sid/data/internal/pieces.hpp"
#include "sid/data/internal/text_table.hpp"
#include "sid/data/locate.hpp"

namespace sid {

namespace {

using internal::IdxArray;
using internal::IdxPair;
using internal::TextTable;

/// A file may ask for more memory than there is; that is the file's fault and no reason to stop.
template <class Read>
auto within_memory(const std::string& path, Read read) -> decltype(read()) {
  try {
    return read();
  } catch (const std::bad_alloc&) {
    return fail(
        ErrorCode::io_failure, "The file needs more memory than there is; use a part of it.", path);
  }
}

std::string file_name(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

GivenLabels given_labels(const TextTable& table, const std::string& path) {
  return {table.labels, table.lines, path};
}

std::string rule_caption(LabelRule rule) {
  return rule == LabelRule::odd_even ? ", odd against even" : "";
}

/// The first ten labels tell the two parts of MNIST from other data of the same shape.
bool is_mnist(std::string_view labels, const std::string& prefix) {
  constexpr std::string_view kTest("\7\2\1\0\4\1\4\11\5\11", 10);
  constexpr std::string_view kTrain("\5\0\4\1\11\2\1\3\1\4", 10);
  return (prefix == "t10k" && labels.size() == 10000 && labels.substr(0, 10) == kTest) ||
         (prefix == "train" && labels.size() == 60000 && labels.substr(0, 10) == kTrain);
}

/// Fails with ErrorCode::stopped where there is nothing.
template <class T>
Result<T> unless_stopped(std::optional<T> value, const std::string& path) {
  if (!value) return internal::stopped_reading(path);
  return *std::move(value);
}

Result<Dataset> dataset_of(const IdxPair& pair,
                           const IdxFiles& files,
                           LabelRule rule,
                           const std::stop_token& stop) {
  const IdxArray& images = pair.images;
  if (images.entries_each() > internal::kMaxColumns) {
    return fail(ErrorCode::bad_input,
                fmt::format("An image has {} bytes; the limit is {}.",
                            images.entries_each(),
                            internal::kMaxColumns),
                files.images);
  }
  std::vector<double> values;
  values.reserve(pair.labels.entries.size());
  for (const char c : pair.labels.entries) values.push_back(static_cast<std::uint8_t>(c));
  Result<Vector> classes = apply_label_rule(rule, {values, {}, files.labels});
  if (!classes) return tl::unexpected<Error>(std::move(classes.error()));
  DenseBytes bytes{images.count(), images.entries_each(), 1.0 / 255.0, {}};
  bytes.bytes = internal::copy_in_pieces<std::uint8_t>(
      images.entries.begin(), static_cast<std::int64_t>(images.entries.size()), stop);
  if (stop.stop_requested()) return internal::stopped_reading(files.images);
  std::optional<FeatureMatrix> features = FeatureMatrix::make(std::move(bytes), stop);
  if (!features) return internal::stopped_reading(files.images);
  const std::string name = is_mnist(pair.labels.entries, files.prefix) ? "MNIST " + files.prefix
                                                                       : file_name(files.images);
  return unless_stopped(
      make_dataset(*std::move(features), *std::move(classes), name + rule_caption(rule), stop),
      files.images);
}

Result<TextTable> read_table(TextFormat format,
                             const std::string& path,
                             std::optional<Index> columns,
                             const std::stop_token& stop) {
  return read_bytes(path, kMaxFileBytes, stop).and_then([&](const std::string& text) {
    return format == TextFormat::libsvm ? internal::parse_libsvm(text, path, columns, stop)
                                        : internal::parse_csv(text, path, stop);
  });
}

Result<Dataset> dataset_of(TextTable table,
                           Vector labels,
                           const std::string& path,
                           LabelRule rule,
                           const std::stop_token& stop) {
  std::optional<FeatureMatrix> features = std::move(table.features);
  if (std::holds_alternative<SparseRows>(features->storage())) {
    features = internal::settle(*std::move(features), stop);
  }
  if (!features) return internal::stopped_reading(path);
  return unless_stopped(
      make_dataset(
          *std::move(features), std::move(labels), file_name(path) + rule_caption(rule), stop),
      path);
}

Result<Dataset> read_text(TextFormat format,
                          const std::string& path,
                          LabelRule rule,
                          std::optional<Index> columns,
                          const std::stop_token& stop) {
  return within_memory(path, [&]() -> Result<Dataset> {
    Result<TextTable> table = read_table(format, path, columns, stop);
    if (!table) return tl::unexpected<Error>(std::move(table.error()));
    Result<Vector> labels = apply_label_rule(rule, given_labels(*table, path));
    if (!labels) return tl::unexpected<Error>(std::move(labels.error()));
    return dataset_of(*std::move(table), *std::move(labels), path, rule, stop);
  });
}

/// Brings both tables to one number of columns, or says why that cannot be.
Result<void> agree_on_columns(TextFormat format,
                              TextTable& train,
                              TextTable& validation,
                              const std::string& train_path,
                              const std::string& validation_path,
                              const std::stop_token& stop) {
  const Index train_cols = train.features.cols();
  const Index validation_cols = validation.features.cols();
  if (format == TextFormat::libsvm) {
    const Index columns = std::max(train_cols, validation_cols);
    for (TextTable* table : {&train, &validation}) {
      if (table->features.cols() == columns) continue;
      std::optional<FeatureMatrix> wide = internal::widen(table->features, columns, stop);
      if (!wide) return internal::stopped_reading(train_path);
      table->features = *std::move(wide);
    }
    return {};
  }
  if (train_cols != validation_cols) {
    return fail(ErrorCode::bad_input,
                fmt::format("There are {} feature columns here but {} in {}; both files need the "
                            "same.",
                            validation_cols,
                            train_cols,
                            file_name(train_path)),
                validation_path);
  }
  if (train.names.empty() || validation.names.empty()) return {};
  for (std::size_t i = 0; i < train.names.size(); ++i) {
    if (train.names[i] == validation.names[i]) continue;
    return fail(ErrorCode::bad_input,
                fmt::format("Feature column {} is {} here but {} in {}; both files need the same "
                            "columns in the same order.",
                            i + 1,
                            internal::quote(validation.names[i]),
                            internal::quote(train.names[i]),
                            file_name(train_path)),
                validation_path);
  }
  return {};
}

}  // namespace

Result<Dataset> read_idx_folder(const std::string& folder,
                                LabelRule labels,
                                const std::string& prefix,
                                const std::stop_token& stop) {
  return within_memory(folder, [&] {
    return find_idx_files(folder, prefix).and_then([&](const IdxFiles& files) {
      return internal::read_idx_pair(files, stop).and_then([&](const auto& pair) {
        return dataset_of(*pair, files, labels, stop);
      });
    });
  });
}

Result<Dataset> read_libsvm(const std::string& path,
                            LabelRule labels,
                            std::optional<Index> columns,
                            const std::stop_token& stop) {
  return read_text(TextFormat::libsvm, path, labels, columns, stop);
}

Result<Dataset> read_csv(const std::string& path, LabelRule labels, const std::stop_token& stop) {
  return read_text(TextFormat::csv, path, labels, std::nullopt, stop);
}

Result<TrainValidation> read_pair(TextFormat format,
                                  const std::string& train_path,
                                  const std::string& validation_path,
                                  LabelRule labels,
                                  const std::stop_token& stop) {
  return within_memory(train_path, [&]() -> Result<TrainValidation> {
    Result<TextTable> train = read_table(format, train_path, std::nullopt, stop);
    if (!train) return tl::unexpected<Error>(std::move(train.error()));
    Result<TextTable> validation = read_table(format, validation_path, std::nullopt, stop);
    if (!validation) return tl::unexpected<Error>(std::move(validation.error()));
    if (Result<void> agreed =
            agree_on_columns(format, *train, *validation, train_path, validation_path, stop);
        !agreed) {
      return tl::unexpected<Error>(std::move(agreed.error()));
    }
    const GivenLabels train_labels = given_labels(*train, train_path);
    Result<Vector> train_classes = apply_label_rule(labels, train_labels);
    if (!train_classes) return tl::unexpected<Error>(std::move(train_classes.error()));
    Result<Vector> validation_classes =
        apply_label_rule(labels, given_labels(*validation, validation_path), train_labels);
    if (!validation_classes) return tl::unexpected<Error>(std::move(validation_classes.error()));
    Result<Dataset> first =
        dataset_of(*std::move(train), *std::move(train_classes), train_path, labels, stop);
    if (!first) return tl::unexpected<Error>(std::move(first.error()));
    Result<Dataset> second = dataset_of(
        *std::move(validation), *std::move(validation_classes), validation_path, labels, stop);
    if (!second) return tl::unexpected<Error>(std::move(second.error()));
    return TrainValidation{*std::move(first), *std::move(second)};
  });
}

}  // namespace sid
