#pragma once

#include "sid/problem/reference.hpp"

namespace sid::testing {

/// The rigorous bound of the hypergradient's error is at most `relative` of its norm.
inline bool certified_to(const Reference& r, double relative) {
  return r.certificate <= relative * r.hypergradient.norm();
}

/// So is the first-order estimate of that error.
inline bool estimated_to(const Reference& r, double relative) {
  return r.converged && r.first_order_estimate <= relative * r.hypergradient.norm();
}

}  // namespace sid::testing
