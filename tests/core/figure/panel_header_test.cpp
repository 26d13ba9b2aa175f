#include "sid/figure/panel_header.hpp"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "sid/figure/ticks.hpp"

#include "core/figure/recording_painter.hpp"

namespace sid {
namespace {

using testing::RecordingPainter;

PlotPanel panel_with_notes(int notes) {
  PlotPanel panel;
  panel.title = "λ = 1";
  Series s;
  s.key = "0/measured";
  s.marker = Marker::circle;
  // Along the upper edge, where notes inside the axes would lie on it.
  s.x = {1, 2, 5, 10};
  s.y = {9.9, 9.9, 9.9, 9.9};
  panel.series.push_back(s);
  for (int i = 0; i < notes; ++i) {
    EdgeNote note;
    note.colour = i;
    note.text = "Theorem 3.4, Const: #" + std::to_string(i) + ", 6.1 decades up";
    note.brief = "#" + std::to_string(i);
    panel.edge_notes.push_back(note);
  }
  set_ticks(panel, 300.0, 200.0);
  return panel;
}

const RecordingPainter::Words* find(const RecordingPainter& painter, const std::string& text) {
  for (const auto& w : painter.words) {
    if (w.text == text) return &w;
  }
  return nullptr;
}

int dashed_lines(const RecordingPainter& painter) {
  int count = 0;
  for (const auto& line : painter.lines) count += line.stroke.dash.count > 0 ? 1 : 0;
  return count;
}

TEST(PanelHeader, KeepsNotesOutsideTheAxesAtAnySize) {
  for (const double width : {70.0, 130.0, 250.0, 900.0}) {
    for (int notes = 0; notes < 9; ++notes) {
      const PlotPanel panel = panel_with_notes(notes);
      RecordingPainter painter;
      const PlotGeometry g = draw_panel(painter, panel, {0, 0, width, 300}, light_theme());
      for (const auto& w : painter.words) {
        if (w.text.find('#') != std::string::npos) {
          EXPECT_LT(w.at.y, g.plot.y) << w.text << ", width " << width;
        }
      }
      for (const auto& line : painter.lines) {
        if (line.stroke.dash.count == 0) continue;  // the curve itself
        for (const Point& p : line.points) EXPECT_LT(p.y, g.plot.y);
      }
      EXPECT_GT(g.plot.y, 0.0);
    }
  }
}

TEST(PanelHeader, ShowsAsMuchOfEachNoteAsOneLineHolds) {
  const PlotPanel panel = panel_with_notes(2);
  RecordingPainter wide, medium, narrow;
  draw_panel(wide, panel, {0, 0, 900, 300}, light_theme());
  EXPECT_TRUE(wide.says("Theorem 3.4, Const: #0, 6.1 decades up"));
  EXPECT_TRUE(wide.says("Theorem 3.4, Const: #1, 6.1 decades up"));
  EXPECT_EQ(dashed_lines(wide), 2);
  draw_panel(medium, panel, {0, 0, 300, 300}, light_theme());
  EXPECT_FALSE(medium.says("Theorem"));
  EXPECT_EQ(dashed_lines(medium), 2);
  draw_panel(narrow, panel, {0, 0, 180, 300}, light_theme());
  EXPECT_EQ(dashed_lines(narrow), 0);
  for (const auto& painter : {medium, narrow}) {
    ASSERT_NE(find(painter, "#0"), nullptr);
    ASSERT_NE(find(painter, "#1"), nullptr);
    EXPECT_EQ(find(painter, "#0")->at.y, find(painter, "#1")->at.y);
  }
}

TEST(PanelHeader, KeepsTitlesOfARowLevel) {
  const auto baseline = [](int notes) {
    RecordingPainter painter;
    draw_header(painter, panel_with_notes(notes), {0, 100, 120, 100}, light_theme(), {});
    return find(painter, "λ = 1")->at.y;
  };
  for (int notes = 1; notes < 8; ++notes) EXPECT_EQ(baseline(notes), baseline(0));
}

TEST(PanelHeader, PutsNotesBesideTheTitleNeverOnIt) {
  const PlotPanel panel = panel_with_notes(6);
  for (const double width : {120.0, 200.0, 320.0, 600.0}) {
    RecordingPainter painter;
    draw_panel(painter, panel, {0, 0, width, 300}, light_theme());
    const auto* title = find(painter, "λ = 1");
    ASSERT_NE(title, nullptr);
    const double right = title->at.x + painter.measure(title->text, title->style).width;
    for (int i = 0; i < 6; ++i) {
      const auto* note = find(painter, "#" + std::to_string(i));
      if (note == nullptr) continue;
      const bool same_line = std::abs(note->at.y - title->at.y) < 9.0;
      EXPECT_TRUE(!same_line || note->at.x > right) << "width " << width << ", note " << i;
    }
  }
}

TEST(PanelHeader, TakesAtMostThreeLinesAndSaysThatThereIsMore) {
  const DrawOptions options;
  RecordingPainter painter;
  const double none = header_height(painter, panel_with_notes(0), options, 150.0);
  const double few = header_height(painter, panel_with_notes(1), options, 150.0);
  const double many = header_height(painter, panel_with_notes(30), options, 150.0);
  EXPECT_LE(none, few);
  EXPECT_LT(few, many);
  EXPECT_NEAR(many, header_height(painter, panel_with_notes(60), options, 150.0), 1e-12);
  draw_header(painter, panel_with_notes(30), {0, 100, 150, 100}, light_theme(), options);
  EXPECT_NE(find(painter, "…"), nullptr);
  RecordingPainter enough;
  draw_header(enough, panel_with_notes(2), {0, 100, 150, 100}, light_theme(), options);
  EXPECT_EQ(find(enough, "…"), nullptr);
}

TEST(PanelHeader, ShowsTheStrokeOfTheCurve) {
  PlotPanel panel = panel_with_notes(1);
  panel.edge_notes[0].role = SeriesRole::measured;
  panel.edge_notes[0].marker = Marker::square;
  panel.edge_notes[0].top = false;
  RecordingPainter painter;
  draw_header(painter, panel, {0, 100, 400, 100}, light_theme(), {});
  ASSERT_EQ(painter.lines.size(), 1u);
  EXPECT_EQ(painter.lines[0].stroke.dash.count, 0);
  ASSERT_EQ(painter.marks.size(), 1u);
  EXPECT_EQ(painter.marks[0].shape, Marker::square);
}

}  // namespace
}  // namespace sid
