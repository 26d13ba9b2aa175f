#include "sid/io/spec_file.hpp"

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/io/random_spec.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// All complaints about `text`, one a line, as the command line would print them.
std::string complaints(const std::string& text, std::vector<std::string> overrides = {}) {
  const auto document = parse_spec(text, "s.toml", overrides);
  if (document) return {};
  std::string out;
  for (const Error& error : document.error()) out += to_string(error) + "\n";
  return out;
}

RunSpec read(const std::string& text) {
  const auto document = parse_spec(text, "s.toml");
  EXPECT_TRUE(document) << complaints(text);
  return document ? document->spec : RunSpec{};
}

TEST(SpecFile, WrittenSpecsReadBackEqual) {
  test::RandomSpec random(7);
  for (int i = 0; i < 2000; ++i) {
    const RunSpec spec = random.next();
    const std::string text = write_spec(spec);
    const auto document = parse_spec(text, "s.toml");
    ASSERT_TRUE(document) << text << complaints(text);
    ASSERT_TRUE(document->spec == spec) << text << "\nread back as\n" << write_spec(document->spec);
    ASSERT_EQ(write_spec(document->spec), text);
  }
}

TEST(SpecFile, ReadsTheDocumentedExample) {
  const RunSpec spec = read(R"(
title = "Figure 1"
[problem]
kind = "logistic"
lambda = [0.01, 0.1, 1.0, 10]
lower_loss = "mean"
upper_loss = "sum"
[data]
source = "mnist"
train = 5e3
[run]
iterations = 3000
checkpoints = { count = 40, spacing = "linear" }
vary_split = true
[[method]]
name = "Batch"
kind = "batch"
[[method]]
minibatch = 25
sampling = "without-replacement"
step = { kind = "decreasing", gamma = "theorem", beta = 3 }
linear_step = { kind = "two-phase", eta = 0, switch_at = 1e2 }
t = 100
[theory]
constants = "paper"
)");
  EXPECT_EQ(spec.title, "Figure 1");
  EXPECT_EQ(spec.problem.kind, ProblemKind::logistic);
  EXPECT_EQ(std::get<std::vector<double>>(spec.problem.lambda),
            (std::vector<double>{0.01, 0.1, 1.0, 10.0}));
  EXPECT_EQ(spec.data.source, DataSource::mnist);
  EXPECT_EQ(spec.data.train, 5000);
  EXPECT_EQ(spec.data.validation, 5000);
  EXPECT_EQ(spec.run.checkpoints.spacing, CheckpointSpec::Spacing::linear);
  EXPECT_TRUE(spec.run.vary_split);
  ASSERT_EQ(spec.methods.size(), 2U);
  EXPECT_EQ(spec.methods[0].kind, MethodKind::batch);
  const MethodSpec& method = spec.methods[1];
  EXPECT_EQ(method.minibatch, 25);
  EXPECT_EQ(method.sampling, Sampling::without_replacement);
  EXPECT_EQ(method.step.kind, StepKind::decreasing);
  EXPECT_EQ(method.step.beta, 3.0);
  EXPECT_TRUE(method.step.gamma_theorem);
  ASSERT_TRUE(method.linear_step);
  EXPECT_EQ(method.linear_step->switch_at, 100);
  EXPECT_EQ(method.t, 100);
  EXPECT_FALSE(method.k);
  EXPECT_EQ(spec.ladder, Ladder::paper);
}

TEST(SpecFile, EveryKeyHasADefault) {
  const RunSpec spec = read("[run]\n");
  EXPECT_EQ(spec.problem, ProblemSpec{});
  EXPECT_EQ(spec.data, DataSpec{});
  EXPECT_EQ(spec.run, RunSettings{});
  ASSERT_EQ(spec.methods.size(), 3U);
  EXPECT_EQ(spec.methods[0].kind, MethodKind::batch);
  EXPECT_EQ(spec.methods[1], MethodSpec{});
  EXPECT_EQ(spec.methods[2].step.kind, StepKind::decreasing);
}

TEST(SpecFile, ReadsEveryFormOfLambda) {
  const auto lambda = [](const std::string& text) {
    return read("[problem]\nlambda = " + text + "\n").problem.lambda;
  };
  EXPECT_EQ(lambda("2"), LambdaSpec(std::vector<double>{2.0}));
  EXPECT_EQ(lambda("[0.5, 1]"), LambdaSpec(std::vector<double>{0.5, 1.0}));
  EXPECT_EQ(lambda("[[1, 2.5], [3, 4]]"),
            LambdaSpec(std::vector<std::vector<double>>{{1.0, 2.5}, {3.0, 4.0}}));
  EXPECT_EQ(lambda("{ epsilon = [-1, 2], seed = 4 }"), LambdaSpec(RandomLambda{-1.0, 2.0, 4}));
  EXPECT_EQ(lambda("{ path = \"l.csv\" }"), LambdaSpec(LambdaFile{"l.csv"}));
}

TEST(SpecFile, AcceptsByteOrderMarkAndWindowsLineEnds) {
  const RunSpec spec = read("\xEF\xBB\xBFtitle = \"λ\"\r\n[run]\r\nreplicas = 3\r\n");
  EXPECT_EQ(spec.title, "λ");
  EXPECT_EQ(spec.run.replicas, 3);
}

TEST(SpecFile, ReportsAllDefectsAtOnceWithTheirPlaces) {
  const std::string all = complaints(R"([run]
replica = 3
seed = "x"
[problem]
kind = "logistik"
[[method]]
step = { eat = 1 }
)");
  EXPECT_THAT(all, HasSubstr("s.toml:2:1: [run] has no key 'replica'; did you mean 'replicas'?"));
  EXPECT_THAT(all, HasSubstr("s.toml:3:8: run.seed = \"x\": must be a whole number"));
  EXPECT_THAT(
      all,
      HasSubstr("s.toml:5:8: problem.kind = \"logistik\": must be one of quadratic, ridge, "
                "ridge-multi, logistic, logistic-multi, data-weights, equilibrium; did you mean 'logistic'?"));
  EXPECT_THAT(all, HasSubstr("s.toml:7:10: method[1].step has no key 'eat'; did you mean 'eta'?"));
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), 4);
}

struct Bad {
  std::string text;
  std::vector<std::string> parts;
};

/// Not TOML, or keys and sections of other names.
std::vector<Bad> bad_texts() {
  return {
      {"", {"s.toml", "empty"}},
      {" \r\n\t\n", {"empty"}},
      {"\xEF\xBB\xBF\n", {"empty"}},
      {std::string("a\0b", 3), {"not a text file"}},
      {"[run", {"s.toml:1:", "not TOML"}},
      {"title = 'a'\ntitle = 'b'", {"s.toml:2:", "not TOML"}},
      {"title = \"\xFF\"", {"not TOML"}},
      {"replicas = 3", {"a spec has no key 'replicas'", "belongs to [run]"}},
      {"[probelm]\n", {"a spec has no section 'probelm'", "did you mean 'problem'"}},
      {"[zzzzzz]\n",
       {"no section 'zzzzzz'", "known are title, problem, data, run, method, outer, theory"}},
      {R"(title = "a\u0000b")", {"title", "zero byte"}},
      {std::string(300, '['), {"not TOML"}},
      {std::string("a = ").append(5000, '['), {"not TOML"}},
  };
}

/// Sections [problem] and [problem.quadratic].
std::vector<Bad> bad_problems() {
  return {
      {"[problem]\nlambda = 1e999", {"s.toml:2:", "they end at 1.8e308"}},
      {"[problem]\nlambda = nan", {"problem.lambda = nan", "finite"}},
      {"[problem]\nlambda = [1, inf]", {"problem.lambda[2] = inf", "finite"}},
      {"[problem]\nlambda = [1, \"2\"]", {"problem.lambda[2] = \"2\"", "without quotes"}},
      {"[problem]\nlambda = []", {"problem.lambda", "at least one"}},
      {"[problem]\nlambda = [[1], []]", {"problem.lambda[2]", "one number per coordinate"}},
      {"[problem]\nlambda = [[1], 2]", {"problem.lambda[2] = 2", "list of numbers"}},
      {"[problem]\nlambda = true", {"problem.lambda = true", "epsilon"}},
      {"[problem]\nlambda = {}", {"problem.lambda must have either 'path' or 'epsilon'"}},
      {"[problem]\nlambda = {path = 'a', epsilon = [1, 2]}", {"either 'path' or 'epsilon'"}},
      {"[problem]\nlambda = {epsilon = [1]}", {"problem.lambda.epsilon", "two numbers"}},
      {"[problem]\nlambda = {epsilon = [1, 'b']}", {"problem.lambda.epsilon[2]", "number"}},
      {"[problem]\nlambda = {epsilom = [1, 2]}", {"'epsilom'", "did you mean 'epsilon'"}},
      {"[problem]\nquadratic = 3", {"problem.quadratic = 3", "table"}},
      {"[problem.quadratic]\ndimension = 3", {"'dimension'", "did you mean 'dim'"}},
      {"[problem]\nalpha = 0.5", {"problem.alpha = 0.5", "quotes"}},
      {"[problem]\nalpha = '1/l'", {"2/(L+tau), 1/L", "did you mean '1/L'"}},
      {"[problem]\nreplicas = 3", {"[problem] has no key 'replicas'", "belongs to [run]"}},
  };
}

/// Section [run].
std::vector<Bad> bad_runs() {
  return {
      {"[run]\nseed = 1e300", {"s.toml:2:8", "run.seed", "too large"}},
      {"[run]\nseed = 9223372036854775808", {"s.toml:2:", "they end at 9223372036854775807"}},
      {"[run]\nseed = 1.5", {"run.seed = 1.5", "whole number"}},
      {"[run]\nseed = nan", {"run.seed = nan", "whole number"}},
      {"[run]\nseed = 1979-05-27", {"a date or time", "whole number"}},
      {"run = 4", {"run = 4", "must be a table"}},
      {"[run]\nvary_split = 1", {"run.vary_split = 1", "true or false"}},
      {"[run]\ncheckpoints = 3", {"run.checkpoints = 3", "count = 40"}},
      {"[run]\ncheckpoints = []", {"run.checkpoints", "at least one"}},
      {"[run]\ncheckpoints = [1, 2.5]", {"run.checkpoints[2] = 2.5", "whole number"}},
      {"[run]\ncheckpoints = {spacing = 'list'}", {"log, linear"}},
  };
}

/// Blocks [[method]] and section [theory].
std::vector<Bad> bad_methods() {
  return {
      {"[method]\nkind = 'sid'", {"[[method]] with two brackets"}},
      {"method = [1]", {"method[1] = 1", "[[method]]"}},
      {"[[method]]\nstep = 0.5", {"method[1].step = 0.5", "table"}},
      {"[[method]]\nstep = {gamma = 'theorm'}", {"method[1].step.gamma", "\"theorem\""}},
      {"[[method]]\n[[method]]\nstep = {eta = inf}", {"s.toml:3:", "method[2].step.eta = inf"}},
      {"[[method]]\nsampling = 'with-replacement'", {"iid, without-replacement, reshuffle"}},
      {"[theory]\nconstants = 'sharp'", {"did you mean 'sharpened'"}},
  };
}

TEST(SpecFile, SaysWhatIsWrong) {
  for (const auto& cases : {bad_texts(), bad_problems(), bad_runs(), bad_methods()}) {
    for (const Bad& bad : cases) {
      const std::string all = complaints(bad.text);
      for (const std::string& part : bad.parts) EXPECT_THAT(all, HasSubstr(part)) << bad.text;
    }
  }
}

TEST(SpecFile, NeverFailsOnMutatedText) {
  test::RandomSpec random(3);
  std::mt19937_64 engine(5);
  for (int i = 0; i < 3000; ++i) {
    std::string text = write_spec(random.next());
    for (int j = 0; j < 3; ++j) {
      const std::size_t at = engine() % text.size();
      switch (engine() % 3) {
        case 0:
          text[at] = static_cast<char>(engine());
          break;
        case 1:
          text.erase(at, 1 + engine() % 9);
          break;
        default:
          text.insert(at, text, engine() % text.size(), engine() % 20);
          break;
      }
      if (text.empty()) break;
    }
    const auto document = parse_spec(text, "s.toml");
    if (!document) {
      ASSERT_FALSE(document.error().empty()) << text;
      for (const Error& error : document.error()) {
        ASSERT_FALSE(error.message.empty()) << text;
        ASSERT_FALSE(error.place.empty()) << text << error.message;
      }
    }
  }
}

TEST(SpecFile, KnowsWhereValuesStand) {
  const auto document = parse_spec("[run]\nseed = 3\n[[method]]\nstep = { eta = 2 }\n", "s.toml");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->place_of("run.seed"), "s.toml:2:8");
  EXPECT_EQ(document->place_of("method[1].step.eta"), "s.toml:4:16");
  EXPECT_EQ(document->place_of("run.replicas"), "s.toml:1:1");
  EXPECT_EQ(document->place_of("problem.lambda[3]"), "s.toml");
}

TEST(SpecOverrides, WinOverTheText) {
  const std::vector<std::string> overrides = {"run.replicas=64",
                                              "method[2].step.eta = 0.5",
                                              "problem.lambda=[0.1,1]",
                                              "data.source=mnist",
                                              "data.path=/a b/c.txt",
                                              "run.checkpoints.count=7",
                                              "problem.alpha=2/(L+tau)",
                                              "title=two words",
                                              "method[1].linear_step.kind=decreasing"};
  const auto document = parse_spec("[[method]]\n[[method]]\n[run]\nreplicas = 2\n", "s", overrides);
  ASSERT_TRUE(document) << to_string(document.error().front());
  const RunSpec& spec = document->spec;
  EXPECT_EQ(spec.run.replicas, 64);
  EXPECT_EQ(spec.methods[1].step.eta, 0.5);
  EXPECT_EQ(spec.problem.lambda, LambdaSpec(std::vector<double>{0.1, 1.0}));
  EXPECT_EQ(spec.data.source, DataSource::mnist);
  EXPECT_EQ(spec.data.path, "/a b/c.txt");
  EXPECT_EQ(spec.run.checkpoints.count, 7);
  EXPECT_EQ(spec.problem.alpha, AlphaRule::optimal);
  EXPECT_EQ(spec.title, "two words");
  ASSERT_TRUE(spec.methods[0].linear_step);
  EXPECT_EQ(spec.methods[0].linear_step->kind, StepKind::decreasing);
  EXPECT_EQ(document->place_of("run.replicas"), "--set run.replicas=64");
}

TEST(SpecOverrides, SayWhatIsWrong) {
  const std::string base = "[[method]]\n[[method]]\n";
  const auto all = [&](const std::string& setting) { return complaints(base, {setting}); };
  EXPECT_THAT(all("run.replicas"), AllOf(HasSubstr("--set run.replicas"), HasSubstr("key=value")));
  EXPECT_THAT(
      all("run.replica=3"),
      HasSubstr("--set run.replica=3: [run] has no key 'replica'; did you mean 'replicas'?"));
  EXPECT_THAT(
      all("run.replicas=many"),
      HasSubstr("--set run.replicas=many: run.replicas = \"many\": must be a whole number"));
  EXPECT_THAT(all("run.seed=nan"), HasSubstr("run.seed = nan"));
  EXPECT_THAT(all("method[3].minibatch=1"), HasSubstr("no method[3]; the spec has 2"));
  EXPECT_THAT(all("method[0].minibatch=1"), HasSubstr("is not a key"));
  EXPECT_THAT(all("method.minibatch=1"), HasSubstr("say which one: method[1] is the first of 2"));
  EXPECT_THAT(all("method[1]=1"), HasSubstr("is not a key"));
  EXPECT_THAT(all("run..seed=1"), HasSubstr("is not a key"));
  EXPECT_THAT(all("=1"), HasSubstr("is not a key"));
  EXPECT_THAT(all("run.seed="), HasSubstr("has no value"));
  EXPECT_THAT(all("run.seed=  "), HasSubstr("has no value"));
  EXPECT_THAT(all("problem.lambda=[1,"), HasSubstr("not TOML"));
  EXPECT_THAT(all("run.seed=1\nreplicas = 2"), HasSubstr("not TOML"));
  EXPECT_THAT(all("nowhere.seed=1"), HasSubstr("no section 'nowhere'"));
  EXPECT_THAT(all("problm.kind=ridge"), HasSubstr("did you mean 'problem'"));
}

TEST(SpecOverrides, NameTheLimitThatANumberBreaks) {
  const auto all = [&](const std::string& setting) { return complaints("[run]\n", {setting}); };
  EXPECT_THAT(all("run.seed=9223372036854775808"),
              HasSubstr("run.seed = 9223372036854775808: must be ≤ 9223372036854775807; use a "
                        "smaller whole number."));
  EXPECT_THAT(all("run.seed=-9223372036854775809"), HasSubstr("must be ≥ -9223372036854775808;"));
  EXPECT_THAT(all("problem.quadratic.condition=1e999"),
              HasSubstr("condition = 1e999: must be ≤ 1.7976931348623157e+308;"));
  EXPECT_THAT(all("problem.lambda=-1e999"), HasSubstr("must be ≥ -1.7976931348623157e+308;"));
  EXPECT_THAT(all("run.seed=1e999"), HasSubstr("must be ≤ 1.7976931348623157e+308;"));
  EXPECT_THAT(all("run.seed=1e308"), HasSubstr("go up to 2^53"));
  EXPECT_THAT(all("run.seed=inf"), HasSubstr("must be a whole number."));
  EXPECT_THAT(all("run.seed=\"5\""), HasSubstr("must be a whole number (without quotes)."));
  EXPECT_THAT(all("run.seed=five"), HasSubstr("\"five\": must be a whole number."));
}

TEST(SpecOverrides, ApplyToASpecInMemory) {
  test::RandomSpec random(11);
  for (int i = 0; i < 200; ++i) {
    RunSpec spec = random.next();
    const auto changed = apply_overrides(spec, std::vector<std::string>{"run.seed=12345"});
    ASSERT_TRUE(changed) << to_string(changed.error().front());
    spec.run.seed = 12345;
    ASSERT_TRUE(*changed == spec);
  }
}

TEST(SpecFile, LoadsAndResolvesPathsBesideTheFile) {
  const test::TemporaryFolder folder;
  folder.write("train.csv", "1,2\n");
  folder.write("s.toml",
               "[data]\nsource = 'csv'\npath = 'train.csv'\nvalidation_path = 'elsewhere.csv'\n");
  const auto document = load_spec(folder.file("s.toml"));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->spec.data.path, folder.file("train.csv"));
  EXPECT_EQ(document->spec.data.validation_path, "elsewhere.csv");
}

TEST(SpecFile, SaysWhyAFileCannotBeRead) {
  const test::TemporaryFolder folder;
  const auto sentence = [](const std::string& path) {
    const auto document = load_spec(path);
    return document ? std::string() : to_string(document.error().front());
  };
  EXPECT_THAT(sentence(folder.file("none.toml")), HasSubstr("no such file"));
  EXPECT_THAT(sentence(folder.file("")), HasSubstr("is a folder"));
  folder.write("empty.toml", "");
  EXPECT_THAT(sentence(folder.file("empty.toml")), HasSubstr("is empty"));
  folder.write("big.toml", std::string(17 << 20, '#'));
  EXPECT_THAT(sentence(folder.file("big.toml")), HasSubstr("holds more than"));
  if (::geteuid() == 0) GTEST_SKIP() << "root may read every file";
  folder.write("secret.toml", "[run]\n");
  std::filesystem::permissions(folder.file("secret.toml"), std::filesystem::perms::none);
  EXPECT_THAT(sentence(folder.file("secret.toml")), HasSubstr("no permission"));
}

TEST(SpecFile, DoesNotDependOnTheLocale) {
  const std::string before = std::setlocale(LC_ALL, nullptr);
  bool found = false;
  for (const char* name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "C.UTF-8"}) {
    found = found || std::setlocale(LC_ALL, name) != nullptr;
    if (found) break;
  }
  const RunSpec spec = read("[problem]\nlambda = [0.25, 1e-3]\n");
  EXPECT_EQ(spec.problem.lambda, LambdaSpec(std::vector<double>{0.25, 1e-3}));
  EXPECT_THAT(write_spec(spec), HasSubstr("lambda = [0.25, 0.001]"));
  std::setlocale(LC_ALL, before.c_str());
}

}  // namespace
}  // namespace sid
