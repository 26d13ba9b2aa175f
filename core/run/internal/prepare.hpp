#pragma once

#include <memory>
#include <stop_token>

#include "sid/math/result.hpp"
#include "sid/problem/teaching_problem.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/worker_pool.hpp"

namespace sid::internal {

/// The shape of a spec's teaching problem.
TeachingShape teaching_shape(const QuadraticSpec& quadratic);

/// Fills panels, description and sample count of the teaching problem. Microseconds.
Result<void> prepare_teaching(const RunSpec& spec, ProblemBench& bench);

/// The equilibrium problem of a spec at one lambda.
std::shared_ptr<const BilevelProblem> make_equilibrium(const EquilibriumSpec& spec, double lambda);

/// The same as prepare_teaching for the equilibrium problem: milliseconds for d = 10, some seconds
/// for the largest. Incomplete when stopped, which it polls between panels.
Result<void> prepare_equilibrium(const RunSpec& spec,
                                 const std::stop_token& stop,
                                 ProblemBench& bench);

struct DataJob {
  const RunSpec& spec;
  Shard shard;
  std::stop_token stop;
  WorkerPool& pool;
  const ProblemBench* previous = nullptr;  ///< taken from where it fits; may be null
};

/// Loads or generates the data, splits it, and solves the reference of every panel, for every
/// replica of the shard where splits vary. Panels are solved in parallel.
Result<void> prepare_data(const DataJob& job, const ProgressHook& progress, ProblemBench& bench);

}  // namespace sid::internal
