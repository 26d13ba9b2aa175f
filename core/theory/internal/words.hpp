#pragma once

#include <string>

#include "sid/math/numbers.hpp"

namespace sid::internal {

/// A number in a sentence.
inline std::string read(double value) {
  return format_for_reading(value);
}

}  // namespace sid::internal
