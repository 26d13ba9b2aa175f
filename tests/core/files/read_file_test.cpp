#include "sid/files/read_file.hpp"

#include <filesystem>
#include <stop_token>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using test::TemporaryFolder;
using testing::HasSubstr;

std::string refused(const std::string& path, std::int64_t limit = 1000) {
  const auto read = read_file(path, limit);
  EXPECT_FALSE(read) << path;
  return read ? std::string() : to_string(read.error());
}

TEST(ReadFile, ReturnsEveryByte) {
  const TemporaryFolder folder;
  const std::string zeros("a\0b\r\n", 5);
  EXPECT_EQ(*read_file(folder.write("zeros", zeros), 5), zeros);
  EXPECT_EQ(*read_file(folder.write("empty", ""), 0), "");
  const std::string large(1'000'000, 'x');
  EXPECT_EQ(*read_file(folder.write("large", large), 1'000'000), large);
  std::filesystem::create_symlink(folder.file("large"), folder.file("link"));
  EXPECT_EQ(read_file(folder.file("link"), 1'000'000)->size(), large.size());
  EXPECT_THAT(*read_file("/proc/self/status", 1 << 20), HasSubstr("Name:")) << "size 0 until read";
}

TEST(ReadFile, StopsAtTheLimit) {
  const TemporaryFolder folder;
  const std::string path = folder.write("file", "12345");
  EXPECT_THAT(refused(path, 4), HasSubstr("holds more than 4 bytes"));
  EXPECT_THAT(refused("/proc/self/status", 10), HasSubstr("holds more than 10 bytes"));
  // Terabytes of holes: refused by its size, not by running out of memory.
  ASSERT_EQ(::truncate(path.c_str(), off_t{1} << 42), 0);
  EXPECT_THAT(refused(path, 1 << 20), HasSubstr("holds more than 1048576 bytes"));
}

TEST(ReadFile, StopsWhenAsked) {
  const TemporaryFolder folder;
  std::stop_source stop;
  const std::string path = folder.write("file", "12345");
  EXPECT_EQ(*read_file(path, 5, stop.get_token()), "12345");
  stop.request_stop();
  const auto read = read_file(path, 5, stop.get_token());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::stopped);
  EXPECT_EQ(read.error().place, path);
}

TEST(ReadFile, OpensOrdinaryFilesOnly) {
  const TemporaryFolder folder;
  EXPECT_THAT(refused(folder.path()), HasSubstr("is a folder, not a file"));
  const std::string pipe = folder.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(refused(pipe), HasSubstr("is a pipe; only ordinary files are read"));
  std::filesystem::create_symlink(pipe, folder.file("link"));
  EXPECT_THAT(refused(folder.file("link")), HasSubstr("is a pipe"));
  EXPECT_THAT(refused("/dev/zero"), HasSubstr("is a device"));
  EXPECT_THAT(refused("/dev/null"), HasSubstr("is a device"));
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = folder.file("socket");
  ASSERT_LT(name.size(), sizeof address.sun_path);
  name.copy(address.sun_path, name.size());
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_THAT(refused(name), HasSubstr("is a socket"));
  ::close(socket);
}

TEST(ReadFile, SaysWhyItCannot) {
  const TemporaryFolder folder;
  EXPECT_THAT(refused(""), HasSubstr("No file was named"));
  EXPECT_EQ(refused(folder.file("missing")),
            folder.file("missing") + ": There is no such file; check the path.");
  EXPECT_THAT(refused(folder.write("file", "x") + "/below"), HasSubstr("is a file, not a folder"));
  EXPECT_THAT(refused(std::string("a\0b", 3)), HasSubstr("zero byte"));
  EXPECT_THAT(refused(std::string(5000, 'x')), HasSubstr("too long"));
  std::filesystem::create_symlink("loop", folder.file("loop"));
  EXPECT_THAT(refused(folder.file("loop")), HasSubstr("cannot be read: "));
  if (::geteuid() == 0) GTEST_SKIP() << "The superuser may read every file.";
  std::filesystem::permissions(folder.file("file"), std::filesystem::perms::none);
  EXPECT_THAT(refused(folder.file("file")), HasSubstr("no permission"));
}

}  // namespace
}  // namespace sid
