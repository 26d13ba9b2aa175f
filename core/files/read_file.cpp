#include "sid/files/read_file.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sid/files/internal/descriptor.hpp"

namespace sid {

namespace {

using internal::Descriptor;

constexpr std::size_t kChunk = std::size_t{1} << 18;

tl::unexpected<Error> refusal(int code, const std::string& path) {
  switch (code) {
    case ENOENT:
      return fail(ErrorCode::not_found, "There is no such file; check the path.", path);
    case ENOTDIR:
      return fail(
          ErrorCode::not_found, "A part of this path is a file, not a folder; check it.", path);
    case EACCES:
    case EPERM:
      return fail(ErrorCode::io_failure,
                  "There is no permission to read this; change its permissions or copy it.",
                  path);
    case ENAMETOOLONG:
      return fail(ErrorCode::not_found, "The name is too long; check the path.", path);
    default:
      return fail(
          ErrorCode::io_failure,
          fmt::format("The file cannot be read: {}.", std::generic_category().message(code)),
          path);
  }
}

tl::unexpected<Error> too_large(const std::string& path, std::int64_t max_bytes) {
  return fail(ErrorCode::bad_input,
              fmt::format("The file holds more than {} bytes, the most that is read here; is it "
                          "the one you meant?",
                          max_bytes),
              path);
}

Result<void> check_kind(const struct stat& status, const std::string& path) {
  if (S_ISREG(status.st_mode)) return {};
  if (S_ISDIR(status.st_mode)) {
    return fail(ErrorCode::bad_input, "This is a folder, not a file; name a file in it.", path);
  }
  const char* what = S_ISFIFO(status.st_mode)   ? "a pipe"
                     : S_ISSOCK(status.st_mode) ? "a socket"
                                                : "a device";
  return fail(
      ErrorCode::bad_input, fmt::format("This is {}; only ordinary files are read.", what), path);
}

}  // namespace

Result<std::string> read_file(const std::string& path,
                              std::int64_t max_bytes,
                              const std::stop_token& stop) {
  if (path.empty()) return fail(ErrorCode::not_found, "No file was named.");
  if (path.find('\0') != std::string::npos) {
    return fail(ErrorCode::not_found, "A path cannot contain a zero byte.");
  }
  // Looked at first because opening alone can wait (a pipe) or act (a tape); looked at again once
  // open because another file may have come under the name.
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return refusal(errno, path);
  if (const auto kind = check_kind(status, path); !kind) return tl::unexpected(kind.error());
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return refusal(errno, path);
  if (const auto kind = check_kind(status, path); !kind) return tl::unexpected(kind.error());
  if (status.st_size > max_bytes) return too_large(path, max_bytes);
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(status.st_size));
  std::string chunk(kChunk, '\0');
  // To the end, not to st_size: files of /proc have size 0, and others may grow meanwhile.
  for (;;) {
    if (stop.stop_requested()) {
      return fail(ErrorCode::stopped, "Stopped while the file was read.", path);
    }
    const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
    if (got == 0) return bytes;
    if (got < 0) {
      if (errno == EINTR) continue;
      return refusal(errno, path);
    }
    bytes.append(chunk, 0, static_cast<std::size_t>(got));
    if (static_cast<std::int64_t>(bytes.size()) > max_bytes) return too_large(path, max_bytes);
  }
}

}  // namespace sid
