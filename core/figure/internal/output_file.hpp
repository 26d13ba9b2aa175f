#pragma once

#include <filesystem>
#include <string_view>

#include "sid/math/result.hpp"

namespace sid::internal {

/// Replaces `path` by `bytes` in one step: writes "<path>.<process>.tmp" beside it, flushes,
/// renames. On failure the temporary file is removed and `path` is untouched.
Result<void> replace_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace sid::internal
