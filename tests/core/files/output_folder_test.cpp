#include "sid/files/output_folder.hpp"

#include <filesystem>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temporary_folder.hpp"

namespace sid {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;
using testing::HasSubstr;
using Names = std::set<std::string>;

TEST(OutputFolder, GoesAgainWithTheFoldersAboveItWhileEmpty) {
  const TemporaryFolder folder;
  fs::create_directory(folder.file("old"));
  for (const char* path : {"a/b/c", "a/b/c/", "./x/../y/z", "old/new", "old"}) {
    {
      const auto made = OutputFolder::open(folder.file(path));
      ASSERT_TRUE(made) << to_string(made.error());
      EXPECT_EQ(made->path(), folder.file(path));
      EXPECT_TRUE(fs::is_directory(folder.file(path)));
    }
    EXPECT_EQ(folder.names(), (Names{"old"})) << path;
    EXPECT_EQ(folder.names("old"), Names{}) << path;
  }
}

TEST(OutputFolder, StaysWithWhatWasWritten) {
  const TemporaryFolder folder;
  {
    const auto made = OutputFolder::open(folder.file("a/b"));
    ASSERT_TRUE(made);
    folder.write("a/beside", "x");
  }
  EXPECT_EQ(folder.names("a"), (Names{"beside"}));
  {
    const auto made = OutputFolder::open(folder.file("c/d"));
    ASSERT_TRUE(made);
    folder.write("c/d/file", "x");
  }
  EXPECT_EQ(folder.read("c/d/file"), "x");
}

TEST(OutputFolder, IsRefusedWithoutATrace) {
  const TemporaryFolder folder;
  folder.write("file", "x");
  const auto refusal = [](const std::string& path) {
    const auto made = OutputFolder::open(path);
    EXPECT_FALSE(made) << path;
    return made ? std::string() : to_string(made.error());
  };
  EXPECT_THAT(refusal(""), HasSubstr("No folder was named"));
  EXPECT_THAT(refusal(std::string("a\0b", 3)), HasSubstr("zero byte"));
  EXPECT_THAT(refusal(folder.file("file")), HasSubstr("a folder is needed"));
  EXPECT_THAT(refusal(folder.file("file/under")), HasSubstr("a folder is needed"));
  EXPECT_THAT(refusal(folder.file("a/b/" + std::string(400, 'c'))), HasSubstr("too long"));
  EXPECT_EQ(folder.names(), (Names{"file"}));
  EXPECT_FALSE(refusal("/proc/sidlab").empty());
  if (::geteuid() == 0) GTEST_SKIP() << "The superuser may write everywhere.";
  fs::create_directory(folder.file("locked"));
  fs::permissions(folder.file("locked"), fs::perms::owner_read);
  EXPECT_THAT(refusal(folder.file("locked")), HasSubstr("no permission"));
  EXPECT_THAT(refusal(folder.file("locked/under")), HasSubstr("no permission"));
}

TEST(HoldsFiles, LooksInside) {
  const TemporaryFolder folder;
  EXPECT_FALSE(*holds_files(folder.path()));
  EXPECT_FALSE(*holds_files(folder.file("none")));
  folder.write("file", "x");
  EXPECT_TRUE(*holds_files(folder.path()));
  EXPECT_FALSE(*holds_files(folder.file("file")));
}

}  // namespace
}  // namespace sid
