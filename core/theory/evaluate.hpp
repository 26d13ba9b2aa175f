#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "sid/method/checkpoint.hpp"
#include "sid/method/solver_choice.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/bilevel_problem.hpp"
#include "sid/problem/component_constants.hpp"
#include "sid/problem/constants.hpp"
#include "sid/problem/exact_moments.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// How w_t and v_k are made, as far as bounds tell methods apart.
enum class MethodFamily {
  fixed_point,                 ///< SID, and batch steps: fixed-point iterations for both
  iterative_differentiation,   ///< exact steps, differentiated backwards; no v
  conjugate_gradients,         ///< exact steps; v by conjugate gradients
  normal_equations,            ///< exact steps; v by conjugate gradients on the normal equations
  variance_reduced,            ///< SAGA or loopless SVRG for both
  neumann_series,              ///< w as SID; v by Neumann series of random length
  mixed_fixed_point,           ///< w as SID; v by FP-KM
  stochastic_differentiation,  ///< w as SID, differentiated backwards; no v
  inexact,                     ///< a choice of solvers for w and v, to steps or to tolerances
};

/// What the linear rates of SAGA and loopless SVRG need (variance_reduction_bounds.hpp).
struct VarianceReducedMethod {
  std::string name;  ///< "SAGA"
  ComponentConstants constants;
  double gamma = 0.0;        ///< step of the lower level
  double probability = 1.0;  ///< p
};

/// One method at one lambda, as far as theory looks at it. Nothing here is measured on a run.
struct TheoryInput {
  ProblemConstants constants;
  AlphaRule alpha_rule = AlphaRule::optimal;  ///< of the map whose alpha is in `constants`
  StepSizeSchedule lower_step;                ///< w_0 = 0
  StepSizeSchedule linear_step;               ///< v_0 = 0
  bool linear_step_is_own = false;          ///< set apart from "step": remedies name "linear_step"
  std::span<const Checkpoint> checkpoints;  ///< ascending in t and in k
  std::int64_t jacobian_samples = 1;        ///< J; 0: exact derivative in lambda
  bool batch = false;  ///< exact gradients: every noise constant is taken as zero
  MethodFamily family = MethodFamily::fixed_point;
  std::optional<VarianceReducedMethod> variance_reduced;  ///< there for that family
  std::int64_t copies = 1;                                ///< S; neumann_series
  LowerIteration lower_solver = LowerIteration::gradient;     ///< inexact, iterative_differentiation
  LinearIteration linear_solver = LinearIteration::gradient;  ///< inexact
  std::optional<double> lower_tolerance, linear_tolerance;    ///< inexact
  bool split_varies = false;  ///< replicas see different data splits: no theorem speaks of that
  Ladder ladder = Ladder::sharpened;
  const ExactMoments* exact = nullptr;  ///< at these checkpoints; null: not known
  /// Why `exact` is null, as a sentence for the user. Batch steps need none.
  std::string exact_missing = "Exact expectations are not computed yet.";
  const PredictedMoments* predicted = nullptr;  ///< at these checkpoints; null: not known
  std::string predicted_missing = "Predictions are not computed yet.";  ///< why, for the user
  StabilityEdges stability;  ///< where the expected error itself stops contracting, in eta
};

/// Constants, checks, bounds, exact curves and predictions of one method. A few milliseconds,
/// however many iterations there are (internal/one_step_rules.hpp, internal/solution_path.hpp).
///
/// Curves of fixed-point methods, always all of them and in this order, those that do not apply
/// with a reason and no values; batch steps have bound_aid_fp and bound_inexact at the end.
/// `ladder` decides which constants feed the ones marked *, and which are `primary`.
///   lower level      bound_lower* bound_4_1* bound_4_2* bound_two_phase* bound_4_1_4_3
///                    bound_cor_4_1* bound_bottou* bound_5_1_lower bound_recursion_lower*
///                    bound_sharp_recursion_lower* bound_direct_lower floor_lower*
///                    bound_expected_smoothness exact_lower prediction_lower
///   linear system    bound_linear* bound_4_1_linear* bound_4_2_linear* bound_two_phase_linear*
///                    bound_4_1_4_3_linear bound_5_1_linear bound_recursion_linear*
///                    bound_sharp_recursion_linear* bound_direct_linear floor_linear*
///                    exact_linear prediction_linear
///   hypergradient    bound_3_4* bound_sharp* bound_merged* bound_3_1_squared* bound_3_2*
///                    bound_3_3* bound_5_1 bound_solution bound_radius
///                    floor_14 floor_sharp floor_solution floor_exact floor_constant*
///                    exact exact_bias_squared exact_mean_of_variance exact_variance_of_mean
///                    prediction
/// Where steps are constant, floor_lower, floor_linear and floor_constant are the levels that
/// bound_lower, bound_linear and bound_3_4 or bound_sharp tend to (step_floor.hpp); of two-phase
/// steps the first two end at the switch.
/// bound_lower and bound_linear are the rho(t) and sigma(k) that feed the hypergradient's bounds;
/// bound_solution and bound_radius take the sharpened ones in every ladder.
/// paper: the constants of Remark 4.2 (Theorem 4.3 where it says nothing) and Theorem 5.1, with the
/// theorem that speaks of the schedule (bound-optimal steps: the one-step recursion). sharpened and
/// prediction: at every step the smallest of the proved one-step bounds (direct bound, sharp
/// recursion). In the prediction ladder no bound is primary. In the sharpened ladder one bound of
/// the hypergradient is: bound_solution where it is below bound_sharp at the last checkpoint or
/// bound_sharp is absent, else bound_sharp. Predictions are primary where there is no exact curve
/// of their quantity, and in the prediction ladder. A curve has values only where all hypotheses
/// hold, globally or on the ball or box of `constants` that the steps provably keep the iterates
/// in; NaN is a gap.
/// The other families have, of the lower level, the curves of fixed-point methods (bound_lower
/// alone for variance_reduced, inexact and steps with momentum); of the linear system, bound_linear by their own rate, or the reason
/// why there is none; of the hypergradient, bound_3_4 to bound_3_3 and the floors with these rates,
/// and
///   iterative_differentiation                bound_itd
///   conjugate_gradients, normal_equations    bound_aid_cg, bound_inexact
///   inexact                                  bound_aid, bound_inexact
/// in the style of Grazzi, Franceschi, Pontil, Salzo (ICML 2020) and of Ehrhardt and Roberts,
/// squared (deterministic_bounds.hpp, inexact_bounds.hpp); the smallest at the last checkpoint is
/// primary. No bound is known of mixed_fixed_point and stochastic_differentiation; their curves say
/// so.
MethodTheory evaluate_method_theory(const TheoryInput& input);

}  // namespace sid
