#include "sid/app/state/spec_edits.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "sid/math/numbers.hpp"
#include "sid/run/lambda_panels.hpp"
#include "sid/run/method_fit.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/method_label.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/validation.hpp"

namespace sid::app {
namespace {

/// From one convention to another, within the limits of a spec.
double converted(double value, double n, LossScale scale) {
  return std::clamp(scale == LossScale::sum ? value * n : value / n, kSmallestScale, kLargestScale);
}

void convert(LambdaSpec& lambda, double n, LossScale scale) {
  if (auto* const scalars = std::get_if<std::vector<double>>(&lambda)) {
    std::vector<double> kept;  // rounding or a limit may make two of them equal
    for (const double value : *scalars) {
      const double now = converted(value, n, scale);
      if (std::find(kept.begin(), kept.end(), now) == kept.end()) kept.push_back(now);
    }
    *scalars = std::move(kept);
  } else if (auto* const vectors = std::get_if<std::vector<std::vector<double>>>(&lambda)) {
    for (std::vector<double>& vector : *vectors) {
      for (double& value : vector) value = converted(value, n, scale);
    }
  } else if (auto* const random = std::get_if<RandomLambda>(&lambda)) {
    const double shift = scale == LossScale::sum ? std::log(n) : -std::log(n);
    for (double* const end : {&random->epsilon_low, &random->epsilon_high}) {
      *end = std::clamp(*end + shift, -kLargestLogLambda, kLargestLogLambda);
    }
  }
}

/// Whether hyperparameters of one kind of problem are such of another.
bool means_the_same(const LambdaSpec& lambda, ProblemKind before, ProblemKind now) {
  if (lambda_regularises(before) != lambda_regularises(now)) return false;
  if (is_gradient_map(before) != is_gradient_map(now)) return false;
  return std::holds_alternative<std::vector<double>>(lambda) ||
         (lambda_shape(before) == lambda_shape(now) && lambda_shape(now) != LambdaShape::one);
}

/// Box and start of the outer loop into the other convention, and h where it is a length in lambda:
/// lambda is n times as large beside a sum, and its derivative n times as small.
void convert(OuterSpec& outer, double n, LossScale scale) {
  for (std::optional<double>* const value : {&outer.start, &outer.low, &outer.high}) {
    if (*value) *value = converted(**value, n, scale);
  }
  if (outer.step && outer.coordinate == OuterCoordinate::lambda) {
    outer.step = converted(*outer.step, n * n, scale);
  }
}

/// What the outer loop of one kind of problem can keep for another.
void keep_outer(OuterSpec& outer, ProblemKind before, ProblemKind now) {
  const bool other = lambda_regularises(before) != lambda_regularises(now) ||
                     is_gradient_map(before) != is_gradient_map(now);
  if (other) outer.coordinate.reset();
  const LambdaRange range = lambda_range(now);
  for (std::optional<double>* const value : {&outer.start, &outer.low, &outer.high}) {
    if (other || (*value && !range.contains(**value))) value->reset();
  }
}

bool is_text(DataSource source) {
  return source == DataSource::libsvm || source == DataSource::csv;
}

/// Labels as the problem and the data can have them.
void settle_labels(RunSpec& spec) {
  const bool real = is_regression(spec.problem.kind) && is_text(spec.data.source);
  if (!real && spec.data.labels == LabelRule::as_given) spec.data.labels.reset();
  if (real && spec.data.labels.value_or(LabelRule::as_given) == LabelRule::as_given) {
    spec.data.label_noise = 0.0;
  }
}

void follow_noise(DataSpec& data, ProblemKind before, ProblemKind now) {
  if (before == ProblemKind::data_weights) data.label_noise = 0.0;
  if (now == ProblemKind::data_weights && data.source == DataSource::digits &&
      data.label_noise == 0.0) {
    data.label_noise = kUsualLabelNoise;
  }
}

std::string free_name(const RunSpec& spec, const std::string& wanted) {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < spec.methods.size(); ++i) taken.insert(method_label(spec, i));
  for (int number = 2;; ++number) {
    std::string name = wanted + " " + std::to_string(number);
    if (!taken.contains(name)) return name;
  }
}

}  // namespace

std::int64_t population(const RunSpec& spec) {
  return has_data(spec.problem.kind) ? spec.data.train : parameter_samples(spec.problem);
}

double usual_lambda(ProblemKind kind) {
  if (kind == ProblemKind::equilibrium) return 0.5;
  if (!lambda_regularises(kind)) return 0.0;
  return has_data(kind) ? 0.1 : 0.5;
}

double convention_unit(const RunSpec& spec) {
  const bool sum = has_data(spec.problem.kind) && spec.problem.lower_loss == LossScale::sum;
  return sum ? static_cast<double>(population(spec)) : 1.0;
}

RunSpec with_problem(RunSpec spec, ProblemKind kind) {
  const ProblemKind before = spec.problem.kind;
  if (before == kind) return spec;
  const LossScale convention = spec.problem.lower_loss;
  const LambdaSpec written = spec.problem.lambda;
  spec = with_lower_loss(std::move(spec), LossScale::mean);
  spec.problem.kind = kind;
  spec.problem.alpha.reset();
  spec.problem.upper.reset();
  if (spec.outer) keep_outer(*spec.outer, before, kind);
  const bool kept = means_the_same(written, before, kind);
  if (!kept) spec.problem.lambda = std::vector<double>{usual_lambda(kind)};
  follow_noise(spec.data, before, kind);
  settle_labels(spec);
  if (has_data(kind)) {
    spec = with_lower_loss(std::move(spec), convention);
    // There and back may round.
    if (kept && has_data(before)) spec.problem.lambda = written;
  } else {
    spec.run.vary_split = false;
    for (std::size_t i = 0; i < spec.methods.size(); ++i) {
      spec.methods[i].sampling = Sampling::iid;
      if (method_misfit(spec.methods[i], kind)) {
        const MethodTraits traits = traits_of(spec.methods[i].kind);
        spec.methods[i].lower_solver = LowerIteration::gradient;
        if (traits.components) spec = with_kind(std::move(spec), i, MethodKind::sid);
        if (traits.symmetric) spec = with_kind(std::move(spec), i, MethodKind::aid_cgnr);
      }
    }
  }
  fit_minibatches(spec);
  return spec;
}

RunSpec with_data_source(RunSpec spec, DataSource source) {
  if (spec.data.source == source) return spec;
  spec.data.source = source;
  if (!is_text(source)) {
    spec.data.validation_path.clear();
    spec.data.labels.reset();
  }
  settle_labels(spec);
  return spec;
}

void fit_minibatches(RunSpec& spec) {
  for (MethodSpec& method : spec.methods) {
    if (!traits_of(method.kind).minibatches && method.kind != MethodKind::batch) continue;
    method.minibatch = std::clamp<std::int64_t>(method.minibatch, 1, population(spec));
  }
}

RunSpec with_lower_loss(RunSpec spec, LossScale scale) {
  if (!has_data(spec.problem.kind)) scale = LossScale::mean;
  if (spec.problem.lower_loss == scale) return spec;
  spec.problem.lower_loss = scale;
  if (!has_data(spec.problem.kind)) return spec;
  const auto n = static_cast<double>(population(spec));
  if (lambda_regularises(spec.problem.kind)) {
    convert(spec.problem.lambda, n, scale);
    if (spec.outer) convert(*spec.outer, n, scale);
  } else {
    spec.problem.weight_decay = converted(spec.problem.weight_decay, n, scale);
  }
  return spec;
}

RunSpec with_upper_level(RunSpec spec, UpperLevel level) {
  spec.problem.upper.reset();
  if (upper_level(spec.problem) != level) spec.problem.upper = level;
  return spec;
}

RunSpec with_decomposition(RunSpec spec, DecompositionRoute route) {
  spec.run.decomposition = route;
  if (route != DecompositionRoute::none) spec.run.vary_split = false;
  return spec;
}

RunSpec with_varied_split(RunSpec spec, bool varied) {
  spec.run.vary_split = varied;
  if (varied) spec.run.decomposition = DecompositionRoute::none;
  return spec;
}

std::optional<RunSpec> with_one_more_lambda(RunSpec spec) {
  auto* const list = std::get_if<std::vector<double>>(&spec.problem.lambda);
  if (list == nullptr || list->empty()) return std::nullopt;
  const bool factor = lambda_regularises(spec.problem.kind);
  double next = list->back();
  do {
    next = factor ? next * 10.0 : next + 1.0;
  } while (std::find(list->begin(), list->end(), next) != list->end());
  if (!lambda_range(spec.problem.kind).contains(next)) return std::nullopt;
  list->push_back(next);
  return spec;
}

RunSpec with_duplicate(RunSpec spec, std::size_t index) {
  if (index >= spec.methods.size()) return spec;
  MethodSpec copy = spec.methods[index];
  copy.name = free_name(spec, method_label(spec, index));
  spec.methods.insert(spec.methods.begin() + static_cast<std::ptrdiff_t>(index) + 1, copy);
  return spec;
}

RunSpec without_method(RunSpec spec, std::size_t index) {
  if (spec.methods.size() < 2 || index >= spec.methods.size()) return spec;
  spec.methods.erase(spec.methods.begin() + static_cast<std::ptrdiff_t>(index));
  return spec;
}

RunSpec with_new_method(RunSpec spec, MethodKind kind) {
  MethodSpec method;
  for (const MethodSpec& other : spec.methods) {
    if (traits_of(other.kind).minibatches) method.minibatch = other.minibatch;
  }
  method.kind = kind;
  if (traits_of(kind).random) method.step.eta = 0.5;
  method = with_own_settings(std::move(method));
  if (kind == MethodKind::sid) method.name = free_name(spec, "Method");
  spec.methods.push_back(method);
  fit_minibatches(spec);
  return spec;
}

RunSpec with_kind(RunSpec spec, std::size_t index, MethodKind kind) {
  if (index >= spec.methods.size() || spec.methods[index].kind == kind) return spec;
  MethodSpec& method = spec.methods[index];
  method.kind = kind;
  method.name.clear();
  if (!traits_of(kind).random) method.step = {};
  method = with_own_settings(std::move(method));
  fit_minibatches(spec);
  return spec;
}

std::optional<std::vector<double>> parse_list(std::string_view text, const LambdaRange& range) {
  std::vector<double> values;
  std::string word;
  const auto take = [&]() -> bool {
    if (word.empty()) return true;
    const std::optional<double> value = parse_double(word);
    if (!value || !range.contains(*value)) return false;
    values.push_back(*value);
    word.clear();
    return true;
  };
  for (const char c : text) {
    if (c == ',' || c == ' ' || c == ';' || c == '\t') {
      if (!take()) return std::nullopt;
    } else {
      word += c;
    }
  }
  if (!take() || values.empty() || values.size() > 16) return std::nullopt;
  return values;
}

std::string format_list(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    if (!text.empty()) text += ", ";
    text += format_shortest(value);
  }
  return text;
}

}  // namespace sid::app
