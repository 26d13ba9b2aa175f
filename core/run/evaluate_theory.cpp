#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "sid/math/contract.hpp"
#include "sid/problem/exact_moments.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/internal/step_sizes.hpp"
#include "sid/run/internal/theory_input.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/theory/evaluate.hpp"

namespace sid {

namespace {

/// What is known of the expected errors of one method at its checkpoints.
class Expectations {
 public:
  Expectations(const Panel& panel, const ResolvedMethod& method, const std::stop_token& stop)
      : panel_(panel) {
    for (const Checkpoint& at : method.checkpoints) {
      t_.push_back(at.t);
      k_.push_back(at.k);
    }
    query_ = {.settings = method.oracle,
              .lower_steps = internal::step_sizes(method.lower_step),
              .linear_steps = internal::step_sizes(method.linear_step),
              .t = t_,
              .k = k_,
              .jacobian_samples = method.jacobian_samples,
              .reference = &panel.reference,
              .stop = stop};
  }

  /// Computes and puts into `input`, which refers to this object from then on.
  void fill(TheoryInput& input) {
    exact_ = panel_.problem->exact_moments(query_);
    if (*exact_) {
      input.exact = &**exact_;
    } else {
      input.exact_missing = exact_->error().message;
    }
    if (input.exact != nullptr && !input.exact->hypergradient.empty()) {
      input.predicted_missing = "The exact expectation is known; no prediction is needed.";
      return;
    }
    predicted_ = panel_.problem->predicted_moments(query_);
    if (*predicted_) {
      input.predicted = &**predicted_;
    } else {
      input.predicted_missing = predicted_->error().message;
    }
    input.stability =
        panel_.problem->stability_edges(panel_.reference, query_.settings, query_.stop);
  }

 private:
  const Panel& panel_;
  std::vector<std::int64_t> t_, k_;
  ExactQuery query_;
  std::optional<Result<ExactMoments>> exact_;
  std::optional<Result<PredictedMoments>> predicted_;
};

MethodFamily family_of(MethodKind kind) {
  switch (kind) {
    case MethodKind::batch:
    case MethodKind::sid:
      break;
    case MethodKind::itd:
      return MethodFamily::iterative_differentiation;
    case MethodKind::aid_cg:
      return MethodFamily::conjugate_gradients;
    case MethodKind::aid_cgnr:
      return MethodFamily::normal_equations;
    case MethodKind::saga:
    case MethodKind::svrg:
      return MethodFamily::variance_reduced;
    case MethodKind::neumann:
      return MethodFamily::neumann_series;
    case MethodKind::fp_km:
      return MethodFamily::mixed_fixed_point;
    case MethodKind::stochastic_itd:
      return MethodFamily::stochastic_differentiation;
    case MethodKind::inexact:
      return MethodFamily::inexact;
  }
  return MethodFamily::fixed_point;
}

void scale_hypergradient_curves(MethodTheory& theory, double scale) {
  if (scale == 1.0) return;
  const double squared = scale * scale;
  for (TheoryCurve& curve : theory.curves) {
    if (curve.quantity != Quantity::hypergradient) continue;
    for (double& value : curve.values) value *= squared;
    for (BoundTerm& term : curve.terms) {
      for (double& value : term.values) value *= squared;
    }
  }
}

/// Bounds speak of exact arithmetic. Computed iterates keep an error of about (L/tau) eps times
/// their size, so a bound below that level says nothing about what is measured: it ends there.
void end_bounds_at_rounding(MethodTheory& theory) {
  constexpr double kRoundings = 16.0;
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const ProblemConstants& c = theory.constants;
  const double relative = kRoundings * std::numeric_limits<double>::epsilon() * c.L / c.tau;
  for (TheoryCurve& curve : theory.curves) {
    if (curve.kind != CurveKind::bound) continue;
    const double size = curve.quantity == Quantity::lower_level     ? c.norm_w
                        : curve.quantity == Quantity::linear_system ? c.norm_v
                                                                    : c.L_Phi * c.norm_v;
    const double level = relative * relative * size * size;
    for (std::size_t i = 0; i < curve.values.size(); ++i) {
      if (curve.values[i] >= level) continue;
      curve.values[i] = kNaN;
      for (BoundTerm& term : curve.terms) term.values[i] = kNaN;
    }
  }
}

}  // namespace

namespace internal {

TheoryInput theory_input(const RunSpec& spec,
                         const Panel& panel,
                         const ResolvedMethod& method,
                         std::size_t position) {
  TheoryInput input;
  input.constants = panel.problem->constants(panel.reference, method.oracle);
  input.alpha_rule = panel.problem->alpha_rule();
  input.lower_step = method.lower_step;
  input.linear_step = method.linear_step;
  input.linear_step_is_own = spec.methods[position].linear_step.has_value();
  input.checkpoints = method.checkpoints;
  input.jacobian_samples = method.jacobian_samples;
  input.batch = !traits_of(method.kind).random;
  input.family = family_of(method.kind);
  input.copies = method.copies;
  input.lower_solver = method.lower_solver;
  input.linear_solver = method.linear_solver;
  input.lower_tolerance = method.lower_tolerance;
  input.linear_tolerance = method.linear_tolerance;
  if (is_variance_reduced(method.kind)) {
    const std::optional<ComponentConstants> components =
        panel.problem->component_constants(panel.reference);
    SID_EXPECTS(components.has_value(), "variance reduction needs a finite sum, see validate()");
    input.variance_reduced = {.name = std::string(kind_name(method.kind)),
                              .constants = *components,
                              .gamma = method.gamma,
                              .probability = method.refresh_probability};
  }
  input.split_varies = spec.run.vary_split;
  input.ladder = spec.ladder;
  return input;
}

MethodTheory theory_for_display(const TheoryInput& input, const Panel& panel) {
  MethodTheory theory = evaluate_method_theory(input);
  end_bounds_at_rounding(theory);
  scale_hypergradient_curves(theory, panel.hypergradient_scale);
  return theory;
}

}  // namespace internal

std::vector<std::vector<MethodTheory>> evaluate_theory(const RunSpec& spec,
                                                       const ProblemBench& bench,
                                                       const std::stop_token& stop,
                                                       TheoryScope scope) {
  std::vector<std::vector<MethodTheory>> out;
  out.reserve(bench.panels.size());
  for (const Panel& panel : bench.panels) {
    std::vector<MethodTheory>& row = out.emplace_back();
    const std::vector<ResolvedMethod> methods = resolve_methods(spec, bench, panel);
    for (std::size_t i = 0; i < methods.size(); ++i) {
      const ResolvedMethod& method = methods[i];
      TheoryInput input = internal::theory_input(spec, panel, method, i);
      Expectations expectations(panel, method, stop);
      if (scope == TheoryScope::all && method.kind == MethodKind::sid) expectations.fill(input);
      if (stop.stop_requested()) return {};
      row.push_back(internal::theory_for_display(input, panel));
    }
  }
  return out;
}

}  // namespace sid
