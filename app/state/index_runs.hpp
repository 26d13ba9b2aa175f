#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sid::app {

/// A piece of a text that stands on the line, or lowered as an index.
struct IndexRun {
  std::string text;
  bool lowered = false;
  bool operator==(const IndexRun&) const = default;
};

/// `utf8` cut where plain text writes an index: "V*_b, σ₁" is "V*", "b" lowered, ", σ₁". An index
/// is the letters and digits after an underscore that follows a symbol of one or two letters,
/// perhaps with an accent or a star, or what stands in parentheses there: "η_(t+1)" lowers "t+1".
/// Underscores of longer words ("jacobian_samples") stay as they are. Runs join to `utf8` without
/// those underscores and parentheses; no run is empty.
std::vector<IndexRun> index_runs(std::string_view utf8);

}  // namespace sid::app
