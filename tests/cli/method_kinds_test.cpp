// Every kind of method from the command line.

#include <cstdint>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/program.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using test::Outcome;
using test::run_sidlab;
using test::TemporaryFolder;
using testing::HasSubstr;

constexpr const char* kSpec = R"(
[problem]
kind = "logistic"
lambda = [0.3]
[data]
source = "digits"
train = 40
validation = 30
[run]
iterations = 30
checkpoints = { count = 4, spacing = "log" }
replicas = 4
certificate = true
)";

constexpr const char* kKinds[] = {"aid-fp",
                                  "itd",
                                  "aid-cg",
                                  "aid-cgnr",
                                  "inexact",
                                  "sid",
                                  "saga",
                                  "svrg",
                                  "neumann",
                                  "fp-km",
                                  "stochastic-itd"};

std::string spec_of_all() {
  std::string text = kSpec;
  for (const std::string kind : kKinds) {
    text += "[[method]]\nkind = \"" + kind + "\"\nname = \"" + kind + "!\"\n";
    const bool minibatches =
        kind == "sid" || kind == "neumann" || kind == "fp-km" || kind == "stochastic-itd";
    if (minibatches) text += "minibatch = 5\n";
  }
  return text;
}

TEST(CommandLineKinds, RunDrawMergeAndExplainAll) {
  const TemporaryFolder folder;
  const std::string spec = folder.write("all.toml", spec_of_all());
  const Outcome run = run_sidlab({"run", spec, "--out", folder.file("one")});
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string summary = folder.read("one/summary.csv");
  for (const std::string kind : kKinds) EXPECT_THAT(summary, HasSubstr("\n" + kind + "!,0.3,"));
  EXPECT_THAT(summary, HasSubstr("certified_mse"));
  EXPECT_THAT(folder.read("one/curves.csv"), HasSubstr("certified_squared_error"));

  for (const char* shard : {"1", "2"}) {
    const Outcome part = run_sidlab({"run",
                                     spec,
                                     "--shard",
                                     std::string(shard) + "/2",
                                     "--out",
                                     folder.file(std::string("s") + shard)});
    ASSERT_EQ(part.code, 0) << part.err;
  }
  const Outcome merged =
      run_sidlab({"merge", folder.file("s1"), folder.file("s2"), "--out", folder.file("two")});
  ASSERT_EQ(merged.code, 0) << merged.err;
  for (const char* name : {"curves.csv", "summary.csv", "theory.json", "figure.svg"}) {
    EXPECT_EQ(folder.read(std::string("one/") + name), folder.read(std::string("two/") + name))
        << name;
  }

  const Outcome figure = run_sidlab(
      {"figure", folder.file("one"), "--format", "svg", "--out", folder.file("again.svg")});
  EXPECT_EQ(figure.code, 0) << figure.err;
  const Outcome theory = run_sidlab({"theory", spec});
  ASSERT_EQ(theory.code, 0) << theory.err;
  for (const char* words :
       {"ITD bound", "AID-CG bound", "linear rate of SAGA", "No bound of FP-KM"}) {
    EXPECT_THAT(theory.out, HasSubstr(words));
  }
}

TEST(CommandLineKinds, MergedRunsSayHowManyStepsTolerancesTook) {
  const TemporaryFolder folder;
  const auto run = [&](const std::vector<std::string>& more, const std::string& out) {
    std::vector<std::string> all = {
        "run", "inexact", "--set", "run.iterations=60", "--set", "run.replicas=2"};
    all.insert(all.end(), more.begin(), more.end());
    all.insert(all.end(), {"--out", folder.file(out)});
    const Outcome outcome = run_sidlab(all);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  };
  run({}, "one");
  run({"--shard", "1/2"}, "s1");
  run({"--shard", "2/2"}, "s2");
  const auto steps = [&](const std::string& name) {
    return nlohmann::json::parse(folder.read(name + "/run.json"))["steps_taken"];
  };
  ASSERT_EQ(steps("one").size(), 1U);
  // Whichever shard comes first, the one with the run or the one without.
  for (const auto& [first, second] : {std::pair("s1", "s2"), std::pair("s2", "s1")}) {
    const std::string out = std::string("merged-") + first;
    const Outcome merged =
        run_sidlab({"merge", folder.file(first), folder.file(second), "--out", folder.file(out)});
    ASSERT_EQ(merged.code, 0) << merged.err;
    EXPECT_EQ(steps(out), steps("one"));
  }
}

TEST(CommandLineKinds, AKindMayBeSetWithoutTheSettingsOfTheOldOne) {
  const TemporaryFolder folder;
  const auto run = run_sidlab(
      test::words({"run", "start", "--set", "method[2].kind=aid-cg", "--out", folder.file("cg")},
                  test::kQuick));
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(folder.read("cg/spec.toml"), HasSubstr("kind = \"aid-cg\""));
}

TEST(CommandLineKinds, WhatDoesNotFitIsASentence) {
  const auto refused = [](const std::string& setting) {
    const TemporaryFolder folder;
    const Outcome run = run_sidlab({"run", "start", "--set", setting, "--out", folder.file("out")});
    EXPECT_EQ(run.code, 2) << setting;
    return run.err;
  };
  EXPECT_THAT(refused("method[2].kind=sagga"), HasSubstr("did you mean 'saga'"));
  EXPECT_THAT(refused("method[2].kind=saga"), HasSubstr("Use a problem with data"));
  EXPECT_THAT(refused("method[2].copies=3"), HasSubstr("only to \"neumann\""));
  EXPECT_THAT(refused("method[2].mixing=nan"), HasSubstr("mixing"));
}

/// FNV-1a, 64 bits.
std::uint64_t digest(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

/// The tables of specs that were there before the other kinds were, as the program wrote them then.
/// Everything that is drawn, and in which order, is in these bytes; another compiler may round in
/// another way.
TEST(CommandLineKinds, ExistingSpecsKeepTheirTables) {
#if defined(__clang__) || !defined(__GNUC__) || __GNUC__ != 12
  GTEST_SKIP() << "the tables were written by a program of GCC 12";
#endif
  const TemporaryFolder folder;
  ASSERT_EQ(run_sidlab({"run", "start", "--out", folder.file("start"), "--quiet"}).code, 0);
  EXPECT_EQ(digest(folder.read("start/curves.csv")), 15268973052619226414ULL);
  const std::string spec = folder.write("small.toml", R"(title = "small logistic"
[problem]
kind = "logistic"
lambda = [0.1, 1.0]
[data]
source = "digits"
train = 120
validation = 80
[run]
iterations = 200
checkpoints = { count = 8, spacing = "log" }
replicas = 6
decomposition = "conditional-mean"
[[method]]
kind = "batch"
[[method]]
kind = "sid"
minibatch = 10
[[method]]
kind = "sid"
minibatch = 10
step = { kind = "decreasing" }
)");
  ASSERT_EQ(run_sidlab({"run", spec, "--out", folder.file("small"), "--quiet"}).code, 0);
  EXPECT_EQ(digest(folder.read("small/curves.csv")), 4929357152480513098ULL);
  EXPECT_EQ(digest(folder.read("small/conditional.csv")), 16759371647265717690ULL);
}

}  // namespace
}  // namespace sid
