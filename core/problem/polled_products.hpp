#pragma once

#include <optional>
#include <stop_token>

#include "sid/math/types.hpp"

namespace sid {

/// a b in strips of columns, between which `stop` is polled (a millisecond or a few at d = 1000).
/// The same bits on every processor. std::nullopt when stopped.
std::optional<Matrix> polled_product(const ConstMatrixRef& a,
                                     const ConstMatrixRef& b,
                                     const std::stop_token& stop = {});

/// u^T m u, exactly symmetric, for a symmetric m.
std::optional<Matrix> polled_congruence(const Matrix& u,
                                        const Matrix& m,
                                        const std::stop_token& stop = {});

/// Copies the upper triangle to the lower one.
void mirror_upper(Matrix& m);
/// Copies the lower triangle to the upper one.
void mirror_lower(Matrix& m);

}  // namespace sid
