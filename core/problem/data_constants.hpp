#pragma once

#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "sid/problem/data_problem.hpp"
#include "sid/problem/hessian_anchors.hpp"
#include "sid/problem/solution_models.hpp"

namespace sid {

/// What the constants of a data problem need at the solution, for minibatches of one example with
/// variance factor f_b = 1 and without alpha. Expensive parts are passes over the data, for d <=
/// 200 one eigenvalue, and for the logistic loss slope_moment, an eigenvalue of a weighted Gram
/// matrix: 0.3 s at d = 784, n = 5000.
struct SolutionConstants {
  double norm_cross = 0.0;         ///< ||C(w*)||, so that L_Phi = alpha * norm_cross
  double norm_c = 0.0;             ///< ||grad_1 E(w*)||
  double gradient_variance = 0.0;  ///< V_1(w*) = (1/n) sum ||g_i - mean||^2, g_i = omega g' x_i
  double hessian_noise =
      0.0;  ///< q*^T Sigma q* with Sigma = (1/n) sum (omega g'')^2 ||x||^2 x x^T - H0^2
  /// lambda_max(H^-1 Sigma H^-1) at w*; infinite for d > 200.
  double relative_noise = kInfinity;
  double largest_component_gradient = 0.0;  ///< max_i ||omega_i g'_i x_i + D w*||
  // example_weights only, s' = omega (1 - omega):
  double cross_lipschitz = 1.0;  ///< Lipschitz constant of w -> C(w); 1 where C is linear in w
  double m2_global = 0.0;        ///< lambda_max(sum s'^2 x x^T)
  double m2_solution = 0.0;      ///< lambda_max(sum s'^2 g'^2 x x^T)
  double floor = 0.0;            ///< sum (s' g' x^T q*)^2
  // For the solution-based bound:
  /// lambda_max((1/n) sum omega^2 ||x||^2 (x^T q*)^2 x x^T); 0 for squares.
  double slope_moment = 0.0;
  double noise_reach = kInfinity;  ///< see ProblemConstants::noise_reach
};

/// Belongs to one reference of one problem.
class DataSolutionCache final : public SolutionCache {
 public:
  DataSolutionCache(const DataProblem& problem,
                    const ConstVectorRef& solution,
                    HessianPreconditioner at_solution)
      : anchors(problem, solution, std::move(at_solution)) {}

  const HessianAnchors anchors;
  const SolutionModels models;
  /// Computed by the first caller that is not stopped, then shared; null when stopped.
  const SolutionConstants* constants(const DataProblem& problem,
                                     const Reference& reference,
                                     const std::stop_token& stop = {}) const;

 private:
  mutable std::mutex mutex_;
  mutable std::optional<SolutionConstants> constants_;
};

/// std::nullopt when stopped, within some ten milliseconds of a request.
std::optional<SolutionConstants> measure_solution(const DataProblem& problem,
                                                  const Reference& reference,
                                                  const std::stop_token& stop = {});

/// Puts them into the reference's cache, so that data_constants() takes microseconds from then on.
/// False, and the cache as it was, when stopped.
bool prepare_constants(const DataProblem& problem,
                       const Reference& reference,
                       const std::stop_token& stop = {});

/// ||C(w*)|| and the Lipschitz constant of C: cheap unless lambda weights examples. NaN when
/// stopped.
double cross_norm(const DataProblem& problem,
                  const ConstVectorRef& w,
                  const std::stop_token& stop = {});
double cross_lipschitz(const DataProblem& problem, const std::stop_token& stop = {});
/// mu_1: Lipschitz constant of grad_1 E.
double upper_smoothness(const DataProblem& problem);
/// L_E: Lipschitz constant of E on the whole space; infinite for squares.
double upper_lipschitz(const DataProblem& problem);

/// Variance of (how often one example is in a minibatch)/b: (1 - 1/n)/(b n) with replacement,
/// (1 - b/n)/(b n) without.
double count_variance(const OracleSettings& settings, std::int64_t n);

/// See BilevelProblem::constants.
ProblemConstants data_constants(const DataProblem& problem,
                                const Reference& reference,
                                const OracleSettings& settings,
                                double theta);

}  // namespace sid
