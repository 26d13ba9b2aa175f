#include "sid/files/output_files.hpp"

#include <filesystem>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/file_size_limit.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

namespace fs = std::filesystem;
using test::FileSizeLimit;
using test::TemporaryFolder;
using testing::HasSubstr;
using Names = std::set<std::string>;

TEST(OutputFiles, AppearTogetherAtCommit) {
  const TemporaryFolder folder;
  folder.write("a", "old");
  OutputFiles files;
  ASSERT_TRUE(files.add(folder.file("a"), "new"));
  ASSERT_TRUE(files.add(folder.file("b"), std::string(300'000, 'b')));
  EXPECT_EQ(folder.read("a"), "old");
  EXPECT_FALSE(fs::exists(folder.file("b")));
  ASSERT_TRUE(files.commit());
  EXPECT_EQ(folder.read("a"), "new");
  EXPECT_EQ(folder.read("b").size(), 300'000U);
  EXPECT_EQ(folder.names(), (Names{"a", "b"}));
}

TEST(OutputFiles, LeaveNoTraceWithoutCommit) {
  const TemporaryFolder folder;
  folder.write("a", "old");
  {
    OutputFiles files;
    ASSERT_TRUE(files.add(folder.file("a"), "new"));
    ASSERT_TRUE(files.add(folder.file("b"), "new"));
    EXPECT_EQ(folder.names().size(), 3U);
  }
  EXPECT_EQ(folder.names(), (Names{"a"}));
  EXPECT_EQ(folder.read("a"), "old");
}

TEST(OutputFiles, LeaveTheFolderAsItWasWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  folder.write("a", "old");
  {
    const FileSizeLimit full(1000);
    OutputFiles files;
    ASSERT_TRUE(files.add(folder.file("a"), "new"));
    const auto refused = files.add(folder.file("b"), std::string(2000, 'b'));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::io_failure);
    EXPECT_EQ(refused.error().place, folder.file("b"));
  }
  EXPECT_EQ(folder.names(), (Names{"a"}));
  EXPECT_EQ(folder.read("a"), "old");
}

TEST(OutputFiles, KeepTheOthersWhereTheFolderChangedMeanwhile) {
  const TemporaryFolder folder;
  folder.write("b", "old");
  OutputFiles files;
  ASSERT_TRUE(files.add(folder.file("a"), "new"));
  ASSERT_TRUE(files.add(folder.file("b"), "new"));
  fs::create_directories(folder.file("a/in-the-way"));
  const auto refused = files.commit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().place, folder.file("a"));
  EXPECT_EQ(folder.names(), (Names{"a", "b"}));
  EXPECT_EQ(folder.read("b"), "old");
}

TEST(OutputFiles, AreSealedByTheLast) {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b", "seal", "figure"}) folder.write(name, "old");
  OutputFiles files;
  for (const char* name : {"a", "b", "seal"}) ASSERT_TRUE(files.add(folder.file(name), "new"));
  const std::string outdated[] = {folder.file("figure"), folder.file("never-there")};
  ASSERT_TRUE(files.commit_sealed(outdated));
  EXPECT_EQ(folder.names(), (Names{"a", "b", "seal"}));
  for (const char* name : {"a", "b", "seal"}) EXPECT_EQ(folder.read(name), "new");
}

TEST(OutputFiles, LeaveLinksToOutdatedFilesAlone) {
  const TemporaryFolder folder;
  folder.write("mine", "old");
  fs::create_symlink(folder.file("mine"), folder.file("figure"));
  OutputFiles files;
  for (const char* name : {"a", "seal"}) ASSERT_TRUE(files.add(folder.file(name), "new"));
  const std::string outdated[] = {folder.file("figure")};
  ASSERT_TRUE(files.commit_sealed(outdated));
  EXPECT_EQ(folder.read("mine"), "old");
  EXPECT_TRUE(fs::is_symlink(folder.file("figure")));
}

TEST(OutputFiles, LoseTheirSealWhereTheyCannotAllBePutInPlace) {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b", "c", "seal"}) folder.write(name, "old");
  OutputFiles files;
  for (const char* name : {"a", "b", "c", "seal"}) ASSERT_TRUE(files.add(folder.file(name), "new"));
  fs::remove(folder.file("b"));
  fs::create_directories(folder.file("b/in-the-way"));
  const auto refused = files.commit_sealed();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().place, folder.file("b"));
  EXPECT_EQ(folder.names(), (Names{"a", "b", "c"})) << "new and old are mixed, and it shows";
  EXPECT_EQ(folder.read("a"), "new");
  EXPECT_EQ(folder.read("c"), "old");
}

TEST(OutputFiles, GoWhereALinkPoints) {
  const TemporaryFolder folder;
  fs::create_directory(folder.file("far"));
  fs::create_symlink("far/second", folder.file("first"));
  fs::create_symlink("third", folder.file("far/second"));
  ASSERT_TRUE(check_target(folder.file("first")));
  for (const char* text : {"made", "replaced"}) {
    ASSERT_TRUE(write_file(folder.file("first"), text));
    EXPECT_TRUE(fs::is_symlink(folder.file("first")));
    EXPECT_TRUE(fs::is_symlink(folder.file("far/second")));
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(folder.file("far/third"))));
    EXPECT_EQ(folder.read("far/third"), text);
  }
  fs::create_symlink("none/file", folder.file("lost"));
  for (const auto& refused :
       {check_target(folder.file("lost")), write_file(folder.file("lost"), "text")}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(to_string(refused.error()),
              folder.file("lost") + ": This is a link to " + folder.file("none/file") +
                  ", whose folder does not exist; create it or choose another name.");
  }
  EXPECT_TRUE(fs::is_symlink(folder.file("lost")));
  fs::create_symlink("loop", folder.file("loop"));
  EXPECT_FALSE(check_target(folder.file("loop")));
  EXPECT_FALSE(write_file(folder.file("loop"), "text"));
  EXPECT_EQ(folder.names(), (Names{"far", "first", "lost", "loop"}));
}

TEST(OutputFiles, KeepPermissionsAndLinks) {
  const TemporaryFolder folder;
  fs::permissions(folder.write("run.sh", "old"), fs::perms::owner_all);
  fs::create_symlink("run.sh", folder.file("link"));
  ASSERT_TRUE(write_file(folder.file("link"), "new"));
  EXPECT_TRUE(fs::is_symlink(folder.file("link")));
  EXPECT_EQ(folder.read("run.sh"), "new");
  EXPECT_EQ(fs::status(folder.file("run.sh")).permissions(), fs::perms::owner_all);
}

TEST(WriteFile, SaysWhyItCannot) {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& path) {
    const Result<void> result = write_file(path, "text");
    EXPECT_FALSE(result) << path;
    const Result<void> before = check_target(path);
    // What forbids a file to the superuser shows only when it is made.
    const bool shows = !path.starts_with("/proc/");
    EXPECT_TRUE(before ? !shows : result.error() == before.error()) << path;
    return result ? std::string() : to_string(result.error());
  };
  EXPECT_THAT(refusal(""), HasSubstr("No file was named"));
  EXPECT_THAT(refusal(std::string("a\0b", 3)), HasSubstr("zero byte"));
  EXPECT_THAT(refusal(folder.path()), HasSubstr("is a folder"));
  EXPECT_THAT(refusal(folder.file("new/")), HasSubstr("is a folder"));
  EXPECT_EQ(
      refusal(folder.file("none/a.txt")),
      folder.file("none/a.txt") + ": The folder does not exist; create it or choose another.");
  folder.write("file", "x");
  EXPECT_THAT(refusal(folder.file("file/a.txt")), HasSubstr("not a folder"));
  EXPECT_THAT(refusal(folder.file(std::string(400, 'a'))), HasSubstr("too long"));
  EXPECT_FALSE(refusal("/proc/a.txt").empty());
  const std::string pipe = folder.file("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(refusal(pipe), HasSubstr("not a regular file"));
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_FALSE(check_target(pipe));
  EXPECT_FALSE(check_target(folder.path()));
  EXPECT_TRUE(check_target(folder.file("file")));
  EXPECT_TRUE(check_target(folder.file("new")));
  EXPECT_EQ(folder.names(), (Names{"file", "pipe"}));
  if (::geteuid() == 0) GTEST_SKIP() << "The superuser may write everywhere.";
  fs::permissions(folder.file("file"), fs::perms::owner_read);
  EXPECT_THAT(refusal(folder.file("file")), HasSubstr("no permission"));
  EXPECT_EQ(folder.read("file"), "x");
}

}  // namespace
}  // namespace sid
