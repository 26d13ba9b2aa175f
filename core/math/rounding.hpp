#pragma once

namespace sid {

/// Numbers of so many significant decimal digits, for limits that people read and type in again.
/// Found in decimal arithmetic, so that they do not depend on a C library, and returned as the
/// doubles nearest to them, as reading them gives. `digits`: 1 to 17. Zero, infinities and NaN are
/// returned as they are; negative numbers are rounded as their magnitudes are, other way round.

/// The nearest such number.
double rounded(double value, int digits);

/// The largest such number at most `value`: an upper limit that is shown holds. A number above
/// `value` by less than the fraction 1e-12 counts as equal to it: limits are not computed more
/// accurately than that, and comparisons with them (at_most) forgive as much, so 1/(1 + 1) is shown
/// as 0.5 even where rounding left it a hair below.
double rounded_down(double value, int digits);

/// The smallest such number at least `value`, by the same rule: for lower limits. `value` itself
/// where that number is above the largest double.
double rounded_up(double value, int digits);

}  // namespace sid
