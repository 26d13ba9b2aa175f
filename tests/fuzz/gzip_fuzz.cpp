#include <cstdint>
#include <string>

#include "sid/data/file_bytes.hpp"

#include "fuzz/require.hpp"

using namespace sid;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t kLimit = 1 << 16;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const Result<std::string> content = unpack_gzip(bytes, "input", kLimit);
  if (!is_gzip(bytes)) {
    test::require(content && *content == bytes, "plain data pass unchanged");
    return 0;
  }
  if (!content) {
    test::require(content.error().place == "input", "a place names the file");
    test::require(content.error().message.ends_with('.'), "a message is a sentence");
    return 0;
  }
  test::require(static_cast<std::int64_t>(content->size()) <= kLimit, "the limit holds");
  return 0;
}
