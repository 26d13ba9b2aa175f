#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <vector>

#include "sid/math/result.hpp"
#include "sid/method/bilevel_loop.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/lambda_panels.hpp"
#include "sid/run/validation.hpp"

namespace sid {

/// What is wrong with `spec` as an outer loop, beside validate(): step sizes that would need the
/// noise constants at every new lambda, a start outside the box. A spec without [outer] stands for
/// its defaults.
std::vector<SpecIssue> validate_outer(const RunSpec& spec);

/// Box of lambda where the spec gives none: [1e-3, 10] in the mean convention for a regulariser,
/// [-10, 10] for weights of examples, widened to hold the `start`; in the spec's convention.
/// `scale` is hypergradient_scale(problem, n).
LambdaRange default_box(const ProblemSpec& problem, double scale, double start);

/// log for regularisers, lambda for weights of examples, unless the spec says otherwise.
OuterCoordinate outer_coordinate(const RunSpec& spec);

/// How often every method is repeated: outer.replicas, else run.replicas.
std::int64_t outer_replicas(const RunSpec& spec);

/// The spec whose one panel is where the loop starts, with the budget of one outer step as
/// run.iterations: what resolve_methods gives for it are the methods of the loop. run.vary_split
/// plays no part: the loop is on the first split.
RunSpec spec_at_start(const RunSpec& spec);

/// Everything that an outer loop of `spec` needs but its methods. Hyperparameters and
/// hypergradients are in the spec's convention. Immutable and safe to share between threads.
struct OuterProblem {
  RunSpec spec;                               ///< spec_at_start()
  std::shared_ptr<const ProblemBench> bench;  ///< its panels[0] is the start
  OuterSettings settings;                     ///< box and steps in theta
  Vector start;                               ///< m, theta_0, inside the box

  Index dim() const { return start.size(); }  ///< m
  const Panel& first_panel() const { return bench->panels.front(); }

  /// The problem at `lambda`, without data being read again: microseconds for one lambda, an
  /// eigenvalue for a vector. Fails with bad_input where lambda is so small beside the curvature
  /// that q rounds to 1, and with stopped.
  Result<std::shared_ptr<const BilevelProblem>> at(const Vector& lambda,
                                                   const std::stop_token& stop = {}) const;

  /// f and df/dtheta at `theta` by an exact solve. Fails as at() and exact_hypergradient() do.
  struct Exact {
    double value = 0.0;
    Vector gradient;  ///< m
  };
  Result<Exact> exact(const Vector& theta, const std::stop_token& stop = {}) const;
};

/// Loads data, or takes them from `previous` where they fit, and solves the reference at the start.
/// Fails as prepare_bench does, and with bad_input for what validate_outer() finds. `pool` null:
/// one of its own.
Result<std::shared_ptr<const OuterProblem>> prepare_outer(const RunSpec& spec,
                                                          const std::stop_token& stop = {},
                                                          const ProgressHook& progress = {},
                                                          const ProblemBench* previous = nullptr,
                                                          WorkerPool* pool = nullptr);

}  // namespace sid
