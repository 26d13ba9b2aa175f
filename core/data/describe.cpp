#include <algorithm>
#include <filesystem>
#include <map>
#include <new>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "sid/data/file_bytes.hpp"
#include "sid/data/internal/idx_pair.hpp"
#include "sid/data/internal/text_table.hpp"
#include "sid/data/locate.hpp"
#include "sid/data/readers.hpp"
#include "sid/math/numbers.hpp"

namespace sid {

namespace {

using internal::IdxArray;
using internal::TextTable;

constexpr std::size_t kLabelsShown = 10;

/// "labels: -1 (4926), 1 (5074)", or their range where there are many values.
std::string describe_labels(const std::vector<double>& labels) {
  std::map<double, std::int64_t> counts;
  for (const double label : labels) {
    ++counts[label];
    if (counts.size() > kLabelsShown) {
      const auto [low, high] = std::minmax_element(labels.begin(), labels.end());
      return fmt::format("labels: more than {} values from {} to {}",
                         kLabelsShown,
                         format_shortest(*low),
                         format_shortest(*high));
    }
  }
  std::string out = "labels:";
  for (const auto& [value, count] : counts) {
    out += fmt::format("{} {} ({})", out.back() == ':' ? "" : ",", format_shortest(value), count);
  }
  return out;
}

struct Entries {
  std::int64_t nonzero = 0;
  double low = 0.0, high = 0.0;

  void add(double value) {
    if (value != 0.0) ++nonzero;
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

Entries count_entries(const SparseRows& m) {
  Entries out;
  for (const double value : m.values) out.add(value);
  return out;
}

template <class Dense>
Entries count_values(const Dense& values, double scale) {
  Entries out;
  out.low = out.high = scale * static_cast<double>(values.front());
  for (const auto value : values) out.add(scale * static_cast<double>(value));
  return out;
}

Entries count_entries(const DenseBytes& m) {
  return count_values(m.bytes, m.scale);
}
Entries count_entries(const DenseFloat& m) {
  return count_values(m.values, 1.0);
}
Entries count_entries(const DenseDouble& m) {
  return count_values(m.values, 1.0);
}

const char* storage_name(const FeatureMatrix& features) {
  static constexpr std::array<const char*, 4> kNames = {
      "bytes", "single precision", "double precision", "sparse rows"};
  return kNames[features.storage().index()];
}

std::string describe_features(const FeatureMatrix& features) {
  const Entries entries =
      std::visit([](const auto& m) { return count_entries(m); }, features.storage());
  const double total = static_cast<double>(features.rows()) * static_cast<double>(features.cols());
  return fmt::format(
      "{} examples, {} features\n"
      "entries: {} to {}, {:.1f} % not zero\n"
      "in memory: {}, {:.1f} MB",
      features.rows(),
      features.cols(),
      format_shortest(entries.low),
      format_shortest(entries.high),
      100.0 * static_cast<double>(entries.nonzero) / total,
      storage_name(features),
      static_cast<double>(features.memory_bytes()) / 1e6);
}

std::string describe_idx_array(const IdxArray& array) {
  if (array.sizes.size() == 1) {
    std::vector<double> labels;
    for (const char c : array.entries) labels.push_back(static_cast<std::uint8_t>(c));
    return fmt::format("IDX, {} labels\n{}", array.count(), describe_labels(labels));
  }
  DenseBytes bytes{array.count(), array.entries_each(), 1.0 / 255.0, {}};
  bytes.bytes.assign(array.entries.begin(), array.entries.end());
  return fmt::format("IDX, {} bytes\n{}",
                     fmt::join(array.sizes, " x "),
                     describe_features(FeatureMatrix(std::move(bytes))));
}

Result<std::string> describe_folder(const std::string& path) {
  return find_idx_files(path).and_then([](const IdxFiles& files) {
    return internal::read_idx_pair(files).map([&](const auto& pair) {
      return fmt::format("{}: {}\n{}: {}",
                         files.images,
                         describe_idx_array(pair->images),
                         files.labels,
                         describe_idx_array(pair->labels));
    });
  });
}

/// Judged by the first line with content: LIBSVM has "index:value" and neither commas nor
/// semicolons, or (an example without features) a number alone.
bool looks_like_libsvm(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = internal::take_line(text);
    const std::string_view content = internal::trim(line.substr(0, line.find('#')));
    if (content.empty()) continue;
    if (content.find_first_of(",;") != std::string_view::npos) return false;
    return content.find(':') != std::string_view::npos ||
           internal::parse_number(content).defect == nullptr;
  }
  return false;
}

Result<std::string> describe_text(const std::string& text, const std::string& path) {
  const bool libsvm = looks_like_libsvm(text);
  Result<TextTable> table =
      libsvm ? internal::parse_libsvm(text, path) : internal::parse_csv(text, path);
  return std::move(table).map([&](TextTable&& found) {
    const FeatureMatrix features =
        libsvm ? internal::settle(std::move(found.features)) : std::move(found.features);
    return fmt::format("{}, {}\n{}",
                       libsvm ? "LIBSVM" : (found.names.empty() ? "CSV" : "CSV with a header"),
                       describe_features(features),
                       describe_labels(found.labels));
  });
}

}  // namespace

Result<std::string> describe_data_file(const std::string& path) {
  std::error_code ignored;
  try {
    if (std::filesystem::is_directory(path, ignored)) return describe_folder(path);
    return read_bytes(path).and_then([&](const std::string& bytes) -> Result<std::string> {
      // Two zero bytes begin no text; anything like an IDX header is judged as one.
      if (bytes.size() >= 2 && bytes[0] == 0 && bytes[1] == 0) {
        return internal::parse_idx(bytes, path).map(describe_idx_array);
      }
      if (bytes.find('\0') != std::string::npos) {
        return fail(ErrorCode::bad_input,
                    "The file is neither text nor IDX; LIBSVM, CSV and IDX files are read, plain "
                    "or gzip.",
                    path);
      }
      return describe_text(bytes, path);
    });
  } catch (const std::bad_alloc&) {
    return fail(
        ErrorCode::io_failure, "The file needs more memory than there is; use a part of it.", path);
  }
}

}  // namespace sid
