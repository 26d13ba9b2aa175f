#include <algorithm>
#include <csignal>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

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
using testing::StartsWith;

const std::vector<std::string> kSmall = {"--x", "eta=0.05..3:6", "--y", "minibatch=1..20:3:log"};

TEST(SweepCommand, WritesTableFiguresAndHowTheyWereMade) {
  const TemporaryFolder folder;
  const Outcome run =
      run_sidlab(words(words({"sweep", "start", "--out", folder.file("o")}, kQuick), kSmall));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(folder.names("o"),
            (std::set<std::string>{"sweep.csv",
                                   "edges.csv",
                                   "sweep.json",
                                   "spec.toml",
                                   "heatmap.svg",
                                   "heatmap.pdf",
                                   "heatmap.png",
                                   "heatmap.tex"}));
  EXPECT_THAT(folder.read("o/sweep.csv"), StartsWith("eta,minibatch,t,k,mean_squared_error"));
  EXPECT_THAT(folder.read("o/heatmap.svg"), HasSubstr("iterations = 40"));
  const auto json = nlohmann::json::parse(folder.read("o/sweep.json"));
  EXPECT_EQ(json["status"], "finished");
  EXPECT_EQ(json["cells"], 18);
  EXPECT_EQ(json["x"]["key"], "eta");
  const Outcome again =
      run_sidlab(words(words({"sweep", "start", "--out", folder.file("o")}, kQuick), kSmall));
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("--force"));
}

TEST(SweepCommand, NeedsNoAxesAndGivesTheSameBytesForAnyThreads) {
  const TemporaryFolder folder;
  for (const char* threads : {"1", "3"}) {
    const Outcome run = run_sidlab(words({"sweep",
                                          "start",
                                          "--threads",
                                          threads,
                                          "--quiet",
                                          "--out",
                                          folder.file(std::string(threads) + ".csv")},
                                         kQuick));
    EXPECT_EQ(run.code, 0) << run.err;
  }
  const std::string csv = folder.read("1.csv");
  EXPECT_EQ(csv, folder.read("3.csv"));
  EXPECT_GT(std::count(csv.begin(), csv.end(), '\n'), 500);
}

TEST(SweepCommand, WritesOneFileByItsEnding) {
  const TemporaryFolder folder;
  for (const char* name : {"a.png", "a.tex", "a.json", "a.npz"}) {
    const Outcome run = run_sidlab(
        words(words({"sweep", "start", "--quantity", "lower", "--out", folder.file(name)}, kQuick),
              kSmall));
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_GT(folder.read(name).size(), 100U);
  }
  const Outcome odd = run_sidlab(words({"sweep", "start", "--out", folder.file("a.bmp")}, kQuick));
  EXPECT_EQ(odd.code, 2);
  EXPECT_THAT(odd.err, AllOf(HasSubstr("a.bmp"), HasSubstr(".png")));
}

TEST(SweepCommand, SaysWhatIsWrongWithAnAxis) {
  const auto said = [](const std::vector<std::string>& more) {
    const Outcome run = run_sidlab(words({"sweep", "start", "--out", "/nowhere/o"}, more));
    EXPECT_EQ(run.code, 2);
    return run.err;
  };
  EXPECT_THAT(said({"--x", "etta=1..2"}), AllOf(HasSubstr("etta=1..2"), HasSubstr("'eta'")));
  EXPECT_THAT(said({"--x", "eta=2..1"}), HasSubstr("smaller end first"));
  EXPECT_THAT(said({"--x", "eta", "--y", "eta"}), HasSubstr("both change 'eta'"));
  EXPECT_THAT(said({"--x", "eta", "--y", "eta_factor"}), HasSubstr("both change"));
  EXPECT_THAT(said({"--method", "nobody"}), HasSubstr("there is no method 'nobody'"));
  EXPECT_THAT(said({"--x", "eta", "--method", "3"}), HasSubstr("beta_factor"));
  EXPECT_THAT(said({"--set", "run.replicas=0"}), HasSubstr("run.replicas"));
}

TEST(SweepCommand, RefusesAxesThatChangeEachOtherAndPanelsThatAreNot) {
  const TemporaryFolder folder;
  const auto said = [&](const std::vector<std::string>& more) {
    const Outcome run = run_sidlab(
        words(words({"sweep", "start", "--quiet", "--out", folder.file("o")}, kQuick), more));
    EXPECT_EQ(run.code, 2);
    return run.err;
  };
  EXPECT_THAT(said({"--x", "eta=0.1..1:3", "--y", "method[2].step.eta=0.2..2:3"}),
              HasSubstr("eta and method[2].step.eta change each other; choose others."));
  EXPECT_THAT(said({"--x", "eta=0.1..1:3", "--y", "lambda=0.1..1:3", "--panel", "9"}),
              HasSubstr("--panel is 1"));
  EXPECT_THAT(said({"--x", "lambda=0.1..1:3", "--y", "problem.lambda=0.2..2:3"}),
              HasSubstr("change each other"));
  EXPECT_THAT(said({"--x", "minibatch=1..9:3", "--y", "method[2].minibatch=2..10:3"}),
              HasSubstr("change each other"));
}

TEST(SweepCommand, SaysAtWhichHyperparameter) {
  const TemporaryFolder folder;
  const Outcome run = run_sidlab(words(words({"sweep",
                                              "start",
                                              "--set",
                                              "problem.lambda=[0.1, 0.5]",
                                              "--panel",
                                              "2",
                                              "--out",
                                              folder.file("o")},
                                             kQuick),
                                       kSmall));
  EXPECT_EQ(run.code, 0) << run.err;
  const auto json = nlohmann::json::parse(folder.read("o/sweep.json"));
  EXPECT_EQ(json["panel"], 2);
  EXPECT_EQ(json["panel_label"], "λ = 0.5");
}

TEST(SweepCommand, NamesEveryColumnOnce) {
  const TemporaryFolder folder;
  const Outcome run = run_sidlab(words(
      {"sweep", "start", "--x", "t=5..20:3", "--y", "k=5..20:2", "--out", folder.file("a.csv")},
      kQuick));
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(folder.read("a.csv"), StartsWith("t,k,mean_squared_error,"));
}

TEST(SweepCommand, KeepsWhatItHasWhereInterrupted) {
  const TemporaryFolder folder;
  test::Start start;
  start.signal = SIGINT;
  start.signal_on = " %";  // the first cell is done; there are eleven more
  const Outcome run = run_sidlab({"sweep",
                                  "figure-1",
                                  "--x",
                                  "eta=0.01..0.5:6",
                                  "--y",
                                  "minibatch=1..5:2",
                                  "--set",
                                  "run.iterations=2000",
                                  "--set",
                                  "data.train=200",
                                  "--set",
                                  "data.validation=200",
                                  "--set",
                                  "run.vary_split=false",
                                  "--set",
                                  "run.replicas=100",
                                  "--out",
                                  folder.file("o")},
                                 start);
  EXPECT_EQ(run.code, 1) << run.err;
  EXPECT_THAT(run.err, HasSubstr("Stopped with"));
  EXPECT_THAT(folder.read("o/sweep.csv"), AllOf(HasSubstr("measured"), HasSubstr("pending")));
  const auto json = nlohmann::json::parse(folder.read("o/sweep.json"));
  EXPECT_EQ(json["status"], "stopped");
  EXPECT_GT(json["cells_done"], 0);
  EXPECT_LT(json["cells_done"], json["cells"]);
}

}  // namespace
}  // namespace sid
