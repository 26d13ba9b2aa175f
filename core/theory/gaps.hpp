#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sid/theory/report.hpp"

namespace sid {

/// A statement of the paper that has to be read with care: misprints, constants that can be
/// improved, and settings its theorems do not cover. The bounds here follow `holds`, never
/// `printed`.
struct PaperNote {
  std::string_view id;       ///< "G1"; stable
  std::string_view where;    ///< "Remark 4.1, (25)"
  std::string_view printed;  ///< what a reader takes from the page
  std::string_view holds;    ///< what holds
  std::string_view why;      ///< a counterexample or the missing step
  /// Curves ("bound_bottou") and checks ("D(iii)") it matters to; empty: to none that is computed.
  std::span<const std::string_view> matters_to;
  bool logistic_only = false;        ///< speaks of logistic losses in the lower level
  bool gradient_steps_only = false;  ///< speaks of maps w - alpha grad l(w)
};

/// All notes, in the order of their ids.
std::span<const PaperNote> paper_notes();

/// Whether it speaks of problems with these constants (ProblemConstants::remark_4_2 says whether
/// the lower level is logistic, ProblemConstants::gradient_map whether it has a loss).
bool speaks_of(const PaperNote& note, const ProblemConstants& constants);

/// Those that speak of the problem and matter to a curve or check.
std::vector<const PaperNote*> notes_about(std::string_view curve_or_check,
                                          const ProblemConstants& constants);

}  // namespace sid
