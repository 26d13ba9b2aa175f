#include "sid/app/state/dropped_data.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "sid/app/state/spec_edits.hpp"
#include "sid/data/file_bytes.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid::app {
namespace {

/// Larger files are not counted: that would be felt, and they hold enough rows for any default.
constexpr std::int64_t kCountedBytes = std::int64_t{1} << 25;

DataSource source_of(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::string name = path.filename().string();
  const auto has = [&](const char* part) { return name.find(part) != std::string::npos; };
  if (std::filesystem::is_directory(path, ignored) || has("idx") || has("ubyte")) {
    return DataSource::mnist;
  }
  return has(".csv") || has(".tsv") ? DataSource::csv : DataSource::libsvm;
}

bool begins_with_number(std::string_view line) {
  const std::size_t end = line.find_first_of(",;\t");
  return parse_double(line.substr(0, end)).has_value();
}

/// Lines with an example; 0 if the file cannot be read at once.
std::int64_t count_rows(const std::string& path, bool header_allowed) {
  const Result<std::string> bytes = read_bytes(path, kCountedBytes);
  if (!bytes) return 0;
  std::int64_t rows = 0;
  bool first = true;
  for (std::string_view text = *bytes; !text.empty();) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos || line[begin] == '#') continue;
    const bool header = first && header_allowed && !begins_with_number(line.substr(begin));
    rows += header ? 0 : 1;
    first = false;
  }
  return rows;
}

void fit_sizes(RunSpec& spec) {
  const bool csv = spec.data.source == DataSource::csv;
  const std::int64_t rows = count_rows(spec.data.path, csv);
  if (rows >= 2 && spec.data.train + spec.data.validation > rows) {
    spec.data.train = rows / 2;
    spec.data.validation = rows - rows / 2;
  }
  for (MethodSpec& method : spec.methods) {
    method.minibatch = std::clamp<std::int64_t>(method.minibatch, 1, spec.data.train);
  }
}

}  // namespace

RunSpec with_dropped_data(RunSpec spec, const std::string& path) {
  if (!has_data(spec.problem.kind)) {
    spec = with_problem(std::move(spec), ProblemKind::logistic);
    spec.problem.lambda = std::vector<double>{0.1};
  }
  spec.data.source = source_of(path);
  spec.data.path = path;
  spec.data.validation_path.clear();
  spec.data.labels.reset();
  spec.data.label_noise = 0.0;
  std::error_code ignored;
  if (spec.data.source != DataSource::mnist) {
    fit_sizes(spec);
  } else if (!std::filesystem::is_directory(path, ignored)) {
    spec.data.path = std::filesystem::path(path).parent_path().string();
  }
  return spec;
}

}  // namespace sid::app
