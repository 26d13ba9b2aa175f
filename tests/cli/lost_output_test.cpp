#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using test::kQuick;
using test::Outcome;
using test::run_sidlab;
using test::TemporaryFolder;
using test::words;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(LostOutput, AFullDiskIsASentence) {
  for (const std::vector<std::string>& verb : std::vector<std::vector<std::string>>{
           {"theory", "start"}, {"theory", "start", "--json"}, {"presets"}, {"--help"}}) {
    const Outcome run = run_sidlab(verb, {.output = "/dev/full"});
    EXPECT_EQ(run.code, 1) << run.err;
    EXPECT_THAT(run.err, HasSubstr("could not be written: No space left on device."));
  }
}

TEST(LostOutput, MessagesThatCannotBeWrittenChangeNothing) {
  const TemporaryFolder folder;
  const auto run = words({"run", "start", "--out", folder.file("o"), "--force"}, kQuick);
  EXPECT_EQ(run_sidlab(run, {.errors = "/dev/full"}).code, 0);
  EXPECT_EQ(run_sidlab({"run", "none"}, {.errors = "/dev/full"}).code, 2);
  EXPECT_EQ(run_sidlab({"run", "none"}, {.closed = {0, 1, 2}}).code, 2);
  // Without a number of their own, files would take those of the streams, and the messages with it.
  EXPECT_EQ(run_sidlab(words(run, {"--quiet"}), {.closed = {0, 1, 2}}).code, 0);
  EXPECT_EQ(run_sidlab(run, {.closed = {1}}).code, 1);
  EXPECT_EQ(run_sidlab(run, {.closed = {2}}).code, 0);
  for (const std::string& name : folder.names("o")) {
    EXPECT_THAT(folder.read("o/" + name), Not(HasSubstr("sidlab: "))) << name;
  }
}

TEST(LostOutput, AFullDiskLeavesTheFolderAsItWas) {
  const TemporaryFolder folder;
  const auto run = [&](const std::string& out, std::int64_t limit) {
    return run_sidlab(words({"run", "start", "--out", folder.file(out)}, kQuick),
                      {.file_size_limit = limit});
  };
  ASSERT_EQ(run("whole", 0).code, 0);
  const auto size = [&](const char* name) {
    return static_cast<std::int64_t>(folder.read(std::string("whole/") + name).size());
  };
  ASSERT_LT(size("summary.csv"), size("theory.json"));
  const Outcome nothing = run("a/b", size("theory.json") - 1);
  EXPECT_EQ(nothing.code, 1) << nothing.err;
  EXPECT_THAT(nothing.err, HasSubstr("theory.json: "));
  EXPECT_EQ(folder.names(), (std::set<std::string>{"whole"}));
}

TEST(LostOutput, FiguresThatCannotBeWrittenLeaveWholeTables) {
  const TemporaryFolder folder;
  folder.write("one.toml", "[run]\niterations = 5\nreplicas = 2\n[[method]]\nminibatch = 10\n");
  const auto run = [&](const std::string& out, std::int64_t limit) {
    return run_sidlab({"run", folder.file("one.toml"), "--out", folder.file(out)},
                      {.file_size_limit = limit});
  };
  ASSERT_EQ(run("whole", 0).code, 0);
  const auto size = [&](const char* name) {
    return static_cast<std::int64_t>(folder.read(std::string("whole/") + name).size());
  };
  ASSERT_LT(size("theory.json"), size("figure.png"));
  const Outcome tables = run("tables", size("figure.png") - 1);
  EXPECT_EQ(tables.code, 1) << tables.err;
  EXPECT_THAT(tables.err, AllOf(HasSubstr("figure."), HasSubstr("sidlab figure ")));
  EXPECT_EQ(
      folder.names("tables"),
      (std::set<std::string>{"curves.csv", "summary.csv", "theory.json", "spec.toml", "run.json"}))
      << "all figures or none";
  EXPECT_EQ(run_sidlab({"figure", folder.file("tables")}).code, 0);
  EXPECT_EQ(folder.read("tables/figure.svg"), folder.read("whole/figure.svg"));
}

TEST(LostOutput, FailedRunsLeaveNoFolders) {
  const TemporaryFolder folder;
  const Outcome unread = run_sidlab({"run",
                                     "start",
                                     "--set",
                                     "problem.kind=logistic",
                                     "--set",
                                     "data.source=csv",
                                     "--set",
                                     "data.path=none.csv",
                                     "--out",
                                     folder.file("a/b/c")});
  EXPECT_EQ(unread.code, 2) << unread.err;
  const Outcome unnamed =
      run_sidlab({"run", "start", "--out", folder.file("a/b/" + std::string(300, 'c'))});
  EXPECT_EQ(unnamed.code, 2);
  EXPECT_THAT(unnamed.err, HasSubstr("too long"));
  EXPECT_EQ(run_sidlab({"merge", folder.file("none"), "--out", folder.file("a/b")}).code, 2);
  EXPECT_EQ(run_sidlab({"figure", folder.file("none"), "--out", folder.file("a/b")}).code, 2);
  EXPECT_EQ(folder.names(), std::set<std::string>{});
}

}  // namespace
}  // namespace sid
