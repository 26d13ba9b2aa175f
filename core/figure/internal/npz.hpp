#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sid/math/result.hpp"

namespace sid::internal {

/// Collects arrays for numpy.load(): a ZIP archive of .npy files (format version 1.0), without
/// compression and with a fixed date, so that equal arrays give equal bytes.
class NpzWriter {
 public:
  /// A vector of float64.
  void add(const std::string& name, const std::vector<double>& values);
  /// A matrix of float64 with so many rows, row by row. Requires rows > 0 that divide the values.
  void add(const std::string& name, const std::vector<double>& values, std::size_t rows);
  /// A text (zero-dimensional array of dtype U); what is no UTF-8 becomes U+FFFD.
  void add_text(const std::string& name, std::string_view text);

  /// The archive. Errors: what libzip says (no memory, two arrays of one name).
  Result<std::string> bytes() const;

 private:
  void add_array(const std::string& name,
                 const std::string& shape,
                 const std::vector<double>& values);

  std::vector<std::pair<std::string, std::string>> files_;  // name, content; in this order
};

}  // namespace sid::internal
