#include "sid/figure/internal/output_file.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace sid::internal {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> refusal(int code, const fs::path& path) {
  std::string sentence;
  switch (code) {
    case ENOENT:
      sentence = "The folder does not exist; create it or choose another.";
      break;
    case ENOTDIR:
      sentence = "A part of the path is a file, not a folder.";
      break;
    case EISDIR:
      sentence = "This is a folder; give the name of a file.";
      break;
    case EACCES:
    case EPERM:
      sentence = "No permission to write here; choose another folder.";
      break;
    case EROFS:
      sentence = "The file system is read-only; choose another folder.";
      break;
    case ENOSPC:
    case EDQUOT:
      sentence = "The disk is full; nothing was written.";
      break;
    case EFBIG:
      sentence = "The file would be larger than the system allows; nothing was written.";
      break;
    case ENAMETOOLONG:
      sentence = "The name is too long.";
      break;
    default:
      sentence = "The file cannot be written: " + std::string(std::strerror(code)) + ".";
      break;
  }
  return fail(ErrorCode::io_failure, sentence, path.string());
}

int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace

Result<void> replace_file(const fs::path& path, std::string_view bytes) {
  std::error_code ignored;
  if (path.filename().empty() || fs::is_directory(path, ignored)) return refusal(EISDIR, path);
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
    return fail(ErrorCode::io_failure,
                "This is not a regular file and will not be replaced; choose another name.",
                path.string());
  }
  const std::string temporary = path.string() + "." + std::to_string(::getpid()) + ".tmp";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return refusal(errno, path);
  int code = write_all(file, bytes);
  if (::close(file) != 0 && code == 0) code = errno;
  if (code == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) code = errno;
  if (code != 0) {
    ::unlink(temporary.c_str());
    return refusal(code, path);
  }
  return {};
}

}  // namespace sid::internal
