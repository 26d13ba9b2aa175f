#pragma once

#include <optional>
#include <stop_token>

#include "sid/math/types.hpp"
#include "sid/problem/weighted_rows.hpp"

namespace sid {

/// A number that is certainly not below the largest eigenvalue, and how that is known.
struct EigenvalueBound {
  double value = 0.0;
  const char* provenance = "";  ///< static string
};

/// At or above the largest eigenvalue of a symmetric positive semidefinite matrix, by at most 1e-11
/// relative. Up to dimension 256 all eigenvalues are computed; above, Lanczos' value, which is
/// approached from below, is raised to (1 + 1e-12) theta and certified: the Cholesky factorisation
/// of (1 + 1e-12) theta I - M must succeed, else theta is raised further. std::nullopt when
/// stopped.
std::optional<EigenvalueBound> largest_eigenvalue(const Matrix& m,
                                                  const std::stop_token& stop = {});

/// At or above the largest eigenvalue of M. Above 256 columns first by Collatz and Wielandt, where
/// no feature is negative: max_i (M u)_i/u_i >= lambda_max for every u > 0, with u from power
/// iteration until that is within 1e-11 of the Rayleigh quotient; needs products only. Where that
/// does not apply or does not become tight, M is formed and the function above used, up to 4000
/// columns; beyond, the Collatz-Wielandt bound of |X|^T diag(weights) |X| + diag(shift) is
/// returned, which is valid and may be far above where signs vary.
std::optional<EigenvalueBound> largest_eigenvalue(const WeightedRows& m,
                                                  const std::stop_token& stop = {});

/// Not above the smallest eigenvalue of a symmetric positive semidefinite matrix: all eigenvalues
/// are computed, minus a bound of their rounding error; not below 0.
double smallest_eigenvalue(const Matrix& m);

/// The Cholesky factor (lower triangle of `m`, in place) in panels, between which `stop` is polled.
/// failed: not positive definite.
enum class CholeskyStatus { done, failed, stopped };
CholeskyStatus cholesky_in_place(Matrix& m, const std::stop_token& stop = {});

}  // namespace sid
