#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sid/app/panels/panels.hpp"
#include "sid/app/state/theory_study_desk.hpp"

namespace sid::app {

/// What the parts of the theory view draw: everything was computed before, nothing is here.
struct TheoryScene {
  const Ui& ui;
  const MethodTheory* theory = nullptr;      ///< of the selected method; null while there is none
  const TheoryStudy* study = nullptr;        ///< of the same method; null while there is none
  std::vector<Checkpoint> checkpoints = {};  ///< of the curves of `theory`
  std::size_t at = 0;                        ///< the checkpoint that is shown
  bool pending = false;                      ///< a newer study is on its way
  Colour hue = {};                           ///< of the selected method
};

/// Cards, terms, looseness, sensitivities and assumptions of the selected method, in columns;
/// narrow views do without the columns on the right. Registers what it shows:
///   "theory/place"                   the checkpoint
///   "statement/<id>"                 the verdict in words, and the value
///   "symbol/<id>/<symbol>"           the symbol's value; "<...>/formula" where it is in the
///   formula "symbol/explanation"             what the hovered symbol is "note/<id>/<note>" the
///   note on the paper "terms/<term>"                   the value of a term "looseness/<step>",
///   "sensitivity/<constant>"  decades
void draw_theory_view(const Ui& ui, const TheoryStudyDesk& desk, PlotCache& cache, ImVec2 size);

/// Parts of it, each a card at the cursor.
void draw_statement_cards(const TheoryScene& scene, ImVec2 size);
void draw_term_areas(const TheoryScene& scene, PlotCache& cache, ImVec2 size);
void draw_looseness(const TheoryScene& scene, ImVec2 size);
void draw_sensitivities(const TheoryScene& scene, ImVec2 size);

// ---- theory_symbols.cpp ------------------------------------------------------------------------

/// How strongly a symbol of a statement is lit: under the pointer, or what that is computed from.
enum class Lit { no, indirect, direct, hovered };
Lit lit(const TheoryScene& scene, const TheoremStatement& statement, const std::string& symbol);

/// The statement's formula at the cursor, at most `width` pixels wide, with its symbols lit;
/// scrolls where it would be too small to read. False where it is not at hand: nothing is drawn
/// then.
bool draw_statement_formula(const TheoryScene& scene,
                            const TheoremStatement& statement,
                            float width);
/// Every symbol with its value, in rows.
void draw_symbol_chips(const TheoryScene& scene, const TheoremStatement& statement, float width);
/// What the symbol under the pointer is; nothing if there is none. Call once, after all cards.
void draw_explanation(const TheoryScene& scene);

/// Items one after the other, in as many rows as they need.
class Flow {
 public:
  Flow(const Ui& ui, float width, float line, float gap);
  /// Where an item of this width goes, in screen pixels.
  ImVec2 place(float width);
  float line() const { return line_; }
  /// Moves the cursor below the last row.
  void end();

 private:
  ImVec2 origin_;
  float width_, line_, gap_;
  float x_ = 0.0F, y_ = 0.0F;
};

}  // namespace sid::app
