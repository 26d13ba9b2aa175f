#pragma once

#include <array>
#include <string>
#include <vector>

#include "sid/figure/error_parts.hpp"

namespace sid::app {

/// What a theorem of 3.1 to 3.3 bounds, measured, beside it: a sentence and places on a logarithmic
/// axis of its own. In the units of the theorem's left side: the bias is a norm, not squared.
struct PartRow {
  std::string words;   ///< "measured 0.0102 (0.0071 to 0.0133), exact 0.0098; bound 75.3 times it"
  std::string tip;     ///< what is drawn, and the numbers as parts.csv has them
  bool offer = false;  ///< nothing is measured, but could be
  /// Places on the axis as shares of its width; NaN: none. The interval is cut at the ends.
  double measured = 0.0, low = 0.0, high = 0.0;
  double exact = 0.0, bound = 0.0;
  std::vector<double> decades;  ///< of powers of ten; empty: there is no axis
  std::string first, last;      ///< the powers at its ends
  bool has_axis() const { return !decades.empty(); }
};

/// How far the run is at the checkpoint.
enum class RunState { idle, running, over };

/// Of one method at one checkpoint.
struct PartRowsSource {
  DecompositionRoute route = DecompositionRoute::none;
  bool deterministic = false;            ///< the method draws no samples
  const MethodTheory* theory = nullptr;  ///< null: none
  std::size_t at = 0;                    ///< index of the checkpoint in its curves
  const CurvePoint* point = nullptr;     ///< measured there; null: not yet
  RunState run = RunState::idle;
};
/// In the order of kErrorParts.
std::array<PartRow, 3> part_rows(const PartRowsSource& source);

}  // namespace sid::app
