#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "sid/math/result.hpp"
#include "sid/math/types.hpp"
#include "sid/method/outer_coordinate.hpp"
#include "sid/method/solver_path.hpp"
#include "sid/problem/bilevel_problem.hpp"

namespace sid {

struct OuterSettings {
  OuterCoordinate coordinate = OuterCoordinate::logarithm;
  double step = 0.1;  ///< h > 0, finite
  /// s0 >= 0: step s takes h_s = h / (1 + s/s0), which noisy gradients need to converge; 0: h.
  double decay = 0.0;
  double low = -6.0;  ///< box of every entry of theta, low <= high
  double high = 3.0;
};

/// lambda at theta (m).
Vector lambda_of(OuterCoordinate coordinate, const ConstVectorRef& theta);
/// df/dtheta from df/dlambda: lambda * df/dlambda entry by entry (logarithm), df/dlambda (lambda).
Vector theta_gradient(OuterCoordinate coordinate,
                      const ConstVectorRef& lambda,
                      const ConstVectorRef& hypergradient);
/// h_s of step s = 0, 1, ...
double outer_step_size(const OuterSettings& settings, std::int64_t step);
/// clip(theta - h_s gradient, low, high), entry by entry.
Vector projected_step(const OuterSettings& settings,
                      const ConstVectorRef& theta,
                      const ConstVectorRef& gradient,
                      std::int64_t step = 0);

/// What an outer step was told about f at one lambda.
struct HypergradientEstimate {
  Vector hypergradient;                        ///< m, df/dlambda or an estimate of it
  std::optional<double> value = std::nullopt;  ///< f(lambda), where the method knows it
  std::int64_t samples = 0;                    ///< examples evaluated to get it
};

/// One point of the loop.
struct OuterPoint {
  Vector theta, lambda;         ///< m
  Vector gradient;              ///< m, df/dtheta as estimated
  std::optional<double> value;  ///< f(lambda)
  double step_norm = 0.0;       ///< ||theta' - theta||/h_s, the projected gradient's length
  std::int64_t samples = 0;     ///< of this step
};

/// min over theta in a box of f(lambda(theta)) by projected gradient steps
///   theta <- clip(theta - h_s df/dtheta, low, high)
/// with any estimator of the hypergradient. The problem is made anew for every lambda.
class BilevelLoop {
 public:
  using ProblemAt = std::function<Result<std::shared_ptr<const BilevelProblem>>(
      const Vector& lambda, const std::stop_token& stop)>;
  /// Estimates at the step-th problem, step = 0, 1, 2, ...
  using Estimator = std::function<Result<HypergradientEstimate>(
      const BilevelProblem& problem, std::int64_t step, const std::stop_token& stop)>;

  /// theta (m), finite, is clipped to the box. `problem_at` returns no null pointers.
  BilevelLoop(ProblemAt problem_at,
              Estimator estimator,
              const OuterSettings& settings,
              const Vector& theta);

  /// Estimates at theta() and moves. Fails as the two functions do, and with breakdown where the
  /// estimate is not finite; theta() is then unchanged.
  Result<OuterPoint> step(const std::stop_token& stop = {});

  const Vector& theta() const { return theta_; }
  std::int64_t steps() const { return steps_; }

 private:
  ProblemAt problem_at_;
  Estimator estimator_;
  OuterSettings settings_;
  Vector theta_;
  std::int64_t steps_ = 0;
};

/// f and its gradient by solve_reference; `samples` is 0. Fails with breakdown where Newton's
/// method does not converge.
Result<HypergradientEstimate> exact_hypergradient(const BilevelProblem& problem,
                                                  std::int64_t step,
                                                  const std::stop_token& stop);

/// Estimates by a path that is made for every problem, with t and k steps. Outer step s draws
/// from streams of a seed of its own, the first word of the stream (seed, outer_step, replica, s),
/// so that steps are independent of each other. `warm_start`: w_0 of step s + 1 is w_t of step s,
/// which is independent of what step s + 1 draws; otherwise w_0 = 0. v_0 = 0 always. Paths that are
/// no SolverPath know no other start than their own. The same step asked for again, because it
/// failed or its estimate was of no use, begins at the same w_0.
class PathEstimator {
 public:
  using MakePath = std::function<std::unique_ptr<HypergradientPath>(const BilevelProblem& problem)>;
  struct Settings {
    std::int64_t t = 0;
    std::int64_t k = 0;
    bool warm_start = false;
    std::int64_t samples = 0;  ///< examples that one estimate takes; of a SolverPath it is counted
    std::uint64_t seed = 0;
    std::uint32_t replica = 0;
  };

  PathEstimator(MakePath make_path, const Settings& settings);

  Result<HypergradientEstimate> operator()(const BilevelProblem& problem,
                                           std::int64_t step,
                                           const std::stop_token& stop);

 private:
  MakePath make_path_;
  Settings settings_;
  Vector start_, end_;      // w_0 and w_t of the present step, or empty: w_0 = 0
  std::int64_t step_ = -1;  // the present step
};

}  // namespace sid
