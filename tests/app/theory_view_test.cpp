#include "sid/app/panels/theory_view.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include "sid/io/spec_file.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/error_study.hpp"
#include "sid/theory/gaps.hpp"

#include "app/driver.hpp"

namespace sid::app {
namespace {

/// The start example in the theory view, its study there.
class TheoryView : public ::testing::Test {
 protected:
  TheoryView() : window_({.spec = start_spec(), .preset = "start"}) {
    window_.key(GLFW_KEY_F3);
    settle();
  }
  void settle() {
    window_.until([&] {
      return window_.bench().study().latest() != nullptr && !window_.bench().study().pending() &&
             !window_.bench().session().theory_pending();
    });
    window_.frames(2);
  }
  const TheoryStudyDesk& desk() { return window_.bench().study(); }
  const TheoryStudy& study() { return desk().latest()->study; }
  const MethodTheory& theory() {
    return window_.bench().session().theory()[0][window_.bench().state().view.method];
  }
  const TheoremStatement& statement(const std::string& id) {
    for (const TheoremStatement& s : study().statements) {
      if (s.id == id) return s;
    }
    ADD_FAILURE() << id;
    return study().statements.front();
  }

  Driver window_;
};

TEST_F(TheoryView, ShowsACardForEveryTheoremWithItsVerdict) {
  ASSERT_GE(study().statements.size(), 13U);
  for (const TheoremStatement& s : study().statements) {
    const std::string shown = window_.value("statement/" + s.id);
    EXPECT_TRUE(shown.starts_with(verdict_words(s.verdict))) << s.id << ": " << shown;
    const TheoryCurve* const curve = theory().find(s.curve);
    ASSERT_NE(curve, nullptr) << s.id;
    if (curve->drawn()) {
      EXPECT_TRUE(shown.ends_with(" " + format_for_reading(curve->values.back()))) << shown;
    }
    for (const StatementSymbol& symbol : s.symbols) {
      EXPECT_EQ(window_.value("symbol/" + s.id + "/" + symbol.symbol),
                format_for_reading(symbol.value));
    }
    for (const PaperNote* note : notes_about(s.curve, theory().constants)) {
      EXPECT_EQ(window_.value("note/" + s.id + "/" + std::string(note->id)), note->holds);
    }
  }
}

TEST_F(TheoryView, TermsAreTheTheorems) {
  const TheoryCurve& bound = *theory().find("bound_3_4");
  ASSERT_TRUE(bound.drawn());
  EXPECT_EQ(window_.value("terms/total"), format_for_reading(bound.values.back()));
  for (const BoundTerm& term : bound.terms) {
    EXPECT_EQ(window_.value("terms/" + term.id), format_for_reading(term.values.back()));
  }
  for (const LoosenessStep& step : study().looseness) {
    EXPECT_TRUE(window_.shown("looseness/" + step.id)) << step.id;
  }
  EXPECT_FALSE(study().looseness.empty());
  const Tornado& tornado = window_.bench().theory_book().tornado();
  EXPECT_FALSE(tornado.rows.empty());
  for (const Sensitivity& s : study().sensitivities) {
    const bool still =
        std::find(tornado.still.begin(), tornado.still.end(), s.id) != tornado.still.end();
    EXPECT_NE(window_.shown("sensitivity/" + s.id), still) << s.id;
  }
  EXPECT_EQ(window_.value("sensitivity/still"), tornado.still_sentence);
}

/// Rectangle of a widget that this frame drew.
const WidgetRecord& widget(Driver& window, const std::string& name) {
  const WidgetRecord* const found = window.bench().registry().find(name);
  EXPECT_NE(found, nullptr) << name;
  static const WidgetRecord kNone;
  return found != nullptr ? *found : kNone;
}

TEST_F(TheoryView, MeasuresThePartsBesideTheirTheoremsWhenAsked) {
  for (const char* const id : {"theorem_3_1", "theorem_3_2", "theorem_3_3"}) {
    const std::string words = window_.value(std::string("part/") + id);
    EXPECT_TRUE(words.starts_with("not measured, exact ")) << words;
  }
  EXPECT_FALSE(window_.shown("part/theorem_3_4"));
  window_.click("part/theorem_3_2/measure");
  EXPECT_EQ(window_.spec().run.decomposition, DecompositionRoute::nested);
  EXPECT_EQ(window_.bench().state().history.undo_name().substr(0, 11), "Error parts");
  window_.frames(2);
  EXPECT_FALSE(window_.shown("part/theorem_3_2/measure"));
  EXPECT_TRUE(window_.value("part/theorem_3_2").starts_with("measured when it runs"));
  window_.key(GLFW_KEY_R);
  window_.until_done();
  const auto& run = *window_.bench().session().snapshot();
  const CurvePoint& last = run.curves[1].points.back();
  ASSERT_TRUE(last.parts);
  EXPECT_TRUE(window_.value("part/theorem_3_2")
                  .starts_with("measured " +
                               format_for_reading(last.parts->value.mean_of_variance) + " ("));
  window_.key(GLFW_KEY_Z, false, true);
  EXPECT_EQ(window_.spec().run.decomposition, DecompositionRoute::none);
}

TEST_F(TheoryView, DrawsThePartsOverTheEpochs) {
  window_.click("theory/chart/parts");
  EXPECT_EQ(window_.bench().state().view.theory.chart, TheoryChart::parts);
  EXPECT_FALSE(window_.shown("terms/plot"));
  window_.click("parts/route/exact");
  EXPECT_EQ(window_.spec().run.decomposition, DecompositionRoute::conditional_mean);
  window_.key(GLFW_KEY_R);
  window_.until_done();
  const auto& plots = window_.bench().theory_book().part_plots();
  for (const PlotPanel& plot : plots) {
    EXPECT_TRUE(window_.shown(plot.id)) << plot.id;
    EXPECT_EQ(plot.series.size(), 3U) << "bound, measured, exact";
    EXPECT_EQ(plot.series[1].y.size(), study().at.t > 0 ? plot.series[0].y.size() : 0U);
  }
  // Side by side, on one level, without overlap.
  for (std::size_t i = 1; i < plots.size(); ++i) {
    const WidgetRecord &a = widget(window_, plots[i - 1].id), &b = widget(window_, plots[i].id);
    EXPECT_EQ(a.min.y, b.min.y);
    EXPECT_EQ(a.max.y, b.max.y);
    EXPECT_GT(b.min.x, a.max.x);
    EXPECT_NEAR(b.max.x - b.min.x, a.max.x - a.min.x, 2.0F);
  }
  window_.hover(plots[1].id, 0.3F);
  settle();
  EXPECT_LT(study().place.checkpoint, plots[0].series[0].y.size() - 1) << "follows the pointer";
  window_.key(GLFW_KEY_D);
  EXPECT_EQ(window_.bench().state().view.theory.chart, TheoryChart::shares);
}

TEST_F(TheoryView, ListsWhatToReadWithCare) {
  const std::vector<const PaperNote*> notes = notes_that_matter({{theory()}});
  ASSERT_FALSE(notes.empty());
  EXPECT_EQ(window_.bench().theory_book().notes(), notes);
  for (const PaperNote* const note : notes) {
    EXPECT_EQ(window_.value("paper-note/" + std::string(note->id)), note->holds);
  }
  window_.key(GLFW_KEY_F2);
  window_.frames(2);
  EXPECT_FALSE(window_.shown("paper-note/" + std::string(notes[0]->id)));
}

TEST_F(TheoryView, ExplainsBesideTheCard) {
  window_.hover("symbol/theorem_3_1/c₁");
  window_.frames(2);
  const WidgetRecord& words = widget(window_, "symbol/explanation");
  const WidgetRecord& card = widget(window_, "statement/theorem_3_1");
  EXPECT_GE(words.min.x, card.max.x) << "covers nothing that it lights up";
  EXPECT_LE(words.max.x, 1280.0F);
  EXPECT_GE(words.min.y, 0.0F);
}

/// The same view at other sizes.
class TheoryViewOfSize : public ::testing::TestWithParam<std::pair<float, float>> {};

TEST_P(TheoryViewOfSize, CutsNothingAndOverlapsNothing) {
  const auto [width, height] = GetParam();
  for (const char* const preset : {"start", "too-bold"}) {
    Driver window(
        {.spec = preset_spec(preset), .preset = preset, .width = width, .height = height});
    window.key(GLFW_KEY_F3);
    window.until([&] {
      const TheoryStudyDesk& desk = window.bench().study();
      return desk.latest() != nullptr && !desk.pending() &&
             !window.bench().session().theory_pending();
    });
    window.frames(3);
    const TheoryBook& book = window.bench().theory_book();
    float below = 0.0F;
    for (const WaterfallRow& row : book.waterfall().rows) {
      const WidgetRecord& record = widget(window, "looseness/" + row.id);
      EXPECT_GE(record.min.y, below) << row.id;
      below = record.max.y;
    }
    for (const TornadoRow& row : book.tornado().rows) {
      const WidgetRecord& record = widget(window, "sensitivity/" + row.id);
      EXPECT_GE(record.min.y, below) << row.id;
      below = record.max.y;
    }
    const std::vector<AssumptionCheck>& checks =
        window.bench().session().theory()[0][window.bench().state().view.method].checks;
    for (std::size_t i = 0; i < checks.size(); ++i) {
      EXPECT_TRUE(window.shown("check/" + std::to_string(i + 1))) << checks[i].id;
    }
    if (preset == std::string("start")) {
      const WidgetRecord& plot = widget(window, "terms/plot");
      EXPECT_GE(plot.max.y - plot.min.y, 60.0F) << "room for the areas";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes,
                         TheoryViewOfSize,
                         ::testing::Values(std::pair{900.0F, 600.0F},
                                           std::pair{1000.0F, 640.0F},
                                           std::pair{1280.0F, 800.0F},
                                           std::pair{1600.0F, 1000.0F}));

TEST_F(TheoryView, FollowsThePointerToACheckpointAndAClickKeepsIt) {
  const TheoryCurve& bound = *theory().find("bound_3_4");
  const std::string end = window_.value("theory/place");
  window_.hover("terms/plot", 0.5F);
  settle();
  const std::size_t at = study().place.checkpoint;
  EXPECT_LT(at, bound.values.size() - 1);
  EXPECT_NE(window_.value("theory/place"), end);
  EXPECT_EQ(window_.value("terms/total"), format_for_reading(bound.values[at]));
  window_.click("terms/plot");
  window_.hover("theory/place");
  settle();
  EXPECT_EQ(study().place.checkpoint, at) << "kept";
  window_.key(GLFW_KEY_COMMA);
  settle();
  EXPECT_EQ(study().place.checkpoint, at - 1);
  window_.key(GLFW_KEY_END);
  settle();
  EXPECT_EQ(window_.value("theory/place"), end);
}

TEST_F(TheoryView, ForgetsThePointerWhereTheChartsHaveNoRoom) {
  window_.hover("terms/plot", 0.5F);
  ASSERT_TRUE(window_.bench().state().view.theory.under);
  ImGui::GetIO().DisplaySize.x = 600.0F;
  window_.frames(2);
  EXPECT_FALSE(window_.shown("terms/plot"));
  EXPECT_FALSE(window_.bench().state().view.theory.under);
}

TEST(TheoryViewWhileCurvesComputed, GivesNoFalseReasonAndKeepsItsBars) {
  std::atomic<bool> open = false;
  RunSpec spec = start_spec();
  spec.run.iterations = 2'000'000;  // bounds come at once, exact curves later
  Driver window({.spec = spec,
                 .preset = "",
                 .evaluate = [&](EvaluatedTheory wanted, const std::stop_token& stop) {
                   while (wanted.scope == TheoryScope::all && !open && !stop.stop_requested()) {
                     std::this_thread::yield();
                   }
                   return evaluate(std::move(wanted), stop);
                 }});
  const auto studied = [&] {
    const TheoryStudyDesk& desk = window.bench().study();
    return desk.latest() != nullptr && !desk.pending();
  };
  const Session& session = window.bench().session();
  window.key(GLFW_KEY_F3);
  window.until(studied);
  window.frames(2);
  ASSERT_TRUE(session.theory_pending());
  ASSERT_FALSE(session.theory_stale());
  EXPECT_EQ(window.value("looseness/reason"), "Being computed.");
  open = true;
  window.until([&] { return !session.theory_pending() && studied(); });
  window.frames(2);
  EXPECT_FALSE(window.shown("looseness/reason"));
  const WidgetRecord before = widget(window, "sensitivity/still");
  EXPECT_TRUE(window.shown("looseness/sentence"));
  open = false;
  spec.methods[1].step.eta *= 0.999;
  window.bench().paste(write_spec(spec));
  window.until(studied);
  window.frames(2);
  ASSERT_TRUE(session.theory_pending());
  EXPECT_TRUE(window.shown("looseness/sentence")) << "of before";
  EXPECT_EQ(widget(window, "sensitivity/still").min.y, before.min.y) << "nothing moves";
  open = true;
}

TEST_F(TheoryView, ChartsStayUnderThePointer) {
  for (int i = 0; i <= 20; ++i) {
    window_.hover("terms/plot", 0.05F * static_cast<float>(i), 0.98F);
    settle();
    const std::size_t at = study().place.checkpoint;
    const WidgetRecord before = *window_.bench().registry().find("terms/plot");
    settle();
    window_.frames(5);
    const WidgetRecord after = *window_.bench().registry().find("terms/plot");
    EXPECT_EQ(study().place.checkpoint, at) << "the numbers come to rest";
    EXPECT_EQ(before.min.x, after.min.x);
    EXPECT_EQ(before.max.x, after.max.x);
    EXPECT_EQ(before.min.y, after.min.y);
    EXPECT_EQ(before.max.y, after.max.y);
  }
}

TEST_F(TheoryView, AnotherMethodHasOtherNumbers) {
  const std::string before = window_.value("statement/theorem_3_4");
  window_.click("theorem/method/3");
  settle();
  EXPECT_EQ(study().place.method, 2U);
  EXPECT_NE(window_.value("statement/theorem_3_4"), before);
  window_.key(GLFW_KEY_UP);
  settle();
  EXPECT_EQ(window_.value("statement/theorem_3_4"), before);
}

TEST_F(TheoryView, ASymbolExplainsItself) {
  EXPECT_FALSE(window_.shown("symbol/explanation"));
  const TheoremStatement& first = statement("theorem_3_1");
  for (const std::string place : {"symbol/theorem_3_1/c₁", "symbol/theorem_3_1/c₁/formula"}) {
    window_.hover(place);
    const std::string words = window_.value("symbol/explanation");
    for (const StatementSymbol& symbol : first.symbols) {
      if (symbol.symbol != "c₁") continue;
      EXPECT_TRUE(words.starts_with("c₁ = " + format_for_reading(symbol.value))) << words;
      EXPECT_NE(words.find(symbol.meaning), std::string::npos);
      EXPECT_NE(words.find(symbol.source), std::string::npos);
    }
    EXPECT_EQ(window_.bench().state().view.theory.lit, "theorem_3_1/c₁");
    window_.hover("theory/place");
    window_.frames(3);
    EXPECT_FALSE(window_.shown("symbol/explanation"));
  }
}

TEST_F(TheoryView, LightsUpWhatASymbolIsComputedFrom) {
  window_.hover("symbol/theorem_3_1/c₁");
  Driver& window = window_;
  const WidgetRegistry& registry = window.bench().registry();
  std::vector<Command> commands;
  FieldMemory field;
  NullTextures textures;
  FormulaTextures formulas(textures);
  WidgetRegistry unused;
  const Fonts fonts;
  const Ui ui{window.bench().state(),
              window.bench().session(),
              window.bench().book(),
              fonts,
              ui_colours(Appearance::dark),
              figure_theme(Appearance::dark),
              formulas,
              unused,
              field,
              commands,
              window.bench().map()};
  const TheoryScene scene{ui};
  const TheoremStatement& s = statement("theorem_3_1");
  EXPECT_EQ(lit(scene, s, "c₁"), Lit::hovered);
  EXPECT_EQ(lit(scene, s, "μ₂"), Lit::direct);
  EXPECT_EQ(lit(scene, s, "τ"), Lit::indirect) << "through q";
  EXPECT_EQ(lit(scene, s, "σ(k)"), Lit::no);
  EXPECT_EQ(lit(scene, statement("theorem_3_3"), "c₁"), Lit::no) << "another card";
  EXPECT_NE(registry.find("symbol/explanation"), nullptr);
}

TEST_F(TheoryView, TabStepsThroughTheSymbols) {
  window_.key(GLFW_KEY_TAB);
  window_.frames(3);
  const std::string first = "theorem_3_1/" + statement("theorem_3_1").symbols.front().symbol;
  EXPECT_EQ(window_.bench().state().view.theory.symbol, first);
  EXPECT_TRUE(window_.shown("symbol/explanation"));
  window_.key(GLFW_KEY_TAB, true);
  window_.frames(4);
  const TheoremStatement& last = study().statements.back();
  EXPECT_EQ(window_.bench().state().view.theory.symbol, last.id + "/" + last.symbols.back().symbol);
  const WidgetRecord* const chip =
      window_.bench().registry().find("symbol/" + last.id + "/" + last.symbols.back().symbol);
  ASSERT_NE(chip, nullptr);
  EXPECT_TRUE(chip->visible) << "scrolled to";
  window_.key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(window_.bench().state().view.theory.chosen);
  EXPECT_EQ(window_.bench().state().view.layout, Layout::theory);
}

TEST(FormulaRows, HaveTheBoundThatIsDrawn) {
  RunSpec spec = preset_spec("ridge");
  spec.run.iterations = 20;
  spec.run.checkpoints.count = 3;
  spec.run.replicas = 2;
  Driver window({.spec = spec, .preset = "ridge", .height = 1000.0F});
  window.bench().state().view.theory_height = 440.0;
  window.key(GLFW_KEY_R);
  window.until_done();
  const auto primary = [&](const char* id) {
    const auto& theory = window.bench().session().theory()[0][window.bench().state().view.method];
    const TheoryCurve* const curve = theory.find(id);
    return curve != nullptr && curve->drawn() && curve->primary;
  };
  ASSERT_TRUE(primary("bound_solution"));
  EXPECT_TRUE(window.shown("formula/statement-solution-based"));
  EXPECT_EQ(window.shown("formula/theorem-3-4-sharp"), primary("bound_sharp"));
  EXPECT_TRUE(window.shown("formula/sid-lower")) << "and what stands behind it";
}

TEST_F(TheoryView, EvaluatesNothingWhileNothingChanges) {
  const std::int64_t before = desk().evaluations();
  const TheoryBook& book = window_.bench().theory_book();
  const std::uint64_t drawn = book.version();
  window_.frames(20);
  EXPECT_EQ(desk().evaluations(), before);
  window_.key(GLFW_KEY_COMMA);
  settle();
  EXPECT_EQ(book.version(), drawn) << "curves are of all checkpoints";
  window_.key(GLFW_KEY_END);
  settle();
  EXPECT_EQ(desk().evaluations(), before + 2);
  window_.key(GLFW_KEY_D);  // looks only
  window_.key(GLFW_KEY_T);
  window_.frames(5);
  EXPECT_EQ(desk().evaluations(), before + 2);
  window_.key(GLFW_KEY_DOWN);
  settle();
  EXPECT_EQ(desk().evaluations(), before + 3);
  EXPECT_GT(book.version(), drawn);
}

TEST_F(TheoryView, EscapeLeaves) {
  window_.key(GLFW_KEY_HOME);
  EXPECT_EQ(window_.bench().state().view.theory.at, std::size_t{0});
  window_.key(GLFW_KEY_ESCAPE);
  EXPECT_FALSE(window_.bench().state().view.theory.at);
  EXPECT_EQ(window_.bench().state().view.layout, Layout::theory);
  window_.key(GLFW_KEY_ESCAPE);
  EXPECT_EQ(window_.bench().state().view.layout, Layout::explore);
  EXPECT_EQ(desk().latest(), nullptr) << "nothing is wanted any more";
}

}  // namespace
}  // namespace sid::app
