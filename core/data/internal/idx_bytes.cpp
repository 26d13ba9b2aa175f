#include "sid/data/internal/idx_bytes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace sid::internal {

namespace {

constexpr std::size_t kMaxDimensions = 4;

std::uint8_t byte_at(std::string_view bytes, std::size_t i) {
  return static_cast<std::uint8_t>(bytes[i]);
}

std::int64_t big_endian_32(std::string_view bytes, std::size_t at) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value * 256 + byte_at(bytes, at + i);
  return value;
}

std::string first_bytes(std::string_view bytes) {
  std::string out;
  for (std::size_t i = 0; i < std::min<std::size_t>(4, bytes.size()); ++i) {
    out += fmt::format("{}{:02x}", i == 0 ? "" : " ", byte_at(bytes, i));
  }
  return out;
}

std::string sizes_text(const std::vector<std::int64_t>& sizes) {
  return fmt::format("{}", fmt::join(sizes, " x "));
}

}  // namespace

bool looks_like_idx(std::string_view bytes) {
  return bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 0 && byte_at(bytes, 2) >= 0x08 &&
         byte_at(bytes, 2) <= 0x0e && byte_at(bytes, 3) >= 1;
}

Result<IdxArray> parse_idx(std::string_view bytes, const std::string& path) {
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0) {
    return fail(ErrorCode::bad_input,
                fmt::format("This is not an IDX file: it begins with {} and not with 00 00 08.",
                            first_bytes(bytes)),
                path);
  }
  if (byte_at(bytes, 2) != 0x08) {
    return fail(ErrorCode::bad_input,
                fmt::format("The IDX file holds entries of type 0x{:02x}; only unsigned bytes "
                            "(0x08) are read.",
                            byte_at(bytes, 2)),
                path);
  }
  const std::size_t dimensions = byte_at(bytes, 3);
  if (dimensions < 1 || dimensions > kMaxDimensions) {
    return fail(
        ErrorCode::bad_input,
        fmt::format(
            "The IDX header names {} dimensions; 1 to {} are read.", dimensions, kMaxDimensions),
        path);
  }
  const std::size_t header = 4 + 4 * dimensions;
  if (bytes.size() < header) {
    return fail(ErrorCode::bad_input, "The file ends within the IDX header.", path);
  }
  IdxArray array;
  array.entries = bytes.substr(header);
  const auto available = static_cast<std::int64_t>(array.entries.size());
  std::int64_t total = 1;
  bool fits = true;
  for (std::size_t i = 0; i < dimensions; ++i) {
    const std::int64_t size = big_endian_32(bytes, 4 + 4 * i);
    array.sizes.push_back(size);
    // Division instead of multiplication: four sizes near 2^32 overflow any product.
    if (size > 0 && total > available / size) fits = false;
    if (fits) total *= size;
  }
  if (std::find(array.sizes.begin(), array.sizes.end(), 0) != array.sizes.end()) {
    return fail(ErrorCode::bad_input,
                fmt::format("The IDX header says {}: nothing to read.", sizes_text(array.sizes)),
                path);
  }
  if (!fits || total != available) {
    return fail(ErrorCode::bad_input,
                fmt::format("The IDX header says {} bytes but {} follow it; the file is cut short "
                            "or not what it says.",
                            sizes_text(array.sizes),
                            available),
                path);
  }
  return array;
}

}  // namespace sid::internal
