#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sid/math/result.hpp"

namespace sid {

/// Files that appear together or not at all:
///
///   OutputFiles files;
///   if (auto added = files.add("out/a.csv", a); !added) return added;
///   if (auto added = files.add("out/b.csv", b); !added) return added;
///   return files.commit();
///
/// add() writes beside the target under a temporary name (".sidlab-<process>-<number>.part") and
/// flushes to the device, so that whatever can fail (full disk, permission) fails before anything
/// is replaced. commit() renames, which needs no space: every path is at any moment the old file or
/// the whole new one. What has not been put in place is removed with the object.
class OutputFiles {
 public:
  OutputFiles() = default;
  ~OutputFiles();
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;

  /// `path` is only looked at. A file that it replaces keeps its permissions; a link stays and its
  /// target is replaced. Errors, each a sentence with place = path: no name, a missing folder, a
  /// folder or anything but a regular file under this name, no permission, full disk.
  [[nodiscard]] Result<void> add(const std::string& path, std::string_view content);

  /// Renames in the order of add(). An error (someone changed the folder meanwhile) leaves the
  /// later files as they were. Empties the list.
  [[nodiscard]] Result<void> commit();

 private:
  struct Pending {
    std::string temporary, target;
  };
  std::vector<Pending> pending_;
};

/// The errors of OutputFiles::add() that can be seen without writing.
[[nodiscard]] Result<void> check_target(const std::string& path);

/// One file by add() and commit().
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view content);

}  // namespace sid
