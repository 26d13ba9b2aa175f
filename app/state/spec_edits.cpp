#include "sid/app/state/spec_edits.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"
#include "sid/run/problem_kind.hpp"

namespace sid::app {
namespace {

void scale_lambda(LambdaSpec& lambda, double factor) {
  if (auto* const scalars = std::get_if<std::vector<double>>(&lambda)) {
    for (double& value : *scalars) value *= factor;
  } else if (auto* const vectors = std::get_if<std::vector<std::vector<double>>>(&lambda)) {
    for (std::vector<double>& vector : *vectors) {
      for (double& value : vector) value *= factor;
    }
  } else if (auto* const random = std::get_if<RandomLambda>(&lambda)) {
    random->epsilon_low += std::log(factor);
    random->epsilon_high += std::log(factor);
  }
}

double usual_lambda(ProblemKind kind) {
  if (!lambda_regularises(kind)) return 0.0;
  return has_data(kind) ? 0.1 : 0.5;
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
  return has_data(spec.problem.kind) ? spec.data.train : spec.problem.quadratic.samples;
}

RunSpec with_problem(RunSpec spec, ProblemKind kind) {
  if (spec.problem.kind == kind) return spec;
  const ProblemKind before = std::exchange(spec.problem.kind, kind);
  spec.problem.alpha.reset();
  spec.problem.upper.reset();
  const bool scalars = std::holds_alternative<std::vector<double>>(spec.problem.lambda);
  const bool other_meaning = lambda_regularises(before) != lambda_regularises(kind);
  if (other_meaning || (!scalars && lambda_shape(before) != lambda_shape(kind))) {
    spec.problem.lambda = std::vector<double>{usual_lambda(kind)};
  }
  spec.data.label_noise = kind == ProblemKind::data_weights ? 0.3 : 0.0;
  if (!is_regression(kind) && spec.data.labels == LabelRule::as_given) spec.data.labels.reset();
  if (!has_data(kind)) {
    spec.problem.lower_loss = LossScale::mean;
    spec.run.vary_split = false;
    for (MethodSpec& method : spec.methods) method.sampling = Sampling::iid;
  }
  fit_minibatches(spec);
  return spec;
}

RunSpec with_data_source(RunSpec spec, DataSource source) {
  if (spec.data.source == source) return spec;
  spec.data.source = source;
  if (source == DataSource::digits || source == DataSource::mnist) {
    spec.data.validation_path.clear();
    spec.data.labels.reset();
  }
  return spec;
}

void fit_minibatches(RunSpec& spec) {
  for (MethodSpec& method : spec.methods) {
    method.minibatch = std::clamp<std::int64_t>(method.minibatch, 1, population(spec));
  }
}

RunSpec with_lower_loss(RunSpec spec, LossScale scale) {
  if (spec.problem.lower_loss == scale) return spec;
  const auto n = static_cast<double>(population(spec));
  const double factor = scale == LossScale::sum ? n : 1.0 / n;
  if (lambda_regularises(spec.problem.kind)) {
    scale_lambda(spec.problem.lambda, factor);
  } else {
    spec.problem.weight_decay *= factor;
  }
  spec.problem.lower_loss = scale;
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

RunSpec with_new_method(RunSpec spec) {
  MethodSpec method;
  if (!spec.methods.empty()) method.minibatch = spec.methods.back().minibatch;
  method.step.eta = 0.5;
  method.name = free_name(spec, "Method");
  spec.methods.push_back(method);
  return spec;
}

std::optional<std::vector<double>> parse_list(std::string_view text) {
  std::vector<double> values;
  std::string word;
  const auto take = [&]() -> bool {
    if (word.empty()) return true;
    const std::optional<double> value = parse_double(word);
    if (!value || !std::isfinite(*value) || *value <= 0.0) return false;
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
