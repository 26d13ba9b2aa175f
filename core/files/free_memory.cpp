#include "sid/files/free_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

#include "sid/math/numbers.hpp"

namespace sid {

namespace {

std::string text_of(const char* path) {
  // These files have no size to read them by.
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The number that is all of a line.
std::optional<double> bytes_in(std::string_view text) {
  const std::optional<std::int64_t> bytes = parse_int(text.substr(0, text.find('\n')));
  if (!bytes || *bytes < 0) return std::nullopt;
  return static_cast<double>(*bytes);
}

std::optional<double> of_smaller(std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

std::optional<double> free_memory_bytes(std::string_view meminfo) {
  constexpr std::string_view kName = "MemAvailable:";
  constexpr std::string_view kDigits = "0123456789";
  const std::size_t found = meminfo.find(kName);
  if (found == std::string_view::npos) return std::nullopt;
  std::string_view rest = meminfo.substr(found + kName.size());
  rest = rest.substr(0, rest.find('\n'));
  const std::size_t begin = rest.find_first_of(kDigits);
  if (begin == std::string_view::npos) return std::nullopt;
  rest.remove_prefix(begin);
  const std::size_t end = rest.find_first_not_of(kDigits);
  if (end == std::string_view::npos || rest.substr(end) != " kB") return std::nullopt;
  const std::optional<std::int64_t> kilobytes = parse_int(rest.substr(0, end));
  if (!kilobytes) return std::nullopt;
  return 1024.0 * static_cast<double>(*kilobytes);
}

std::optional<double> group_memory_bytes(std::string_view limit,
                                         std::string_view use,
                                         std::string_view stat) {
  constexpr std::string_view kName = "inactive_file ";
  const std::optional<double> most = bytes_in(limit), used = bytes_in(use);
  if (!most || !used) return std::nullopt;
  double files = 0.0;
  for (std::string_view rest = stat; !rest.empty();) {
    if (rest.starts_with(kName)) files = bytes_in(rest.substr(kName.size())).value_or(0.0);
    const std::size_t end = rest.find('\n');
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return std::max(0.0, *most - std::max(0.0, *used - files));
}

std::optional<double> free_memory_bytes() {
  const std::string meminfo = text_of("/proc/meminfo");
  const std::optional<double> second = group_memory_bytes(text_of("/sys/fs/cgroup/memory.max"),
                                                          text_of("/sys/fs/cgroup/memory.current"),
                                                          text_of("/sys/fs/cgroup/memory.stat"));
  const std::optional<double> first =
      group_memory_bytes(text_of("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
                         text_of("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
                         text_of("/sys/fs/cgroup/memory/memory.stat"));
  return of_smaller(free_memory_bytes(meminfo), of_smaller(second, first));
}

}  // namespace sid
