#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sid/run/run_spec.hpp"

namespace sid::app {

/// Edits of a spec as pure functions; every result is a valid starting point for another edit.

/// `spec` with another problem kind, and what has to follow: hyperparameters that the kind
/// understands, minibatches no larger than its population; for the teaching problem, which has no
/// examples, independent draws and no varied split.
RunSpec with_problem(RunSpec spec, ProblemKind kind);

/// `spec` with another source of data. Images bring labels and a validation part of their own.
RunSpec with_data_source(RunSpec spec, DataSource source);

/// Minibatches between 1 and population(spec).
void fit_minibatches(RunSpec& spec);

/// `spec` with the lower-level loss written as a mean or as a sum over the n training examples.
/// The hyperparameters are converted (lambda of the sum = n times lambda of the mean), so the
/// experiment stays the same.
RunSpec with_lower_loss(RunSpec spec, LossScale scale);

/// n of the problem: training examples, or the teaching problem's nominal count.
std::int64_t population(const RunSpec& spec);

/// A copy of method `index` right after it, with a free name.
RunSpec with_duplicate(RunSpec spec, std::size_t index);
/// Without method `index`; the last method cannot be removed.
RunSpec without_method(RunSpec spec, std::size_t index);
/// One more method: constant step.
RunSpec with_new_method(RunSpec spec);

/// "0.01, 0.1, 1" to values: at least one, all finite and positive; otherwise std::nullopt.
std::optional<std::vector<double>> parse_list(std::string_view text);
std::string format_list(const std::vector<double>& values);

}  // namespace sid::app
