#include "sid/run/method_fit.hpp"

#include "sid/run/problem_kind.hpp"

namespace sid {

MethodMisfit method_misfit(const MethodSpec& method, ProblemKind problem) {
  const MethodTraits traits = traits_of(method.kind);
  if (traits.components && problem == ProblemKind::quadratic) {
    return {"needs a lower level that is a mean over examples, and the quadratic problem is none",
            R"(Use a problem with data, such as kind = "ridge", or kind = "sid" here.)"};
  }
  if (is_gradient_map(problem)) return {};
  if (traits.components) {
    return {
        "needs components whose gradient is one number times an example, and those of the "
        "equilibrium are networks",
        R"(Use a problem with data, such as kind = "ridge", or kind = "sid" here.)"};
  }
  if (traits.symmetric) {
    return {"needs a symmetric linear system, and that of the equilibrium is not",
            "Use kind = \"aid-cgnr\", conjugate gradients on the normal equations."};
  }
  if (traits.lower_solver && method.lower_solver != LowerIteration::gradient) {
    return {
        "has a lower_solver whose momentum is for minimising a loss, and the equilibrium is "
        "the minimum of none",
        "Leave lower_solver out."};
  }
  return {};
}

}  // namespace sid
