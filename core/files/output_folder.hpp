#pragma once

#include <string>
#include <vector>

#include "sid/math/result.hpp"

namespace sid {

/// A folder to write into, made if it is missing with the folders above it. Those that this object
/// made are removed with it, from the inside out, as far as they are still empty: who fails before
/// writing anything leaves no trace.
class OutputFolder {
 public:
  /// Errors, each a sentence with place = path: no name, a file in the way, no permission to make
  /// it or to write into it.
  static Result<OutputFolder> open(const std::string& path);

  OutputFolder(OutputFolder&& other) noexcept;
  OutputFolder& operator=(OutputFolder&&) = delete;
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;
  ~OutputFolder();

  const std::string& path() const { return path_; }

 private:
  explicit OutputFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::vector<std::string> made_;  ///< outermost first
};

/// Whether `path` is a folder that holds anything; an error if it may not be looked into.
Result<bool> holds_files(const std::string& path);

}  // namespace sid
