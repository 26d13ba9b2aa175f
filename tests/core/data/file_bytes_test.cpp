#include "sid/data/file_bytes.hpp"

#include <filesystem>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/gzip.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using test::gzip;
using test::TemporaryFolder;
using testing::HasSubstr;

std::string noise(std::size_t size) {
  std::string out;
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < size; ++i) {
    state = state * 1664525u + 1013904223u;
    out += static_cast<char>(state >> 24);
  }
  return out;
}

TEST(ReadFile, ReturnsPlainAndPackedContentAlike) {
  const TemporaryFolder folder;
  for (const std::string& content :
       {std::string("1 1:2\n"), noise(700000), std::string(3000000, 'a')}) {
    const auto plain = read_bytes(folder.write("plain", content));
    ASSERT_TRUE(plain.has_value()) << to_string(plain.error());
    EXPECT_EQ(*plain, content);
    const auto packed = read_bytes(folder.write("packed", gzip(content)));
    ASSERT_TRUE(packed.has_value()) << to_string(packed.error());
    EXPECT_EQ(*packed, content);
    const auto members = read_bytes(folder.write("members", gzip(content) + gzip("end")));
    ASSERT_TRUE(members.has_value()) << to_string(members.error());
    EXPECT_EQ(*members, content + "end");
    const auto padded = read_bytes(folder.write("padded", gzip(content) + std::string(512, '\0')));
    ASSERT_TRUE(padded.has_value()) << to_string(padded.error());
    EXPECT_EQ(*padded, content);
  }
}

TEST(ReadFile, NoticesEveryCutOfAPackedFile) {
  const TemporaryFolder folder;
  const std::string packed = gzip("1 1:2 3:4\n-1 2:5\n");
  for (std::size_t size = 2; size < packed.size(); ++size) {
    const auto cut = read_bytes(folder.write("cut.gz", packed.substr(0, size)));
    ASSERT_FALSE(cut.has_value()) << size << " of " << packed.size() << " bytes passed";
    EXPECT_THAT(cut.error().message, HasSubstr("ends too early"));
    EXPECT_EQ(cut.error().place, folder.file("cut.gz"));
  }
}

TEST(ReadFile, NoticesDamageToAPackedFile) {
  const TemporaryFolder folder;
  const std::string packed = gzip(noise(1000));
  for (std::size_t at :
       {std::size_t{2}, std::size_t{10}, packed.size() / 2, packed.size() - 6, packed.size() - 1}) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    EXPECT_FALSE(read_bytes(folder.write("damaged.gz", damaged)).has_value()) << at;
  }
  const auto followed = read_bytes(folder.write("followed.gz", packed + "text"));
  ASSERT_FALSE(followed.has_value());
  EXPECT_THAT(followed.error().message, HasSubstr("Other data follows"));
}

TEST(ReadFile, StopsAtTheLimit) {
  const TemporaryFolder folder;
  const std::string content(2000000, 'a');
  EXPECT_FALSE(read_bytes(folder.write("plain", content), 1999999).has_value());
  EXPECT_TRUE(read_bytes(folder.write("plain", content), 2000000).has_value());
  const auto bomb = read_bytes(folder.write("bomb.gz", gzip(content)), 10000);
  ASSERT_FALSE(bomb.has_value());
  EXPECT_THAT(bomb.error().message, HasSubstr("more than 10000 bytes"));
}

TEST(ReadFile, SaysWhyAFileCannotBeRead) {
  const TemporaryFolder folder;
  const auto message = [](const std::string& path) {
    const auto read = read_bytes(path);
    EXPECT_FALSE(read.has_value()) << path;
    return read ? std::string() : to_string(read.error());
  };
  EXPECT_THAT(message(""), HasSubstr("No file was named"));
  EXPECT_THAT(message(folder.file("missing")), HasSubstr("There is no such file"));
  EXPECT_THAT(message(folder.path()), HasSubstr("a folder, not a file"));
  EXPECT_THAT(message("/dev/null"), HasSubstr("device"));
  EXPECT_THAT(message(folder.write("empty", "")), HasSubstr("The file is empty"));
  EXPECT_THAT(message(folder.write("empty.gz", gzip(""))), HasSubstr("empty once unpacked"));
  EXPECT_THAT(message(folder.write("file", "x") + "/below"), HasSubstr("below: "));
  EXPECT_THAT(message(std::string("a\0b", 3)), HasSubstr("zero byte"));
  EXPECT_THAT(message(std::string(5000, 'x')), HasSubstr("too long"));
}

TEST(ReadFile, SaysThatPermissionIsMissing) {
  if (geteuid() == 0) GTEST_SKIP() << "The superuser may read every file.";
  const TemporaryFolder folder;
  const std::string path = folder.write("secret", "1 1:1\n");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  const auto read = read_bytes(path);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::io_failure);
  EXPECT_THAT(read.error().message, HasSubstr("no permission"));
}

}  // namespace
}  // namespace sid
