#pragma once

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
  /// A text (zero-dimensional array of dtype U); what is no UTF-8 becomes U+FFFD.
  void add_text(const std::string& name, std::string_view text);

  /// The archive. Errors: what libzip says (no memory, two arrays of one name).
  Result<std::string> bytes() const;

 private:
  std::vector<std::pair<std::string, std::string>> files_;  // name, content; in this order
};

}  // namespace sid::internal
