#include "sid/problem/teaching_recursion.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "sid/math/elementary.hpp"

namespace sid {
namespace {

#if defined(__x86_64__) && defined(__GNUC__)
#define SID_INLINE __attribute__((always_inline)) inline
#else
#define SID_INLINE inline
#endif

// Coordinates advance side by side, in groups that fill vector registers; those that are missing
// from the last group are ones without noise or error.
constexpr Index kLanes = 8;
using Lanes = std::array<double, kLanes>;

Lanes load(const ConstVectorRef& x, Index first, double missing) {
  Lanes lanes;
  lanes.fill(missing);
  for (Index i = 0; i < std::min(kLanes, x.size() - first); ++i) {
    lanes[static_cast<std::size_t>(i)] = x(first + i);
  }
  return lanes;
}

void store(const Lanes& lanes, Index first, Vector& x) {
  for (Index i = 0; i < std::min(kLanes, x.size() - first); ++i) {
    x(first + i) = lanes[static_cast<std::size_t>(i)];
  }
}

/// Zero once too small to matter: every operation on subnormal numbers takes many times longer.
SID_INLINE double without_dust(double error) {
  return std::abs(error) < 1e-290 ? 0.0 : error;
}

struct IterateLanes {
  Lanes curvature, n2, n4, w_star;
  Lanes error, second, third, fourth;
};

struct AdjointLanes {
  Lanes curvature, n2, limit;
  Lanes error, variance;
};

SID_INLINE void advance(const TeachingNoise& noise,
                        std::span<const double> steps,
                        IterateLanes& lanes) {
  const double x2 = noise.additive_second;
  const double x4 = noise.additive_fourth;
  IterateLanes m = lanes;
  for (const double step : steps) {
    const double s2 = step * step;
    for (std::size_t i = 0; i < kLanes; ++i) {
      const double a = 1.0 - step * m.curvature[i];
      const double a2 = a * a;
      const double n2 = m.n2[i];
      const double w = m.w_star[i] + m.error[i];
      const double w2 = w * w;
      const double second = m.second[i];
      const double third = m.third[i];
      const double fourth = m.fourth[i];
      const double raw2 = w2 + second;
      const double raw4 = w2 * w2 + 6.0 * w2 * second + 4.0 * w * third + fourth;
      const double mixed = w2 * second + 2.0 * w * third + fourth;
      m.error[i] = without_dust(a * m.error[i]);
      m.second[i] = a2 * second + s2 * (x2 + n2 * raw2);
      m.third[i] = a2 * a * third + 3.0 * a * s2 * n2 * (2.0 * w * second + third);
      m.fourth[i] = a2 * a2 * fourth + 6.0 * a2 * s2 * (x2 * second + n2 * mixed) +
                    s2 * s2 * (x4 + 6.0 * x2 * n2 * raw2 + m.n4[i] * raw4);
    }
  }
  lanes = m;
}

SID_INLINE void advance(std::span<const double> steps, AdjointLanes& lanes) {
  AdjointLanes m = lanes;
  for (const double step : steps) {
    const double s2 = step * step;
    for (std::size_t i = 0; i < kLanes; ++i) {
      const double a = 1.0 - step * m.curvature[i];
      const double kappa = m.limit[i] + m.error[i];
      const double n2 = s2 * m.n2[i];
      m.variance[i] = (a * a + n2) * m.variance[i] + n2 * kappa * kappa;
      m.error[i] = without_dust(a * m.error[i]);
    }
  }
  lanes = m;
}

// The loops are compiled once more for wider registers. Only the width differs: every coordinate
// goes through the same operations in the same order, so the bits agree.
#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2"))) void advance_avx2(const TeachingNoise& noise,
                                                  std::span<const double> steps,
                                                  IterateLanes& lanes) {
  advance(noise, steps, lanes);
}
__attribute__((target("avx2"))) void advance_avx2(std::span<const double> steps,
                                                  AdjointLanes& lanes) {
  advance(steps, lanes);
}
bool has_avx2() {
  static const bool present = __builtin_cpu_supports("avx2") != 0;
  return present;
}
#endif

void advance_any(const TeachingNoise& noise, std::span<const double> steps, IterateLanes& lanes) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (has_avx2()) return advance_avx2(noise, steps, lanes);
#endif
  advance(noise, steps, lanes);
}

void advance_any(std::span<const double> steps, AdjointLanes& lanes) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (has_avx2()) return advance_avx2(steps, lanes);
#endif
  advance(steps, lanes);
}

/// A linear map of N values in which none depends on a later one.
template <std::size_t N>
using Triangle = std::array<std::array<double, N>, N>;

/// x <- m^count x.
template <std::size_t N>
void apply_power(Triangle<N> m, std::int64_t count, std::array<double, N>& x) {
  for (; count > 0; count /= 2) {
    if (count % 2 != 0) {
      for (std::size_t i = N; i-- > 0;) {
        double sum = 0.0;
        for (std::size_t j = 0; j <= i; ++j) sum += m[i][j] * x[j];
        x[i] = sum;
      }
    }
    if (count == 1) break;
    Triangle<N> square{};
    for (std::size_t i = 0; i < N; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        for (std::size_t k = j; k <= i; ++k) square[i][j] += m[i][k] * m[k][j];
      }
    }
    m = square;
  }
}

/// (1 - loss)^count for a loss of any size.
double signed_decay(double loss, std::int64_t count) {
  const auto steps = static_cast<double>(count);
  if (loss <= 1.0) return decay(loss, steps);
  const double size = decay(2.0 - loss, steps);
  return count % 2 == 0 ? size : -size;
}

/// One coordinate with everything an equal step needs.
struct IterateStep {
  double a = 0.0;  // W' = a W + c in the mean
  double c = 0.0;
  double k2 = 0.0;  // s^2 X2
  double k4 = 0.0;  // s^4 X4
  double y = 0.0;   // s^2 N2
  double z = 0.0;   // s^4 N4
};

Triangle<11> iterate_map(const IterateStep& p) {
  enum : std::size_t { kOne, kW, kW2, kW3, kW4, kS2, kWS2, kW2S2, kS3, kWS3, kS4 };
  const double a = p.a, c = p.c, y = p.y;
  const double a2 = a * a;
  const double keep2 = a2 + y;              // second' = keep2 second + y W^2 + k2
  const double keep3 = a * (a2 + 3.0 * y);  // third' = keep3 third + 6 a y W second
  Triangle<11> m{};
  m[kOne][kOne] = 1.0;
  m[kW][kOne] = c;
  m[kW][kW] = a;
  m[kW2][kOne] = c * c;
  m[kW2][kW] = 2.0 * a * c;
  m[kW2][kW2] = a2;
  m[kW3][kOne] = c * c * c;
  m[kW3][kW] = 3.0 * a * c * c;
  m[kW3][kW2] = 3.0 * a2 * c;
  m[kW3][kW3] = a2 * a;
  m[kW4][kOne] = c * c * c * c;
  m[kW4][kW] = 4.0 * a * c * c * c;
  m[kW4][kW2] = 6.0 * a2 * c * c;
  m[kW4][kW3] = 4.0 * a2 * a * c;
  m[kW4][kW4] = a2 * a2;
  m[kS2][kOne] = p.k2;
  m[kS2][kW2] = y;
  m[kS2][kS2] = keep2;
  m[kWS2][kOne] = c * p.k2;
  m[kWS2][kW] = a * p.k2;
  m[kWS2][kW2] = c * y;
  m[kWS2][kW3] = a * y;
  m[kWS2][kS2] = c * keep2;
  m[kWS2][kWS2] = a * keep2;
  m[kW2S2][kOne] = c * c * p.k2;
  m[kW2S2][kW] = 2.0 * a * c * p.k2;
  m[kW2S2][kW2] = a2 * p.k2 + c * c * y;
  m[kW2S2][kW3] = 2.0 * a * c * y;
  m[kW2S2][kW4] = a2 * y;
  m[kW2S2][kS2] = c * c * keep2;
  m[kW2S2][kWS2] = 2.0 * a * c * keep2;
  m[kW2S2][kW2S2] = a2 * keep2;
  m[kS3][kWS2] = 6.0 * a * y;
  m[kS3][kS3] = keep3;
  m[kWS3][kWS2] = 6.0 * a * c * y;
  m[kWS3][kW2S2] = 6.0 * a2 * y;
  m[kWS3][kS3] = c * keep3;
  m[kWS3][kWS3] = a * keep3;
  m[kS4][kOne] = p.k4;
  m[kS4][kW2] = 6.0 * p.k2 * y;
  m[kS4][kW4] = p.z;
  m[kS4][kS2] = 6.0 * p.k2 * (a2 + y);
  m[kS4][kW2S2] = 6.0 * (a2 * y + p.z);
  m[kS4][kWS3] = 4.0 * (3.0 * a2 * y + p.z);
  m[kS4][kS4] = a2 * a2 + 6.0 * a2 * y + p.z;
  return m;
}

}  // namespace

TeachingNoise teaching_noise(const TeachingParameters& p, std::int64_t minibatch) {
  const auto n = static_cast<double>(minibatch);
  const Eigen::ArrayXd m2 = (p.noise_multiplicative * p.h.array()).square();
  const double l2 = (p.noise_lambda * p.lambda) * (p.noise_lambda * p.lambda);
  const double a2 = p.noise_additive * p.noise_additive;
  TeachingNoise noise;
  noise.curvature_second = ((m2 + l2) / n).matrix();
  noise.curvature_fourth =
      ((m2.square() + 6.0 * m2 * l2 + l2 * l2 + 3.0 * (n - 1.0) * (m2 + l2).square()) / (n * n * n))
          .matrix();
  noise.additive_second = a2 / n;
  noise.additive_fourth = a2 * a2 * (3.0 * n - 2.0) / (n * n * n);
  return noise;
}

IterateMoments initial_iterate_moments(const TeachingParameters& p) {
  const Index d = p.h.size();
  return {.mean_error = -(p.b.array() / (p.h.array() + p.lambda)).matrix(),
          .second = Vector::Zero(d),
          .third = Vector::Zero(d),
          .fourth = Vector::Zero(d)};
}

void advance_iterate_moments(const TeachingParameters& p,
                             const TeachingNoise& noise,
                             std::span<const double> steps,
                             IterateMoments& m) {
  const Vector curvature = (p.h.array() + p.lambda).matrix();
  const Vector w_star = p.b.cwiseQuotient(curvature);
  for (Index first = 0; first < p.h.size(); first += kLanes) {
    IterateLanes lanes{.curvature = load(curvature, first, 1.0),
                       .n2 = load(noise.curvature_second, first, 0.0),
                       .n4 = load(noise.curvature_fourth, first, 0.0),
                       .w_star = load(w_star, first, 0.0),
                       .error = load(m.mean_error, first, 0.0),
                       .second = load(m.second, first, 0.0),
                       .third = load(m.third, first, 0.0),
                       .fourth = load(m.fourth, first, 0.0)};
    advance_any(noise, steps, lanes);
    store(lanes.error, first, m.mean_error);
    store(lanes.second, first, m.second);
    store(lanes.third, first, m.third);
    store(lanes.fourth, first, m.fourth);
  }
}

void repeat_iterate_moments(const TeachingParameters& p,
                            const TeachingNoise& noise,
                            double step,
                            std::int64_t count,
                            IterateMoments& m) {
  const double s2 = step * step;
  for (Index i = 0; i < p.h.size(); ++i) {
    const double curvature = p.h(i) + p.lambda;
    const double w = p.b(i) / curvature + m.mean_error(i);
    const double second = m.second(i);
    const double third = m.third(i);
    std::array<double, 11> x = {1.0,
                                w,
                                w * w,
                                w * w * w,
                                w * w * w * w,
                                second,
                                w * second,
                                w * w * second,
                                third,
                                w * third,
                                m.fourth(i)};
    apply_power(iterate_map({.a = 1.0 - step * curvature,
                             .c = step * p.b(i),
                             .k2 = s2 * noise.additive_second,
                             .k4 = s2 * s2 * noise.additive_fourth,
                             .y = s2 * noise.curvature_second(i),
                             .z = s2 * s2 * noise.curvature_fourth(i)}),
                count,
                x);
    m.mean_error(i) *= signed_decay(step * curvature, count);
    m.second(i) = x[5];
    m.third(i) = x[8];
    m.fourth(i) = x[10];
  }
}

AdjointMoments initial_adjoint_moments(const TeachingParameters& p, double alpha) {
  const Vector limit = (1.0 / (alpha * (p.h.array() + p.lambda))).matrix();
  return {.limit = limit, .mean_error = -limit, .variance = Vector::Zero(p.h.size())};
}

void advance_adjoint_moments(const TeachingParameters& p,
                             const TeachingNoise& noise,
                             std::span<const double> steps,
                             AdjointMoments& m) {
  const Vector curvature = (p.h.array() + p.lambda).matrix();
  for (Index first = 0; first < p.h.size(); first += kLanes) {
    AdjointLanes lanes{.curvature = load(curvature, first, 1.0),
                       .n2 = load(noise.curvature_second, first, 0.0),
                       .limit = load(m.limit, first, 0.0),
                       .error = load(m.mean_error, first, 0.0),
                       .variance = load(m.variance, first, 0.0)};
    advance_any(steps, lanes);
    store(lanes.error, first, m.mean_error);
    store(lanes.variance, first, m.variance);
  }
}

void repeat_adjoint_moments(const TeachingParameters& p,
                            const TeachingNoise& noise,
                            double step,
                            std::int64_t count,
                            AdjointMoments& m) {
  for (Index i = 0; i < p.h.size(); ++i) {
    const double loss = step * (p.h(i) + p.lambda);
    const double a = 1.0 - loss;
    const double c = loss * m.limit(i);
    const double y = step * step * noise.curvature_second(i);
    const double kappa = m.limit(i) + m.mean_error(i);
    std::array<double, 4> x = {1.0, kappa, kappa * kappa, m.variance(i)};
    Triangle<4> map{};
    map[0][0] = 1.0;
    map[1][0] = c;
    map[1][1] = a;
    map[2][0] = c * c;
    map[2][1] = 2.0 * a * c;
    map[2][2] = a * a;
    map[3][2] = y;
    map[3][3] = a * a + y;
    apply_power(map, count, x);
    m.mean_error(i) *= signed_decay(loss, count);
    m.variance(i) = x[3];
  }
}

}  // namespace sid
