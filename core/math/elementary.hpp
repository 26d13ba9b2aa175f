#pragma once

namespace sid {

/// Elementary functions from additions, multiplications and divisions alone, in a fixed order. A C
/// library may choose between versions with and without fused multiply-add according to the
/// processor, and the last bit of its results then depends on the machine; these do not.
/// Each is within 2 units in the last place of the exact value unless it says otherwise.

/// e^x. +infinity above 709.78, 0 below -745.2, NaN for NaN; exactly 1 at 0.
double portable_exp(double x);

/// e^x - 1, accurate for small x too. +infinity above 709.78, NaN for NaN.
double portable_expm1(double x);

/// Hyperbolic tangent, odd, of modulus at most 1; NaN for NaN. Within 4 units in the last place.
double portable_tanh(double x);

/// Natural logarithm. -infinity at 0, NaN below 0 and for NaN; exactly 0 at 1.
double portable_log(double x);

/// log(1 + x), accurate for small x too. -infinity at -1, NaN below -1.
double portable_log1p(double x);

/// base^exponent = e^(exponent log base) for base > 0; exactly 1 where the exponent is 0 or the
/// base is 1. The relative error grows with the size of the result's logarithm x: below (4 + 3 |x|)
/// units in the last place.
double portable_pow(double base, double exponent);

/// (1 - loss)^steps for steps >= 0 and loss <= 1: what is left of an error after so many steps that
/// each take away the fraction `loss`. Formed from log(1 - loss), so a loss too small to change 1.0
/// counts too. 0 for loss >= 1 and steps > 0; exactly 1 for steps = 0. Error as portable_pow.
double decay(double loss, double steps);

/// cos(2 pi x) for 0 <= x <= 1; exact at multiples of 1/4. (2 ulp relative to the larger of the
/// result and 2^-52.)
double cosine_of_turns(double x);

}  // namespace sid
