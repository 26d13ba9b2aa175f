#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
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
using testing::IsEmpty;
using testing::Not;

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

TEST(CommandLine, OptimiseWritesTablesAndFiguresAndTheSameForAnyThreads) {
  const TemporaryFolder folder;
  const std::vector<std::string> quick = {"--set", "outer.steps=12", "--set", "outer.replicas=3"};
  const Outcome run = run_sidlab(
      words({"optimise", "outer-loop", "--threads", "1", "--out", folder.file("o")}, quick));
  EXPECT_EQ(run.code, 0) << run.err;
  const std::set<std::string> names = {"outer.csv",
                                       "outer_summary.csv",
                                       "lambda.csv",
                                       "spec.toml",
                                       "run.json",
                                       "figure.svg",
                                       "figure.pdf",
                                       "figure.png"};
  EXPECT_EQ(folder.names("o"), names);
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("λ* = "), HasSubstr("SID dec"), HasSubstr("samples to 0.1")));
  const auto json = nlohmann::json::parse(folder.read("o/run.json"));
  EXPECT_EQ(json["status"], "finished");
  EXPECT_EQ(json["outer_steps"], 12);
  EXPECT_EQ(json["optimum"]["certified"], true);
  std::istringstream table(folder.read("o/outer.csv"));
  std::string line;
  std::getline(table, line);
  EXPECT_EQ(line, "method,replica,step,lambda,theta,gradient,f,distance,samples");
  int rows = 0;
  while (std::getline(table, line)) ++rows;
  EXPECT_EQ(rows, 13 * (3 + 2 * 3 + 1))
      << "batch thrice, two methods of 3 replicas, exact gradients";

  ASSERT_EQ(
      run_sidlab(
          words({"optimise", "outer-loop", "--threads", "3", "--quiet", "--out", folder.file("p")},
                quick))
          .code,
      0);
  for (const char* name :
       {"outer.csv", "outer_summary.csv", "lambda.csv", "spec.toml", "figure.svg", "figure.png"}) {
    EXPECT_EQ(folder.read(std::string("o/") + name), folder.read(std::string("p/") + name)) << name;
  }
  ASSERT_EQ(run_sidlab({"optimise", folder.file("o/spec.toml"), "--out", folder.file("q")}).code,
            0);
  EXPECT_EQ(folder.read("o/outer.csv"), folder.read("q/outer.csv"));
  EXPECT_EQ(run_sidlab({"optimise", "outer-loop", "--out", folder.file("o")}).code, 2)
      << "without --force";
}

TEST(CommandLine, OptimiseRefusesWhatItCannotDo) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& setting, const std::string& sentence) {
    const Outcome run =
        run_sidlab({"optimise", "outer-loop", "--set", setting, "--out", folder.file("none")});
    EXPECT_EQ(run.code, 2) << setting;
    EXPECT_THAT(run.err, HasSubstr(sentence)) << setting;
    EXPECT_FALSE(std::filesystem::exists(folder.file("none"))) << setting;
  };
  refused("outer.step=0", "outer.step = 0: must be > 0");
  refused("outer.steps=0", "outer.steps = 0: must be ≥ 1");
  refused("outer.low=1", "must lie between outer.low and outer.high");
  refused("outer.high=-1", "outer.high = -1: must be ≥");
  refused("outer.stepz=3", "[outer] has no key 'stepz'; did you mean 'step'?");
  refused("method[2].step.kind=two-phase", "method[2].step = two-phase");
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
  const Outcome sloped = run_sidlab(
      {"figure", folder.file("o"), "--format", "svg", "--slopes", "--out", folder.file("s")});
  EXPECT_EQ(sloped.code, 0) << sloped.err;
  EXPECT_THAT(folder.read("s/figure.svg"), HasSubstr("Triangles: slope"));
  const Outcome framed = run_sidlab({"figure",
                                     folder.file("o"),
                                     "--format",
                                     "csv",
                                     "--limits-y",
                                     "1e-3",
                                     "20",
                                     "--limits-x",
                                     "0.5",
                                     "25",
                                     "--out",
                                     folder.file("l")});
  EXPECT_EQ(framed.code, 0) << framed.err;
  EXPECT_THAT(folder.read("l/figure.csv"), HasSubstr("x = epochs (log axis from 0.5 to 25); "));
  EXPECT_THAT(folder.read("l/figure.csv"), HasSubstr(" (log axis from 0.001 to 20)\n"));
  const Outcome bare = run_sidlab({"figure",
                                   folder.file("o"),
                                   "--format",
                                   "svg",
                                   "--no-title",
                                   "--no-legend",
                                   "--no-caption",
                                   "--transparent",
                                   "--out",
                                   folder.file("b")});
  EXPECT_EQ(bare.code, 0) << bare.err;
  EXPECT_LT(folder.read("b/figure.svg").size(), folder.read("o/figure.svg").size());
  const Outcome numbers = run_sidlab({"figure",
                                      folder.file("o"),
                                      "--format",
                                      "csv",
                                      "--format",
                                      "json",
                                      "--format",
                                      "npz",
                                      "--range",
                                      "visible",
                                      "--out",
                                      folder.file("n")});
  EXPECT_EQ(numbers.code, 0) << numbers.err;
  EXPECT_EQ(folder.names("n"), (std::set<std::string>{"figure.csv", "figure.json", "figure.npz"}));
  EXPECT_THAT(folder.read("n/figure.csv"), HasSubstr("mse,1/measured,"));
  const Outcome ratio = run_sidlab(
      {"figure", folder.file("o"), "--format", "svg", "--ratio", "--out", folder.file("r")});
  EXPECT_EQ(ratio.code, 0) << ratio.err;
  EXPECT_NE(folder.read("r/figure.svg"), folder.read("o/figure.svg"));
  EXPECT_EQ(run_sidlab({"figure", folder.file("none")}).code, 2);
  std::filesystem::remove(folder.file("o/run.json"));
  for (const Outcome& incomplete :
       {run_sidlab({"figure", folder.file("o")}),
        run_sidlab({"merge", folder.file("o"), "--out", folder.file("m")})}) {
    EXPECT_EQ(incomplete.code, 2);
    EXPECT_THAT(incomplete.err, HasSubstr("no run.json here, so the results are incomplete"));
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("m")));
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

/// Lines wider than a page: code points but for those that stand on the letter before.
std::vector<std::string> wide_lines(const std::string& text) {
  std::vector<std::string> wide;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::size_t columns = 0;
    for (const char letter : line) {
      const auto byte = static_cast<unsigned char>(letter);
      if ((byte & 0xC0U) != 0x80U && byte != 0xCCU) ++columns;
    }
    if (columns > 100) wide.push_back(line);
  }
  return wide;
}

TEST(CommandLine, TheoryTellsAllOfItOnPagesOfAHundredColumns) {
  const Outcome outcome = run_sidlab({"theory", "start"});
  const std::string& text = outcome.out;
  EXPECT_THAT(wide_lines(text), IsEmpty());
  EXPECT_THAT(text,
              AllOf(HasSubstr("λ_max(M₄)"),  // a constant with its symbol
                    HasSubstr("Theorem 3.4 (mean-square error)"),
                    HasSubstr("decades are lost, from Theorem 3.4"),
                    HasSubstr("0.9 times as large"),
                    HasSubstr("G10  equation (13)")));
  // What one reason keeps away shares a line.
  EXPECT_THAT(text, HasSubstr("bound_two_phase, bound_two_phase_linear: "));
}

TEST(CommandLine, TheoryIsAtTheCheckpointAskedFor) {
  const auto study = [](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"theory", "start", "--json"};
    words.insert(words.end(), more.begin(), more.end());
    return nlohmann::json::parse(run_sidlab(words).out)["panels"][0]["methods"][1]["study"];
  };
  const auto last = study({}), early = study({"--at", "10"}), first = study({"--at", "1"});
  EXPECT_GT(last["t"].get<int>(), 10);
  EXPECT_LE(early["t"].get<int>(), 10);
  EXPECT_EQ(first["checkpoint"].get<int>(), 0);
  EXPECT_EQ(early["error"], "exact");
  ASSERT_FALSE(early["looseness"].empty());
  double decades = 0.0;
  for (const auto& step : early["looseness"]) decades += step["decades"].get<double>();
  EXPECT_NEAR(decades,
              std::log10(early["looseness"].front()["from"].get<double>() /
                         early["looseness"].back()["to"].get<double>()),
              1e-9);
  EXPECT_FALSE(early["sensitivities"].empty());
  EXPECT_THAT(run_sidlab({"theory", "start", "--at", "10"}).out,
              HasSubstr("at t = " + std::to_string(early["t"].get<int>()) + "\n"));
  EXPECT_EQ(run_sidlab({"theory", "start", "--at", "0"}).code, 2);
}

TEST(CommandLine, TheoryOfAFolderComparesBoundsWithItsErrors) {
  const test::TemporaryFolder folder;
  const std::string out = folder.file("o");
  std::string rows;  // few features: the lower level's error is known exactly
  for (int i = 0; i < 30; ++i) {
    rows += fmt::format("{} 1:{} 2:{} 3:{}\n", i % 2 == 0 ? 1 : -1, 1 + i % 7, i % 5, 2 - i % 3);
  }
  const std::string spec = folder.write("few.toml",
                                        "[problem]\nkind = \"ridge\"\nlambda = [0.5]\n"
                                        "[data]\nsource = \"libsvm\"\npath = \"few.svm\"\n"
                                        "train = 15\nvalidation = 15\n"
                                        "[run]\niterations = 60\nreplicas = 6\n"
                                        "[[method]]\nkind = \"batch\"\n"
                                        "[[method]]\nminibatch = 3\nstep = { eta = 0.01 }\n");
  folder.write("few.svm", rows);
  const Outcome ran = run_sidlab({"run", spec, "--out", out});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const Outcome text = run_sidlab({"theory", out});
  EXPECT_EQ(text.code, 0) << text.err;
  EXPECT_THAT(wide_lines(text.out), IsEmpty());
  EXPECT_THAT(text.out, Not(HasSubstr("–×")));
  std::string flat = text.out;  // wherever lines break
  for (std::size_t at = 0; (at = flat.find('\n', at)) != std::string::npos;) {
    const std::size_t end = std::min(flat.find_first_not_of(' ', at + 1), flat.size());
    flat.replace(at, end - at, " ");
  }
  EXPECT_THAT(flat, HasSubstr("to the measured error = "));
  EXPECT_THAT(flat, HasSubstr("× is bound ÷ mean-square error; exact: of w_t "));
  EXPECT_THAT(flat, HasSubstr("; means of 6 replicas: of the hypergradient "));
  EXPECT_THAT(flat, HasSubstr("; 95 % interval of the first "));
  EXPECT_THAT(flat, HasSubstr("; of one run: ")) << "Batch";
  const auto json = nlohmann::json::parse(run_sidlab({"theory", out, "--json"}).out);
  const auto& study = json["panels"][0]["methods"][1]["study"];
  EXPECT_EQ(study["error"], "measured");
  EXPECT_TRUE(study["exact"].contains("lower"));
  EXPECT_FALSE(study["measured"].contains("lower"));
  const double error = study["measured"]["hypergradient"].get<double>();
  EXPECT_GT(error, study["interval"][0].get<double>());
  EXPECT_LT(error, study["interval"][1].get<double>());
  std::ifstream summary(out + "/summary.csv");
  bool found = false;
  for (std::string cell; std::getline(summary, cell, ',');) {
    found = found || std::strtod(cell.c_str(), nullptr) == error;
  }
  EXPECT_TRUE(found) << "the table has the same number";
  const Outcome changed = run_sidlab({"theory", out, "--set", "run.seed=2"});
  EXPECT_EQ(changed.code, 2);
  EXPECT_THAT(changed.err, HasSubstr("the errors in this folder are of its own"));
  // A folder without results does not hide a preset.
  std::filesystem::create_directory(folder.file("start"));
  EXPECT_EQ(run_sidlab({"theory", "start"}, {.folder = folder.path()}).code, 0);
  const Outcome empty = run_sidlab({"theory", folder.path()});
  EXPECT_EQ(empty.code, 2);
  EXPECT_THAT(empty.err, HasSubstr("run.json"));
}

TEST(CommandLine, LimitsOfTheStepSizeHoldAsTheyArePrinted) {
  const auto json = nlohmann::json::parse(run_sidlab({"theory", "start", "--json"}).out);
  std::string text;  // without the formulas, which say η ≤ too
  std::istringstream printed_lines(run_sidlab({"theory", "start"}).out);
  for (std::string line; std::getline(printed_lines, line);) {
    if (line.find("η ≤ 1/") == std::string::npos) text += line + '\n';
  }
  std::vector<double> limits;
  for (const auto& panel : json["panels"]) {
    for (const auto& method : panel["methods"]) {
      for (const auto& limit : method["step_limits"]) limits.push_back(limit["eta"].get<double>());
    }
  }
  const std::string sign = "η ≤ ";
  std::size_t at = 0, below = 0;
  for (const double limit : limits) {
    at = text.find(sign, at);
    ASSERT_NE(at, std::string::npos);
    at += sign.size();
    const double printed = std::stod(text.substr(at));
    EXPECT_LE(printed, limit * (1.0 + 1e-12));
    EXPECT_GT(printed, 0.98 * limit);
    if (printed < limit) ++below;
  }
  EXPECT_EQ(text.find(sign, at), std::string::npos);
  EXPECT_GT(below, 0U);
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

}  // namespace
}  // namespace sid
