#pragma once

#include <cstdint>

#include "sid/math/types.hpp"

namespace sid {

/// Parameters of the equilibrium problem: the fixed point of a mean of n tanh networks,
///
///   Phi_i(w, lambda) = tanh(A_i w + B_i lambda + b_i),   Phi = (1/n) sum_i Phi_i,
///   E(w)             = sum_r delta^2 (sqrt(1 + ((w_r - y_r)/delta)^2) - 1),
///
/// A_i: d x d, B_i: d x m, tanh entry by entry. Phi is no gradient step: d_1 Phi = (1/n) sum_i
/// diag(1 - tanh^2) A_i is not symmetric. By |tanh'| <= 1 and Jensen's inequality
///   ||Phi(w) - Phi(u)||^2 <= (1/n) sum_i ||A_i (w - u)||^2 <= q^2 ||w - u||^2,
/// q^2 = lambda_max((1/n) sum_i A_i^T A_i), so Phi is a contraction for q < 1, whereas a single
/// Phi_i need not be one. A minibatch draws components. Not in the paper, whose theorems speak of
/// any contraction.
///
/// Row r of component i is column i d + r below, so that the entries of a row are adjacent.
struct EquilibriumParameters {
  Matrix weights;            ///< d x (n d): rows of the A_i
  Matrix coupling;           ///< m x (n d): rows of the B_i
  Vector offsets;            ///< n d: the b_i
  Vector target;             ///< d: y
  Vector lambda;             ///< m, any real numbers
  double huber_delta = 1.0;  ///< delta > 0
};

/// Shape of a generated problem with one lambda.
struct EquilibriumShape {
  Index dim = 10;            ///< d >= 1
  double contraction = 0.8;  ///< q in (0, 1)
  double spread = 0.5;       ///< >= 0, how much components differ
  double huber_delta = 1.0;
  std::int64_t samples = 50;  ///< n >= 1
  std::uint64_t seed = 1;     ///< of Role::data; lambda plays no part
};

/// A_i = s (2 sqrt(d) I + M + spread R_i), B_i = (g + spread g_i)/2, b_i = (h + spread h_i)/4 with
/// independent standard normal entries throughout, s such that q is `contraction`, and y uniform in
/// (-1, 1)^d. The part along I, units that keep their own state, brings the rate of plain
/// iterations nearer to q: a matrix of normal entries alone has half its norm for spectral radius.
/// O(n d^2 + d^3).
EquilibriumParameters make_equilibrium_parameters(const EquilibriumShape& shape, double lambda);

/// (1/n) sum_i A_i^T A_i, d x d.
Matrix mean_gram(const Matrix& weights);

}  // namespace sid
