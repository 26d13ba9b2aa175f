#include "sid/files/free_memory.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>

#include "sid/math/numbers.hpp"

namespace sid {

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

std::optional<double> free_memory_bytes() {
  // The file has no size to read it by.
  std::ifstream file("/proc/meminfo");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return free_memory_bytes(text);
}

}  // namespace sid
