#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "sid/app/panels/panels.hpp"
#include "sid/app/state/theory_book.hpp"

namespace sid::app {

/// Where the theory view finds what it draws.
struct TheorySources {
  const TheoryStudyDesk& desk;
  const TheoryBook& book;
  PlotCache& cache;
};

/// What the parts of the theory view draw: everything was computed before, nothing is here.
struct TheoryScene {
  const Ui& ui;
  const TheoryBook* book = nullptr;      ///< pictures of the selected method
  const MethodTheory* theory = nullptr;  ///< of the selected method; null while there is none
  const TheoryStudy* study = nullptr;    ///< of the same method; null while there is none
  std::span<const Checkpoint> checkpoints = {};  ///< of the curves of `theory`
  std::size_t at = 0;                            ///< the checkpoint that is shown
  bool pending = false;                          ///< a newer study is on its way
  Colour hue = {};                               ///< of the selected method
};

/// Cards, terms, looseness, sensitivities and assumptions of the selected method, in columns.
/// Narrow views have two, and all but the cards in the second, which scrolls; still narrower ones
/// have the cards alone. Registers what it shows:
///   "theory/place"                  the checkpoint
///   "theory/chart"                  what the first chart shows
///   "statement/<id>"                the verdict in words, and the value
///   "part/<id>"                     of Theorems 3.1 to 3.3: the measured part beside the bound
///   "part/<id>/measure"             turns the measurement on
///   "symbol/<id>/<symbol>"          its value; "<...>/formula" where it is in the formula
///   "symbol/explanation"            what the hovered symbol is
///   "note/<id>/<note>"              the note on the paper
///   "paper-note/<note>"             the same below the assumptions, all that matter
///   "terms/<term>"                  the value of a term
///   "parts/<part>", "parts/route"   plots of the parts, and how they are measured
///   "looseness/<step>", "sensitivity/<constant>"   decades
void draw_theory_view(const Ui& ui, const TheorySources& sources, ImVec2 size);

/// Why there is no theory yet.
std::string waiting_words(const Ui& ui);

/// Parts of it, each a card at the cursor.
void draw_statement_cards(const TheoryScene& scene, ImVec2 size);
/// The least height of the first chart; all it takes where it has a reason in place of curves.
float first_chart_height(const TheoryScene& scene, float width);
/// It has curves, which gain from more height.
bool first_chart_grows(const TheoryScene& scene);
void draw_first_chart(const TheoryScene& scene, PlotCache& cache, ImVec2 size);
/// Bars in rows of at least `row` pixels; the heights are what the cards take at this width.
float looseness_height(const TheoryScene& scene, float width, float row);
void draw_looseness(const TheoryScene& scene, ImVec2 size, float row);
float sensitivities_height(const TheoryScene& scene, float width, float row);
void draw_sensitivities(const TheoryScene& scene, ImVec2 size, float row);

// ---- theory_terms.cpp --------------------------------------------------------------------------

/// Why there are no areas; empty where there are.
std::string no_terms(const TheoryScene& scene);
/// Of that sentence, in lines of `width` pixels.
float reason_height(const TheoryScene& scene, float width);
/// Areas and their legend from `origin` down, in `size` pixels.
void draw_term_areas(const TheoryScene& scene, PlotCache& cache, ImVec2 origin, ImVec2 size);
/// The checkpoint nearest to the pointer inside `g` becomes the one that is shown; a click keeps
/// it. `name` is the registry's.
void follow_pointer(const TheoryScene& scene, const PlotGeometry& g, const char* name);
/// The checkpoint that is shown, as a line.
void draw_crosshair(const TheoryScene& scene, const PlotGeometry& g);

// ---- theory_parts.cpp --------------------------------------------------------------------------

/// Below the numbers of Theorems 3.1 to 3.3: what is measured, on an axis with the bound. Nothing
/// for other statements.
void draw_part_row(const TheoryScene& scene, const TheoremStatement& statement, float width);
/// Plots of the parts, and how they are measured, from `origin` down, in `size` pixels.
void draw_part_plots(const TheoryScene& scene, PlotCache& cache, ImVec2 origin, ImVec2 size);

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
/// What the symbol under the pointer is, beside its card; nothing if there is none. Call once,
/// after all cards.
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
