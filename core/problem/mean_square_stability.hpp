#pragma once

#include <optional>
#include <stop_token>

#include "sid/problem/second_moments.hpp"

namespace sid {

/// Largest constant step s = eta alpha at which the second moment of an error contracts under
///   P -> E[(I - s H_B) P (I - s H_B)] = P - s L(P) + s^2 Q(P),
///   L(P) = H P + P H,  Q(P) = H P H + f_b [ (1/n) sum a_i^2 (x_i^T P x_i) x_i x_i^T - H_0 P H_0 ].
/// Both iterations of SID have this map in common (second_moments.hpp).
///
/// The map keeps the cone of positive semidefinite matrices, so its radius is below one exactly
/// where P -> s L^-1(Q(P)) has one below one (Damm, Rational Matrix Equations in Stochastic
/// Control, theorem 2.2.2 with the resolvent positive operator -L): the edge is 1/radius(L^-1 Q).
/// That map keeps the cone too, and for every P > 0 its radius is at most the largest eigenvalue of
/// L^-1(Q(P)) relative to P, which power iteration from P = I brings down; the returned edge uses
/// that bound, so that a smaller step does contract: up to rounding it is never above the true one.
/// How far below it is, is not proved. Iteration ends once the trace of P grows by that bound up to
/// a relative 1e-4, and the growth of the trace tends to the radius without bounding it from below.
/// In eigenvectors of H, L^-1 divides entries by h_i + h_j.
///
/// std::nullopt when stopped, or where `max_work` multiplications do not bring the two together.
std::optional<double> stability_edge(const CurvatureMoments& curvature,
                                     double f_b,
                                     double max_work,
                                     const std::stop_token& stop = {});

}  // namespace sid
