#include "sid/files/free_memory.hpp"

#include <gtest/gtest.h>

namespace sid {
namespace {

TEST(FreeMemory, IsWhatTheSystemSaysIsAvailable) {
  EXPECT_EQ(free_memory_bytes("MemTotal: 9 kB\nMemAvailable:    2000 kB\nSwapFree: 7 kB\n"),
            2048000.0);
  EXPECT_EQ(free_memory_bytes("MemAvailable: 3 kB"), 3072.0);
}

TEST(FreeMemory, IsUnknownWhereTheSystemSaysSomethingElse) {
  EXPECT_FALSE(free_memory_bytes(""));
  EXPECT_FALSE(free_memory_bytes("MemTotal: 9 kB\nMemFree: 2000 kB\n"));
  EXPECT_FALSE(free_memory_bytes("MemAvailable:\nSwapFree: 7 kB\n"));
  EXPECT_FALSE(free_memory_bytes("MemAvailable: 2000 MB\n"));
  EXPECT_FALSE(free_memory_bytes("MemAvailable: 99999999999999999999 kB\n"));
}

TEST(FreeMemory, OfAGroupIsWhatItsLimitLeaves) {
  EXPECT_EQ(group_memory_bytes("1000\n", "300\n", ""), 700.0);
  EXPECT_EQ(group_memory_bytes("1000\n", "300\n", "anon 5\ninactive_file 120\nslab 7\n"), 820.0);
  EXPECT_EQ(group_memory_bytes("1000\n", "300\n", "inactive_file 400"), 1000.0);
  EXPECT_EQ(group_memory_bytes("1000\n", "300\n", "total_inactive_file 40\n"), 700.0);
  EXPECT_EQ(group_memory_bytes("1000", "1200", ""), 0.0);
  // What the first version of groups has for no limit is larger than any memory.
  EXPECT_GT(group_memory_bytes("9223372036854771712\n", "300\n", ""), 9e18);
}

TEST(FreeMemory, OfAGroupIsUnknownWithoutALimit) {
  EXPECT_FALSE(group_memory_bytes("max\n", "300\n", ""));
  EXPECT_FALSE(group_memory_bytes("", "", ""));
  EXPECT_FALSE(group_memory_bytes("1000\n", "", "inactive_file 120\n"));
  EXPECT_FALSE(group_memory_bytes("-1\n", "300\n", ""));
}

TEST(FreeMemory, OfThisMachineIsPlausible) {
  const std::optional<double> bytes = free_memory_bytes();
  if (!bytes) GTEST_SKIP() << "this system does not say";
  EXPECT_GT(*bytes, 1e6);
  EXPECT_LT(*bytes, 1e15);
}

}  // namespace
}  // namespace sid
