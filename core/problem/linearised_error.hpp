#pragma once

#include <optional>

#include "sid/problem/data_problem.hpp"
#include "sid/problem/exact_moments.hpp"

namespace sid {

/// Mean-square errors of SID on a data problem, linearised at the solution (not in the paper). With
/// e = w_t - w(lambda), u = v_k - v, the Jacobian G of w -> -C^T H^-1 grad_1 E and B = -alpha C,
///   estimate - hypergradient = G e + B^T u + (noise of C_B) + higher orders,
/// e and u independent, so its mean square is ||E(G e + B^T u)||^2 + tr(G Cov(e) G^T) +
/// tr(B^T Cov(u) B), plus E||(C_B - C)^T alpha v_k||^2/J at the solution where lambda weights
/// examples, which tends to the exact floor over J. Means and
/// covariances come from second_moments.hpp where that takes at most kMaxRecursionWork, otherwise
/// from additive_error.hpp, with the noise at the solution alone, for d <= kMaxAdditiveDim.

/// Multiplications of the recursions of second_moments.hpp with all that is made for them: a second
/// or so.
inline constexpr double kMaxRecursionWork = 2e9;
/// Limit of additive_work: a second or two.
inline constexpr double kMaxAdditiveWork = 1e10;

/// See BilevelProblem::predicted_moments. The first call for a reference makes its models, which
/// takes a second at d = 784.
Result<PredictedMoments> data_predicted_moments(const DataProblem& problem,
                                                const ExactQuery& query);

/// See BilevelProblem::exact_moments. E||w_t - w(lambda)||^2 alone, for squares, where the
/// recursion of second_moments.hpp is exact, if it takes at most kMaxRecursionWork.
Result<ExactMoments> data_exact_moments(const DataProblem& problem, const ExactQuery& query);

/// See BilevelProblem::stability_edges and mean_square_stability.hpp. Both edges are the same,
/// since both iterations contract by the same map. A few tenths of a second at most; infinite
/// beyond, and above 64 columns.
StabilityEdges data_stability_edges(const DataProblem& problem,
                                    const Reference& reference,
                                    const OracleSettings& settings,
                                    const std::stop_token& stop);

}  // namespace sid
