#include "sid/io/results.hpp"

#include <algorithm>
#include <clocale>
#include <cmath>
#include <filesystem>
#include <locale>
#include <random>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/figure/build_figure.hpp"
#include "sid/figure/write_figure.hpp"
#include "sid/io/curves_table.hpp"
#include "sid/io/json_text.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/io/theory_json.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/method_label.hpp"
#include "sid/run/runner.hpp"

#include "support/file_size_limit.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

using testing::HasSubstr;

RunSpec tiny_spec() {
  RunSpec spec;
  spec.title = "Tiny, \"quoted\"";
  spec.problem.lambda = std::vector<double>{0.5, 2.0};
  spec.run.iterations = 60;
  spec.run.checkpoints.count = 6;
  spec.run.replicas = 7;
  spec.methods = default_methods();
  spec.methods[1].name = "const, \"bold\"";
  return spec;
}

ResultTables tables_of(const RunSpec& spec, int threads = 0, Shard shard = {}) {
  RunnerOptions options;
  options.threads = threads;
  const RunSnapshot run = run_to_end(spec, options, {}, {}, shard);
  EXPECT_EQ(run.status, RunStatus::finished) << run.message;
  return make_tables(run, evaluate_theory(spec, *run.bench), this_program(threads, shard));
}

void expect_same(const ResultTables& a, const ResultTables& b) {
  EXPECT_EQ(a.curves, b.curves);
  EXPECT_EQ(a.parts, b.parts);
  EXPECT_EQ(a.conditional, b.conditional);
  EXPECT_EQ(a.summary, b.summary);
  EXPECT_EQ(a.theory, b.theory);
  EXPECT_EQ(a.spec, b.spec);
}

TEST(Results, AreTheSameBytesForTwoRunsAndAnyThreads) {
  const ResultTables one = tables_of(tiny_spec(), 1);
  expect_same(one, tables_of(tiny_spec(), 1));
  expect_same(one, tables_of(tiny_spec(), 2));
  expect_same(one, tables_of(tiny_spec(), 7));
}

/// Numbers as in much of Europe: 1.234,5.
class CommaNumbers : public std::numpunct<char> {
 protected:
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

TEST(Results, DoNotDependOnTheCxxLocale) {
  const ResultTables plain = tables_of(tiny_spec());
  const std::locale before = std::locale::global(std::locale(std::locale(), new CommaNumbers));
  const ResultTables comma = tables_of(tiny_spec());
  const auto read = parse_spec(comma.spec, "s.toml");
  std::locale::global(before);
  expect_same(plain, comma);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->spec == tiny_spec());
}

TEST(Results, DoNotDependOnTheCLocale) {
  const ResultTables plain = tables_of(tiny_spec());
  const std::string before = std::setlocale(LC_ALL, nullptr);
  bool comma = false;
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "ru_RU.UTF-8", "de_DE"}) {
    comma = comma || (std::setlocale(LC_ALL, name) != nullptr &&
                      std::string(std::localeconv()->decimal_point) == ",");
    if (comma) break;
  }
  expect_same(plain, tables_of(tiny_spec()));
  std::setlocale(LC_ALL, before.c_str());
  if (!comma) GTEST_SKIP() << "no locale with a decimal comma is installed";
}

TEST(Results, HaveTheDocumentedHeaders) {
  const ResultTables tables = tables_of(tiny_spec());
  EXPECT_TRUE(
      tables.curves.starts_with("method,lambda,replica,t,k,epoch,squared_error,"
                                "lower_squared_error,linear_squared_error\n"));
  EXPECT_TRUE(tables.summary.starts_with(
      "method,lambda,t,k,epoch,replicas,diverged,mse,std,sem,ci_low,ci_high,bound_lower,"));
  EXPECT_THAT(tables.summary.substr(0, tables.summary.find('\n')), HasSubstr(",bound_3_4,"));
  EXPECT_THAT(tables.curves, HasSubstr("\n\"const, \"\"bold\"\"\",0.5,0,1,1,"));
}

TEST(Results, ReadBackAsWhatWasWritten) {
  const test::TemporaryFolder folder;
  const RunSpec spec = tiny_spec();
  const RunSnapshot run = run_to_end(spec);
  const auto theory = evaluate_theory(spec, *run.bench);
  const ResultTables tables = make_tables(run, theory, this_program(2, {}));
  ASSERT_TRUE(write_tables(folder.path(), tables));
  const Result<RecordedRun> read = read_results(folder.path());
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_TRUE(read->snapshot.spec == spec);
  ASSERT_EQ(read->snapshot.curves.size(), run.curves.size());
  for (std::size_t i = 0; i < run.curves.size(); ++i) {
    const MethodCurve& a = run.curves[i];
    const MethodCurve& b = read->snapshot.curves[i];
    EXPECT_EQ(a.label, b.label);
    EXPECT_EQ(a.checkpoints, b.checkpoints);
    EXPECT_EQ(a.replica_numbers, b.replica_numbers);
    ASSERT_EQ(a.points.size(), b.points.size());
    for (std::size_t c = 0; c < a.points.size(); ++c) {
      EXPECT_EQ(a.points[c].hypergradient.mean, b.points[c].hypergradient.mean);
      EXPECT_EQ(a.points[c].lower.ci_high, b.points[c].lower.ci_high);
    }
  }
  ASSERT_EQ(read->theory.size(), theory.size());
  for (std::size_t p = 0; p < theory.size(); ++p) {
    for (std::size_t m = 0; m < theory[p].size(); ++m) {
      const MethodTheory& a = theory[p][m];
      const MethodTheory& b = read->theory[p][m];
      EXPECT_EQ(a.constants.L, b.constants.L);
      EXPECT_EQ(a.constants.L_E_global, b.constants.L_E_global);
      ASSERT_EQ(a.curves.size(), b.curves.size());
      for (std::size_t c = 0; c < a.curves.size(); ++c) {
        EXPECT_EQ(a.curves[c].id, b.curves[c].id);
        EXPECT_EQ(a.curves[c].verdict, b.curves[c].verdict);
        EXPECT_EQ(a.curves[c].values, b.curves[c].values);
        EXPECT_EQ(a.curves[c].terms.size(), b.curves[c].terms.size());
      }
      EXPECT_EQ(a.checks.size(), b.checks.size());
      EXPECT_EQ(a.limits.size(), b.limits.size());
    }
  }
  // The figure drawn from the tables is the one drawn from the run.
  const Figure drawn = build_figure(spec, run.bench.get(), &run, theory);
  const Figure again =
      build_figure(spec, read->snapshot.bench.get(), &read->snapshot, read->theory);
  EXPECT_TRUE(drawn == again);
  EXPECT_EQ(drawn.caption, again.caption);
}

TEST(Results, SummaryReadsBack) {
  const RunSpec spec = tiny_spec();
  const RunSnapshot run = run_to_end(spec);
  const auto theory = evaluate_theory(spec, *run.bench);
  const auto table = read_summary_csv(write_summary_csv(run, theory), "summary.csv");
  ASSERT_TRUE(table) << to_string(table.error());
  std::size_t row = 0;
  for (const MethodCurve& curve : run.curves) {
    const MethodTheory& known = theory[curve.panel][curve.method];
    for (std::size_t c = 0; c < curve.points.size(); ++c, ++row) {
      const SummaryRow& read = table->rows[row];
      EXPECT_EQ(read.method, curve.label);
      EXPECT_EQ(read.at, curve.points[c].at);
      EXPECT_EQ(read.mse.mean, curve.points[c].hypergradient.mean);
      EXPECT_EQ(read.mse.ci_low, curve.points[c].hypergradient.ci_low);
      for (std::size_t i = 0; i < table->theory_columns.size(); ++i) {
        const TheoryCurve* values = known.find(table->theory_columns[i]);
        // Some curves are of one kind of method alone.
        const bool batch = spec.methods[curve.method].kind == MethodKind::batch;
        ASSERT_TRUE(values != nullptr || !batch) << table->theory_columns[i];
        if (values != nullptr && values->drawn() && !std::isnan(values->values[c])) {
          EXPECT_EQ(read.theory[i], values->values[c]);
        } else {
          EXPECT_TRUE(std::isnan(read.theory[i]));
        }
      }
    }
  }
  EXPECT_EQ(row, table->rows.size());
}

TEST(Results, TheoryIsGivenInTheConventionOfTheSpec) {
  RunSpec spec = tiny_spec();
  const auto mean_bench = prepare_bench(spec);
  ASSERT_TRUE(mean_bench);
  const auto mean =
      parse_json(write_theory_json(spec, **mean_bench, evaluate_theory(spec, **mean_bench)), "t");
  const auto n = static_cast<double>((*mean_bench)->sample_count);
  spec.problem.lower_loss = LossScale::sum;
  spec.problem.lambda = std::vector<double>{0.5 * n, 2.0 * n};
  const auto sum_bench = prepare_bench(spec);
  ASSERT_TRUE(sum_bench);
  const std::string text = write_theory_json(spec, **sum_bench, evaluate_theory(spec, **sum_bench));
  const auto sum = parse_json(text, "t");
  ASSERT_TRUE(mean && sum);
  const Json& a = (*mean)["panels"][0];
  const Json& b = (*sum)["panels"][0];
  const auto value = [](const Json& panel, const char* name) {
    return panel["constants"][name]["value"].get<double>();
  };
  EXPECT_NEAR(value(b, "L"), n * value(a, "L"), 1e-12 * value(b, "L"));
  EXPECT_NEAR(value(b, "tau"), n * value(a, "tau"), 1e-12 * value(b, "tau"));
  EXPECT_NEAR(value(b, "alpha"), value(a, "alpha") / n, 1e-12 * value(b, "alpha"));
  EXPECT_NEAR(value(b, "L_mean"), value(a, "L"), 1e-12 * value(a, "L"));
  EXPECT_NEAR(value(b, "q"), value(a, "q"), 1e-12);
  const double g_mean = a["reference"]["hypergradient"][0].get<double>();
  const double g_sum = b["reference"]["hypergradient"][0].get<double>();
  EXPECT_NEAR(g_sum, g_mean / n, 1e-11 * std::abs(g_sum));
  // Theorem 3.1's constant belongs to the hypergradient and scales with it.
  const auto constant = [](const Json& panel, const char* name) {
    const Json& entry = panel["methods"][1]["constants"][name]["value"];
    return entry.is_number() ? entry.get<double>() : INFINITY;
  };
  for (const char* name : {"c1", "L_Phi", "nu2"}) {
    EXPECT_NEAR(constant(b, name), constant(a, name) / n, 1e-9 * constant(b, name)) << name;
  }
  // And it reads back to the constants of the mean convention, as the engine uses them.
  const auto read = read_theory_json(text, "t", spec);
  ASSERT_TRUE(read) << to_string(read.error());
  const auto exact = evaluate_theory(spec, **sum_bench);
  EXPECT_EQ(read->theory[0][1].constants.c1, exact[0][1].constants.c1);
  EXPECT_EQ(read->theory[0][1].constants.V_star_b, exact[0][1].constants.V_star_b);
  EXPECT_EQ(read->bench->panels[0].problem->curvature().L,
            (*sum_bench)->panels[0].problem->curvature().L);
}

class MergeTest : public testing::Test {
 protected:
  std::string shard(std::int64_t index, std::int64_t count, const RunSpec& spec) {
    std::string name = folder_.file("s" + std::to_string(next_++));
    std::filesystem::create_directory(name);
    EXPECT_TRUE(write_tables(name, tables_of(spec, 2, {.index = index, .count = count})));
    return name;
  }
  static std::string sentence(const std::vector<std::string>& folders) {
    const auto merged = merge_results(folders);
    return merged ? std::string() : to_string(merged.error());
  }
  test::TemporaryFolder folder_;
  int next_ = 0;
};

TEST_F(MergeTest, ShardsMakeTheBytesOfOneRun) {
  const RunSpec spec = tiny_spec();
  const std::vector<std::string> shards = {shard(2, 3, spec), shard(0, 3, spec), shard(1, 3, spec)};
  const Result<ResultTables> merged = merge_results(shards);
  ASSERT_TRUE(merged) << to_string(merged.error());
  expect_same(*merged, tables_of(spec));
}

TEST_F(MergeTest, SaysWhatIsWrong) {
  const RunSpec spec = tiny_spec();
  const std::string first = shard(0, 3, spec), second = shard(1, 3, spec);
  EXPECT_THAT(sentence({first, second}), HasSubstr("shards are missing: 3/3"));
  EXPECT_THAT(sentence({first, second, first}), HasSubstr("holds shard 1/3, and so does"));
  RunSpec other = spec;
  other.run.seed = 5;
  EXPECT_THAT(sentence({first, second, shard(2, 3, other)}), HasSubstr("has another spec"));
  EXPECT_THAT(sentence({first, shard(1, 2, spec)}), HasSubstr("number of shards"));
  EXPECT_THAT(sentence({first, folder_.file("none")}), HasSubstr("there is no such folder"));
  EXPECT_THAT(sentence({}), HasSubstr("name the folders"));
}

class MalformedResults : public testing::Test {
 protected:
  MalformedResults() { EXPECT_TRUE(write_tables(folder_.path(), tables_of(tiny_spec()))); }
  /// What reading says after `edit` was applied to one file.
  template <class Edit>
  std::string after(const std::string& file, Edit edit) {
    const std::string original = folder_.read(file);
    std::string text = original;
    edit(text);
    folder_.write(file, text);
    const auto read = read_results(folder_.path());
    folder_.write(file, original);
    return read ? std::string() : to_string(read.error());
  }
  static void replace(std::string& text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }
  test::TemporaryFolder folder_;
};

TEST_F(MalformedResults, AreReportedWithFileAndLine) {
  const auto edit = [](const std::string& from, const std::string& to) {
    return [=](std::string& text) { replace(text, from, to); };
  };
  EXPECT_EQ(after("curves.csv", [](std::string&) {}), "");
  EXPECT_THAT(after("curves.csv", edit("Batch,0.5,0,2,2,", "Batch,0.5,0,2,x,")),
              HasSubstr("curves.csv:3: 'x' in column 'k' is not a whole number"));
  EXPECT_THAT(after("curves.csv", edit("Batch,0.5,0,2", "Batch,0.7,0,2")),
              HasSubstr("curves.csv:3: the spec has no lambda '0.7'"));
  EXPECT_THAT(after("curves.csv", edit("Batch,0.5,0,2", "Bach,0.5,0,2")),
              HasSubstr("curves.csv:3: the spec has no method 'Bach'; did you mean 'Batch'?"));
  EXPECT_THAT(after("curves.csv", edit("Batch,0.5,0,2,2", "Batch,0.5,0,1,1")),
              HasSubstr("replica 0 has t = 1 twice"));
  EXPECT_THAT(after("curves.csv", edit("Batch,0.5,0,2,2", "Batch,0.5,0,2,9")),
              HasSubstr("t = 2, k = 9 is not checkpoint 2"));
  EXPECT_THAT(after("curves.csv", edit("squared_error,lower", "sqared_error,lower")),
              HasSubstr("curves.csv:1: has no column 'squared_error'; is it 'sqared_error'?"));
  EXPECT_THAT(after("curves.csv", [](std::string& text) { text += "Batch,0.5\n"; }),
              HasSubstr("has 2 cells where the header has 9"));
  EXPECT_THAT(after("curves.csv", [](std::string& text) { text.resize(text.size() - 4); }),
              HasSubstr("cut short"));
  EXPECT_THAT(after("curves.csv", [](std::string& text) { text += "\"abc"; }),
              HasSubstr("quote is opened and never closed"));
  EXPECT_THAT(after("curves.csv", [](std::string& text) { text.clear(); }), HasSubstr("is empty"));
  EXPECT_THAT(after("curves.csv",
                    [](std::string& text) { text.erase(text.rfind('\n', text.size() - 2) + 1); }),
              HasSubstr("where others have"));
  EXPECT_THAT(after("theory.json", [](std::string& text) { text.resize(text.size() / 2); }),
              HasSubstr("theory.json:"));
  EXPECT_THAT(after("theory.json", edit("sidlab theory 2", "sidlab theory 9")),
              HasSubstr("is not a theory file"));
  EXPECT_THAT(after("theory.json", [](std::string& text) { text = "[1, 2]"; }),
              HasSubstr("is not a theory file"));
  EXPECT_THAT(after("run.json", edit("\"format\"", "\"fromat\"")), HasSubstr("is not a run file"));
  EXPECT_THAT(after("run.json", edit("[1, 1]", "[1]")), HasSubstr("not [index, count]"));
  EXPECT_THAT(after("spec.toml", edit("replicas", "replica")), HasSubstr("spec.toml:"));
  std::filesystem::remove(folder_.file("run.json"));
  EXPECT_THAT(to_string(read_results(folder_.path()).error()),
              HasSubstr("there is no run.json here, so the results are incomplete"));
  const test::TemporaryFolder other;
  EXPECT_THAT(to_string(read_results(other.path()).error()),
              HasSubstr("there is no run.json here; results come from 'sidlab run'"));
}

TEST_F(MalformedResults, NeverCrashTheReaders) {
  std::mt19937_64 engine(13);
  for (const char* file : {"curves.csv", "theory.json", "run.json", "spec.toml"}) {
    for (int i = 0; i < 60; ++i) {
      after(file, [&](std::string& text) {
        for (int j = 0; j < 3 && !text.empty(); ++j) {
          const std::size_t at = engine() % text.size();
          if (engine() % 2 == 0) {
            text[at] = static_cast<char>(engine());
          } else {
            text.erase(at, engine() % 40);
          }
        }
      });
    }
  }
}

TEST(ResultFolder, IsRefusedWhenItHoldsFiles) {
  const test::TemporaryFolder folder;
  EXPECT_TRUE(prepare_folder(folder.file("new/deep"), false));
  folder.write("old/file.txt", "x");
  const auto refused = prepare_folder(folder.file("old"), false);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("--force"));
  EXPECT_TRUE(prepare_folder(folder.file("old"), true));
  EXPECT_FALSE(prepare_folder(folder.file("old/file.txt"), true));
  EXPECT_FALSE(prepare_folder(folder.file("old/file.txt/under"), true));
  EXPECT_EQ(folder.names(), (std::set<std::string>{"old"}));
}

TEST(ResultFolder, StaysAsItWasWhenTheDiskIsFull) {
  const ResultTables tables = tables_of(tiny_spec());
  // The first two files fit, the third does not.
  const std::size_t limit = std::max(tables.curves.size(), tables.summary.size());
  ASSERT_GT(tables.theory.size(), limit);
  const test::TemporaryFolder folder;
  folder.write("curves.csv", "old");
  {
    const test::FileSizeLimit full(limit);
    const auto refused = write_tables(folder.path(), tables);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().place, folder.file("theory.json"));
  }
  EXPECT_EQ(folder.names(), (std::set<std::string>{"curves.csv"}));
  EXPECT_EQ(folder.read("curves.csv"), "old");
}

TEST(JsonText, WritesShortestNumbersAndInfinities) {
  Json json;
  json["a"] = json_number(0.1);
  json["b"] = json_number(INFINITY);
  json["c"] = Json::array({json_number(NAN), 1, "λ\n"});
  json["d"] = Json::object();
  EXPECT_EQ(
      write_json(json),
      "{\n  \"a\": 0.1,\n  \"b\": \"inf\",\n  \"c\": [\"nan\", 1, \"λ\\n\"],\n  \"d\": {}\n}\n");
  const auto back = parse_json(write_json(json), "x");
  ASSERT_TRUE(back);
  EXPECT_EQ(json_double(*back, "b", 0.0), INFINITY);
  const auto broken = parse_json("{\n \"a\": 1,,\n}", "x.json");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().place, "x.json:2:9");
}

}  // namespace
}  // namespace sid
