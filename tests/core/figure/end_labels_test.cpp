#include "sid/figure/end_labels.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/random/stream.hpp"

#include "core/figure/recording_painter.hpp"

namespace sid {
namespace {

constexpr double kRoom = 200.0;

bool overlap(const Rect& a, const Rect& b) {
  constexpr double kTouch = 1e-9;
  return a.x + kTouch < b.right() && b.x + kTouch < a.right() && a.y + kTouch < b.bottom() &&
         b.y + kTouch < a.bottom();
}

std::vector<EndLabel> labels_at(const std::vector<double>& heights, const Rect& plot) {
  std::vector<EndLabel> labels;
  for (const double y : heights) {
    EndLabel label;
    label.series = labels.size();
    label.end = {plot.right() - 2.0, y};
    label.width = 7.0;
    labels.push_back(label);
  }
  return labels;
}

TEST(EndLabels, StandAtTheirCurvesWhereThereIsRoom) {
  const Rect plot{10, 20, 300, 200};
  const FontSizes fonts;
  std::vector<EndLabel> labels = labels_at({200.0, 40.0, 120.0}, plot);
  place_end_labels(labels, plot, kRoom, fonts);
  for (const EndLabel& label : labels) {
    ASSERT_TRUE(label.placed);
    EXPECT_DOUBLE_EQ(label.place.y + 0.5 * label.place.height, label.end.y);
    EXPECT_GE(label.place.x, plot.right());
  }
}

TEST(EndLabels, OfEqualHeightsStandAboveEachOtherAroundIt) {
  const Rect plot{0, 0, 300, 200};
  const FontSizes fonts;
  std::vector<EndLabel> labels = labels_at({100.0, 100.0, 100.0}, plot);
  place_end_labels(labels, plot, kRoom, fonts);
  const double line = kEndLabelLine * fonts.tick;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(labels[i].place.y, 100.0 - 0.5 * line + (static_cast<double>(i) - 1.0) * line, 1e-9)
        << "in the order of the curves";
  }
}

/// Whatever the heights: none overlap, none is far outside, and all are placed where they can be.
TEST(EndLabels, NeverOverlap) {
  Stream stream({.seed = 5});
  const FontSizes fonts;
  const double line = kEndLabelLine * fonts.tick;
  for (int trial = 0; trial < 400; ++trial) {
    const Rect plot{30, 10, 120 + 300 * stream.uniform(), 40 + 400 * stream.uniform()};
    std::vector<EndLabel> labels;
    const auto count = static_cast<std::size_t>(1 + stream.index_below(40));
    const double spread = stream.uniform();
    for (std::size_t i = 0; i < count; ++i) {
      EndLabel label;
      const bool inside = stream.uniform() < 0.3;
      label.end.x = inside ? plot.x + plot.width * stream.uniform() : plot.right() - 1.0;
      label.end.y = plot.y + plot.height * (0.5 + spread * (stream.uniform() - 0.5));
      label.width = 5.0 + 10.0 * stream.uniform();
      labels.push_back(label);
    }
    place_end_labels(labels, plot, kRoom, fonts);
    std::size_t placed = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!labels[i].placed) continue;
      ++placed;
      EXPECT_GE(labels[i].place.y, plot.y - 0.51 * line);
      EXPECT_LE(labels[i].place.bottom(), plot.bottom() + 0.51 * line);
      for (std::size_t j = 0; j < i; ++j) {
        if (labels[j].placed) {
          EXPECT_FALSE(overlap(labels[i].place, labels[j].place)) << trial;
        }
      }
    }
    EXPECT_GE(placed, 1U);
    const bool beyond = std::all_of(labels.begin(), labels.end(), [&](const EndLabel& label) {
      return label.end.x >= plot.right() - 1.5;
    });
    const auto fit = static_cast<std::size_t>((plot.height + line) / line);
    if (beyond && count <= fit) {
      EXPECT_EQ(placed, count);
    }
  }
}

TEST(EndLabels, KeepTheOrderOfTheCurvesInAColumn) {
  Stream stream({.seed = 6});
  const FontSizes fonts;
  const Rect plot{0, 0, 200, 150};
  for (int trial = 0; trial < 100; ++trial) {
    std::vector<double> heights(8);
    for (double& y : heights) y = 60.0 + 30.0 * stream.uniform();
    std::sort(heights.begin(), heights.end());
    std::vector<EndLabel> labels = labels_at(heights, plot);
    place_end_labels(labels, plot, kRoom, fonts);
    for (std::size_t i = 1; i < labels.size(); ++i) {
      EXPECT_LT(labels[i - 1].place.y, labels[i].place.y);
    }
  }
}

PlotPanel panel_with(const std::vector<double>& ends) {
  PlotPanel panel;
  panel.x.min = 1.0;
  panel.x.max = 100.0;
  panel.y.min = 1e-3;
  panel.y.max = 1.0;
  for (const double y : ends) {
    Series s;
    s.key = std::to_string(panel.series.size());
    s.role = SeriesRole::pinned;
    s.x = {1.0, 10.0, 100.0};
    s.y = {1.0, 0.3, y};
    s.end_label = std::string(1, static_cast<char>('A' + static_cast<char>(panel.series.size())));
    panel.series.push_back(s);
  }
  return panel;
}

TEST(EndLabels, AreDrawnForVisibleCurvesInsideTheAxes) {
  PlotPanel panel = panel_with({0.1, 0.01, 1e-9});
  panel.series[1].visible = false;
  testing::RecordingPainter painter;
  DrawOptions options;
  draw_panel(painter, panel, {0, 0, 300, 200}, light_theme(), options);
  std::vector<std::string> words;
  words.reserve(painter.words.size());
  for (const auto& text : painter.words) words.push_back(text.text);
  EXPECT_NE(std::find(words.begin(), words.end(), "A"), words.end());
  EXPECT_EQ(std::find(words.begin(), words.end(), "B"), words.end()) << "switched off";
  EXPECT_NE(std::find(words.begin(), words.end(), "C"), words.end()) << "at its last point inside";
}

TEST(EndLabels, TakeRoomInTheMarginAlone) {
  testing::RecordingPainter painter;
  const DrawOptions options;
  const PlotPanel labelled = panel_with({0.1, 0.01});
  PlotPanel plain = labelled;
  for (Series& s : plain.series) s.end_label.clear();
  const Margins with = measure_margins(painter, labelled, options, 300.0);
  const Margins without = measure_margins(painter, plain, options, 300.0);
  EXPECT_GT(with.right, without.right);
  EXPECT_EQ(with.left, without.left);
  EXPECT_EQ(end_label_room(painter, plain, options.fonts), 0.0);
}

}  // namespace
}  // namespace sid
