#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sid/math/result.hpp"

namespace sid {

/// The whole file as bytes. Errors (one sentence, place = path): missing, a directory, no
/// permission, larger than `limit` bytes, unreadable.
Result<std::string> read_text_file(const std::string& path, std::int64_t limit);

/// Writes `content` to `path` so that the file is either the old one or the whole new one: first
/// "<path>.part", flushed to the device, then renamed. On failure the part file is removed and the
/// Error says what the system refused (no permission, full disk, a directory in the way).
Result<void> write_file(const std::string& path, std::string_view content);

/// Makes `folder` and its parents if missing. Error if a file is in the way or permission lacks.
Result<void> make_folder(const std::string& folder);

/// True if `folder` exists and holds anything.
bool holds_files(const std::string& folder);

}  // namespace sid
