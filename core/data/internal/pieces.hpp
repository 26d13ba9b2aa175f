#pragma once

#include <algorithm>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "sid/math/result.hpp"

namespace sid::internal {

/// Entries that are worked on between two looks at a stop token: about a megabyte of numbers.
inline constexpr std::int64_t kPiece = std::int64_t{1} << 17;

/// Calls use(begin, end) for consecutive pieces of [0, count) until `stop` asks for a stop. A stop
/// stays asked for, so whoever called looks at it once more before believing the result.
template <class Use>
void in_pieces(std::int64_t count, const std::stop_token& stop, Use use) {
  for (std::int64_t begin = 0; begin < count && !stop.stop_requested(); begin += kPiece) {
    use(begin, std::min(begin + kPiece, count));
  }
}

/// A vector of the values [first, first + count), each converted to T.
template <class T, class From>
std::vector<T> copy_in_pieces(From first, std::int64_t count, const std::stop_token& stop) {
  std::vector<T> out;
  out.reserve(static_cast<std::size_t>(count));
  in_pieces(count, stop, [&](std::int64_t begin, std::int64_t end) {
    out.insert(out.end(), first + begin, first + end);
  });
  return out;
}

/// The error of every reader that was stopped.
inline Error stop_error(const std::string& path) {
  return {ErrorCode::stopped, "Stopped while the file was read.", path};
}
inline tl::unexpected<Error> stopped_reading(const std::string& path) {
  return tl::unexpected<Error>(stop_error(path));
}

}  // namespace sid::internal
