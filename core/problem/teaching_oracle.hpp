#pragma once

#include <cstdint>
#include <memory>

#include "sid/problem/teaching_problem.hpp"

namespace sid {

/// Averages of the signs that one minibatch of the teaching problem consists of, per coordinate.
/// Kinds of noise whose scale is zero are not drawn and stay zero.
struct SignAverages {
  Vector multiplicative;  ///< d, for h
  Vector lambda;          ///< d, for lambda
  Vector additive;        ///< d, for b
};

/// w <- w - step [ (h (1 + s_m e) + lambda (1 + s_l e')) w - b - s_a x ].
void teaching_lower_step(const TeachingParameters& parameters,
                         const SignAverages& signs,
                         double step,
                         VectorRef w);

/// v <- v - eta [ alpha (h (1 + s_m e) + lambda (1 + s_l e')) v - c ].
void teaching_linear_step(const TeachingParameters& parameters,
                          const SignAverages& signs,
                          const ConstVectorRef& c,
                          double alpha,
                          double eta,
                          VectorRef v);

/// Oracle of the teaching problem. A minibatch consists of, in this order and each only where its
/// scale is not zero: d averages for h, d for lambda, d for b (lower-level steps only). An average
/// of n_b signs takes the next n_b bits of the stream: from 64-bit words, whose rest is dropped
/// where fewer than n_b (n_b <= 64) bits are left. Derivatives in lambda draw only averages for
/// lambda. A copy of the parameters is kept.
std::unique_ptr<StochasticOracle> make_teaching_oracle(const TeachingParameters& parameters,
                                                       std::int64_t minibatch);

}  // namespace sid
