#include "sid/problem/logistic_loss.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/elementary.hpp"
#include "sid/math/exp_kernel.hpp"

namespace sid {
namespace {

// e^-|u|, with |u| cut where the result is zero anyway. NaN passes the comparison unchanged.
SID_KERNEL double exp_of_minus_abs(double u) {
  const double x = -std::abs(u);
  return kernel::exp(x < -746.0 ? -746.0 : x);
}

SID_KERNEL double first_derivative(double u) {
  const double e = exp_of_minus_abs(u);
  return (u >= 0.0 ? -e : -1.0) / (1.0 + e);
}

SID_KERNEL double second_derivative(double u) {
  const double e = exp_of_minus_abs(u);
  const double s = 1.0 / (1.0 + e);
  return e * s * s;
}

template <class Function>
SID_KERNEL void apply(const double* u, double* out, Index count, Function function) {
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

double sigmoid(double u) {
  const double e = exp_of_minus_abs(u);
  return (u >= 0.0 ? 1.0 : e) / (1.0 + e);
}

double logistic_loss(double u) {
  if (std::isnan(u)) return u;
  return std::max(-u, 0.0) + portable_log1p(exp_of_minus_abs(u));
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
  const double tanh_half = -portable_expm1(-a) / (1.0 + e);
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
