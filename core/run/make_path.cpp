#include "sid/run/internal/make_path.hpp"

#include <utility>

#include "sid/math/contract.hpp"
#include "sid/method/batch_oracle.hpp"
#include "sid/method/cg_path.hpp"
#include "sid/method/inexact_solvers.hpp"
#include "sid/method/itd_path.hpp"
#include "sid/method/mixed_fixed_point.hpp"
#include "sid/method/momentum_itd_path.hpp"
#include "sid/method/neumann_series.hpp"
#include "sid/method/sid_path.hpp"
#include "sid/method/stochastic_itd_path.hpp"
#include "sid/method/variance_reduced_solvers.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::internal {

namespace {

std::unique_ptr<StochasticOracle> make_oracle(const Panel& panel, const ResolvedMethod& method) {
  if (!traits_of(method.kind).random) return std::make_unique<BatchOracle>(*panel.problem);
  return panel.problem->make_oracle(method.oracle);
}

std::int64_t last_step(const ResolvedMethod& method) {
  return method.checkpoints.empty() ? 0 : method.checkpoints.back().t;
}

std::unique_ptr<HypergradientPath> make_sid(const Panel& panel, const ResolvedMethod& method) {
  return std::make_unique<SidPath>(
      *panel.problem, make_oracle(panel, method), make_oracle(panel, method), sid_settings(method));
}

std::unique_ptr<HypergradientPath> make_variance_reduced(const Panel& panel,
                                                         const ResolvedMethod& method) {
  const VarianceReductionSettings settings{
      .kind = method.kind == MethodKind::saga ? VarianceReduction::saga
                                              : VarianceReduction::loopless_svrg,
      .step = method.gamma,
      .refresh_probability = method.kind == MethodKind::svrg ? method.refresh_probability : 0.0};
  std::unique_ptr<SolverPath> path = make_variance_reduced_path(
      *panel.problem,
      settings,
      settings,
      JacobianSampling{make_oracle(panel, method), method.jacobian_samples});
  SID_EXPECTS(path != nullptr, "variance reduction needs a lower level that is a finite sum");
  return path;
}

/// The lower level of SID with another solver of the linear system.
std::unique_ptr<HypergradientPath> with_linear_solver(const Panel& panel,
                                                      const ResolvedMethod& method,
                                                      std::unique_ptr<LinearSolver> linear) {
  return std::make_unique<SolverPath>(
      *panel.problem,
      std::make_unique<StochasticLowerSolver>(
          *panel.problem, make_oracle(panel, method), method.oracle.minibatch, method.lower_step),
      std::move(linear),
      JacobianSampling{make_oracle(panel, method), method.jacobian_samples});
}

MixedFixedPointSettings mixed_settings(const ResolvedMethod& method) {
  return {
      .step = method.linear_step, .mixing = method.mixing, .minibatch = method.oracle.minibatch};
}

}  // namespace

SidSettings sid_settings(const ResolvedMethod& method) {
  return {.lower_step = method.lower_step,
          .linear_step = method.linear_step,
          .jacobian_samples = method.jacobian_samples,
          .minibatch = method.oracle.minibatch};
}

std::unique_ptr<HypergradientPath> make_path(const Panel& panel, const ResolvedMethod& method) {
  const BilevelProblem& problem = *panel.problem;
  switch (method.kind) {
    case MethodKind::batch:
    case MethodKind::sid:
      break;
    case MethodKind::itd:
      if (method.lower_solver == LowerIteration::gradient) {
        return std::make_unique<ItdPath>(problem, last_step(method));
      }
      return std::make_unique<MomentumItdPath>(problem, method.lower_solver, last_step(method));
    case MethodKind::inexact:
      return std::make_unique<InexactPath>(
          problem,
          InexactSettings{.lower = method.lower_solver,
                          .linear = method.linear_solver,
                          .lower_tolerance = method.lower_tolerance,
                          .linear_tolerance = method.linear_tolerance});
    case MethodKind::aid_cg:
      return std::make_unique<CgPath>(problem, CgSettings{.lower_step = method.lower_step});
    case MethodKind::aid_cgnr:
      return std::make_unique<CgPath>(problem,
                                      CgSettings{.lower_step = method.lower_step,
                                                 .linear_method = KrylovMethod::normal_equations});
    case MethodKind::saga:
    case MethodKind::svrg:
      return make_variance_reduced(panel, method);
    case MethodKind::neumann:
      return with_linear_solver(
          panel,
          method,
          std::make_unique<NeumannSeries>(problem,
                                          make_oracle(panel, method),
                                          NeumannSettings{.copies = method.copies,
                                                          .eta = method.linear_step.at(0),
                                                          .minibatch = method.oracle.minibatch}));
    case MethodKind::fp_km:
      return with_linear_solver(panel,
                                method,
                                std::make_unique<MixedFixedPoint>(problem,
                                                                  make_oracle(panel, method),
                                                                  make_oracle(panel, method),
                                                                  mixed_settings(method)));
    case MethodKind::stochastic_itd:
      return std::make_unique<StochasticItdPath>(
          problem,
          StochasticItdPath::Settings{
              .oracle = method.oracle, .step = method.lower_step, .max_steps = last_step(method)});
  }
  return make_sid(panel, method);
}

std::unique_ptr<LinearSolver> make_conditional_mean(const Panel& panel,
                                                    const ResolvedMethod& method) {
  const BilevelProblem& problem = *panel.problem;
  if (!traits_of(method.kind).repeats) return nullptr;
  if (method.kind == MethodKind::fp_km) {
    return std::make_unique<MixedFixedPoint>(problem,
                                             std::make_unique<BatchOracle>(problem),
                                             std::make_unique<BatchOracle>(problem),
                                             mixed_settings(method));
  }
  // A Neumann series of random length has the k-th fixed-point iterate as its mean; the directions
  // of SAGA and SVRG are unbiased given all draws before, so theirs is that of gradient steps.
  return std::make_unique<StochasticLinearSolver>(
      problem, std::make_shared<BatchOracle>(problem), method.oracle.minibatch, method.linear_step);
}

}  // namespace sid::internal
