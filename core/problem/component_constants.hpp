#pragma once

#include <cstdint>

#include "sid/problem/reference.hpp"

namespace sid {

class DataProblem;

/// What the linear rates of SAGA and loopless SVRG need about the n components
///   f_i(w) = omega_i phi(x_i^T w; y_i) + w^T D w/2   of the lower level and
///   alpha v^T H_i(w) v/2 - c^T v                     of the linear system,
/// started at w_0 = v_0 = 0 with a table filled there. Global where it says nothing else.
struct ComponentConstants {
  std::int64_t count = 0;  ///< n
  double alpha = 0.0;
  double tau = 0.0;     ///< strong convexity of the lower level
  double L_max0 = 0.0;  ///< largest curvature of the data term of a component
  double L_max = 0.0;   ///< L_max0 + largest eigenvalue of D

  double lower_initial = 0.0;  ///< ||w(lambda)||^2
  /// (1/n) sum_i ||(s_i(0) - s_i(w*)) x_i||^2, s_i = omega_i phi': how far the table is from the
  /// one at the solution. The regulariser is not in the table.
  double lower_table = 0.0;
  /// The same for a table of whole gradients, (1/n) sum_i ||(s_i(0) - s_i(w*)) x_i - D w*||^2, as
  /// the methods are stated for general sums. Larger where D is a multiple of the identity.
  double lower_whole_table = 0.0;

  // Linear system at w = w(lambda):
  double linear_initial = 0.0;  ///< ||v*||^2
  /// (alpha^2/n) sum_i (omega_i phi''_i x_i^T v*)^2 ||x_i||^2.
  double linear_table = 0.0;
  // Linear system at any w; infinite where ||grad_1 E|| has no bound. (No ball is known that these
  // methods never leave, so a bound of grad_1 E on a ball does not serve.)
  double linear_initial_sup = 0.0;  ///< (L_E/(alpha tau))^2 >= ||v(w)||^2
  /// L_max0 L_E^2/(4 tau_R): the sum is at most L_max0 q^T H_0 q with q = alpha v(w) = H^-1 c, and
  /// H^-1 H_0 H^-1 = H^-1 - H^-1 D H^-1 <= H^-1 - tau_R H^-2 <= I/(4 tau_R).
  double linear_table_sup = 0.0;
};

/// Two passes over the training examples.
ComponentConstants data_component_constants(const DataProblem& problem, const Reference& reference);

}  // namespace sid
