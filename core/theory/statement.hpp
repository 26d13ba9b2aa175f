#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sid/method/checkpoint.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// What a statement needs to know of a method beside its MethodTheory.
struct StatementContext {
  Ladder ladder = Ladder::sharpened;
  StepSizeSchedule lower_step, linear_step;
  std::int64_t jacobian_samples = 1;  ///< J; 0: exact derivative
  Checkpoint at;                      ///< (t, k) today's numbers are for
  std::size_t checkpoint = 0;         ///< its index in the curves of the theory
  /// The factor the hypergradient was multiplied by for display (1, or 1/n for sums); symbols
  /// follow.
  double hypergradient_scale = 1.0;
};

/// One symbol of a statement.
struct StatementSymbol {
  std::string symbol;   ///< "c₁"
  std::string meaning;  ///< "bias of the hypergradient per error of w"
  double value = 0.0;   ///< infinite or NaN: not known
  std::string unit;  ///< "E/(ΛW)" in the units of E, λ (Λ), w (W) and the lower loss (ℓ); "–"
  std::string source;  ///< "Theorem 3.1", "reference solve", "data"
  /// Symbols it is computed from; each is a symbol of the same statement.
  std::vector<std::string> depends_on;
};

/// A theorem as a card shows it: what it says, under which hypotheses, and with today's numbers.
struct TheoremStatement {
  std::string id;                       ///< "theorem_3_4"; stable
  std::string title;                    ///< "Theorem 3.4 (mean-square error)"
  std::string source;                   ///< where it is from
  std::string curve;                    ///< id of its curve
  Verdict verdict = Verdict::fails;     ///< of that curve
  bool has_value = false;               ///< whether that curve has one at this checkpoint
  std::vector<std::string> hypotheses;  ///< ids of AssumptionCheck
  std::vector<StatementSymbol> symbols;
  /// The inequality in symbols; then with numbers and its value, or the reason why it has none.
  std::vector<std::string> lines;
};

/// The statements that bound the hypergradient (3.1, 3.2, 3.3, 3.4, its sharp form, 5.1, the
/// solution-based bound) and the two subproblems (4.1, 4.2, 4.3, Corollary 4.1, the direct bound),
/// in this order, at one checkpoint. Those that do not apply say why.
std::vector<TheoremStatement> theorem_statements(const StatementContext& context,
                                                 const MethodTheory& theory);

}  // namespace sid
