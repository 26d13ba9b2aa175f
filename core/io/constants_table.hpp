#pragma once

#include <span>
#include <string_view>

#include "sid/problem/constants.hpp"

namespace sid {

/// One of ProblemConstants as tables show it.
struct ConstantEntry {
  std::string_view name;    ///< "sigma2_theorem43", as the member is called
  std::string_view symbol;  ///< "σ₂ (4.3)"; of the paper where it has one
  /// In the units of E, lambda (Λ), w (W) and the lower-level loss (ℓ), features in 1/W; "–": none.
  std::string_view unit;
  std::string_view source;  ///< theorem or equation of the paper, or where else it comes from
  std::string_view meaning;
  double ProblemConstants::*member;
  /// With sums for lower-level losses (lambda and loss n times as large) the value is n^power
  /// times the one in the mean convention.
  int power = 0;

  double in_mean(const ProblemConstants& constants) const { return constants.*member; }
  /// `scale` is Panel::hypergradient_scale: 1, or 1/n for sums.
  double shown(const ProblemConstants& constants, double scale) const;
};

/// What an entry means and where it comes from for these constants: as the entry says, except where
/// Phi is no gradient step (ProblemConstants::gradient_map).
struct ConstantOrigin {
  std::string_view source;
  std::string_view meaning;
};
ConstantOrigin origin_of(const ConstantEntry& entry, const ProblemConstants& constants);

/// All scalar constants, in the order of the struct.
std::span<const ConstantEntry> constant_entries();

/// value * scale^(-power), exactly value for scale 1 or power 0.
double rescaled(double value, double scale, int power);

}  // namespace sid
