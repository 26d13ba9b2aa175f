#pragma once

#include <cstdint>

#include "sid/problem/equilibrium_parameters.hpp"

namespace sid {

/// Phi and its derivatives, component by component (equilibrium_parameters.hpp). Immutable, safe to
/// share between threads; no function allocates except where it returns a matrix. Additions run in
/// a fixed order. w, u, v, out: d unless it says otherwise, no aliasing.
class EquilibriumMap {
 public:
  /// Keeps a reference to `parameters`, which must outlive it.
  explicit EquilibriumMap(const EquilibriumParameters& parameters);

  Index dim() const { return p_.weights.rows(); }         ///< d
  Index upper_dim() const { return p_.coupling.rows(); }  ///< m
  std::int64_t count() const { return rows_ / dim(); }    ///< n
  const EquilibriumParameters& parameters() const { return p_; }
  const Vector& shift() const { return shift_; }  ///< n d: B_i lambda + b_i

  /// tanh of row r of component i, -1 <= value <= 1; its slope is 1 - value^2.
  double unit(Index i, Index r, const ConstVectorRef& w) const;

  /// out += factor Phi_i(w).
  void add_value(Index i, const ConstVectorRef& w, double factor, VectorRef out) const;
  /// out += factor (d_1 Phi_i)^T v, from the slopes of the component (d).
  void add_transpose(Index i,
                     const ConstVectorRef& slopes,
                     const ConstVectorRef& v,
                     double factor,
                     VectorRef out) const;
  /// out (m) += factor (d_2 Phi_i(w))^T v.
  void add_cross_transpose(Index i,
                           const ConstVectorRef& w,
                           const ConstVectorRef& v,
                           double factor,
                           VectorRef out) const;
  /// out (d) = slopes of component i at w.
  void slopes(Index i, const ConstVectorRef& w, VectorRef out) const;

  void value(const ConstVectorRef& w, VectorRef out) const;  ///< Phi(w)
  void transpose_product(const ConstVectorRef& w,
                         const ConstVectorRef& v,
                         VectorRef out) const;  ///< (d_1 Phi)^T v
  void product(const ConstVectorRef& w, const ConstVectorRef& u, VectorRef out) const;
  /// out (m) = (d_2 Phi)^T v.
  void cross_transpose(const ConstVectorRef& w, const ConstVectorRef& v, VectorRef out) const;

  Matrix jacobian(const ConstVectorRef& w) const;        ///< d x d, d_1 Phi
  Matrix cross_jacobian(const ConstVectorRef& w) const;  ///< d x m, d_2 Phi
  /// d x d, d_1 Phi_i.
  Matrix component_jacobian(Index i, const ConstVectorRef& w) const;
  /// d x m, d_2 Phi_i.
  Matrix component_cross(Index i, const ConstVectorRef& w) const;

  /// Directional second derivatives: out = d/dt (d_1 Phi(w + t x))^T v at t = 0, and the same of
  /// d_2 Phi, out (m). tanh'' = -2 tanh (1 - tanh^2).
  void transpose_change(const ConstVectorRef& w,
                        const ConstVectorRef& x,
                        const ConstVectorRef& v,
                        VectorRef out) const;
  void cross_change(const ConstVectorRef& w,
                    const ConstVectorRef& x,
                    const ConstVectorRef& v,
                    VectorRef out) const;

 private:
  double unit(Index row, const ConstVectorRef& w) const;
  double bend(Index row, const ConstVectorRef& w, const ConstVectorRef& x) const;

  const EquilibriumParameters& p_;
  Index rows_;
  double share_;  // 1/n
  Vector shift_;
};

}  // namespace sid
