#include "sid/problem/equilibrium_map.hpp"

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

namespace sid {

EquilibriumMap::EquilibriumMap(const EquilibriumParameters& parameters)
    : p_(parameters),
      rows_(parameters.weights.cols()),
      share_(static_cast<double>(parameters.weights.rows()) /
             static_cast<double>(parameters.weights.cols())) {
  const Index d = p_.weights.rows();
  SID_EXPECTS(d >= 1 && rows_ >= d && rows_ % d == 0, "every component has d rows of d weights");
  SID_EXPECTS(p_.coupling.cols() == rows_ && p_.coupling.rows() == p_.lambda.size() &&
                  p_.lambda.size() >= 1,
              "every row is coupled to every lambda");
  SID_EXPECTS(p_.offsets.size() == rows_ && p_.target.size() == d,
              "offsets and target must have the lengths of the map");
  SID_EXPECTS(p_.weights.allFinite() && p_.coupling.allFinite() && p_.offsets.allFinite() &&
                  p_.target.allFinite() && p_.lambda.allFinite(),
              "every parameter must be finite");
  SID_EXPECTS(p_.huber_delta > 0.0, "the width of the pseudo-Huber loss must be positive");
  shift_ = p_.offsets;
  for (Index row = 0; row < rows_; ++row) shift_(row) += p_.coupling.col(row).dot(p_.lambda);
}

double EquilibriumMap::unit(Index row, const ConstVectorRef& w) const {
  return portable_tanh(p_.weights.col(row).dot(w) + shift_(row));
}

double EquilibriumMap::unit(Index i, Index r, const ConstVectorRef& w) const {
  return unit(i * dim() + r, w);
}

double EquilibriumMap::bend(Index row, const ConstVectorRef& w, const ConstVectorRef& x) const {
  const double t = unit(row, w);
  return -2.0 * t * (1.0 - t * t) * p_.weights.col(row).dot(x);
}

void EquilibriumMap::add_value(Index i,
                               const ConstVectorRef& w,
                               double factor,
                               VectorRef out) const {
  const Index first = i * dim();
  for (Index r = 0; r < dim(); ++r) out(r) += factor * unit(first + r, w);
}

void EquilibriumMap::slopes(Index i, const ConstVectorRef& w, VectorRef out) const {
  const Index first = i * dim();
  for (Index r = 0; r < dim(); ++r) {
    const double t = unit(first + r, w);
    out(r) = 1.0 - t * t;
  }
}

void EquilibriumMap::add_transpose(Index i,
                                   const ConstVectorRef& slopes,
                                   const ConstVectorRef& v,
                                   double factor,
                                   VectorRef out) const {
  const Index first = i * dim();
  for (Index r = 0; r < dim(); ++r) {
    out.noalias() += (factor * slopes(r) * v(r)) * p_.weights.col(first + r);
  }
}

void EquilibriumMap::add_cross_transpose(
    Index i, const ConstVectorRef& w, const ConstVectorRef& v, double factor, VectorRef out) const {
  const Index first = i * dim();
  for (Index r = 0; r < dim(); ++r) {
    const double t = unit(first + r, w);
    out.noalias() += (factor * (1.0 - t * t) * v(r)) * p_.coupling.col(first + r);
  }
}

void EquilibriumMap::value(const ConstVectorRef& w, VectorRef out) const {
  out.setZero();
  for (Index row = 0; row < rows_; ++row) out(row % dim()) += share_ * unit(row, w);
}

void EquilibriumMap::transpose_product(const ConstVectorRef& w,
                                       const ConstVectorRef& v,
                                       VectorRef out) const {
  out.setZero();
  for (Index row = 0; row < rows_; ++row) {
    const double t = unit(row, w);
    out.noalias() += (share_ * (1.0 - t * t) * v(row % dim())) * p_.weights.col(row);
  }
}

void EquilibriumMap::product(const ConstVectorRef& w,
                             const ConstVectorRef& u,
                             VectorRef out) const {
  out.setZero();
  for (Index row = 0; row < rows_; ++row) {
    const double t = unit(row, w);
    out(row % dim()) += share_ * (1.0 - t * t) * p_.weights.col(row).dot(u);
  }
}

void EquilibriumMap::cross_transpose(const ConstVectorRef& w,
                                     const ConstVectorRef& v,
                                     VectorRef out) const {
  out.setZero();
  for (Index i = 0; i < rows_ / dim(); ++i) add_cross_transpose(i, w, v, share_, out);
}

Matrix EquilibriumMap::component_jacobian(Index i, const ConstVectorRef& w) const {
  Matrix out(dim(), dim());
  for (Index r = 0; r < dim(); ++r) {
    const double t = unit(i, r, w);
    out.row(r) = (1.0 - t * t) * p_.weights.col(i * dim() + r).transpose();
  }
  return out;
}

Matrix EquilibriumMap::component_cross(Index i, const ConstVectorRef& w) const {
  Matrix out(dim(), upper_dim());
  for (Index r = 0; r < dim(); ++r) {
    const double t = unit(i, r, w);
    out.row(r) = (1.0 - t * t) * p_.coupling.col(i * dim() + r).transpose();
  }
  return out;
}

Matrix EquilibriumMap::jacobian(const ConstVectorRef& w) const {
  Matrix out = Matrix::Zero(dim(), dim());
  for (Index i = 0; i < rows_ / dim(); ++i) out += share_ * component_jacobian(i, w);
  return out;
}

Matrix EquilibriumMap::cross_jacobian(const ConstVectorRef& w) const {
  Matrix out = Matrix::Zero(dim(), upper_dim());
  for (Index i = 0; i < rows_ / dim(); ++i) out += share_ * component_cross(i, w);
  return out;
}

void EquilibriumMap::transpose_change(const ConstVectorRef& w,
                                      const ConstVectorRef& x,
                                      const ConstVectorRef& v,
                                      VectorRef out) const {
  out.setZero();
  for (Index row = 0; row < rows_; ++row) {
    out.noalias() += (share_ * bend(row, w, x) * v(row % dim())) * p_.weights.col(row);
  }
}

void EquilibriumMap::cross_change(const ConstVectorRef& w,
                                  const ConstVectorRef& x,
                                  const ConstVectorRef& v,
                                  VectorRef out) const {
  out.setZero();
  for (Index row = 0; row < rows_; ++row) {
    out.noalias() += (share_ * bend(row, w, x) * v(row % dim())) * p_.coupling.col(row);
  }
}

}  // namespace sid
