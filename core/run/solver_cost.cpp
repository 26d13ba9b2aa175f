#include "sid/run/solver_cost.hpp"

#include <algorithm>
#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/run/validation.hpp"

namespace sid {

double expected_epochs(const ResolvedMethod& method,
                       std::int64_t n,
                       std::int64_t t,
                       std::int64_t k) {
  SID_EXPECTS(n >= 1, "epochs are counted in passes over the data");
  const auto examples = static_cast<double>(n);
  const auto lower = static_cast<double>(t), linear = static_cast<double>(k);
  const auto b = static_cast<double>(method.oracle.minibatch);
  switch (method.kind) {
    case MethodKind::aid_cgnr:
      return lower + 2.0 * linear + 1.0;
    case MethodKind::itd:
      return 2.0 * lower;
    case MethodKind::stochastic_itd:
      return 2.0 * lower * b / examples;
    case MethodKind::neumann: {
      const double factors = static_cast<double>(method.copies) * 0.5 * std::max(linear - 1.0, 0.0);
      return (lower + factors) * b / examples;
    }
    case MethodKind::saga:
      return 1.0 + (lower + linear) / examples;
    case MethodKind::svrg:
      return 1.0 + (2.0 / examples + method.refresh_probability) * (lower + linear);
    case MethodKind::batch:
    case MethodKind::aid_cg:
    case MethodKind::inexact:
      return lower + linear;
    case MethodKind::sid:
    case MethodKind::fp_km:
      break;
  }
  return (lower + linear) * b / examples;
}

std::int64_t iterations_for_epochs(const ResolvedMethod& method, std::int64_t n, double epochs) {
  // The cost is affine in t = k from one step on.
  const double first = expected_epochs(method, n, 1, 1);
  const double each = expected_epochs(method, n, 2, 2) - first;
  const double t = std::round(1.0 + (epochs - first) / each);
  return static_cast<std::int64_t>(std::clamp(t, 1.0, static_cast<double>(kMaxIterations)));
}

}  // namespace sid
