#include "sid/problem/linearised_error.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "sid/math/contract.hpp"
#include "sid/math/numbers.hpp"
#include "sid/problem/additive_error.hpp"
#include "sid/problem/data_constants.hpp"
#include "sid/problem/mean_square_stability.hpp"
#include "sid/problem/solution_models.hpp"
#include "sid/problem/step_walk.hpp"

namespace sid {
namespace {

tl::unexpected<Error> stopped() {
  return fail(ErrorCode::stopped, "The predictions were stopped.");
}

tl::unexpected<Error> dependent() {
  return fail(ErrorCode::not_found,
              "Minibatches of a reshuffled pass depend on each other; their errors follow no known "
              "recursion. Draw them independently.");
}

bool independent(const ExactQuery& query) {
  return query.settings.sampling != Sampling::reshuffle;
}

double minibatch_factor(const DataProblem& problem, const OracleSettings& settings) {
  return variance_factor(settings.sampling, problem.sample_count(), settings.minibatch);
}

void check(const DataProblem& problem, const ExactQuery& query) {
  check_exact_query(query);
  SID_EXPECTS(query.reference != nullptr, "the solution is needed");
  SID_EXPECTS(query.reference->w.size() == problem.lower_dim(), "the solution has d entries");
  SID_EXPECTS(query.settings.minibatch <= problem.sample_count(),
              "a minibatch has between one and n examples");
}

/// tr(F C).
double trace_of(const QuadraticForm& form, const Matrix& covariance) {
  if (form.root.size() > 0) return form.root.dot(covariance * form.root);
  return form.matrix.cwiseProduct(covariance).sum();
}

// What cannot be told from infinity is infinite: with steps that are too large errors grow until
// they overflow, and products with zero are then not numbers.
double finite_or_infinite(double x) {
  return std::isfinite(x) ? x : kInfinity;
}

// E||(C_B - C)^T alpha v_k||^2 / J at the solution, where lambda weights examples: entry i of
// alpha C_B^T v is as often in B as example i, so the variance of that number times the squared
// length of n B^T v.
double derivative_noise(const DataProblem& problem,
                        const ExactQuery& query,
                        const HypergradientForms& forms,
                        const IterationError& linear) {
  const bool weighs = problem.family().shape().hyperparameter == Hyperparameter::example_weights;
  if (!weighs || query.jacobian_samples == 0) return 0.0;
  const auto n = static_cast<double>(problem.sample_count());
  const double mean = forms.apply_linear(problem, query.reference->v + linear.mean).squaredNorm();
  return count_variance(query.settings, problem.sample_count()) * n * n *
         (mean + linear.from_variance) / static_cast<double>(query.jacobian_samples);
}

/// Takes the recursion through its targets, in ascending order, calling visit(i) at targets[i].
/// Looks at the stop token every millisecond or so of work. False if stopped.
template <class Visit>
bool walk_recursion(const DataProblem& problem,
                    const StepSizes& sizes,
                    std::span<const std::int64_t> targets,
                    const std::stop_token& stop,
                    ErrorRecursion& recursion,
                    const Visit& visit) {
  constexpr double kPieceWork = 4e6;
  const double piece = kPieceWork / CurvatureMoments::step_work(problem);
  const StepWalk walk{.piece = std::clamp<std::int64_t>(
                          static_cast<std::int64_t>(piece), 1, StepWalk::kLargestPiece)};
  std::int64_t t = 0;
  for (const std::size_t i : order_by_k(targets)) {
    const bool reached = walk.go(
        sizes,
        problem.alpha(),
        t,
        targets[i],
        stop,
        [&](std::span<const double> steps) { recursion.advance(steps); },
        [](double, std::int64_t) {});
    if (!reached) return false;
    visit(i);
  }
  return true;
}

/// With the noise that grows with the distance. std::nullopt when stopped.
std::optional<IterationErrors> multiplicative_errors(const DataProblem& problem,
                                                     const ExactQuery& query,
                                                     const ModelsAt& models,
                                                     const HypergradientForms& forms) {
  const Reference& r = *query.reference;
  const auto curvature = models.curvature();
  if (curvature == nullptr) return std::nullopt;
  const auto lower = models.lower(*curvature);
  const auto linear = models.linear(*curvature);
  if (lower == nullptr || linear == nullptr) return std::nullopt;
  const double f_b = minibatch_factor(problem, query.settings);
  IterationErrors out;
  out.lower.resize(query.t.size());
  out.linear.resize(query.t.size());
  ErrorRecursion w(*curvature, *lower, f_b, -r.w);
  ErrorRecursion v(*curvature, *linear, f_b, -r.v);
  const auto walk = [&](const StepSizes& sizes,
                        std::span<const std::int64_t> targets,
                        const QuadraticForm& form,
                        ErrorRecursion& recursion,
                        std::vector<IterationError>& errors) {
    return walk_recursion(problem, sizes, targets, query.stop, recursion, [&](std::size_t i) {
      errors[i] = {.mean = recursion.mean(),
                   .mean_square = recursion.mean_square(),
                   .from_variance = trace_of(form, recursion.covariance())};
    });
  };
  if (!walk(query.lower_steps, query.t, forms.from_lower(), w, out.lower)) return std::nullopt;
  if (!walk(query.linear_steps, query.k, forms.from_linear(), v, out.linear)) return std::nullopt;
  return out;
}

PredictedMoments put_together(const DataProblem& problem,
                              const ExactQuery& query,
                              const HypergradientForms& forms,
                              const IterationErrors& errors) {
  PredictedMoments out;
  for (std::size_t i = 0; i < errors.lower.size(); ++i) {
    const IterationError& w = errors.lower[i];
    const IterationError& v = errors.linear[i];
    const double mean = forms.apply(problem, w.mean, v.mean).squaredNorm();
    out.lower.push_back(finite_or_infinite(w.mean_square));
    out.linear.push_back(finite_or_infinite(v.mean_square));
    out.hypergradient.push_back(finite_or_infinite(mean + w.from_variance + v.from_variance +
                                                   derivative_noise(problem, query, forms, v)));
  }
  return out;
}

Result<PredictedMoments> multiplicative(const DataProblem& problem,
                                        const ExactQuery& query,
                                        const ModelsAt& models) {
  const auto curvature = models.curvature();
  if (curvature == nullptr) return stopped();
  const auto forms = models.forms(*curvature);
  if (forms == nullptr) return stopped();
  const std::optional<IterationErrors> errors =
      multiplicative_errors(problem, query, models, *forms);
  if (!errors) return stopped();
  return put_together(problem, query, *forms, *errors);
}

Result<PredictedMoments> additive(const DataProblem& problem,
                                  const ExactQuery& query,
                                  const ModelsAt& models) {
  const auto model = models.additive();
  if (model == nullptr) return stopped();
  const double f_b = minibatch_factor(problem, query.settings);
  const std::optional<IterationErrors> errors =
      additive_errors(*model, *query.reference, problem.alpha(), f_b, query);
  if (!errors) return stopped();
  PredictedMoments out = put_together(problem, query, *model->forms, *errors);
  out.additive_noise = true;
  return out;
}

double recursion_work(const DataProblem& problem, double steps) {
  return 3.0 * CurvatureMoments::construction_work(problem) +
         steps * CurvatureMoments::step_work(problem);
}

}  // namespace

Result<PredictedMoments> data_predicted_moments(const DataProblem& problem,
                                                const ExactQuery& query) {
  check(problem, query);
  if (!independent(query)) return dependent();
  if (query.t.empty()) return PredictedMoments{};
  const ModelsAt models(problem, *query.reference, query.stop);
  if (CurvatureMoments::affordable(problem)) {
    const StepWalk walk;
    const double steps =
        walk.work(query.lower_steps, query.t) + walk.work(query.linear_steps, ascending(query.k));
    if (recursion_work(problem, steps) <= kMaxRecursionWork) {
      return multiplicative(problem, query, models);
    }
  }
  if (problem.lower_dim() > kMaxAdditiveDim) {
    return fail(ErrorCode::bad_input,
                fmt::format("Predictions need eigenvectors of the Hessian and are left out for {} "
                            "features; they are made for at most {}.",
                            problem.lower_dim(),
                            kMaxAdditiveDim));
  }
  const double work = additive_work(problem.lower_dim(), query);
  if (work > kMaxAdditiveWork) {
    return fail(ErrorCode::bad_input,
                fmt::format("Predictions are left out where steps × (features)²/2 = {} exceeds {}; "
                            "use fewer steps, or constant ones.",
                            format_for_reading(work),
                            format_for_reading(kMaxAdditiveWork)));
  }
  return additive(problem, query, models);
}

Result<ExactMoments> data_exact_moments(const DataProblem& problem, const ExactQuery& query) {
  if (problem.family().shape().lower.kind != LossKind::squares) {
    return fail(ErrorCode::not_found,
                "Exact expectations are known for a lower level with squared loss only.");
  }
  check(problem, query);
  if (!independent(query)) return dependent();
  if (query.t.empty()) return ExactMoments{};
  const StepWalk walk;
  const double steps = walk.work(query.lower_steps, query.t);
  const double work = recursion_work(problem, steps);
  if (!CurvatureMoments::affordable(problem) || work > kMaxRecursionWork) {
    return fail(ErrorCode::bad_input,
                fmt::format("Exact expectations are left out: with {} features and {} steps they "
                            "would take {} operations, more than {}.",
                            problem.lower_dim(),
                            query.t.back(),
                            format_for_reading(work),
                            format_for_reading(kMaxRecursionWork)));
  }
  const ModelsAt models(problem, *query.reference, query.stop);
  const auto curvature = models.curvature();
  const auto moments = curvature == nullptr ? nullptr : models.lower(*curvature);
  if (moments == nullptr) return stopped();
  ErrorRecursion recursion(
      *curvature, *moments, minibatch_factor(problem, query.settings), -query.reference->w);
  ExactMoments out;
  const bool done =
      walk_recursion(problem, query.lower_steps, query.t, query.stop, recursion, [&](std::size_t) {
        out.lower.push_back(finite_or_infinite(recursion.mean_square()));
      });
  if (!done) return stopped();
  return out;
}

StabilityEdges data_stability_edges(const DataProblem& problem,
                                    const Reference& reference,
                                    const OracleSettings& settings,
                                    const std::stop_token& stop) {
  constexpr double kMaxStabilityWork = 3e8;
  constexpr Index kMaxStabilityDim = 64;
  SID_EXPECTS(settings.minibatch >= 1 && settings.minibatch <= problem.sample_count(),
              "a minibatch has between one and n examples");
  const double construction = CurvatureMoments::construction_work(problem);
  if (problem.lower_dim() > kMaxStabilityDim || !CurvatureMoments::affordable(problem) ||
      settings.sampling == Sampling::reshuffle || construction > kMaxStabilityWork) {
    return {};
  }
  const ModelsAt models(problem, reference, stop);
  const double f_b = minibatch_factor(problem, settings);
  const SolutionModels& shared = models.shared();
  const auto edges = [&](double step) {
    return StabilityEdges{.lower = step / problem.alpha(), .linear = step / problem.alpha()};
  };
  const std::lock_guard lock(shared.edges_mutex);
  for (const auto& [factor, step] : shared.edges) {
    if (factor == f_b) return edges(step);
  }
  const auto curvature = models.curvature();
  if (curvature == nullptr) return {};
  const std::optional<double> step = stability_edge(*curvature, f_b, kMaxStabilityWork, stop);
  if (stop.stop_requested()) return {};
  shared.edges.emplace_back(f_b, step.value_or(kInfinity));
  return edges(shared.edges.back().second);
}

}  // namespace sid
