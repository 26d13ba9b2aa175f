#include "sid/data/file_bytes.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <zlib.h>

namespace sid {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunk = std::size_t{1} << 18;

tl::unexpected<Error> too_long(const std::string& path, std::int64_t max_bytes) {
  return fail(
      ErrorCode::bad_input,
      fmt::format("The file holds more than {} bytes, the most that is read; use a part of it.",
                  max_bytes),
      path);
}

/// Why a path cannot be read as a file, from what the operating system says about it.
Result<void> check_kind(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  switch (status.type()) {
    case fs::file_type::regular:
    case fs::file_type::fifo:
      return {};
    case fs::file_type::not_found:
      return fail(ErrorCode::not_found, "There is no such file; check the path.", path);
    case fs::file_type::directory:
      return fail(ErrorCode::io_failure, "This is a folder, not a file; name a file in it.", path);
    case fs::file_type::none:
      return fail(ErrorCode::io_failure,
                  fmt::format("The path cannot be looked up: {}.", error.message()),
                  path);
    default:
      return fail(ErrorCode::io_failure, "This is a device or a socket, not a file.", path);
  }
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

tl::unexpected<Error> damaged(const std::string& path, const z_stream& stream) {
  return fail(ErrorCode::bad_input,
              fmt::format("The gzip data is damaged ({}); fetch the file again.",
                          stream.msg != nullptr ? stream.msg : "unknown reason"),
              path);
}

}  // namespace

bool is_gzip(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

Result<std::string> unpack_gzip(std::string bytes,
                                const std::string& path,
                                std::int64_t max_bytes) {
  if (!is_gzip(bytes)) return bytes;
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) {
    return fail(ErrorCode::io_failure, "There is no memory left to unpack the file.", path);
  }
  const std::unique_ptr<z_stream, EndInflate> guard(&stream);
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  std::size_t left = bytes.size();
  std::string out;
  std::string chunk(kChunk, '\0');
  while (true) {
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

Result<std::string> read_bytes(const std::string& path, std::int64_t max_bytes) {
  if (path.empty()) return fail(ErrorCode::not_found, "No file was named.");
  if (path.find('\0') != std::string::npos) {
    return fail(ErrorCode::not_found, "A path cannot contain a zero byte.");
  }
  if (const Result<void> kind = check_kind(path); !kind) {
    return tl::unexpected<Error>(kind.error());
  }
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    const int reason = errno;
    return fail(ErrorCode::io_failure,
                fmt::format("The file cannot be opened: {}.",
                            std::error_code(reason, std::generic_category()).message()),
                path);
  }
  std::string bytes;
  std::string chunk(kChunk, '\0');
  while (const std::size_t got = std::fread(chunk.data(), 1, chunk.size(), file.get())) {
    bytes.append(chunk, 0, got);
    if (static_cast<std::int64_t>(bytes.size()) > max_bytes) return too_long(path, max_bytes);
  }
  if (std::ferror(file.get()) != 0) {
    return fail(ErrorCode::io_failure, "Reading stopped before the end of the file.", path);
  }
  if (bytes.empty()) return fail(ErrorCode::bad_input, "The file is empty.", path);
  Result<std::string> content = unpack_gzip(std::move(bytes), path, max_bytes);
  if (content && content->empty()) {
    return fail(ErrorCode::bad_input, "The file is empty once unpacked.", path);
  }
  return content;
}

}  // namespace sid
