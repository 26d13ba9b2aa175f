#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "sid/math/result.hpp"

namespace sid {

/// Most bytes that a data file may hold after unpacking; a gzip bomb ends here, not in the swap.
inline constexpr std::int64_t kMaxFileBytes = std::int64_t{1} << 31;

/// The whole content of a file, unpacked if it is gzip (one or more members), whatever its name.
/// Errors: those of read_file(), an empty file, gzip data cut short or damaged; ErrorCode::stopped
/// where `stop`, which is looked at every 256 KiB, asks for it.
Result<std::string> read_bytes(const std::string& path,
                               std::int64_t max_bytes = kMaxFileBytes,
                               const std::stop_token& stop = {});

/// Unpacks gzip data; anything else is returned as it is. `path` names the place in errors.
Result<std::string> unpack_gzip(std::string bytes,
                                const std::string& path,
                                std::int64_t max_bytes = kMaxFileBytes,
                                const std::stop_token& stop = {});

bool is_gzip(std::string_view bytes);

}  // namespace sid
