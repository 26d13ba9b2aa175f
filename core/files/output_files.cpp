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
#include "sid/math/contract.hpp"

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

/// Where a file of this name is kept: links are followed, the last of them to a file that need not
/// be there yet.
Result<fs::path> follow_links(const std::string& path) {
  constexpr int kMostLinks = 40;
  fs::path at = path;
  for (int i = 0; i < kMostLinks; ++i) {
    struct stat status {};
    if (::lstat(at.c_str(), &status) != 0 && errno != ENOENT) return refusal(errno, path);
    if (!S_ISLNK(status.st_mode)) return at;
    std::error_code error;
    const fs::path next = fs::read_symlink(at, error);
    if (error) return refusal(error.value(), path);
    at = folder_of(at) / next;
  }
  return refusal(ELOOP, path);
}

/// A file can be made in the folder of `target`, which `path` leads to.
Result<void> check_folder(const fs::path& target, const std::string& path) {
  const fs::path folder = folder_of(target);
  struct stat status {};
  if (::stat(folder.c_str(), &status) == 0) {
    if (!S_ISDIR(status.st_mode)) return refusal(ENOTDIR, path);
    if (::access(folder.c_str(), W_OK | X_OK) != 0) return refusal(errno, path);
    return {};
  }
  const int code = errno;
  if (code == ENOENT && target != fs::path(path)) {
    return fail(
        ErrorCode::io_failure,
        fmt::format("This is a link to {}, whose folder does not exist; create it or choose "
                    "another name.",
                    target.string()),
        path);
  }
  return refusal(code, path);
}

/// No error where there is nothing to remove.
Result<void> remove_if_there(const fs::path& target, const std::string& path) {
  if (::unlink(target.c_str()) != 0 && errno != ENOENT) return refusal(errno, path);
  return {};
}

}  // namespace

OutputFiles::~OutputFiles() {
  drop_pending();
}

Result<void> OutputFiles::add(const std::string& path, std::string_view content) {
  if (auto good = check_target(path); !good) return good;
  const Result<fs::path> target = follow_links(path);
  if (!target) return tl::unexpected(target.error());
  struct stat old {};
  const bool replaces = ::stat(target->c_str(), &old) == 0;
  std::string temporary;
  Descriptor file(create_temporary(folder_of(*target), temporary));
  if (file.get() < 0) return refusal(errno, path);
  pending_.push_back({temporary, target->string()});
  int code = write_all(file.get(), content);
  if (code == 0 && replaces && ::fchmod(file.get(), old.st_mode & 0777U) != 0) code = errno;
  const int late = file.close_now();
  if (code == 0) code = late;
  if (code == 0) return {};
  ::unlink(temporary.c_str());
  pending_.pop_back();
  return refusal(code, path);
}

Result<void> OutputFiles::put_in_place(std::size_t count) {
  std::size_t done = 0;
  int code = 0;
  while (done < count && code == 0) {
    const Pending& file = pending_[done];
    if (std::rename(file.temporary.c_str(), file.target.c_str()) != 0) {
      code = errno;
    } else {
      ++done;
    }
  }
  for (std::size_t i = 0; i < done; ++i) {
    const fs::path folder = folder_of(pending_[i].target);
    if (i + 1 == done || folder_of(pending_[i + 1].target) != folder) flush_folder(folder);
  }
  const std::string failed = code != 0 ? pending_[done].target : std::string();
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(done));
  if (code != 0) return refusal(code, failed);
  return {};
}

void OutputFiles::drop_pending() {
  for (const Pending& file : pending_) ::unlink(file.temporary.c_str());
  pending_.clear();
}

Result<void> OutputFiles::commit() {
  Result<void> done = put_in_place(pending_.size());
  drop_pending();
  return done;
}

Result<void> OutputFiles::commit_sealed(std::span<const std::string> outdated) {
  SID_EXPECTS(!pending_.empty(), "a set of files has a seal");
  const std::string seal = pending_.back().target;
  Result<void> done = remove_if_there(seal, seal);
  if (done) flush_folder(folder_of(seal));
  for (std::size_t i = 0; i < outdated.size() && done; ++i) {
    std::error_code ignored;
    // A link is the user's, and so is what it points to.
    if (!fs::is_symlink(outdated[i], ignored)) done = remove_if_there(outdated[i], outdated[i]);
  }
  if (done) done = put_in_place(pending_.size() - 1);
  if (done) done = put_in_place(1);
  drop_pending();
  return done;
}

Result<void> check_target(const std::string& path) {
  if (path.empty()) return fail(ErrorCode::bad_input, "No file was named.");
  if (path.find('\0') != std::string::npos) {
    return fail(ErrorCode::bad_input, "A path cannot contain a zero byte.");
  }
  if (path.back() == '/') return refusal(EISDIR, path);
  struct stat old {};
  const bool there = ::stat(path.c_str(), &old) == 0;
  if (!there && errno != ENOENT) return refusal(errno, path);
  if (there && S_ISDIR(old.st_mode)) return refusal(EISDIR, path);
  if (there && !S_ISREG(old.st_mode)) {
    return fail(ErrorCode::io_failure,
                "This is not a regular file and will not be replaced; choose another name.",
                path);
  }
  // A folder that may be written to would let a read-only file be renamed over.
  if (there && ::access(path.c_str(), W_OK) != 0) return refusal(errno, path);
  const Result<fs::path> target = follow_links(path);
  return target ? check_folder(*target, path) : tl::unexpected(target.error());
}

Result<void> write_file(const std::string& path, std::string_view content) {
  OutputFiles files;
  if (auto added = files.add(path, content); !added) return added;
  return files.commit();
}

}  // namespace sid
