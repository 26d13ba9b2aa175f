#include <cstdint>
#include <string_view>

#include "sid/data/internal/idx_bytes.hpp"

#include "fuzz/require.hpp"

using namespace sid;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<internal::IdxArray> array = internal::parse_idx(bytes, "input");
  if (!array) {
    test::require(array.error().place == "input", "a place names the file");
    test::require(array.error().message.ends_with('.'), "a message is a sentence");
    return 0;
  }
  test::require(internal::looks_like_idx(bytes), "what can be read is recognised");
  std::int64_t total = 1;
  for (const std::int64_t one : array->sizes) {
    test::require(one >= 1, "sizes are positive");
    total *= one;
  }
  test::require(total == static_cast<std::int64_t>(array->entries.size()), "sizes fit the entries");
  test::require(4 + 4 * array->sizes.size() + array->entries.size() == size,
                "nothing is left over");
  test::require(array->count() * array->entries_each() == total, "entries divide evenly");
  return 0;
}
