#pragma once

namespace sid {

/// Elementary functions from additions, multiplications and divisions alone, in a fixed order. A C
/// library may choose between versions with and without fused multiply-add according to the
/// processor, and the last bit of its results then depends on the machine; these do not.
/// Each is within 2 units in the last place of the exact value.

/// e^x. +infinity above 709.78, 0 below -745.2, NaN for NaN; exactly 1 at 0.
double portable_exp(double x);

/// Natural logarithm. -infinity at 0, NaN below 0 and for NaN; exactly 0 at 1.
double portable_log(double x);

/// log(1 + x), accurate for small x too. -infinity at -1, NaN below -1.
double portable_log1p(double x);

/// cos(2 pi x) for 0 <= x <= 1; exact at multiples of 1/4. (2 ulp relative to the larger of the
/// result and 2^-52.)
double cosine_of_turns(double x);

}  // namespace sid
