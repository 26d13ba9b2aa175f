#pragma once

#include "sid/problem/constants.hpp"

namespace sid {

/// Lipschitz constants in w, over all w, of the derivatives that the hypergradient is made of.
/// Infinite where they are not known. In terms of Assumptions A(ii), A(iii): nu1 = alpha hessian,
/// nu2 = alpha cross.
struct DerivativeLipschitz {
  double hessian = kInfinity;         ///< of H
  double cross = kInfinity;           ///< of C
  double upper_gradient = kInfinity;  ///< of grad_1 E: mu1

  bool operator==(const DerivativeLipschitz&) const = default;
};

/// How ||C(w)|| is to be had where lambda weights examples; elsewhere both are exact and cheap.
enum class CrossNorm {
  exact,  ///< to a relative 1e-11, never below: an eigenvalue of a weighted Gram matrix (0.3 s at d
          ///< = 784, n = 5000)
  quick,  ///< at or above it, from the predictions alone; usually by a factor below 2
};

/// What bounds need at one w. Infinite where it is not known.
/// The last four hold for the functions of BilevelProblem as evaluated in double precision, with
/// every sum in any order: an inner product of N terms is off by at most gamma_N = N u/(1 - N u)
/// times the sum of the moduli (Higham, Accuracy and Stability of Numerical Algorithms, section
/// 3.1), and an error in a prediction x_i^T w reaches the loss through its next derivative.
struct PointBounds {
  double norm_cross = kInfinity;         ///< at or above ||C(w)||
  double gradient_rounding = kInfinity;  ///< of ||lower_gradient - exact||
  double upper_rounding = kInfinity;     ///< of ||upper_gradient - exact||
  double product_rounding = kInfinity;   ///< of ||hessian_vector - exact|| per unit of ||u||
  double cross_rounding = kInfinity;     ///< of ||cross_transpose - exact|| per unit of ||v||
};

}  // namespace sid
