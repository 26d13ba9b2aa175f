#include "sid/app/panels/theory_view.hpp"

#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include "sid/math/numbers.hpp"
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
  for (const Sensitivity& s : study().sensitivities) {
    EXPECT_TRUE(window_.shown("sensitivity/" + s.id)) << s.id;
  }
}

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
              commands};
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

TEST_F(TheoryView, EvaluatesNothingWhileNothingChanges) {
  const std::int64_t before = desk().evaluations();
  window_.frames(20);
  EXPECT_EQ(desk().evaluations(), before);
  window_.key(GLFW_KEY_D);  // looks only
  window_.key(GLFW_KEY_T);
  window_.frames(5);
  EXPECT_EQ(desk().evaluations(), before);
  window_.key(GLFW_KEY_DOWN);
  settle();
  EXPECT_EQ(desk().evaluations(), before + 1);
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
