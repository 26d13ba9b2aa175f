#pragma once

#include <cstdint>

#include <Eigen/Core>

namespace sid {

/// Dense double-precision column vector; the iterates w, v and hypergradients are Vectors.
using Vector = Eigen::VectorXd;
/// Dense double-precision matrix, column-major.
using Matrix = Eigen::MatrixXd;
/// Signed index type of every size and position (Eigen's).
using Index = Eigen::Index;

/// Read-only vector argument; binds to vectors, columns and segments without a copy.
using ConstVectorRef = Eigen::Ref<const Vector>;
/// Output vector argument; the callee writes every entry. Must not alias an input unless stated.
using VectorRef = Eigen::Ref<Vector>;
using ConstMatrixRef = Eigen::Ref<const Matrix>;

}  // namespace sid
