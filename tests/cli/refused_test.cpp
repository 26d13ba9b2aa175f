#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/program.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using test::Outcome;
using test::run_sidlab;
using test::TemporaryFolder;
using testing::HasSubstr;

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
      arguments.emplace_back("--set");
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
  expect({{"figure", "x", "--limits-y", "2", "1"}, {"--limits-y", "the smaller one first"}});
  expect({{"figure", "x", "--limits-y", "0", "1"}, {"--limits-y", "both positive"}});
  expect({{"figure", "x", "--limits-x", "nan", "1"}, {"--limits-x", "no ends"}});
  expect({{"figure", "x", "--limits-x", "1"}, {"--limits-x"}});
  expect({{"run", "start", "--shard", "3/2"}, {"--shard", "not a shard"}});
  expect({{"run", "start", "--shard", "x"}, {"--shard", "not a shard"}});
  expect({{"run", "start", "--shard", "65/65"}, {"65 shards for 64 replicas"}});
  expect({{"run", "start", "--data", "/x"}, {"--data", "data.source=mnist"}});
  expect({{"start", "more"}, {"sidlab: ", "more", "See: sidlab --help"}});
  expect({{"run", "\x1b[31mred\n"}, {"sidlab: \\x1b[31mred\\x0a: there is no such file"}});
  expect({{"figure", "none"}, {"none: there is no such folder"}});
  expect({{"shot", "start", "--out", "x.png", "--size", "1x1"}, {"--size"}});
  expect({{"shot", "start", "--out", "none/x.png"}, {"none/x.png: The folder does not exist"}});
  std::filesystem::create_directory(folder_.file("folder"));
  expect({{"shot", "start", "--out", "folder"}, {"folder: This is a folder"}});
  expect({{"run", "folder"}, {"folder: is a folder; name a spec file"}});
  expect({{"--close-after", "nan"}, {"--close-after: 'nan' is not a number of seconds"}});
  expect({{"--close-after", "-1"}, {"--close-after", "from 0 to 1000000"}});
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
  folder_.write("mnist/t10k-images-idx3-ubyte", header + std::string(std::size_t{28} * 28, 'a'));
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

}  // namespace
}  // namespace sid
