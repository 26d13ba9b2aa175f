#include "sid/run/method_kind.hpp"

namespace sid {

std::string_view kind_word(MethodKind kind) {
  switch (kind) {
    case MethodKind::batch:
      return "batch";
    case MethodKind::itd:
      return "itd";
    case MethodKind::aid_cg:
      return "aid-cg";
    case MethodKind::aid_cgnr:
      return "aid-cgnr";
    case MethodKind::saga:
      return "saga";
    case MethodKind::svrg:
      return "svrg";
    case MethodKind::neumann:
      return "neumann";
    case MethodKind::fp_km:
      return "fp-km";
    case MethodKind::stochastic_itd:
      return "stochastic-itd";
    case MethodKind::inexact:
      return "inexact";
    case MethodKind::sid:
      break;
  }
  return "sid";
}

std::string_view kind_name(MethodKind kind) {
  switch (kind) {
    case MethodKind::batch:
      return "Batch";
    case MethodKind::itd:
      return "ITD";
    case MethodKind::aid_cg:
      return "AID-CG";
    case MethodKind::aid_cgnr:
      return "AID-CGNR";
    case MethodKind::saga:
      return "SAGA";
    case MethodKind::svrg:
      return "L-SVRG";
    case MethodKind::neumann:
      return "Neumann";
    case MethodKind::fp_km:
      return "FP-KM";
    case MethodKind::stochastic_itd:
      return "Stochastic ITD";
    case MethodKind::inexact:
      return "Inexact";
    case MethodKind::sid:
      break;
  }
  return "SID";
}

std::string_view kind_sentence(MethodKind kind) {
  switch (kind) {
    case MethodKind::batch:
      return "Exact gradients, fixed-point iterations for w and v (AID-FP).";
    case MethodKind::itd:
      return "Differentiates t exact steps backwards. Keeps every iterate; no linear system.";
    case MethodKind::aid_cg:
      return "Exact gradients for w, conjugate gradients for v: rate √κ in place of κ.";
    case MethodKind::aid_cgnr:
      return "Conjugate gradients on the normal equations: needs no symmetry, rate κ.";
    case MethodKind::saga:
      return "One example a step and a table of the last gradients: linear rate for w and v.";
    case MethodKind::svrg:
      return "One example a step against an anchor that moves by chance: linear rate, no table.";
    case MethodKind::neumann:
      return "SID for w; v by a Neumann series of random length. Unbiased in k, large variance.";
    case MethodKind::fp_km:
      return "SID for w; v by mixed fixed-point iterations, which average. No bound is known.";
    case MethodKind::stochastic_itd:
      return "Differentiates the minibatch steps of SID backwards. No bound is known.";
    case MethodKind::inexact:
      return "Exact gradients; w and v by solvers of your choice, to steps or to tolerances.";
    case MethodKind::sid:
      break;
  }
  return "Minibatches for w and v: Algorithm 1 of the paper.";
}

std::string_view lower_word(LowerIteration solver) {
  switch (solver) {
    case LowerIteration::heavy_ball:
      return "heavy-ball";
    case LowerIteration::accelerated:
      return "accelerated";
    case LowerIteration::gradient:
      break;
  }
  return "gradient";
}

std::string_view linear_word(LinearIteration solver) {
  switch (solver) {
    case LinearIteration::heavy_ball:
      return "heavy-ball";
    case LinearIteration::conjugate_gradients:
      return "conjugate-gradient";
    case LinearIteration::gradient:
      break;
  }
  return "gradient";
}

std::string_view lower_name(LowerIteration solver) {
  return solver == LowerIteration::heavy_ball ? "heavy ball" : lower_word(solver);
}

std::string_view linear_name(LinearIteration solver) {
  switch (solver) {
    case LinearIteration::heavy_ball:
      return "heavy ball";
    case LinearIteration::conjugate_gradients:
      return "CG";
    case LinearIteration::gradient:
      break;
  }
  return "gradient";
}

MethodSpec with_own_settings(MethodSpec method) {
  const MethodTraits traits = traits_of(method.kind);
  const MethodSpec plain;
  // Batch keeps those of minibatches, so that SID has them again.
  const bool batch = method.kind == MethodKind::batch;
  if (!traits.minibatches && !batch) {
    method.minibatch = plain.minibatch;
    method.sampling = plain.sampling;
  }
  if (!traits.lower_step) method.step = plain.step;
  if (!traits.linear_step) method.linear_step.reset();
  if (traits.constant_linear && method.linear_step &&
      method.linear_step->kind != StepKind::constant) {
    method.linear_step.reset();
  }
  if (!traits.linear_system) method.k.reset();
  if (!traits.jacobian_samples && !batch) method.jacobian_samples = plain.jacobian_samples;
  if (!is_variance_reduced(method.kind)) method.step_factor = plain.step_factor;
  if (method.kind != MethodKind::svrg) method.refresh_probability = plain.refresh_probability;
  if (method.kind != MethodKind::neumann) method.copies = plain.copies;
  if (method.kind != MethodKind::fp_km) method.mixing = plain.mixing;
  if (!traits.lower_solver) method.lower_solver = plain.lower_solver;
  if (!traits.linear_solver) {
    method.linear_solver = plain.linear_solver;
    method.lower_tolerance.reset();
    method.linear_tolerance.reset();
  }
  return method;
}

}  // namespace sid
