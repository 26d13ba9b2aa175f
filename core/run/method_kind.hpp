#pragma once

#include <string_view>

#include "sid/run/run_spec.hpp"

namespace sid {

/// What a kind of method is made of, and so which settings it has.
struct MethodTraits {
  bool random = false;            ///< replicas differ; without, one replica tells all
  bool minibatches = false;       ///< minibatch, sampling
  bool lower_step = false;        ///< step
  bool linear_step = false;       ///< linear_step
  bool constant_linear = false;   ///< linear_step has to be constant; left out: eta = 1
  bool jacobian_samples = false;  ///< jacobian_samples
  bool linear_system = false;     ///< makes a v_k: k, linear errors
  bool repeats = false;           ///< random given w_t, see HypergradientPath::can_repeat
  bool components = false;        ///< the lower level must be a sum over examples
  bool symmetric = false;         ///< the linear system must be that of a Hessian
  bool keeps_path = false;        ///< stores every iterate
  bool lower_solver = false;      ///< lower_solver
  bool linear_solver = false;     ///< linear_solver and both tolerances
};

constexpr MethodTraits traits_of(MethodKind kind) {
  switch (kind) {
    case MethodKind::batch:
      return {.lower_step = true, .linear_step = true, .linear_system = true};
    case MethodKind::itd:
      return {.keeps_path = true, .lower_solver = true};
    case MethodKind::aid_cg:
      return {.lower_step = true, .linear_system = true, .symmetric = true};
    case MethodKind::aid_cgnr:
      return {.lower_step = true, .linear_system = true};
    case MethodKind::saga:
    case MethodKind::svrg:
      return {.random = true,
              .jacobian_samples = true,
              .linear_system = true,
              .repeats = true,
              .components = true};
    case MethodKind::stochastic_itd:
      return {.random = true,
              .minibatches = true,
              .lower_step = true,
              .components = true,
              .keeps_path = true};
    case MethodKind::neumann:
      return {.random = true,
              .minibatches = true,
              .lower_step = true,
              .linear_step = true,
              .constant_linear = true,
              .jacobian_samples = true,
              .linear_system = true,
              .repeats = true};
    case MethodKind::inexact:
      return {
          .linear_system = true, .symmetric = true, .lower_solver = true, .linear_solver = true};
    case MethodKind::sid:
    case MethodKind::fp_km:
      break;
  }
  return {.random = true,
          .minibatches = true,
          .lower_step = true,
          .linear_step = true,
          .jacobian_samples = true,
          .linear_system = true,
          .repeats = true};
}

/// SAGA or loopless SVRG: one example a step, gamma in place of a schedule.
constexpr bool is_variance_reduced(MethodKind kind) {
  return kind == MethodKind::saga || kind == MethodKind::svrg;
}

/// The word for a kind in spec files, tables and share strings.
std::string_view kind_word(MethodKind kind);

/// Its name in legends: "AID-CG".
std::string_view kind_name(MethodKind kind);
/// What it does, in one line for menus.
std::string_view kind_sentence(MethodKind kind);

/// The words for solvers: "heavy-ball"; and their names in legends: "heavy ball", "CG".
std::string_view lower_word(LowerIteration solver);
std::string_view linear_word(LinearIteration solver);
std::string_view lower_name(LowerIteration solver);
std::string_view linear_name(LinearIteration solver);

/// What the linear system's steps are resolved from.
inline StepSpec linear_step_of(const MethodSpec& method) {
  if (method.linear_step) return *method.linear_step;
  return traits_of(method.kind).constant_linear ? StepSpec{} : method.step;
}

/// `method` with every setting that its kind does not have at its default. Batch steps keep
/// minibatch, sampling and jacobian_samples, so that SID has them again.
MethodSpec with_own_settings(MethodSpec method);

}  // namespace sid
