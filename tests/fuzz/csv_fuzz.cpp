#include <cstdint>
#include <string>
#include <string_view>

#include "sid/math/numbers.hpp"

#include "fuzz/table_properties.hpp"

using namespace sid;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Result<internal::TextTable> table = internal::parse_csv(text, "input");
  test::check_table(table, "input");
  if (!table) return 0;
  // What was read can be written and read again without a change.
  const FeatureMatrix& features = table->features;
  std::string written;
  for (Index i = 0; i < features.rows(); ++i) {
    for (Index j = 0; j < features.cols(); ++j) {
      written += format_shortest(features.at(i, j));
      written += ',';
    }
    written += format_shortest(table->labels[static_cast<std::size_t>(i)]);
    written += '\n';
  }
  const Result<internal::TextTable> again = internal::parse_csv(written, "again");
  test::require(again.has_value(), "a written table can be read");
  test::require(again->features.rows() == features.rows(), "rows survive writing and reading");
  test::require(again->features.cols() == features.cols(), "columns survive writing and reading");
  for (Index i = 0; i < features.rows(); ++i) {
    for (Index j = 0; j < features.cols(); ++j) {
      test::require(again->features.at(i, j) == features.at(i, j), "values survive");
    }
    const auto row = static_cast<std::size_t>(i);
    test::require(test::same_bits(again->labels[row], table->labels[row]), "labels survive");
  }
  return 0;
}
