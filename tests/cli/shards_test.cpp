#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using test::Outcome;
using test::run_sidlab;
using test::TemporaryFolder;
using test::words;
using testing::HasSubstr;

TEST(Shards, OfSparseRowsMergeToOneRunInAnyOrder) {
  const TemporaryFolder folder;
  const std::vector<std::string> small = {"--set",
                                          "data.train=300",
                                          "--set",
                                          "data.validation=90",
                                          "--set",
                                          "data.sparse.features=2500",
                                          "--set",
                                          "run.iterations=20",
                                          "--set",
                                          "run.replicas=5"};
  const auto run = [&](const std::string& out, const std::vector<std::string>& more) {
    const auto command = words({"run", "million-rows", "--out", folder.file(out)}, small);
    const Outcome outcome = run_sidlab(words(command, more));
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  };
  run("one", {"--threads", "1"});
  run("s1", {"--shard", "1/2", "--threads", "2"});
  run("s2", {"--shard", "2/2"});
  const Outcome merged =
      run_sidlab({"merge", folder.file("s2"), folder.file("s1"), "--out", folder.file("all")});
  ASSERT_EQ(merged.code, 0) << merged.err;
  for (const char* name : {"curves.csv", "summary.csv", "theory.json", "spec.toml", "figure.svg"}) {
    EXPECT_EQ(folder.read(std::string("one/") + name), folder.read(std::string("all/") + name))
        << name;
  }
  EXPECT_THAT(folder.read("one/spec.toml"), HasSubstr("[data.sparse]\nfeatures = 2500"));
  EXPECT_THAT(folder.read("one/run.json"), HasSubstr("synthetic sparse rows, 390 of 2500 columns"));
}

}  // namespace
}  // namespace sid
