#pragma once

#include <string>
#include <vector>

#include "sid/theory/looseness.hpp"
#include "sid/theory/sensitivity.hpp"

namespace sid::app {

/// "+1.88", "−0.57", "0.00".
std::string decades_text(double decades);

/// One inequality of the waterfall: its bar from `begin` to `end`, as shares of the width from the
/// largest value on the left to the smallest on the right.
struct WaterfallRow {
  std::string id, label;
  std::string decades;  ///< "+1.88"
  std::string tip;
  double begin = 0.0, end = 0.0;
  bool widens = false;  ///< the step goes back to a larger value
  bool worst = false;   ///< the largest step of all
};

/// Where the decades go, ready to be drawn; empty where there are no steps.
struct Waterfall {
  std::vector<WaterfallRow> rows;
  std::string heading;   ///< from where to where, and how far
  std::string sentence;  ///< which step is the largest, and why
};
Waterfall waterfall(const std::vector<LoosenessStep>& steps);

/// One constant of the tornado: bars to `up` and `down`, in [-1, 1] of the half width; NaN: none.
struct TornadoRow {
  std::string id, symbol, meaning;
  std::string number;   ///< the larger change in decades, or "no bound"
  std::string changes;  ///< "+10 %: −0.13, −10 %: +0.14"
  std::string tip;
  double up = 0.0, down = 0.0;
  bool lost = false;  ///< a change of ten per cent leaves no bound
};

/// What the bound hangs on, ready to be drawn; empty where there is nothing to move.
struct Tornado {
  std::vector<TornadoRow> rows;
  /// Constants whose rows would read 0.000: their ids, and a sentence with their symbols.
  std::vector<std::string> still;
  std::string still_sentence;
};
Tornado tornado(const std::vector<Sensitivity>& list);

}  // namespace sid::app
