#include "sid/data/internal/text_table.hpp"

#include <charconv>
#include <cmath>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

#include "sid/data/internal/pieces.hpp"
#include "sid/math/contract.hpp"

namespace sid::internal {

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string quote(std::string_view text) {
  constexpr std::size_t kLongest = 32;
  std::string out = "'";
  for (const char c : text.substr(0, kLongest)) out += c >= ' ' && c <= '~' ? c : '?';
  if (text.size() > kLongest) out += "...";
  return out + "'";
}

std::string place_of(const std::string& path, std::int64_t line, std::int64_t column) {
  return column > 0 ? fmt::format("{}:{}:{}", path, line, column)
                    : fmt::format("{}:{}", path, line);
}

Number parse_number(std::string_view text) {
  Number out;
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
    if (text.starts_with('-')) {
      out.defect = "is not a number";
      return out;
    }
  }
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, out.value);
  if (error == std::errc::invalid_argument || rest != end) {
    out.defect = "is not a number";
  } else if (error == std::errc::result_out_of_range) {
    out.defect = "is outside the range of double precision (about 1e-308 to 1e308)";
  } else if (!std::isfinite(out.value)) {
    out.defect = "is not a finite number";
  }
  return out;
}

FeatureMatrix widen(const FeatureMatrix& sparse, Index columns) {
  return *widen(sparse, columns, std::stop_token());
}

FeatureMatrix settle(FeatureMatrix sparse) {
  return *settle(std::move(sparse), std::stop_token());
}

std::optional<FeatureMatrix> widen(const FeatureMatrix& sparse,
                                   Index columns,
                                   const std::stop_token& stop) {
  SID_EXPECTS(columns >= sparse.cols(), "A matrix can only be widened.");
  const auto& rows = std::get<SparseRows>(sparse.storage());
  const auto copy = [&](const auto& values) {
    using T = typename std::decay_t<decltype(values)>::value_type;
    return copy_in_pieces<T>(values.begin(), static_cast<std::int64_t>(values.size()), stop);
  };
  SparseRows wide{rows.rows, columns, copy(rows.row_begin), copy(rows.columns), copy(rows.values)};
  if (stop.stop_requested()) return std::nullopt;
  return FeatureMatrix::make(std::move(wide), stop);
}

std::optional<FeatureMatrix> settle(FeatureMatrix sparse, const std::stop_token& stop) {
  const auto& rows = std::get<SparseRows>(sparse.storage());
  const auto nonzeros = static_cast<Index>(rows.values.size());
  if (stop.stop_requested()) return std::nullopt;
  if (4 * nonzeros <= rows.rows * rows.cols) return sparse;
  std::vector<double> dense;
  dense.reserve(static_cast<std::size_t>(rows.rows * rows.cols));
  in_pieces(rows.rows * rows.cols, stop, [&](std::int64_t, std::int64_t end) {
    dense.resize(static_cast<std::size_t>(end), 0.0);
  });
  for (Index i = 0; i < rows.rows && !stop.stop_requested(); ++i) {
    const auto begin = static_cast<std::size_t>(rows.row_begin[static_cast<std::size_t>(i)]);
    const auto end = static_cast<std::size_t>(rows.row_begin[static_cast<std::size_t>(i) + 1]);
    for (std::size_t k = begin; k < end; ++k) {
      dense[static_cast<std::size_t>(i * rows.cols + rows.columns[k])] = rows.values[k];
    }
  }
  if (stop.stop_requested()) return std::nullopt;
  return make_features(rows.rows, rows.cols, std::move(dense), stop);
}

}  // namespace sid::internal
