#pragma once

#include <cstdint>

#include "sid/run/experiment.hpp"

namespace sid {

/// Examples evaluated by both solvers for one estimate with t lower-level and k linear-system
/// steps, over n: the x axis of every figure, known before the run. The upper gradient and the
/// final derivative in lambda are not counted.
///   batch, aid_cg,
///   inexact           t + k                        one pass a step
///   aid_cgnr          t + 2k + 1                   two products a step, one at the start
///   itd               2t                           t forward, t backward
///   sid, fp_km        (t + k) b/n
///   stochastic_itd    2t b/n
///   neumann           (t + S (k-1)/2) b/n          expected: the length of a series is random
///   saga              1 + (t + k)/n                the table of w is filled first, that of v is 0
///   svrg              1 + (2 + p n)(t + k)/n       expected: anchors move on the toss of a coin
/// Conjugate gradients that have solved their system before k steps take no more; they are counted
/// as if they did. n >= 1.
double expected_epochs(const ResolvedMethod& method,
                       std::int64_t n,
                       std::int64_t t,
                       std::int64_t k);

/// The largest t = k whose expected_epochs are about `epochs` (rounded to nearest), at least 1 and
/// at most kMaxIterations.
std::int64_t iterations_for_epochs(const ResolvedMethod& method, std::int64_t n, double epochs);

}  // namespace sid
