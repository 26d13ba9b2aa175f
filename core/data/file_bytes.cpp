#include "sid/data/file_bytes.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <zlib.h>

#include "sid/data/internal/pieces.hpp"
#include "sid/files/read_file.hpp"

namespace sid {

namespace {

constexpr std::size_t kChunk = std::size_t{1} << 18;

tl::unexpected<Error> too_long(const std::string& path, std::int64_t max_bytes) {
  return fail(
      ErrorCode::bad_input,
      fmt::format("The file holds more than {} bytes, the most that is read; use a part of it.",
                  max_bytes),
      path);
}

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

tl::unexpected<Error> damaged(const std::string& path, const z_stream& stream) {
  return fail(ErrorCode::bad_input,
              fmt::format("The gzip data is damaged ({}); fetch the file again.",
                          stream.msg != nullptr ? stream.msg : "unknown reason"),
              path);
}

/// What the last four bytes of gzip data say about its size, as far as that can be: growing to
/// gigabytes bit by bit would copy them more than once.
std::size_t announced_size(std::string_view bytes, std::int64_t max_bytes) {
  constexpr std::size_t kLargestRatio = 1032;
  if (bytes.size() < 4) return 0;
  std::size_t size = 0;
  for (std::size_t i = 1; i <= 4; ++i) {
    size = 256 * size + static_cast<std::uint8_t>(bytes[bytes.size() - i]);
  }
  return std::min({size, kLargestRatio * bytes.size(), static_cast<std::size_t>(max_bytes)});
}

}  // namespace

bool is_gzip(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

Result<std::string> unpack_gzip(std::string bytes,
                                const std::string& path,
                                std::int64_t max_bytes,
                                const std::stop_token& stop) {
  if (!is_gzip(bytes)) return bytes;
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) {
    return fail(ErrorCode::io_failure, "There is no memory left to unpack the file.", path);
  }
  const std::unique_ptr<z_stream, EndInflate> guard(&stream);
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  std::size_t left = bytes.size();
  std::string out;
  out.reserve(announced_size(bytes, max_bytes));
  std::string chunk(kChunk, '\0');
  while (true) {
    if (stop.stop_requested()) return internal::stopped_reading(path);
    // The counts of zlib have 32 bits.
    const auto offered = static_cast<uInt>(std::min<std::size_t>(left, std::size_t{1} << 30));
    stream.avail_in = offered;
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    const int status = inflate(&stream, Z_NO_FLUSH);
    left -= offered - stream.avail_in;
    out.append(chunk, 0, chunk.size() - stream.avail_out);
    if (static_cast<std::int64_t>(out.size()) > max_bytes) return too_long(path, max_bytes);
    if (status == Z_STREAM_END) {
      if (left == 0) return out;
      // A further member, or zeros that fill up a tape block.
      const std::string_view rest(reinterpret_cast<const char*>(stream.next_in), left);
      if (rest.find_first_not_of('\0') == std::string_view::npos) return out;
      if (!is_gzip(rest)) {
        return fail(ErrorCode::bad_input,
                    "Other data follows the end of the gzip data; fetch the file again.",
                    path);
      }
      if (inflateReset(&stream) != Z_OK) return damaged(path, stream);
    } else if (status == Z_OK || status == Z_BUF_ERROR) {
      if (left == 0 && stream.avail_out != 0) {
        return fail(
            ErrorCode::bad_input,
            fmt::format(
                "The gzip data ends too early, after {} unpacked bytes; fetch the file again.",
                out.size()),
            path);
      }
    } else {
      return damaged(path, stream);
    }
  }
}

Result<std::string> read_bytes(const std::string& path,
                               std::int64_t max_bytes,
                               const std::stop_token& stop) {
  Result<std::string> bytes = read_file(path, max_bytes, stop);
  if (!bytes) return bytes;
  if (bytes->empty()) return fail(ErrorCode::bad_input, "The file is empty.", path);
  Result<std::string> content = unpack_gzip(*std::move(bytes), path, max_bytes, stop);
  if (content && content->empty()) {
    return fail(ErrorCode::bad_input, "The file is empty once unpacked.", path);
  }
  return content;
}

}  // namespace sid
