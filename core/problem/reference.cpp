#include "sid/problem/reference.hpp"

namespace sid {

double a_posteriori_bound(const APosterioriTerms& a) {
  const double distance = a.gradient_norm / a.tau;
  const double linear =
      a.norm_cross * a.mu1 / a.tau +
      a.norm_cross * a.norm_upper_gradient * a.hessian_lipschitz / (a.tau * a.tau) +
      a.cross_lipschitz * a.norm_upper_gradient / a.tau;
  return linear * distance + a.cross_lipschitz * a.mu1 / a.tau * distance * distance +
         a.norm_cross * a.linear_residual_norm / a.tau;
}

}  // namespace sid
