#include "sid/io/files.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sid {

namespace {

std::string reason(int code) {
  return std::generic_category().message(code);
}

Error refusal(const std::string& action, const std::string& path, int code) {
  switch (code) {
    case ENOENT:
      return {ErrorCode::not_found, "no such file or folder.", path};
    case EACCES:
    case EPERM:
    case EROFS:
      return {ErrorCode::io_failure,
              fmt::format("no permission to {}; choose another place or change its permissions.",
                          action),
              path};
    case ENOSPC:
    case EDQUOT:
      return {ErrorCode::io_failure,
              "the disk is full; free some space or choose another place.",
              path};
    case EISDIR:
      return {ErrorCode::io_failure, "this is a folder; a file is needed here.", path};
    case ENOTDIR:
      return {ErrorCode::io_failure, "a part of this path is a file, not a folder.", path};
    default:
      return {ErrorCode::io_failure, fmt::format("cannot {}: {}.", action, reason(code)), path};
  }
}

/// Closes on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  /// 0, or what closing reports late (a full disk over a network).
  int close_now() { return ::close(std::exchange(fd_, -1)) == 0 ? 0 : errno; }

 private:
  int fd_;
};

int write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, std::int64_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return tl::unexpected(refusal("read it", path, errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return tl::unexpected(refusal("read it", path, errno));
  if (S_ISDIR(status.st_mode)) {
    return fail(ErrorCode::bad_input, "this is a folder; a file is needed here.", path);
  }
  std::string content;
  std::string buffer(1 << 16, '\0');
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return tl::unexpected(refusal("read it", path, errno));
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (static_cast<std::int64_t>(content.size()) > limit) {
      return fail(ErrorCode::bad_input,
                  fmt::format("is larger than the {} bytes that such a file may have; is it the "
                              "file you meant?",
                              limit),
                  path);
    }
  }
}

Result<void> write_file(const std::string& path, std::string_view content) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return tl::unexpected(refusal("write it", path, EISDIR));
  }
  // A device or pipe cannot be replaced by renaming; it gets the bytes themselves.
  const bool special =
      std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
  const std::string target = special ? path : path + ".part";
  int code = 0;
  {
    Descriptor file(::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (file.get() < 0) return tl::unexpected(refusal("write it", path, errno));
    code = write_all(file.get(), content);
    if (code == 0 && !special && ::fsync(file.get()) != 0 && errno != EINVAL) code = errno;
    const int late = file.close_now();
    if (code == 0) code = late;
  }
  if (code == 0 && !special && ::rename(target.c_str(), path.c_str()) != 0) code = errno;
  if (code == 0) return {};
  if (!special) ::unlink(target.c_str());
  return tl::unexpected(refusal("write it", path, code));
}

Result<void> make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return tl::unexpected(refusal("make this folder", folder, error.value()));
  if (!std::filesystem::is_directory(folder, error)) {
    return fail(ErrorCode::io_failure, "this is a file; a folder is needed here.", folder);
  }
  return {};
}

bool holds_files(const std::string& folder) {
  std::error_code error;
  return std::filesystem::is_directory(folder, error) &&
         !std::filesystem::is_empty(folder, error) && !error;
}

}  // namespace sid
