#include "sid/app/state/theory_charts.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace sid::app {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

LoosenessStep step(const std::string& id, double from, double to) {
  LoosenessStep made;
  made.id = id;
  made.label = "label of " + id;
  made.from = from;
  made.to = to;
  made.decades = std::log10(from / to);
  made.sentence = "Why " + id + ".";
  return made;
}

Sensitivity sensitivity(const std::string& id, double up, double down) {
  Sensitivity made;
  made.id = id;
  made.symbol = "S_" + id;
  made.meaning = "meaning of " + id;
  made.value = 2.0;
  made.up = up;
  made.down = down;
  return made;
}

TEST(Waterfall, PutsDecadesOnOneScaleFromTheLargestValue) {
  const Waterfall chart =
      waterfall({step("a", 1000.0, 100.0), step("b", 100.0, 10000.0), step("c", 10000.0, 1.0)});
  ASSERT_EQ(chart.rows.size(), 3U);
  EXPECT_DOUBLE_EQ(chart.rows[0].begin, 0.25);
  EXPECT_DOUBLE_EQ(chart.rows[0].end, 0.5);
  EXPECT_DOUBLE_EQ(chart.rows[1].begin, 0.5);
  EXPECT_DOUBLE_EQ(chart.rows[1].end, 0.0);
  EXPECT_TRUE(chart.rows[1].widens);
  EXPECT_DOUBLE_EQ(chart.rows[2].end, 1.0);
  EXPECT_FALSE(chart.rows[0].worst);
  EXPECT_TRUE(chart.rows[2].worst);
  EXPECT_EQ(chart.rows[1].decades, "−2.00");
  EXPECT_EQ(chart.heading, "from 1000 to 1.00: +3.00 decades");
  EXPECT_EQ(chart.sentence, "Most is lost at “label of c”: Why c.");
  EXPECT_NE(chart.rows[0].tip.find("Why a."), std::string::npos);
}

TEST(DecadesText, HasASignWhereItShowsSomething) {
  EXPECT_EQ(decades_text(1.876), "+1.88");
  EXPECT_EQ(decades_text(-0.57), "−0.57");
  EXPECT_EQ(decades_text(-0.004), "0.00");
  EXPECT_EQ(decades_text(0.0), "0.00");
}

TEST(Waterfall, OfNothingIsEmpty) {
  EXPECT_TRUE(waterfall({}).rows.empty());
  const Waterfall flat = waterfall({step("a", 3.0, 3.0)});
  ASSERT_EQ(flat.rows.size(), 1U);
  EXPECT_EQ(flat.rows[0].begin, 0.0);
  EXPECT_EQ(flat.rows[0].end, 0.0);
}

TEST(Tornado, ScalesToTheLargestChange) {
  const Tornado chart = tornado({sensitivity("q", -0.2, 0.4), sensitivity("m", 0.1, -0.1)});
  ASSERT_EQ(chart.rows.size(), 2U);
  EXPECT_DOUBLE_EQ(chart.rows[0].up, -0.5);
  EXPECT_DOUBLE_EQ(chart.rows[0].down, 1.0);
  EXPECT_DOUBLE_EQ(chart.rows[1].up, 0.25);
  EXPECT_EQ(chart.rows[0].number, "0.400");
  EXPECT_EQ(chart.rows[0].changes, "+10 %: −0.20, −10 %: +0.40");
  EXPECT_TRUE(chart.still.empty());
  EXPECT_EQ(chart.still_sentence, "");
}

TEST(Tornado, SaysWhereABoundIsLost) {
  Sensitivity edge = sensitivity("edge", 0.1, kNaN);
  edge.down_lost = true;
  const Tornado chart = tornado({edge});
  ASSERT_EQ(chart.rows.size(), 1U);
  EXPECT_TRUE(chart.rows[0].lost);
  EXPECT_TRUE(std::isnan(chart.rows[0].down));
  EXPECT_EQ(chart.rows[0].number, "no bound");
  EXPECT_EQ(chart.rows[0].changes, "+10 %: +0.10, −10 %: no bound");
}

TEST(Tornado, NamesWhatDoesNotMoveTheBoundInOneSentence) {
  const Tornado chart = tornado({sensitivity("q", 0.1, -0.1),
                                 sensitivity("a", 0.0, 0.0),
                                 sensitivity("b", 0.00049, -0.0004)});
  EXPECT_EQ(chart.rows.size(), 1U);
  EXPECT_EQ(chart.still, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(chart.still_sentence, "Less than 0.0005 decades: S_a; S_b.");
}

}  // namespace
}  // namespace sid::app
