#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sid/run/lambda_panels.hpp"
#include "sid/run/run_spec.hpp"

namespace sid::app {

/// Largest |epsilon| of lambda = exp(epsilon): exp(27) = 5.3e11 is below kLargestScale.
inline constexpr double kLargestLogLambda = 27.0;

/// Fraction of wrong labels in studies of data hyper-cleaning.
inline constexpr double kUsualLabelNoise = 0.3;

/// Edits of a spec as pure functions; every result is a valid starting point for another edit.

/// `spec` with another problem kind, and what has to follow:
///   lambda        kept where it means the same, else the usual one of the new kind
///   label_noise   0.3 on entering data hyper-cleaning with built-in digits that have none; 0 on
///                 leaving it, and where labels are real numbers
///   upper         the new kind's own
///   lower_loss    kept: lambda and weight decay go through the mean convention, each by the rule
///                 of with_lower_loss
///   minibatches   no larger than the population
/// The teaching problem, which has no examples, gets means, independent draws and no varied split.
RunSpec with_problem(RunSpec spec, ProblemKind kind);

/// lambda that a kind of problem starts with, in the mean convention.
double usual_lambda(ProblemKind kind);

/// How many times larger lambda or weight decay is than in the mean convention: n for sums, else 1.
double convention_unit(const RunSpec& spec);

/// `spec` with another source of data. Images bring labels and a validation part of their own; text
/// files that hold real numbers for ridge regression have no wrong labels.
RunSpec with_data_source(RunSpec spec, DataSource source);

/// Minibatches between 1 and population(spec).
void fit_minibatches(RunSpec& spec);

/// `spec` with the lower-level loss written as a mean or as a sum over the n training examples.
/// What is a number of that convention is converted (of the sum = n times of the mean), so the
/// experiment stays the same: lambda where it regularises, weight decay where lambda weights
/// examples; weight decay that another kind does not use stays that of the mean. Values beyond the
/// limits of a spec become the limit. Hyperparameters in a file stay as written there. The teaching
/// problem knows means only.
RunSpec with_lower_loss(RunSpec spec, LossScale scale);

/// `spec` with this upper-level loss; the kind's own is written as "by default".
RunSpec with_upper_level(RunSpec spec, UpperLevel level);

/// `spec` that measures the parts of its error by `route`. They speak of one problem: measuring
/// them fixes the split, and varying the split measures none.
RunSpec with_decomposition(RunSpec spec, DecompositionRoute route);
RunSpec with_varied_split(RunSpec spec, bool varied);

/// `spec` with one more hyperparameter after the last: ten times as large, or one more where lambda
/// weights examples, and so on until it is a new one. Nothing where that is beyond the range of
/// lambda, or where there is no list of numbers.
std::optional<RunSpec> with_one_more_lambda(RunSpec spec);

/// n of the problem: training examples, or the teaching problem's nominal count.
std::int64_t population(const RunSpec& spec);

/// A copy of method `index` right after it, with a free name.
RunSpec with_duplicate(RunSpec spec, std::size_t index);
/// Without method `index`; the last method cannot be removed.
RunSpec without_method(RunSpec spec, std::size_t index);
/// One more method: constant step.
RunSpec with_new_method(RunSpec spec, MethodKind kind = MethodKind::sid);
/// Method `index` made one of `kind`: it keeps the settings that the new kind has too, exact steps
/// begin anew with η = 1, and a name that was given goes.
RunSpec with_kind(RunSpec spec, std::size_t index, MethodKind kind);

/// "0.01, 0.1, 1" to values: 1 to 16, all within `range`; otherwise std::nullopt.
std::optional<std::vector<double>> parse_list(std::string_view text, const LambdaRange& range);
std::string format_list(const std::vector<double>& values);

}  // namespace sid::app
