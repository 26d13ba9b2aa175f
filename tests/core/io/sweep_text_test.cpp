#include "sid/io/sweep_text.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/io/spec_file.hpp"
#include "sid/io/sweep_table.hpp"
#include "sid/run/sweep.hpp"

namespace sid {
namespace {

using ::testing::HasSubstr;

RunSpec start() {
  RunSpec spec;
  spec.run.iterations = 50;
  spec.methods = default_methods();
  return spec;
}

SweepAxis parsed(const std::string& text) {
  auto axis = parse_sweep_axis(text, start(), 1, 12);
  EXPECT_TRUE(axis) << text << ": " << (axis ? "" : axis.error().message);
  return axis ? *axis : SweepAxis{};
}

TEST(SweepText, ReadsKeysRangesCountsAndScales) {
  const SweepAxis eta = parsed("eta=1e-3..2:48:log");
  EXPECT_EQ(eta.key, "eta");
  EXPECT_EQ(eta.values.size(), 48U);
  EXPECT_EQ(eta.values.front(), 1e-3);
  EXPECT_EQ(eta.values.back(), 2.0);
  EXPECT_TRUE(eta.log);
  EXPECT_EQ(parsed(" eta = 0.1..0.3 : linear : 3 ").values, (std::vector<double>{0.1, 0.2, 0.3}));
  EXPECT_FALSE(parsed("eta=0.1..0.3").log) << "less than a factor of ten";
  EXPECT_EQ(parsed("eta").values.size(), 12U);
  EXPECT_EQ(parsed("eta:5").values.size(), 5U);
  const SweepAxis minibatch = parsed("minibatch=1..8:12:log");
  EXPECT_EQ(minibatch.values.front(), 1.0);
  EXPECT_EQ(minibatch.values.back(), 8.0);
  EXPECT_LE(minibatch.values.size(), 8U) << "distinct whole numbers";
}

TEST(SweepText, TakesAnyNumberOfASpec) {
  const SweepAxis condition = parsed("problem.quadratic.condition=1..100:5");
  EXPECT_FALSE(condition.whole);
  EXPECT_EQ(condition.set(start(), 7.5)->problem.quadratic.condition, 7.5);
  const SweepAxis iterations = parsed("run.iterations=10..100:4:linear");
  EXPECT_TRUE(iterations.whole);
  EXPECT_EQ(iterations.values, (std::vector<double>{10.0, 40.0, 70.0, 100.0}));
  EXPECT_EQ(iterations.set(start(), 40.0)->run.iterations, 40);
  EXPECT_EQ(
      parsed("method[3].step.beta_factor=1..4").set(start(), 3.0)->methods[2].step.beta_factor,
      3.0);
}

TEST(SweepText, SaysWhatIsWrongWhereAndWhatToDo) {
  const struct {
    const char* text;
    const char* says;
  } cases[] = {{"", "KEY=FROM..TO"},
               {"=1..2", "KEY=FROM..TO"},
               {"etta=1..2", "did you mean 'eta'"},
               {"minibtach", "did you mean 'minibatch'"},
               {"nonsense", "known are eta"},
               {"eta=1", "is not a range"},
               {"eta=a..2", "'a' is not a finite number"},
               {"eta=1..nan", "is not a finite number"},
               {"eta=2..1", "smaller end first"},
               {"eta=0..1:log", "log scale cannot begin at 0"},
               {"eta=1..2:0", "1 to 400"},
               {"eta=1..2:100000", "1 to 400"},
               {"eta=1..2:cubic", "log or linear"},
               {"eta=1..2:", "log or linear"},
               {"beta_factor=1..2", "Sweep eta"},
               {"run.iteration=1..2", "iterations"},
               {"run.vary_split=0..1", "vary_split"},
               {"problem.quadratic.condition", "needs a range"},
               {"method[9].step.eta=1..2", "there is no method[9]"}};
  for (const auto& c : cases) {
    const auto axis = parse_sweep_axis(c.text, start(), 1, 12);
    ASSERT_FALSE(axis) << c.text;
    EXPECT_THAT(axis.error().message, HasSubstr(c.says)) << c.text;
  }
  EXPECT_EQ(parse_sweep_axis("eta=2..1", start(), 1, 12).error().place, "eta=2..1");
  EXPECT_FALSE(parse_sweep_axis(std::string(100000, 'x'), start(), 1, 12));
}

TEST(SweepText, FindsMethodsByNameAndNumber) {
  RunSpec spec = start();
  spec.methods[1].name = "Const";
  EXPECT_EQ(parse_sweep_method("Const", spec).value(), 1U);
  EXPECT_EQ(parse_sweep_method("3", spec).value(), 2U);
  EXPECT_THAT(parse_sweep_method("0", spec).error().message, HasSubstr("1 to 3"));
  EXPECT_THAT(parse_sweep_method("Cnst", spec).error().message, HasSubstr("'Const'"));
}

TEST(SweepTable, HasALineForEveryCell) {
  SweepRequest request;
  request.spec = start();
  request.method = 1;
  request.x = parsed("eta=0.1..4:3:log");
  request.y = parsed("minibatch=1..10:2:linear");
  const auto done = sweep(request);
  const std::string csv = write_sweep_csv(*done);
  EXPECT_THAT(csv,
              HasSubstr("eta,minibatch,t,k,mean_squared_error,ci_low,ci_high,state,kind,replicas,"
                        "lower_squared_error,linear_squared_error\n0.1,1,50,50,"));
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 7);
  EXPECT_THAT(csv, HasSubstr(",value,exact,,"));
  EXPECT_THAT(csv, HasSubstr(",diverged,exact,,"));
  EXPECT_EQ(csv, write_sweep_csv(*sweep(request)));
  EXPECT_THAT(write_sweep_edges_csv(*done), HasSubstr("stability,exact stability,"));
  SweepSnapshot part = *done;
  part.cells[0] = {};
  EXPECT_THAT(write_sweep_csv(part), HasSubstr("0.1,1,,,,,,pending,,,,\n"));
  EXPECT_THAT(write_sweep_json(*done, this_program(1, {})), HasSubstr("\"sidlab sweep 1\""));
}

}  // namespace
}  // namespace sid
