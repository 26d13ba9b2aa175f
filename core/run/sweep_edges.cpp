#include <algorithm>
#include <cmath>
#include <utility>

#include "sid/run/internal/sweep_cell.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/validation.hpp"
#include "sid/theory/noise_constants.hpp"

namespace sid::internal {

namespace {

/// Of two edges that both solvers must keep.
double of_both(double lower, double linear, Quantity quantity, bool linear_has_own) {
  if (quantity == Quantity::lower_level || linear_has_own) return lower;
  return std::min(lower, linear);
}

OracleSettings oracle_settings(const MethodSpec& method) {
  return {.minibatch = method.minibatch, .sampling = method.sampling};
}

/// Where the error asked about ceases to settle; infinite where that is not known. `exact` becomes
/// false where it is an edge of the linearisation, or of second moments alone.
double stable_step(const SweepRequest& request,
                   const MethodSpec& method,
                   const Panel& panel,
                   const std::stop_token& stop,
                   bool& exact) {
  const StabilityEdges edges =
      panel.problem->stability_edges(panel.reference, oracle_settings(method), stop);
  const double both =
      of_both(edges.lower, edges.linear, request.quantity, method.linear_step.has_value());
  if (request.quantity != Quantity::hypergradient) return both;
  exact = exact && std::isfinite(edges.hypergradient);
  return std::min(both, edges.hypergradient);
}

/// The axis with the step size, and the other one.
struct Axes {
  const SweepAxis& step;
  const SweepAxis& other;
};

class EdgeSearch {
 public:
  EdgeSearch(const SweepRequest& request, Axes axes) : request_(request), axes_(axes) {}

  /// What there is for one value of the other axis.
  void visit(double other, const BenchOf& bench_of, const std::stop_token& stop) {
    const Result<RunSpec> spec = axes_.other.set(request_.spec, other);
    if (!spec || !validate(*spec).empty()) return;
    const auto bench = bench_of(*spec);
    if (!bench || stop.stop_requested()) return;
    const Panel& panel = bench->panels[std::min(request_.panel, bench->panels.size() - 1)];
    if (!validate_against_data(*spec, bench->sample_count, panel.problem->lower_dim()).empty()) {
      return;
    }
    const bool of_limit = axes_.step.unit == SweepAxis::Unit::of_limit;
    const double unit = of_limit ? limit_of_spec(request_, *spec, panel) : 1.0;
    const auto limit = [&](Ladder ladder) {
      return largest_bounded_step(request_, *spec, panel, ladder) / unit;
    };
    add(paper_, limit(Ladder::paper), other);
    add(sharpened_, limit(Ladder::sharpened), other);
    const MethodSpec& method = spec->methods[request_.method];
    if (method.step.kind != StepKind::constant) return;
    add(stable_, stable_step(request_, method, panel, stop, exact_) / unit, other);
  }

  std::vector<SweepEdge> take() {
    exact_ = exact_ && request_.spec.problem.kind == ProblemKind::quadratic;
    stable_.label = exact_ ? "exact stability" : "stability, linearised at w(λ)";
    std::vector<SweepEdge> out;
    for (SweepEdge* const edge : {&paper_, &sharpened_, &stable_}) {
      if (!edge->x.empty()) out.push_back(std::move(*edge));
    }
    return out;
  }

 private:
  void add(SweepEdge& edge, double step, double other) const {
    if (!(step > 0.0) || !std::isfinite(step)) return;
    const bool step_is_x = &axes_.step == &request_.x;
    edge.x.push_back(step_is_x ? step : other);
    edge.y.push_back(step_is_x ? other : step);
  }

  const SweepRequest& request_;
  Axes axes_;
  SweepEdge paper_{"paper", "paper's limit 1/(1+σ₂)", true, {}, {}};
  SweepEdge sharpened_{"sharpened", "sharpened limit 1/(1+σ₂)", true, {}, {}};
  SweepEdge stable_{"stability", "", false, {}, {}};
  bool exact_ = true;
};

}  // namespace

double largest_bounded_step(const SweepRequest& request,
                            const RunSpec& spec,
                            const Panel& panel,
                            Ladder ladder) {
  const MethodSpec& method = spec.methods[request.method];
  const MethodTraits traits = traits_of(method.kind);
  if (!traits.lower_step) return 0.0;
  if (!traits.random) return 1.0;  // without noise σ₂ = 0
  if (method.sampling == Sampling::reshuffle) return 0.0;
  const ProblemConstants constants =
      panel.problem->constants(panel.reference, oracle_settings(method));
  const auto limit = [](const NoisyContraction& map) {
    return std::isfinite(map.sigma2) ? map.step_limit() : 0.0;
  };
  return of_both(limit(lower_level_noise(constants, ladder).map),
                 limit(linear_system_noise(constants, ladder).map),
                 request.quantity,
                 method.linear_step.has_value() || method.kind != MethodKind::sid);
}

double limit_of_spec(const SweepRequest& request, const RunSpec& spec, const Panel& panel) {
  return largest_bounded_step(
      request, spec, panel, spec.ladder == Ladder::paper ? Ladder::paper : Ladder::sharpened);
}

std::vector<SweepEdge> sweep_edges(const SweepRequest& request,
                                   const BenchOf& bench_of,
                                   const std::stop_token& stop) {
  const bool x = request.x.unit != SweepAxis::Unit::plain;
  const bool y = request.y.unit != SweepAxis::Unit::plain;
  const MethodSpec& method = request.spec.methods[request.method];
  const MethodTraits traits = traits_of(method.kind);
  // The linear systems of other kinds have other limits; without noise there are none.
  const bool known = method.kind == MethodKind::sid || (traits.minibatches && traits.lower_step &&
                                                        request.quantity == Quantity::lower_level);
  // Theorems speak of one problem and of independent draws.
  if (x == y || !known || method.sampling == Sampling::reshuffle || request.spec.run.vary_split) {
    return {};
  }
  EdgeSearch search(request, x ? Axes{request.x, request.y} : Axes{request.y, request.x});
  for (const double other : (x ? request.y : request.x).values) {
    search.visit(other, bench_of, stop);
    if (stop.stop_requested()) return {};
  }
  return search.take();
}

}  // namespace sid::internal
