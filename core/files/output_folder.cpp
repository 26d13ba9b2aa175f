#include "sid/files/output_folder.hpp"

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sid {

namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> refusal(int code, const std::string& path) {
  std::string sentence;
  switch (code) {
    case EEXIST:
    case ENOTDIR:
      sentence = "This is a file, or lies below one; a folder is needed here.";
      break;
    case EACCES:
    case EPERM:
      sentence = "There is no permission to write here; choose another folder.";
      break;
    case EROFS:
      sentence = "The file system is read-only; choose another folder.";
      break;
    case ENOSPC:
    case EDQUOT:
      sentence = "The disk is full; free some space or choose another folder.";
      break;
    case ENAMETOOLONG:
      sentence = "The name is too long; choose a shorter one.";
      break;
    default:
      sentence = fmt::format("The folder cannot be made: {}; choose another.",
                             std::generic_category().message(code));
  }
  return fail(ErrorCode::io_failure, std::move(sentence), path);
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

}  // namespace

Result<OutputFolder> OutputFolder::open(const std::string& path) {
  if (path.empty()) return fail(ErrorCode::bad_input, "No folder was named.");
  if (path.find('\0') != std::string::npos) {
    return fail(ErrorCode::bad_input, "A path cannot contain a zero byte.");
  }
  OutputFolder out(path);
  fs::path grown;
  for (const fs::path& part : fs::path(path)) {
    grown /= part;
    if (is_folder(grown)) continue;
    if (::mkdir(grown.c_str(), 0777) == 0) {
      out.made_.push_back(grown.string());
    } else if (const int code = errno; !is_folder(grown)) {  // unless another process was faster
      return refusal(code, path);
    }
  }
  if (::access(path.c_str(), W_OK | X_OK) != 0) return refusal(errno, path);
  return out;
}

OutputFolder::OutputFolder(OutputFolder&& other) noexcept
    : path_(std::move(other.path_)), made_(std::exchange(other.made_, {})) {}

OutputFolder::~OutputFolder() {
  while (!made_.empty() && ::rmdir(made_.back().c_str()) == 0) made_.pop_back();
}

Result<bool> holds_files(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return false;
  const bool empty = fs::is_empty(path, error);
  if (error) return refusal(error.value(), path);
  return !empty;
}

}  // namespace sid
