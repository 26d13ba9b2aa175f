#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sid/math/result.hpp"
#include "sid/run/experiment.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// theory.json: everything known without sampling.
///
///   convention: lower_loss, upper_loss; all values below are in that convention
///   panels[]: lambda, label, n, d, m
///     constants {name: {value, source, meaning}}: curvature of the lower level; with sums also
///       L_mean, tau_mean, ... as they are in the mean convention
///     reference: w, v, hypergradient, upper_value, certificate (a bound of the hypergradient's
///       error), first_order_estimate (of the same; no bound), gradient_norm, linear_residual_norm
///     methods[]: name, kind, minibatch, sampling, jacobian_samples, step, linear_step (formulas),
///       checkpoints {t, k, epoch}, constants {name: {value, source, meaning}}, w_noise, v_noise
///       (pairs curvature, variance), checks[], step_limits[], curves[] {id, label, source,
///       quantity, kind, verdict, reason, primary, values, terms[]}
/// Infinities and NaN are the texts "inf", "-inf", "nan". With sums, constants whose value depends
/// on the convention carry the one for means as "mean".
///
/// `theory` is [panel][method] as evaluate_theory(spec, bench) gives it.
std::string write_theory_json(const RunSpec& spec,
                              const ProblemBench& bench,
                              const std::vector<std::vector<MethodTheory>>& theory);

/// What a theory.json tells, enough to draw figures without the data.
struct RecordedTheory {
  std::shared_ptr<const ProblemBench> bench;  ///< its problems are records (recorded_problem.hpp)
  std::vector<std::vector<MethodTheory>> theory;                  ///< [panel][method]
  std::vector<std::vector<std::vector<Checkpoint>>> checkpoints;  ///< [panel][method]
};

/// `spec` is the one stored beside it. Errors: not JSON (line and column), or not for this spec
/// (other numbers of panels or methods).
Result<RecordedTheory> read_theory_json(std::string_view text,
                                        const std::string& name,
                                        const RunSpec& spec);

}  // namespace sid
