#pragma once

#include <bit>
#include <cstdint>

#if defined(__x86_64__) && defined(__GNUC__)
#define SID_KERNEL __attribute__((always_inline)) inline
#else
#define SID_KERNEL inline
#endif

/// The exponential without a branch or a call, for loops that the compiler is to vectorise. One
/// element goes through the same additions and multiplications in the same order whatever the
/// width, so the bits are the same everywhere. portable_exp and portable_expm1 (elementary.hpp)
/// are these kernels for every double.
namespace sid::kernel {

struct ReducedExponent {
  double exponent;   ///< k: x = k ln 2 + r with |r| <= ln(2)/2
  double remainder;  ///< e^r - 1
};

/// Adding and subtracting 1.5 * 2^52 rounds to the nearest integer and leaves that integer in the
/// low bits of the sum.
inline constexpr double kRounder = 0x1.8p52;

/// e^r - 1 for |r| <= ln(2)/2 by its Taylor polynomial of degree 13; the next term is below 5e-18
/// of the result.
SID_KERNEL double expm1_reduced(double r) {
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

/// x in [-746, 710].
SID_KERNEL ReducedExponent reduce_exponent(double x) {
  constexpr double kLog2e = 1.4426950408889634;
  // ln 2 in two parts; the first has 21 trailing zero bits, so k times it is exact for |k| < 2^21.
  constexpr double kLn2High = 0x1.62e42fee00000p-1;
  constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
  const double k = (x * kLog2e + kRounder) - kRounder;
  const double r = (x - k * kLn2High) - k * kLn2Low;
  return {k, expm1_reduced(r)};
}

/// 2^k for an integer k in [-1022, 1023]: k + 1023 stands in the low bits and is moved to the
/// exponent field.
SID_KERNEL double power_of_two(double k) {
  const auto low = std::bit_cast<std::uint64_t>(k + (kRounder + 1023.0));
  return std::bit_cast<double>(low << 52);
}

/// e^x for x in [-746, 710], NaN for NaN. The power of two is applied in two halves, so that
/// results near either end of the range of doubles are reached.
SID_KERNEL double exp(double x) {
  const ReducedExponent reduced = reduce_exponent(x);
  const double half = (reduced.exponent * 0.5 + kRounder) - kRounder;
  const double value = 1.0 + reduced.remainder;
  return (value * power_of_two(half)) * power_of_two(reduced.exponent - half);
}

}  // namespace sid::kernel
