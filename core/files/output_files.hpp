#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sid/math/result.hpp"

namespace sid {

/// Files that are written whole before any of them is put in place:
///
///   OutputFiles files;
///   if (auto added = files.add("out/a.csv", a); !added) return added;
///   if (auto added = files.add("out/b.csv", b); !added) return added;
///   return files.commit();
///
/// add() writes beside the target under a temporary name (".sidlab-<process>-<number>.part") and
/// flushes to the device, so that whatever can fail (full disk, permission) fails before anything
/// is replaced. commit() then renames one file after the other, which needs no space: every path is
/// at any moment the old file or the whole new one. All of them together are not: a program that is
/// killed between two renamings leaves some new and some old. Where that must show, the last file
/// added is a seal (commit_sealed). What has not been put in place is removed with the object; only
/// a kill leaves temporary files behind.
class OutputFiles {
 public:
  OutputFiles() = default;
  ~OutputFiles();
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;

  /// `path` is only looked at. A file that it replaces keeps its permissions; a link stays and its
  /// target is replaced, or made where there is none yet. Errors, each a sentence with place =
  /// path: no name, a missing folder, a folder or anything but a regular file under this name, no
  /// permission, full disk.
  [[nodiscard]] Result<void> add(const std::string& path, std::string_view content);

  /// Renames in the order of add(). An error (someone changed the folder meanwhile) leaves the
  /// later files as they were. Empties the list.
  [[nodiscard]] Result<void> commit();

  /// As commit(), for files that mean something only together. The last one added is their seal:
  /// its old version is removed before anything else changes, and the new one is put in place after
  /// the others have been flushed. So whenever the program ends, a seal that is there stands beside
  /// the very files it was added with; where an error or a kill came between, there is none.
  /// `outdated` are files of the old set without a successor in the new; they are removed next.
  /// Links among them stay, with what they point to.
  /// Requires at least one file added.
  [[nodiscard]] Result<void> commit_sealed(std::span<const std::string> outdated = {});

 private:
  struct Pending {
    std::string temporary, target;
  };
  [[nodiscard]] Result<void> put_in_place(std::size_t count);  ///< the first so many
  void drop_pending();

  std::vector<Pending> pending_;
};

/// The errors of OutputFiles::add() that can be seen without writing: all but a full disk.
[[nodiscard]] Result<void> check_target(const std::string& path);

/// One file by add() and commit().
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view content);

}  // namespace sid
