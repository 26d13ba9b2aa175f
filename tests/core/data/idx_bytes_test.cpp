#include "sid/data/internal/idx_bytes.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sid::internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string idx(const std::vector<std::uint32_t>& sizes, const std::string& entries) {
  std::string out("\0\0\x08", 3);
  out += static_cast<char>(sizes.size());
  for (const std::uint32_t size : sizes) {
    for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(size >> shift & 0xff);
  }
  return out + entries;
}

TEST(Idx, ReadsSizesAndEntries) {
  const std::string bytes = idx({2, 1, 3}, "abcdef");
  const Result<IdxArray> array = parse_idx(bytes, "f");
  ASSERT_TRUE(array.has_value()) << to_string(array.error());
  EXPECT_THAT(array->sizes, ElementsAre(2, 1, 3));
  EXPECT_EQ(array->entries, "abcdef");
  EXPECT_EQ(array->count(), 2);
  EXPECT_EQ(array->entries_each(), 3);
  EXPECT_TRUE(looks_like_idx(bytes));
  EXPECT_FALSE(looks_like_idx("1 1:1\n"));
  EXPECT_FALSE(looks_like_idx(""));
}

TEST(Idx, ReportsEveryDefect) {
  struct Defect {
    std::string bytes;
    std::string message;
  };
  std::string floats = idx({1}, "abcd");
  floats[2] = '\x0d';
  const std::vector<Defect> defects = {
      {"", "not an IDX file"},
      {std::string("\0\0\x08", 3), "not an IDX file"},
      {"\x89PNG\r\n", "begins with 89 50 4e 47"},
      {"1 1:0.5\n", "not an IDX file"},
      {floats, "type 0x0d"},
      {idx({}, ""), "0 dimensions"},
      {idx({1, 1, 1, 1, 1}, "a"), "5 dimensions"},
      {idx({1, 1, 1}, "").substr(0, 15), "ends within the IDX header"},
      {idx({3, 2}, "abcde"), "says 3 x 2 bytes but 5 follow"},
      {idx({3, 2}, "abcdefg"), "says 3 x 2 bytes but 7 follow"},
      {idx({3, 2}, ""), "but 0 follow"},
      {idx({0, 28, 28}, ""), "nothing to read"},
      {idx({28, 0, 28}, "abc"), "nothing to read"},
      // Sizes whose product overflows 32, 64 and 128 bits.
      {idx({65536, 65536}, "ab"), "says 65536 x 65536 bytes but 2 follow"},
      {idx({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, "ab"), "but 2 follow"},
      {idx({0x80000000, 0x80000000, 4, 1}, ""), "but 0 follow"},
      {idx({0x10000, 0x10000, 0x10000, 0x10000}, "x"), "but 1 follow"},
  };
  for (std::size_t i = 0; i < defects.size(); ++i) {
    const Result<IdxArray> array = parse_idx(defects[i].bytes, "f");
    ASSERT_FALSE(array.has_value()) << i;
    EXPECT_THAT(array.error().message, HasSubstr(defects[i].message));
    EXPECT_EQ(array.error().place, "f");
    EXPECT_EQ(array.error().code, ErrorCode::bad_input);
  }
}

}  // namespace
}  // namespace sid::internal
