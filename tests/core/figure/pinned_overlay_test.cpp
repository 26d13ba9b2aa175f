#include "sid/figure/pinned_overlay.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/figure/theme.hpp"

#include "core/figure/scene.hpp"

namespace sid {
namespace {

using testing::find;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Scene;
using testing::small_spec;

Figure overlaid(const Scene& now,
                const std::vector<const Scene*>& pinned,
                const FigureOptions& options = {}) {
  std::vector<ComparedRun> runs;
  for (const Scene* scene : pinned) {
    runs.push_back({run_letter(runs.size()), "eta = 1", &scene->snapshot, &scene->theory});
  }
  Figure figure = now.build(options);
  add_pinned(figure, runs, now.spec, now.bench.get(), options);
  return figure;
}

TEST(PinnedOverlay, AddsEveryMeasuredCurveThinWithItsLetter) {
  const Scene now, before;
  const Figure plain = now.build(), figure = overlaid(now, {&before, &before});
  const PlotPanel& plot = figure.panels[0];
  EXPECT_EQ(plot.series.size(), plain.panels[0].series.size() + 6);
  for (const char* letter : {"A", "B"}) {
    for (std::size_t m = 0; m < 3; ++m) {
      const std::string method = std::to_string(m) + "/measured";
      const Series* pinned = find(plot, std::string(letter) + "/" + method);
      const Series* present = find(plot, method);
      ASSERT_NE(pinned, nullptr);
      EXPECT_EQ(pinned->role, SeriesRole::pinned);
      EXPECT_EQ(pinned->end_label, letter);
      EXPECT_EQ(pinned->colour, present->colour) << "colour is the method";
      EXPECT_EQ(pinned->y, present->y);
      EXPECT_TRUE(pinned->band_low.empty());
      EXPECT_EQ(pinned->marker, Marker::none);
    }
  }
  EXPECT_EQ(role_stroke(SeriesRole::pinned).width, 1.2);
  EXPECT_EQ(role_stroke(SeriesRole::pinned).alpha, 0.55);
  EXPECT_THAT(figure.caption, HasSubstr("A: eta = 1; B: eta = 1"));
  EXPECT_EQ(figure.key.size(), plain.key.size() + 2);
}

TEST(PinnedOverlay, AxesGrowUnlessTheUserFixedThem) {
  Scene now, before;
  for (std::size_t m = 0; m < 3; ++m) {
    for (CurvePoint& point : before.curve(m).points) {
      point.hypergradient.mean *= 50.0;
      point.at.epochs *= 4.0;
    }
  }
  const Figure plain = now.build(), figure = overlaid(now, {&before});
  EXPECT_GT(figure.panels[0].y.max, 10.0 * plain.panels[0].y.max);
  EXPECT_EQ(figure.panels[0].y.min, plain.panels[0].y.min);
  EXPECT_GT(figure.panels[0].x.max, 2.0 * plain.panels[0].x.max);
  for (const Tick& tick : figure.panels[0].y.ticks) EXPECT_LE(tick.value, figure.panels[0].y.max);
  FigureOptions options;
  options.limits["mse"] = {AxisLimits{1.0, 2.0}, AxisLimits{0.01, 0.1}};
  const Figure fixed = overlaid(now, {&before}, options);
  EXPECT_EQ(fixed.panels[0].y.max, 0.1);
  EXPECT_EQ(fixed.panels[0].x.max, 2.0);
}

TEST(PinnedOverlay, FollowsTheHiddenMethods) {
  const Scene now, before;
  FigureOptions options;
  options.hidden = {"1/measured"};
  const Figure figure = overlaid(now, {&before}, options);
  EXPECT_FALSE(find(figure.panels[0], "A/1/measured")->visible);
  EXPECT_TRUE(find(figure.panels[0], "A/2/measured")->visible);
}

TEST(PinnedOverlay, StandsAtTheSameHyperparameters) {
  const Scene now(small_spec({0.5, 2.0})), one(small_spec({2.0})), other(small_spec({7.0}));
  const Figure figure = overlaid(now, {&one, &other});
  ASSERT_EQ(figure.panels.size(), 2U);
  EXPECT_EQ(find(figure.panels[0], "A/0/measured"), nullptr);
  EXPECT_NE(find(figure.panels[1], "A/0/measured"), nullptr);
  EXPECT_EQ(find(figure.panels[1], "B/0/measured"), nullptr);
  EXPECT_THAT(figure.caption, Not(HasSubstr("B:"))) << "nothing of it is drawn";
  const Figure alone = overlaid(other, {&one});
  EXPECT_NE(find(alone.panels[0], "A/0/measured"), nullptr) << "one and one are compared";
}

TEST(PinnedOverlay, LeavesOtherFiguresAsTheyAre) {
  const Scene now, before;
  FigureOptions options;
  options.y_value = YValue::looseness;
  EXPECT_EQ(overlaid(now, {&before}, options), now.build(options));
  EXPECT_EQ(overlaid(now, {}), now.build());
  Figure preparing = build_figure(now.spec, nullptr, nullptr, {});
  const Figure same = preparing;
  const std::vector<ComparedRun> runs = {{"A", "", &before.snapshot, nullptr}};
  add_pinned(preparing, runs, now.spec, nullptr, {});
  EXPECT_EQ(preparing, same);
}

}  // namespace
}  // namespace sid
