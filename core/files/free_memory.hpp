#pragma once

#include <optional>
#include <string_view>

namespace sid {

/// Bytes that a program may still fill without pushing others out of memory: MemAvailable of
/// /proc/meminfo. Nothing where the system does not say.
std::optional<double> free_memory_bytes();

/// The same from the text of that file.
std::optional<double> free_memory_bytes(std::string_view meminfo);

}  // namespace sid
