#pragma once

#include <cstdint>
#include <span>

#include "sid/problem/teaching_problem.hpp"

namespace sid {

/// Moments of the averaged signs of one minibatch of n_b. Curvature noise per coordinate is
/// N = s_m h e + s_l lambda e', additive noise is s_a x; odd moments vanish.
struct TeachingNoise {
  Vector curvature_second;  ///< E N^2 = (s_m^2 h^2 + s_l^2 lambda^2)/n_b
  /// E N^4 = [s_m^4 h^4 + 6 s_m^2 h^2 s_l^2 lambda^2 + s_l^4 lambda^4
  ///          + 3 (n_b - 1)(n_b E N^2)^2] / n_b^3
  Vector curvature_fourth;
  double additive_second = 0.0;  ///< s_a^2/n_b
  double additive_fourth = 0.0;  ///< s_a^4 (3 n_b - 2)/n_b^3
};
TeachingNoise teaching_noise(const TeachingParameters& parameters, std::int64_t minibatch);

/// Mean and central moments of the iterate w_t, per coordinate, for any step sizes and a fixed
/// start. With a = 1 - s(h + lambda) and w' = w - s[(h + lambda + N) w - b - s_a x]:
///   error  m' = a m                                    (mean of w - w(lambda))
///   second' = a^2 second + s^2 (X2 + N2 (W^2 + second))            W = E w
///   third'  = a^3 third + 3 a s^2 N2 (2 W second + third)
///   fourth' = a^4 fourth + 6 a^2 s^2 [X2 second + N2 (W^2 second + 2 W third + fourth)]
///             + s^4 [X4 + 6 X2 N2 (W^2 + second) + N4 (W^4 + 6 W^2 second + 4 W third + fourth)]
/// Central moments keep full relative accuracy when the error is much smaller than w(lambda).
struct IterateMoments {
  Vector mean_error;
  Vector second, third, fourth;
};
IterateMoments initial_iterate_moments(const TeachingParameters& parameters);  ///< w_0 = 0
/// Takes the steps s one after the other; a few nanoseconds a step for every eight coordinates.
void advance_iterate_moments(const TeachingParameters& parameters,
                             const TeachingNoise& noise,
                             std::span<const double> steps,
                             IterateMoments& moments);
/// Takes `count` steps of the same size at once, in O(log count): with W' = a W + s b in place of
/// the error the moments above are a linear map of (1, W, W^2, W^3, W^4, second, W second,
/// W^2 second, third, W third, fourth), whose power is taken. All its terms have one sign for
/// a >= 0, so nothing cancels. The mean error is a^count m.
void repeat_iterate_moments(const TeachingParameters& parameters,
                            const TeachingNoise& noise,
                            double step,
                            std::int64_t count,
                            IterateMoments& moments);

/// v_k is linear in c: given w, E v_k = kappa c and V v_k = variance c^2 per coordinate. With
/// g = 1/(alpha (h + lambda)) the limit of kappa and s = eta alpha:
///   (kappa - g)' = (1 - s(h + lambda)) (kappa - g)
///   variance'    = (1 - s(h + lambda))^2 variance + s^2 N2 (variance + kappa^2)
struct AdjointMoments {
  Vector limit;       ///< g
  Vector mean_error;  ///< kappa - g
  Vector variance;
};
AdjointMoments initial_adjoint_moments(const TeachingParameters& parameters, double alpha);
void advance_adjoint_moments(const TeachingParameters& parameters,
                             const TeachingNoise& noise,
                             std::span<const double> steps,
                             AdjointMoments& moments);
/// `count` equal steps at once, as above, with (1, kappa, kappa^2, variance).
void repeat_adjoint_moments(const TeachingParameters& parameters,
                            const TeachingNoise& noise,
                            double step,
                            std::int64_t count,
                            AdjointMoments& moments);

}  // namespace sid
