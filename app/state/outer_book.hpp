#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sid/app/state/outer_desk.hpp"
#include "sid/figure/outer_figure.hpp"

namespace sid::app {

/// One method of the loop, in words.
struct OuterRow {
  std::size_t method = 0;
  std::string label;
  std::string lambda;    ///< mean over replicas; empty for several lambdas
  std::string distance;  ///< root mean square
  std::string samples;   ///< "2.4·10⁴", so far
  std::string to_tenth;  ///< samples to a distance of 0.1; "–" where it is not reached
  bool operator==(const OuterRow&) const = default;
};

/// Figure and table of the loop on the desk, made anew only when that or the options changed.
class OuterBook {
 public:
  /// True if it made them anew.
  bool update(const OuterDesk& desk, const OuterFigureOptions& options);

  const Figure& figure() const { return figure_; }
  const std::vector<OuterRow>& rows() const { return rows_; }
  const std::string& optimum() const { return optimum_; }  ///< "λ* = 0.198, f(λ*) = 3.1", or empty
  std::uint64_t version() const { return version_; }       ///< counts what update() made

 private:
  Figure figure_;
  std::vector<OuterRow> rows_;
  std::string optimum_;
  OuterFigureOptions options_;
  std::uint64_t changes_ = 0;
  std::uint64_t version_ = 0;
};

}  // namespace sid::app
