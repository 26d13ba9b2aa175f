#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sid/math/result.hpp"
#include "sid/run/error_study.hpp"
#include "sid/run/experiment.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// theory.json: everything known without sampling.
///
///   format: "sidlab theory 2". Files of format 1, which lack symbol, unit, the last six constants,
///     notes and study, are read as well
///   convention: lower_loss, upper_loss; all values below are in that convention
///   panels[]: lambda, label, n, d, m
///     constants {name: {value, source, meaning}}: curvature of the lower level; with sums also
///       L_mean, tau_mean, ... as they are in the mean convention
///     reference: w, v, hypergradient, upper_value, certificate (a bound of the hypergradient's
///       error), first_order_estimate (of the same; no bound), gradient_norm, linear_residual_norm
///     methods[]: name, kind, minibatch, sampling, jacobian_samples, step, linear_step (formulas),
///       checkpoints {t, k, epoch}, constants {name: {value, symbol, unit, source, meaning}},
///       w_noise, v_noise (pairs curvature, variance), checks[], step_limits[], curves[] {id,
///       label, source, quantity, kind, verdict, reason, primary, values, terms[]} study, only
///       where asked for: one checkpoint (checkpoint counts from 0, t, k, epoch), taken
///         apart; error ("exact", "measured", "predicted", "unknown") is what its looseness ends at
///         exact, measured {hypergradient, lower, linear}: expectations, and means over the run
///         where those are not known; what is neither is left out
///         replicas: of the measured means; interval (95 %): of the hypergradient's
///         statements[] {id, title, source, curve, verdict, hypotheses[], lines[], symbols[]}
///         looseness[] {id, label, from, to, decades, sentence}
///         sensitivities[] {id, symbol, meaning, value, up, down, up_lost, down_lost}: decades by
///           which the bound moves for 1.1 and 0.9 times the constant
///   notes[]: id, where, printed, holds, why, matters_to[]: what to read with care in the paper
/// Infinities and NaN are the texts "inf", "-inf", "nan". With sums, constants whose value depends
/// on the convention carry the one for means as "mean".
///
/// `theory` is [panel][method] as evaluate_theory(spec, bench) gives it; `studies` too, or empty.
std::string write_theory_json(const RunSpec& spec,
                              const ProblemBench& bench,
                              const std::vector<std::vector<MethodTheory>>& theory,
                              const std::vector<std::vector<ErrorStudy>>& studies = {});

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
