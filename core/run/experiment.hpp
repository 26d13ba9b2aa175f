#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "sid/data/dataset.hpp"
#include "sid/math/result.hpp"
#include "sid/method/checkpoint.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/problem/bilevel_problem.hpp"
#include "sid/run/run_spec.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// One hyperparameter value: its problem and exact solution. Expensive, shared, immutable.
struct Panel {
  Vector lambda;                                  ///< as written in the spec (its convention)
  std::string label;                              ///< "0.1", or the index for vector lambda
  std::shared_ptr<const BilevelProblem> problem;  ///< mean convention
  Reference reference;  ///< mean convention; multiply by hypergradient_scale for display
  /// Display factor of hypergradients: 1 for lower_loss = mean, 1/n for sum (theory 2.2).
  double hypergradient_scale = 1.0;
};

/// The expensive part of a spec (problem and data): panels by lambda and, if splits vary, by
/// replica. Depends only on spec.problem, spec.data, and where splits vary on run.replicas; the
/// window keeps it while steps, minibatches and budgets change.
struct ProblemBench {
  ProblemSpec problem;
  DataSpec data;
  std::vector<Panel> panels;                      ///< one per lambda, first split
  std::vector<std::vector<Panel>> varied_panels;  ///< [replica][lambda]; empty unless vary_split
  std::string data_description;
  std::string data_fingerprint;
  std::int64_t sample_count = 0;  ///< n
};

using ProgressHook = std::function<void(double fraction, const std::string& what)>;

/// Loads or generates data, builds problems, solves references. Polls `stop` often.
Result<std::shared_ptr<const ProblemBench>> prepare_bench(const RunSpec& spec,
                                                          std::stop_token stop = {},
                                                          const ProgressHook& progress = {});

/// A method at one panel, resolved: schedules with numbers, checkpoints.
struct ResolvedMethod {
  std::string label;
  MethodKind kind = MethodKind::sid;
  OracleSettings oracle;  ///< batch: whole data
  StepSizeSchedule lower_step, linear_step;
  std::int64_t jacobian_samples = 1;
  std::vector<Checkpoint> checkpoints;
};

/// Schedules and checkpoints of every method at one panel. Cheap (formulas only).
std::vector<ResolvedMethod> resolve_methods(const RunSpec& spec,
                                            const ProblemBench& bench,
                                            const Panel& panel);

/// All theory of `spec` on `bench`: [panel][method]. Cheap enough for every frame on the teaching
/// problem; formula-only changes never touch the bench. Uses no measured value. Values are in the
/// spec's convention (hypergradient curves scaled).
std::vector<std::vector<MethodTheory>> evaluate_theory(const RunSpec& spec,
                                                       const ProblemBench& bench);

}  // namespace sid
