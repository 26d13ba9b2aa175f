#pragma once

#include <optional>
#include <string_view>

namespace sid {

/// Bytes that a program may still fill, by what the system says: the smaller of MemAvailable of
/// /proc/meminfo and, inside a container, of what the limit of the memory group mounted at
/// /sys/fs/cgroup leaves. Limits of groups below that one are not seen. Nothing where neither is
/// known.
std::optional<double> free_memory_bytes();

/// MemAvailable from the text of /proc/meminfo.
std::optional<double> free_memory_bytes(std::string_view meminfo);

/// What a memory group may still fill, from the texts of its files: limit (memory.max or
/// memory.limit_in_bytes) - use (memory.current or memory.usage_in_bytes), and of the use what
/// memory.stat calls inactive_file, copies of files that make room when it is needed; not below 0.
/// Nothing where there is no limit ("max") or a file does not say; of `stat` alone, none is
/// counted.
std::optional<double> group_memory_bytes(std::string_view limit,
                                         std::string_view use,
                                         std::string_view stat);

}  // namespace sid
