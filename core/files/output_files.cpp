#include "sid/files/output_files.hpp"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sid/files/internal/descriptor.hpp"

namespace sid {

namespace {

namespace fs = std::filesystem;
using internal::Descriptor;

tl::unexpected<Error> refusal(int code, const std::string& path) {
  std::string sentence;
  switch (code) {
    case ENOENT:
      sentence = "The folder does not exist; create it or choose another.";
      break;
    case ENOTDIR:
      sentence = "A part of this path is a file, not a folder; choose another.";
      break;
    case EISDIR:
      sentence = "This is a folder; give the name of a file.";
      break;
    case EACCES:
    case EPERM:
      sentence = "There is no permission to write here; choose another place.";
      break;
    case EROFS:
      sentence = "The file system is read-only; choose another place.";
      break;
    case ENOSPC:
    case EDQUOT:
      sentence = "The disk is full; free some space or choose another place.";
      break;
    case EFBIG:
      sentence = "The file would be larger than the system allows; choose another place.";
      break;
    case ENAMETOOLONG:
      sentence = "The name is too long; choose a shorter one.";
      break;
    default:
      sentence = fmt::format("The file cannot be written: {}; choose another place.",
                             std::generic_category().message(code));
  }
  return fail(ErrorCode::io_failure, std::move(sentence), path);
}

int write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  // Some file systems cannot flush a single file and say so.
  return ::fsync(file) == 0 || errno == EINVAL ? 0 : errno;
}

/// A name in `folder` that nobody else uses; -1 with errno set if there can be none.
int create_temporary(const fs::path& folder, std::string& name) {
  static std::atomic<std::uint64_t> count = 0;
  for (;;) {
    name = (folder / fmt::format(".sidlab-{}-{}.part", ::getpid(), count++)).string();
    const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0 || errno != EEXIST) return file;
  }
}

/// So that the renaming itself outlives a power cut. What cannot be flushed is no error: the files
/// are there.
void flush_folder(const fs::path& folder) {
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.get() >= 0) ::fsync(file.get());
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

}  // namespace

OutputFiles::~OutputFiles() {
  for (const Pending& file : pending_) ::unlink(file.temporary.c_str());
}

Result<void> OutputFiles::add(const std::string& path, std::string_view content) {
  if (const auto good = check_target(path); !good) return good;
  struct stat old {};
  const bool replaces = ::stat(path.c_str(), &old) == 0;
  std::error_code error;
  fs::path target = replaces ? fs::canonical(path, error) : fs::path(path);
  if (error) return refusal(error.value(), path);
  std::string temporary;
  Descriptor file(create_temporary(folder_of(target), temporary));
  if (file.get() < 0) return refusal(errno, path);
  pending_.push_back({temporary, target.string()});
  int code = write_all(file.get(), content);
  if (code == 0 && replaces && ::fchmod(file.get(), old.st_mode & 0777U) != 0) code = errno;
  const int late = file.close_now();
  if (code == 0) code = late;
  if (code == 0) return {};
  ::unlink(temporary.c_str());
  pending_.pop_back();
  return refusal(code, path);
}

Result<void> OutputFiles::commit() {
  std::size_t done = 0;
  int code = 0;
  while (done < pending_.size() && code == 0) {
    const Pending& file = pending_[done];
    if (std::rename(file.temporary.c_str(), file.target.c_str()) != 0) {
      code = errno;
    } else {
      ++done;
    }
  }
  const std::vector<Pending> files = std::exchange(pending_, {});
  for (std::size_t i = 0; i < done; ++i) {
    const fs::path folder = folder_of(files[i].target);
    if (i + 1 == done || folder_of(files[i + 1].target) != folder) flush_folder(folder);
  }
  for (std::size_t i = done; i < files.size(); ++i) ::unlink(files[i].temporary.c_str());
  if (code != 0) return refusal(code, files[done].target);
  return {};
}

Result<void> check_target(const std::string& path) {
  if (path.empty()) return fail(ErrorCode::bad_input, "No file was named.");
  if (path.find('\0') != std::string::npos) {
    return fail(ErrorCode::bad_input, "A path cannot contain a zero byte.");
  }
  if (path.back() == '/') return refusal(EISDIR, path);
  struct stat old {};
  if (::stat(path.c_str(), &old) != 0) {
    if (errno != ENOENT) return refusal(errno, path);
    return {};
  }
  if (S_ISDIR(old.st_mode)) return refusal(EISDIR, path);
  if (!S_ISREG(old.st_mode)) {
    return fail(ErrorCode::io_failure,
                "This is not a regular file and will not be replaced; choose another name.",
                path);
  }
  // A folder that may be written to would let a read-only file be renamed over.
  if (::access(path.c_str(), W_OK) != 0) return refusal(errno, path);
  return {};
}

Result<void> write_file(const std::string& path, std::string_view content) {
  OutputFiles files;
  if (auto added = files.add(path, content); !added) return added;
  return files.commit();
}

}  // namespace sid
