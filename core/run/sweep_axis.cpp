#include "sid/run/sweep_axis.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/method_label.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/validation.hpp"

namespace sid {

namespace {

std::int64_t last_t(const RunSpec& spec, std::size_t method) {
  return spec.methods[method].t.value_or(spec.run.iterations);
}

std::int64_t last_k(const RunSpec& spec, std::size_t method) {
  return spec.methods[method].k.value_or(last_t(spec, method));
}

bool has_eta(const StepSpec& step) {
  return step.kind == StepKind::constant || step.kind == StepKind::two_phase;
}

bool has_beta(const StepSpec& step) {
  return step.kind == StepKind::decreasing || step.kind == StepKind::two_phase;
}

std::string step_words(StepKind kind) {
  switch (kind) {
    case StepKind::constant:
      return "a constant step η";
    case StepKind::decreasing:
      return "steps β/(γ+t)";
    case StepKind::two_phase:
      return "a constant step first, then β/(γ+t)";
    case StepKind::bound_optimal:
      break;
  }
  return "the steps that are best for the bound, which have no settings";
}

tl::unexpected<Error> no_such(const std::string& what,
                              const RunSpec& spec,
                              std::size_t method,
                              const std::string& instead,
                              bool of_step) {
  return fail(ErrorCode::bad_input,
              fmt::format("Method {} ('{}') has {}no {}. {}",
                          method + 1,
                          method_label(spec, method),
                          of_step ? step_words(spec.methods[method].step.kind) + ", and " : "",
                          what,
                          instead));
}

/// An axis whose value is one field of the method.
template <class Write, class Read>
SweepAxis method_axis(const char* key,
                      const char* label,
                      const char* symbol,
                      bool whole,
                      std::size_t method,
                      Write write,
                      Read read) {
  SweepAxis axis;
  axis.key = key;
  axis.label = label;
  axis.symbol = symbol;
  axis.whole = whole;
  axis.set = [method, write](const RunSpec& spec, double value) -> Result<RunSpec> {
    RunSpec out = spec;
    write(out, out.methods[method], value);
    return out;
  };
  axis.get = [method, read](const RunSpec& spec) -> std::optional<double> {
    if (method >= spec.methods.size()) return std::nullopt;
    return read(spec, spec.methods[method]);
  };
  return axis;
}

SweepAxis eta_axis(std::size_t method) {
  SweepAxis axis = method_axis(
      "eta",
      "step size η",
      "η",
      false,
      method,
      [](RunSpec&, MethodSpec& m, double value) { m.step.eta = value; },
      [](const RunSpec&, const MethodSpec& m) -> std::optional<double> {
        if (!has_eta(m.step) || m.step.eta <= 0.0) return std::nullopt;
        return m.step.eta;
      });
  axis.unit = SweepAxis::Unit::eta;
  return axis;
}

SweepAxis lambda_axis(const RunSpec& spec) {
  SweepAxis axis;
  axis.key = "lambda";
  axis.label = axis.symbol = "λ";
  axis.log = lambda_regularises(spec.problem.kind);
  axis.set = [](const RunSpec& from, double value) -> Result<RunSpec> {
    RunSpec out = from;
    out.problem.lambda = std::vector<double>{value};
    return out;
  };
  axis.get = [](const RunSpec& from) -> std::optional<double> {
    const auto* const values = std::get_if<std::vector<double>>(&from.problem.lambda);
    if (values == nullptr || values->size() != 1) return std::nullopt;
    return values->front();
  };
  return axis;
}

SweepAxis split_axis(std::size_t method) {
  SweepAxis axis = method_axis(
      "split",
      "share of the lower level, t/(t + k)",
      "t/(t + k)",
      false,
      method,
      [method](RunSpec& spec, MethodSpec& m, double value) {
        const std::int64_t budget = last_t(spec, method) + last_k(spec, method);
        const auto t = static_cast<std::int64_t>(std::llround(value * static_cast<double>(budget)));
        m.t = std::clamp<std::int64_t>(t, 1, budget - 1);
        m.k = budget - *m.t;
      },
      [method](const RunSpec& spec, const MethodSpec&) -> std::optional<double> {
        const auto t = static_cast<double>(last_t(spec, method));
        return t / (t + static_cast<double>(last_k(spec, method)));
      });
  axis.log = false;
  return axis;
}

std::int64_t whole_number(double value) {
  return static_cast<std::int64_t>(std::llround(value));
}

/// Iterations of one solver; the other keeps those it has.
SweepAxis iterations_axis(bool lower, std::size_t method) {
  return method_axis(
      lower ? "t" : "k",
      lower ? "iterations t of the lower level" : "iterations k of the linear system",
      lower ? "t" : "k",
      true,
      method,
      [lower, method](RunSpec& spec, MethodSpec& m, double value) {
        const std::int64_t t = last_t(spec, method), k = last_k(spec, method);
        m.t = lower ? whole_number(value) : t;
        if (traits_of(m.kind).linear_system) m.k = lower ? k : whole_number(value);
      },
      [lower, method](const RunSpec& spec, const MethodSpec&) -> std::optional<double> {
        return static_cast<double>(lower ? last_t(spec, method) : last_k(spec, method));
      });
}

SweepAxis factor_axis(bool beta, std::size_t method) {
  return method_axis(
      beta ? "beta_factor" : "gamma_factor",
      beta ? "β(1 − q²)" : "γ/β",
      beta ? "β(1 − q²)" : "γ/β",
      false,
      method,
      [beta](RunSpec&, MethodSpec& m, double value) {
        if (beta) {
          m.step.beta.reset();
          m.step.beta_factor = value;
        } else {
          m.step.gamma.reset();
          m.step.gamma_theorem = false;
          m.step.gamma_factor = value;
        }
      },
      [beta](const RunSpec&, const MethodSpec& m) -> std::optional<double> {
        const bool given =
            beta ? m.step.beta.has_value() : (m.step.gamma.has_value() || m.step.gamma_theorem);
        if (!has_beta(m.step) || given) return std::nullopt;
        return beta ? m.step.beta_factor : m.step.gamma_factor;
      });
}

}  // namespace

Result<std::vector<double>> sweep_values(const SweepRange& range, bool whole) {
  if (!std::isfinite(range.from) || !std::isfinite(range.to)) {
    return fail(ErrorCode::bad_input, "Both ends of the range must be finite numbers.");
  }
  if (range.from > range.to) {
    return fail(ErrorCode::bad_input,
                fmt::format("The range runs from {} down to {}; write the smaller end first.",
                            format_shortest(range.from),
                            format_shortest(range.to)));
  }
  if (range.count < 1 || range.count > kMaxSweepValues) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("{} values are asked for; it must be 1 to {}.", range.count, kMaxSweepValues));
  }
  if (range.log && !(range.from > 0.0)) {
    return fail(ErrorCode::bad_input,
                fmt::format("A log scale cannot begin at {}; begin above 0, or use a linear scale.",
                            format_shortest(range.from)));
  }
  if (range.log && whole && std::round(range.from) < 1.0) {
    return fail(ErrorCode::bad_input,
                fmt::format("A log scale of whole numbers begins at 1; {} rounds to 0.",
                            format_shortest(range.from)));
  }
  // Logarithms, mixed: the ratio of the ends could overflow.
  const double low = range.log ? portable_log(range.from) : 0.0;
  const double high = range.log ? portable_log(range.to) : 0.0;
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(range.count));
  const auto last = static_cast<double>(range.count - 1);
  for (std::int64_t i = 0; i < range.count; ++i) {
    const double share = range.count == 1 ? 0.0 : static_cast<double>(i) / last;
    double value = range.log ? portable_exp(low * (1.0 - share) + high * share)
                             : range.from * (1.0 - share) + range.to * share;
    value = std::clamp(value, range.from, range.to);
    if (i == 0) value = range.from;  // the ends are what was asked for
    if (i > 0 && i + 1 == range.count) value = range.to;
    if (whole) value = std::round(value);
    if (values.empty() || value > values.back()) values.push_back(value);
  }
  return values;
}

const std::vector<std::string>& known_sweep_keys() {
  static const std::vector<std::string> keys = {
      "eta", "eta_factor", "minibatch", "lambda", "split", "beta_factor", "gamma_factor", "t", "k"};
  return keys;
}

Result<SweepAxis> known_sweep_axis(const std::string& key,
                                   const RunSpec& spec,
                                   std::size_t method) {
  SID_EXPECTS(method < spec.methods.size(), "no such method");
  const MethodSpec& chosen = spec.methods[method];
  const bool steps = traits_of(chosen.kind).lower_step;
  if (key == "eta" || key == "eta_factor") {
    if (!steps || !has_eta(chosen.step)) {
      return no_such("step size η",
                     spec,
                     method,
                     steps && has_beta(chosen.step)
                         ? "Sweep beta_factor or gamma_factor, or choose another "
                           "method."
                         : "Choose another method, or sweep lambda.",
                     steps);
    }
    SweepAxis axis = eta_axis(method);
    if (key == "eta_factor") {
      axis.key = key;
      axis.label = "step size η over its limit";
      axis.symbol = "η/limit";
      axis.unit = SweepAxis::Unit::of_limit;
      axis.get = {};
    }
    return axis;
  }
  if (key == "beta_factor" || key == "gamma_factor") {
    if (!steps || !has_beta(chosen.step)) {
      return no_such(key == "beta_factor" ? "β" : "γ",
                     spec,
                     method,
                     steps && has_eta(chosen.step) ? "Sweep eta, or choose another method."
                                                   : "Choose another method, or sweep lambda.",
                     steps);
    }
    return factor_axis(key == "beta_factor", method);
  }
  if (key == "minibatch") {
    if (!traits_of(chosen.kind).minibatches) {
      return fail(ErrorCode::bad_input,
                  fmt::format("Method {} ('{}') has no minibatch. Choose one that draws them, or "
                              "sweep lambda.",
                              method + 1,
                              method_label(spec, method)));
    }
    return method_axis(
        "minibatch",
        "minibatch b",
        "b",
        true,
        method,
        [](RunSpec&, MethodSpec& m, double value) { m.minibatch = whole_number(value); },
        [](const RunSpec&, const MethodSpec& m) -> std::optional<double> {
          return static_cast<double>(m.minibatch);
        });
  }
  if (key == "lambda") return lambda_axis(spec);
  if ((key == "k" || key == "split") && !traits_of(chosen.kind).linear_system) {
    return no_such(
        "linear system", spec, method, "Sweep t or lambda, or choose another method.", false);
  }
  if (key == "split") return split_axis(method);
  if (key == "t" || key == "k") return iterations_axis(key == "t", method);
  return fail(ErrorCode::not_found, fmt::format("'{}' has no axis of its own.", key));
}

SweepRange usual_range(const std::string& key,
                       const RunSpec& spec,
                       std::size_t method,
                       std::int64_t count) {
  const auto log = [count](double from, double to) { return SweepRange{from, to, count, true}; };
  const auto linear = [count](double from, double to) {
    return SweepRange{from, to, count, false};
  };
  if (key == "eta_factor") return log(0.01, 10.0);
  if (key == "minibatch") {
    const std::int64_t population =
        has_data(spec.problem.kind) ? spec.data.train : parameter_samples(spec.problem);
    return log(1.0, static_cast<double>(std::clamp<std::int64_t>(population, 1, 200)));
  }
  if (key == "lambda") {
    if (!lambda_regularises(spec.problem.kind)) return linear(-3.0, 3.0);
    const auto* const values = std::get_if<std::vector<double>>(&spec.problem.lambda);
    const double middle = values != nullptr && !values->empty() ? values->front() : 0.1;
    return log(std::max(middle / 10.0, kSmallestScale), std::min(middle * 10.0, kLargestScale));
  }
  if (key == "split") return linear(0.05, 0.95);
  if (key == "beta_factor") return log(0.5, 20.0);
  if (key == "gamma_factor") return log(0.1, 10.0);
  if (key == "t" || key == "k") {
    const std::int64_t last = key == "t" ? last_t(spec, method) : last_k(spec, method);
    return log(1.0, static_cast<double>(std::max<std::int64_t>(last, 2)));
  }
  return log(1e-3, 4.0);
}

std::size_t usual_sweep_method(const RunSpec& spec) {
  const auto first = [&](const auto& wanted) {
    return static_cast<std::size_t>(std::find_if(spec.methods.begin(), spec.methods.end(), wanted) -
                                    spec.methods.begin());
  };
  const std::size_t constant = first([](const MethodSpec& m) {
    return m.kind == MethodKind::sid && m.step.kind == StepKind::constant;
  });
  if (constant < spec.methods.size()) return constant;
  const std::size_t stochastic =
      first([](const MethodSpec& m) { return m.kind == MethodKind::sid; });
  return stochastic < spec.methods.size() ? stochastic : 0;
}

std::string usual_sweep_key(const RunSpec& spec, std::size_t method) {
  const StepSpec& step = spec.methods[method].step;
  if (!traits_of(spec.methods[method].kind).lower_step) return "t";
  return has_eta(step) ? "eta" : has_beta(step) ? "beta_factor" : "lambda";
}

}  // namespace sid
