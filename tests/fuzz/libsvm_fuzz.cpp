#include <cstdint>
#include <string>
#include <string_view>

#include "sid/math/numbers.hpp"

#include "fuzz/table_properties.hpp"

using namespace sid;

namespace {

std::string write(const internal::TextTable& table) {
  const auto& rows = std::get<SparseRows>(table.features.storage());
  std::string out;
  for (std::size_t i = 0; i < table.labels.size(); ++i) {
    out += format_shortest(table.labels[i]);
    const auto end = static_cast<std::size_t>(rows.row_begin[i + 1]);
    for (auto k = static_cast<std::size_t>(rows.row_begin[i]); k < end; ++k) {
      out += ' ';
      out += std::to_string(rows.columns[k] + 1);
      out += ':';
      out += format_shortest(rows.values[k]);
    }
    out += '\n';
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<internal::TextTable> table = internal::parse_libsvm(text, "input");
  test::check_table(table, "input");
  if (!table) return 0;
  // What was read can be written and read again without a change.
  const Index columns = table->features.cols();
  const Result<internal::TextTable> again = internal::parse_libsvm(write(*table), "again", columns);
  test::require(again.has_value(), "a written table can be read");
  const auto& rows = std::get<SparseRows>(table->features.storage());
  const auto& rows_again = std::get<SparseRows>(again->features.storage());
  test::require(rows.columns == rows_again.columns && rows.row_begin == rows_again.row_begin,
                "indices survive writing and reading");
  test::require(rows.values == rows_again.values, "values survive writing and reading");
  test::require(table->labels == again->labels, "labels survive writing and reading");
  const FeatureMatrix settled = internal::settle(table->features);
  test::require(settled.rows() == rows.rows && settled.cols() == columns, "storage keeps sizes");
  return 0;
}
