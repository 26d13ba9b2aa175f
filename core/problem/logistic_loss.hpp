#pragma once

#include "sid/math/types.hpp"

namespace sid {

/// The logistic loss psi(u) = log(1 + e^-u) and its derivatives, for every double u, in plain
/// double arithmetic: no library function whose code is chosen by the processor is called, so the
/// bits are the same everywhere. Infinities give the limits; NaN gives NaN.
///
///   psi(u)    = max(-u, 0) + log(1 + e^-|u|)
///   psi'(u)   = -sigmoid(-u)                 in [-1, 0]
///   psi''(u)  = sigmoid(u) sigmoid(-u)       in [0, 1/4]
///   psi'''(u) = -psi''(u) tanh(u/2)          |psi'''| <= 1/(6 sqrt 3)
///
/// Relative error below 4e-16 (about two units in the last place) wherever the result is a normal
/// number; results below 2.3e-308 are rounded to subnormal numbers or zero.
double logistic_loss(double u);
double logistic_loss_first(double u);
double logistic_loss_second(double u);
double logistic_loss_third(double u);

/// 1/(1 + e^-u).
double sigmoid(double u);

/// sup |psi'''| = 1/(6 sqrt 3).
inline constexpr double kLogisticThirdBound = 0.096225044864937627;

/// The same functions for `count` values at once; `out` may be `u` itself. Vectorised, with the
/// bits of the scalar functions.
void logistic_loss_first(const double* u, double* out, Index count);
void logistic_loss_second(const double* u, double* out, Index count);

}  // namespace sid
