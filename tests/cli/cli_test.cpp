#include <csignal>
#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/program.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using test::Outcome;
using test::run_sidlab;
using test::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A quick experiment on the teaching problem.
const std::vector<std::string> kQuick = {
    "--set", "run.iterations=40", "--set", "run.checkpoints.count=5", "--set", "run.replicas=6"};

std::vector<std::string> words(std::vector<std::string> first,
                               const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

TEST(CommandLine, RunWritesTablesAndFigures) {
  const TemporaryFolder folder;
  const Outcome run = run_sidlab(words({"run", "start", "--out", folder.file("o")}, kQuick));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(folder.names("o"),
            (std::set<std::string>{"curves.csv",
                                   "summary.csv",
                                   "theory.json",
                                   "spec.toml",
                                   "run.json",
                                   "figure.svg",
                                   "figure.pdf",
                                   "figure.png"}));
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("mean-square error"), HasSubstr("Batch"), HasSubstr("SID dec")));
  EXPECT_THAT(run.err, HasSubstr("Finished"));
  EXPECT_THAT(run.err, Not(HasSubstr("\r")));
  const auto json = nlohmann::json::parse(folder.read("o/run.json"));
  EXPECT_EQ(json["status"], "finished");
}

TEST(CommandLine, EqualRunsGiveEqualBytesForAnyThreads) {
  const TemporaryFolder folder;
  EXPECT_EQ(
      run_sidlab(words({"run", "start", "--threads", "1", "--out", folder.file("a")}, kQuick)).code,
      0);
  EXPECT_EQ(
      run_sidlab(words({"run", "start", "--threads", "3", "--out", folder.file("b")}, kQuick)).code,
      0);
  for (const char* name : {"curves.csv",
                           "summary.csv",
                           "theory.json",
                           "spec.toml",
                           "figure.svg",
                           "figure.pdf",
                           "figure.png"}) {
    EXPECT_EQ(folder.read(std::string("a/") + name), folder.read(std::string("b/") + name)) << name;
  }
}

TEST(CommandLine, ASpecFileWrittenByARunGivesTheSameRun) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_sidlab(words({"run", "start", "--out", folder.file("a")}, kQuick)).code, 0);
  ASSERT_EQ(run_sidlab({"run", folder.file("a/spec.toml"), "--out", folder.file("b")}).code, 0);
  EXPECT_EQ(folder.read("a/curves.csv"), folder.read("b/curves.csv"));
}

TEST(CommandLine, MergedShardsEqualOneRun) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_sidlab(words({"run", "start", "--out", folder.file("one")}, kQuick)).code, 0);
  for (const char* shard : {"1", "2", "3"}) {
    ASSERT_EQ(run_sidlab(words({"run",
                                "start",
                                "--shard",
                                std::string(shard) + "/3",
                                "--out",
                                folder.file(std::string("s") + shard)},
                               kQuick))
                  .code,
              0);
  }
  const Outcome merged = run_sidlab({"merge",
                                     folder.file("s1"),
                                     folder.file("s2"),
                                     folder.file("s3"),
                                     "--out",
                                     folder.file("all")});
  ASSERT_EQ(merged.code, 0) << merged.err;
  for (const char* name : {"curves.csv", "summary.csv", "theory.json", "spec.toml", "figure.svg"}) {
    EXPECT_EQ(folder.read(std::string("one/") + name), folder.read(std::string("all/") + name))
        << name;
  }
  const Outcome part = run_sidlab({"merge", folder.file("s1"), "--out", folder.file("part")});
  EXPECT_EQ(part.code, 2);
  EXPECT_THAT(part.err, HasSubstr("shards are missing"));
  EXPECT_FALSE(std::filesystem::exists(folder.file("part")));
}

TEST(CommandLine, FigureIsDrawnAgainFromTables) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_sidlab(words({"run", "start", "--out", folder.file("o")}, kQuick)).code, 0);
  const Outcome drawn =
      run_sidlab({"figure", folder.file("o"), "--format", "svg", "--out", folder.file("f")});
  EXPECT_EQ(drawn.code, 0) << drawn.err;
  EXPECT_EQ(folder.read("f/figure.svg"), folder.read("o/figure.svg"));
  EXPECT_EQ(folder.names("f"), (std::set<std::string>{"figure.svg"}));
  const Outcome other = run_sidlab({"figure",
                                    folder.file("o"),
                                    "--format",
                                    "svg",
                                    "--x",
                                    "iterations",
                                    "--scale-x",
                                    "linear",
                                    "--quantity",
                                    "all",
                                    "--band",
                                    "none",
                                    "--out",
                                    folder.file("g")});
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_NE(folder.read("g/figure.svg"), folder.read("o/figure.svg"));
  EXPECT_EQ(run_sidlab({"figure", folder.file("none")}).code, 2);
  EXPECT_EQ(run_sidlab({"figure", folder.file("o"), "--format", "gif"}).code, 2);
}

TEST(CommandLine, TheoryPrintsTextAndJson) {
  const Outcome text = run_sidlab({"theory", "start"});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr("A(iv)"), HasSubstr("bound_3_4"), HasSubstr("1/(1+σ₂)")));
  const Outcome json = run_sidlab({"theory", "start", "--json"});
  EXPECT_EQ(json.code, 0);
  const auto parsed = nlohmann::json::parse(json.out);
  EXPECT_EQ(parsed["convention"]["lower_loss"], "mean");
  EXPECT_GT(parsed["panels"][0]["constants"]["L"]["value"].get<double>(), 0.0);
}

TEST(CommandLine, SmallVerbsWork) {
  EXPECT_THAT(run_sidlab({"presets"}).out, AllOf(HasSubstr("start"), HasSubstr("figure-1")));
  EXPECT_THAT(run_sidlab({"--version"}).out, HasSubstr("sidlab "));
  const Outcome checked = run_sidlab({"self-test"});
  EXPECT_EQ(checked.code, 0) << checked.out;
  const Outcome help = run_sidlab({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const char* verb :
       {"run", "theory", "merge", "figure", "data", "shot", "presets", "self-test"}) {
    EXPECT_THAT(help.out, HasSubstr(verb));
    const Outcome own = run_sidlab({verb, "--help"});
    EXPECT_EQ(own.code, 0) << verb;
    EXPECT_FALSE(own.out.empty()) << verb;
  }
}

TEST(CommandLine, WithoutADisplayRunsHeadless) {
  const TemporaryFolder folder;
  const auto start = [&](const std::string& seed) {
    return run_sidlab(words({"start", "--set", "run.seed=" + seed}, kQuick),
                      {.folder = folder.path()});
  };
  const Outcome first = start("1");
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("no display"));
  EXPECT_TRUE(std::filesystem::exists(folder.file("sidlab-out/figure.svg")));
  const std::string before = folder.read("sidlab-out/curves.csv");
  EXPECT_EQ(start("2").code, 0) << "its own earlier output may be overwritten";
  EXPECT_NE(folder.read("sidlab-out/curves.csv"), before);
  std::filesystem::remove(folder.file("sidlab-out/run.json"));
  const Outcome foreign = start("3");
  EXPECT_EQ(foreign.code, 2) << "a folder that is not its own may not";
  EXPECT_THAT(foreign.err, HasSubstr("already holds files"));
}

TEST(CommandLine, CtrlCKeepsTheLastWholeCheckpoint) {
  const TemporaryFolder folder;
  const Outcome run = run_sidlab({"run",
                                  "start",
                                  "--set",
                                  "run.iterations=2000000",
                                  "--set",
                                  "run.replicas=64",
                                  "--set",
                                  "run.checkpoints.count=60",
                                  "--out",
                                  folder.file("o")},
                                 {.signal = SIGINT, .signal_after = 1.5});
  EXPECT_EQ(run.code, 1) << run.err;
  EXPECT_THAT(run.err, HasSubstr("Stopped"));
  EXPECT_EQ(nlohmann::json::parse(folder.read("o/run.json"))["status"], "stopped");
  EXPECT_EQ(run_sidlab({"figure", folder.file("o"), "--format", "svg"}).code, 0);
}

TEST(CommandLine, DivergenceIsExitCodeOneWithResultsKept) {
  const TemporaryFolder folder;
  const Outcome run = run_sidlab({"run",
                                  "start",
                                  "--set",
                                  "method[2].step.eta=50",
                                  "--set",
                                  "run.iterations=500",
                                  "--set",
                                  "run.replicas=4",
                                  "--out",
                                  folder.file("o")});
  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.err, HasSubstr("overflowed"));
  EXPECT_THAT(folder.read("o/curves.csv"), HasSubstr("nan"));
  EXPECT_EQ(nlohmann::json::parse(folder.read("o/run.json"))["status"], "diverged");
}

struct Refusal {
  std::vector<std::string> arguments;
  std::vector<std::string> parts;
};

class Refused : public testing::Test {
 protected:
  /// Exit code 2, every part in the message, nothing on stdout, and no folder left behind.
  void expect(const Refusal& refusal) {
    const Outcome run = run_sidlab(refusal.arguments, {.folder = folder_.path()});
    const std::string shown = testing::PrintToString(refusal.arguments) + "\n" + run.err;
    EXPECT_EQ(run.code, 2) << shown;
    EXPECT_EQ(run.out, "") << shown;
    for (const std::string& part : refusal.parts) EXPECT_THAT(run.err, HasSubstr(part)) << shown;
    EXPECT_FALSE(std::filesystem::exists(folder_.file("sidlab-out"))) << shown;
  }
  void expect_setting(const std::vector<std::string>& settings,
                      const std::vector<std::string>& parts) {
    std::vector<std::string> arguments = {"run", "start"};
    for (const std::string& setting : settings) {
      arguments.push_back("--set");
      arguments.push_back(setting);
    }
    expect({arguments, parts});
  }
  TemporaryFolder folder_;
};

TEST_F(Refused, WrongUse) {
  expect({{"run"}, {"SPEC"}});
  expect({{"run", "nothing-like-it"}, {"no such file or preset"}});
  expect({{"run", "strat"}, {"did you mean 'start'"}});
  expect({{"nothing-like-it"}, {"no such file or preset"}});
  expect({{"run", "start", "--thread", "2"}, {"--thread"}});
  expect({{"run", "start", "--threads", "-1"}, {"--threads"}});
  expect({{"run", "start", "--shard", "3/2"}, {"--shard", "not a shard"}});
  expect({{"run", "start", "--shard", "x"}, {"--shard", "not a shard"}});
  expect({{"run", "start", "--shard", "65/65"}, {"65 shards for 64 replicas"}});
  expect({{"run", "start", "--data", "/x"}, {"--data", "data.source=mnist"}});
  expect({{"start", "more"}, {"sidlab: ", "more", "See: sidlab --help"}});
  expect({{"run", "\x1b[31mred\n"}, {"sidlab: \\x1b[31mred\\x0a: there is no such file"}});
  expect({{"figure", "none"}, {"none: there is no such folder"}});
  expect({{"shot", "start", "--out", "x.png", "--size", "1x1"}, {"--size"}});
  expect({{"merge", "a"}, {"--out"}});
  expect({{"--set", "run.seed=1", "run", "start"}, {"--set", "before 'run'"}});
}

TEST_F(Refused, Settings) {
  expect_setting({"run.replica=3"}, {"[run] has no key 'replica'; did you mean 'replicas'?"});
  expect_setting({"run.replicas=0"}, {"--set run.replicas=0", "must be ≥ 1"});
  expect_setting({"run.replicas=-5"}, {"run.replicas = -5", "must be ≥ 1"});
  expect_setting({"run.replicas=1e308"}, {"run.replicas", "too large"});
  expect_setting({"run.seed=9223372036854775808"}, {"must be ≤ 9223372036854775807"});
  expect_setting({"run.replicas=nan"}, {"run.replicas", "whole number"});
  expect_setting({"problem.lambda=nan"}, {"problem.lambda", "finite"});
  expect_setting({"problem.lambda=0"}, {"problem.lambda", "must be > 0"});
  expect_setting({"problem.lambda=-1"}, {"problem.lambda", "must be > 0"});
  expect_setting({"problem.lambda=1e308"}, {"problem.lambda", "must be ≤"});
  expect_setting({"problem.lambda=[[1, 2]]"}, {"problem.lambda"});
  expect_setting({"method[2].step.eta=0"}, {"method[2].step.eta", "must be > 0"});
  expect_setting({"method[2].step.eta=-1"}, {"method[2].step.eta"});
  expect_setting({"method[2].step.eta=1e308"}, {"method[2].step.eta", "must be ≤"});
  expect_setting({"method[2].minibatch=0"}, {"method[2].minibatch", "must be ≥ 1"});
  expect_setting({"method[2].minibatch=201", "problem.kind=logistic", "data.train=200"},
                 {"minibatch", "must be ≤ 200"});
  expect_setting({"method[3].name=Batch"}, {"method[3].name", "must differ"});
  expect_setting({"run.seed=0.5", "run.seeds=1", "title=3"},
                 {"run.seed = 0.5", "'seeds'", "title = 3"});
  expect_setting({"data.source=csv", "problem.kind=logistic"}, {"data.path", "training file"});
}

TEST_F(Refused, ManyDefectsAreShownInPart) {
  std::string text = "[run]\n";
  for (int i = 0; i < 1000; ++i) text += "k" + std::to_string(i) + " = 1\n";
  folder_.write("many.toml", text);
  expect({{"run", "many.toml"}, {"many.toml:2:1: [run] has no key 'k0'", "and 980 more"}});
}

TEST_F(Refused, SpecFiles) {
  folder_.write("empty.toml", "");
  expect({{"run", "empty.toml"}, {"empty.toml", "is empty"}});
  folder_.write("broken.toml", "[run\n");
  expect({{"run", "broken.toml"}, {"broken.toml:1:", "not TOML"}});
  folder_.write("wrong.toml", "[run]\nreplicas = -1\n[problem]\nlambda = [1, -2]\n");
  expect({{"run", "wrong.toml"}, {"wrong.toml:2:12: run.replicas = -1", "problem.lambda[2] = -2"}});
  std::filesystem::create_directory(folder_.file("folder.toml"));
  expect({{"run", "folder.toml"}, {"folder.toml", "is a folder"}});
  expect({{"run", "none.toml"}, {"none.toml", "no such file"}});
  expect({{"theory", "none.toml"}, {"none.toml", "no such file"}});
  expect({{"run", "sid1;t=5#0000"}, {"checksum"}});
  expect({{"run", "sid1;sede=5"}, {"no setting 'sede'; did you mean 'seed'?"}});
  expect({{"run", "sid1;t=5~x"}, {"a number must stand after '~'"}});
  if (::geteuid() == 0) return;
  folder_.write("secret.toml", "[run]\n");
  std::filesystem::permissions(folder_.file("secret.toml"), std::filesystem::perms::none);
  expect({{"run", "secret.toml"}, {"no permission"}});
}

TEST_F(Refused, WhateverIsNoOrdinaryFile) {
  const std::string pipe = folder_.file("pipe.toml");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  expect({{"run", "pipe.toml"}, {"pipe.toml: This is a pipe"}});
  expect({{"data", "pipe.toml"}, {"pipe.toml: This is a pipe"}});
  expect({{"run", "/dev/zero"}, {"/dev/zero: This is a device"}});
  std::filesystem::rename(pipe, folder_.file("pipe"));
  expect({{"run", "pipe"}, {"pipe: This is a pipe"}});
  std::filesystem::rename(folder_.file("pipe"), pipe);
  expect({{"data", "/dev/zero"}, {"/dev/zero: This is a device"}});
  for (const std::string key : {"data.path", "problem.lambda.path"}) {
    const std::string other = key == "data.path" ? "problem.lambda=1" : "data.source=digits";
    expect_setting({"problem.kind=logistic-multi", "data.source=libsvm", other, key + "=pipe.toml"},
                   {"pipe.toml: This is a pipe"});
  }
}

TEST_F(Refused, OutputFolders) {
  folder_.write("full/file", "x");
  expect({{"run", "start", "--out", "full"}, {"already holds files", "--force"}});
  expect({{"run", "start", "--out", "full/file"}, {"full/file"}});
  expect({{"run", "start", "--out", "full/file/under"}, {"full/file/under"}});
  EXPECT_EQ(folder_.names("full"), (std::set<std::string>{"file"}));
  std::filesystem::create_directories(folder_.file("blocked/figure.png"));
  expect(
      {{"run", "start", "--out", "blocked", "--force"}, {"blocked/figure.png: This is a folder"}});
  EXPECT_EQ(folder_.names("blocked"), (std::set<std::string>{"figure.png"})) << "before the run";
  if (::geteuid() == 0) return;
  std::filesystem::create_directory(folder_.file("locked"));
  std::filesystem::permissions(folder_.file("locked"), std::filesystem::perms::owner_read);
  expect({{"run", "start", "--out", "locked/o"}, {"no permission"}});
}

TEST_F(Refused, DataFiles) {
  const auto with = [&](const std::string& path, const std::vector<std::string>& parts) {
    expect({{"run",
             "start",
             "--set",
             "problem.kind=logistic",
             "--set",
             "data.source=libsvm",
             "--set",
             "data.labels=two-values",
             "--set",
             "data.validation_path=" + path,
             "--set",
             "data.path=" + path},
            parts});
    expect({{"data", path}, {}});
  };
  folder_.write("one_class.svm", "1 1:2\n1 1:3\n");
  expect({{"run",
           "start",
           "--set",
           "problem.kind=logistic",
           "--set",
           "data.source=libsvm",
           "--set",
           "data.labels=two-values",
           "--set",
           "data.path=one_class.svm",
           "--set",
           "data.validation_path=one_class.svm"},
          {"one_class.svm"}});
  folder_.write("empty.svm", "");
  with("empty.svm", {"empty.svm"});
  folder_.write("broken.svm", "1 1:2\n-1 1:x\n");
  with("broken.svm", {"broken.svm:2"});
  with("none.svm", {"none.svm"});
  folder_.write("cut.svm.gz", std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x33\x54", 12));
  with("cut.svm.gz", {"cut.svm.gz"});
  // An IDX header that promises far more images than follow.
  const std::string header("\x00\x00\x08\x03\x7f\xff\xff\xff\x00\x00\x00\x1c\x00\x00\x00\x1c", 16);
  folder_.write("mnist/t10k-images-idx3-ubyte", header + std::string(28 * 28, 'a'));
  folder_.write("mnist/t10k-labels-idx1-ubyte",
                std::string("\x00\x00\x08\x01\x00\x00\x00\x01\x03", 9));
  expect({{"run",
           "start",
           "--set",
           "problem.kind=logistic",
           "--set",
           "data.source=mnist",
           "--data",
           folder_.file("mnist")},
          {"t10k-images-idx3-ubyte"}});
  expect({{"data", "mnist/t10k-images-idx3-ubyte"}, {"t10k-images-idx3-ubyte"}});
  folder_.write(
      "mnist/t10k-images-idx3-ubyte",
      std::string("\x00\x00\x08\x03\x00\x00\x00\x02\x00\x00\x00\x01\x00\x00\x00\x01\x05\x06", 18));
  expect({{"data", "mnist"}, {"There are 2 images but 1 labels"}});
}

TEST(CommandLine, AFullDiskIsASentence) {
  for (const std::vector<std::string>& verb : std::vector<std::vector<std::string>>{
           {"theory", "start"}, {"theory", "start", "--json"}, {"presets"}, {"--help"}}) {
    const Outcome run = run_sidlab(verb, {.output = "/dev/full"});
    EXPECT_EQ(run.code, 1) << run.err;
    EXPECT_THAT(run.err, HasSubstr("could not be written: No space left on device."));
  }
}

TEST(CommandLine, MessagesThatCannotBeWrittenChangeNothing) {
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

TEST(CommandLine, AFullDiskLeavesTheFolderAsItWas) {
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

TEST(CommandLine, FiguresThatCannotBeWrittenLeaveWholeTables) {
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

TEST(CommandLine, ARunIsComparedWithItsShareString) {
  const TemporaryFolder folder;
  const auto run = [&](const std::string& value, const std::vector<std::string>& more = {}) {
    const std::string share = "sid1;t=40;r=6;cp=log,5" + value;
    return run_sidlab(words({"run", share, "--force", "--out", folder.file("o")}, more)).err;
  };
  const std::string other = run("~0.5");
  const std::string begin = "the last error is ", end = ", but the share string says 0.5";
  const auto from = other.find(begin), to = other.find(end);
  ASSERT_TRUE(from < to && to != std::string::npos) << other;
  const std::string found = other.substr(from + begin.size(), to - from - begin.size());
  EXPECT_THAT(run("~" + found), HasSubstr("is " + found + ", as the share string says"));
  EXPECT_THAT(run("~0.5", {"--set", "run.seed=3"}), Not(HasSubstr("share string")));
  EXPECT_THAT(run(""), Not(HasSubstr("share string")));
}

TEST(CommandLine, FailedRunsLeaveNoFolders) {
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
