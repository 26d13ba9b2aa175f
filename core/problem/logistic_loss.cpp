#include "sid/problem/logistic_loss.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace sid {
namespace {

#if defined(__x86_64__) && defined(__GNUC__)
#define SID_INLINE __attribute__((always_inline)) inline
#else
#define SID_INLINE inline
#endif

constexpr double kLog2e = 1.4426950408889634;
// ln 2 in two parts; the first has 21 trailing zero bits, so k * kLn2High is exact for |k| < 2^21.
constexpr double kLn2High = 0x1.62e42fee00000p-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
// Adding and subtracting 1.5 * 2^52 rounds to the nearest integer and leaves that integer in the
// low bits of the sum.
constexpr double kRounder = 0x1.8p52;

struct Reduced {
  double exponent;   // k: x = k ln 2 + r
  double remainder;  // r + r^2/2 + ... = e^r - 1
};

// e^r - 1 for |r| <= ln(2)/2 by its Taylor polynomial of degree 13; the next term is below 5e-18
// of the result.
SID_INLINE double expm1_reduced(double r) {
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  return r + r * r * p;
}

SID_INLINE Reduced reduce(double x) {
  const double k = (x * kLog2e + kRounder) - kRounder;
  const double r = (x - k * kLn2High) - k * kLn2Low;
  return {k, expm1_reduced(r)};
}

// 2^k for an integer-valued k in [-1022, 1023]: k + 1023 moved into the exponent field.
SID_INLINE double power_of_two(double k) {
  const auto low = std::bit_cast<std::uint64_t>(k + (kRounder + 1023.0));
  return std::bit_cast<double>(low << 52);
}

// e^x for x in [-746, 709]; the power of two is applied in two halves so that subnormal results
// are reached.
SID_INLINE double exp_bounded(double x) {
  const Reduced reduced = reduce(x);
  const double half = (reduced.exponent * 0.5 + kRounder) - kRounder;
  const double value = 1.0 + reduced.remainder;
  return (value * power_of_two(half)) * power_of_two(reduced.exponent - half);
}

// e^-|u|, with |u| cut where the result is zero anyway. NaN passes the comparison unchanged.
SID_INLINE double exp_of_minus_abs(double u) {
  const double x = -std::abs(u);
  return exp_bounded(x < -746.0 ? -746.0 : x);
}

SID_INLINE double first_derivative(double u) {
  const double e = exp_of_minus_abs(u);
  return (u >= 0.0 ? -e : -1.0) / (1.0 + e);
}

SID_INLINE double second_derivative(double u) {
  const double e = exp_of_minus_abs(u);
  const double s = 1.0 / (1.0 + e);
  return e * s * s;
}

// 1 - e^-a for a >= 0 without cancellation near zero.
double one_minus_exp_minus(double a) {
  if (a > 40.0) return 1.0;
  const Reduced reduced = reduce(-a);
  const double scale = power_of_two(reduced.exponent);
  return (1.0 - scale) - scale * reduced.remainder;
}

// log(1 + e) for e in [0, 1]: 2 artanh(s) with s = e/(2 + e), after halving the argument where
// that makes |s| <= 0.172; the first omitted term is below 1e-17 of the result.
double log1p_unit(double e) {
  const bool halve = e > 0.4142135623730951;
  const double numerator = halve ? e - 1.0 : e;
  const double denominator = halve ? e + 3.0 : e + 2.0;
  const double s = numerator / denominator;
  const double t = s * s;
  double p = 1.0 / 23.0;
  for (int odd = 21; odd >= 3; odd -= 2) p = p * t + 1.0 / odd;
  const double value = 2.0 * s + 2.0 * s * t * p;
  return halve ? 0.69314718055994531 + value : value;
}

template <class Function>
SID_INLINE void apply(const double* u, double* out, Index count, Function function) {
  for (Index i = 0; i < count; ++i) out[i] = function(u[i]);
}

// The loop is compiled once more for wider registers. Only the width differs: every element goes
// through the same operations in the same order, so the bits agree.
#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2"))) void first_avx2(const double* u, double* out, Index count) {
  apply(u, out, count, first_derivative);
}
__attribute__((target("avx2"))) void second_avx2(const double* u, double* out, Index count) {
  apply(u, out, count, second_derivative);
}
bool has_avx2() {
  static const bool present = __builtin_cpu_supports("avx2") != 0;
  return present;
}
#endif

}  // namespace

double exp_reproducible(double x) {
  if (x < -746.0) return 0.0;
  return exp_bounded(x > 709.0 ? 709.0 : x);
}

double sigmoid(double u) {
  const double e = exp_of_minus_abs(u);
  return (u >= 0.0 ? 1.0 : e) / (1.0 + e);
}

double logistic_loss(double u) {
  if (std::isnan(u)) return u;
  return std::max(-u, 0.0) + log1p_unit(exp_of_minus_abs(u));
}

double logistic_loss_first(double u) {
  return first_derivative(u);
}

double logistic_loss_second(double u) {
  return second_derivative(u);
}

double logistic_loss_third(double u) {
  const double a = std::abs(u);
  const double e = exp_of_minus_abs(u);
  const double tanh_half = one_minus_exp_minus(a) / (1.0 + e);
  const double magnitude = second_derivative(u) * tanh_half;
  return u >= 0.0 ? -magnitude : magnitude;
}

void logistic_loss_first(const double* u, double* out, Index count) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (has_avx2()) return first_avx2(u, out, count);
#endif
  apply(u, out, count, first_derivative);
}

void logistic_loss_second(const double* u, double* out, Index count) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (has_avx2()) return second_avx2(u, out, count);
#endif
  apply(u, out, count, second_derivative);
}

}  // namespace sid
