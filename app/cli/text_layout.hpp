#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace sid::cli {

/// Columns of every text for a terminal that is longer than a line.
inline constexpr std::size_t kLineWidth = 100;

/// `text` broken at spaces into lines of at most kLineWidth columns, the first after `first`, the
/// others after as many spaces as `first` is wide. A longer word keeps a line of its own, and
/// non-breaking spaces hold. Ends with a line break.
std::string wrapped(const std::string& first, const std::string& text);

/// Lines "<mark> a, b, c: reason" of (name, reason) pairs: names of one reason share a line, in the
/// order in which reasons come first.
class ReasonList {
 public:
  void add(const std::string& mark, const std::string& name, const std::string& reason);
  bool empty() const { return groups_.empty(); }
  std::string lines(const std::string& indent) const;

 private:
  struct Group {
    std::string mark, reason, names;
  };
  std::vector<Group> groups_;
};

/// A bar of `cells` cells, `share` in [0, 1] of them full, in eighths; NaN and less than 0 count
/// as 0.
std::string bar(double share, int cells);

/// "+0.24", "−1.2": with its sign, two digits after the point.
std::string signed_decades(double value);

}  // namespace sid::cli
