#include "sid/run/method_label.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "sid/math/contract.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_kind.hpp"

namespace sid {

namespace {

constexpr std::size_t kDetails = 8;

std::string step_text(const StepSpec& step) {
  switch (step.kind) {
    case StepKind::constant:
      return "const η = " + format_shortest(step.eta);
    case StepKind::two_phase:
      return "two-phase";
    case StepKind::bound_optimal:
      return "bound-optimal";
    case StepKind::decreasing:
      break;
  }
  return "dec";
}

/// What a decreasing or two-phase step sets apart from its defaults.
std::string step_details(const StepSpec& step) {
  const StepSpec plain;
  std::string out;
  if (step.kind == StepKind::constant || step.kind == StepKind::bound_optimal) return out;
  if (step.kind == StepKind::two_phase && step.eta > 0.0) {
    out += ", η = " + format_shortest(step.eta);
  }
  if (step.beta) {
    out += ", β = " + format_shortest(*step.beta);
  } else if (step.beta_factor != plain.beta_factor) {
    out += ", β = " + format_shortest(step.beta_factor) + "/(1−q²)";
  }
  if (step.gamma_theorem) {
    out += ", γ = β(1+σ₂)";
  } else if (step.gamma) {
    out += ", γ = " + format_shortest(*step.gamma);
  } else if (step.gamma_factor != plain.gamma_factor) {
    out += ", γ = " + format_shortest(step.gamma_factor) + "β";
  }
  if (step.switch_at) out += ", switch at " + std::to_string(*step.switch_at);
  return out;
}

std::string capitalised(std::string_view text) {
  std::string out(text);
  if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string base_label(const MethodSpec& method) {
  std::string name(kind_name(method.kind));
  const MethodTraits traits = traits_of(method.kind);
  const bool plain = method.step.kind == StepKind::constant && method.step.eta == 1.0;
  if (traits.linear_solver) {
    return fmt::format(
        "{} × {}", capitalised(lower_name(method.lower_solver)), linear_name(method.linear_solver));
  }
  if (traits.lower_solver && method.lower_solver != LowerIteration::gradient) {
    return fmt::format("{} {}", name, lower_name(method.lower_solver));
  }
  if (!traits.lower_step || (!traits.random && plain)) return name;
  return name + " " + step_text(method.step);
}

/// The settings that one kind alone has.
std::string own_details(const MethodSpec& method) {
  switch (method.kind) {
    case MethodKind::saga:
      return ", γ × " + format_shortest(method.step_factor);
    case MethodKind::svrg:
      return ", γ × " + format_shortest(method.step_factor) +
             (method.refresh_probability > 0.0
                  ? ", p = " + format_shortest(method.refresh_probability)
                  : ", p = 1/n");
    case MethodKind::neumann:
      return ", S = " + std::to_string(method.copies);
    case MethodKind::fp_km:
      return ", a = " + format_shortest(method.mixing);
    case MethodKind::batch:
    case MethodKind::sid:
    case MethodKind::itd:
    case MethodKind::aid_cg:
    case MethodKind::aid_cgnr:
    case MethodKind::stochastic_itd:
    case MethodKind::inexact:
      break;
  }
  return "";
}

std::string tolerance_details(const MethodSpec& method) {
  std::string out;
  if (method.lower_tolerance) out += ", ‖w − w(λ)‖ ≤ " + format_shortest(*method.lower_tolerance);
  if (method.linear_tolerance) out += ", residual ≤ " + format_shortest(*method.linear_tolerance);
  return out;
}

/// Settings that can tell two methods of one base label apart, in the order they are added.
std::array<std::string, kDetails> details(const MethodSpec& method) {
  std::array<std::string, kDetails> out;
  out[0] = step_details(method.step);
  const MethodTraits traits = traits_of(method.kind);
  if (traits.minibatches) {
    out[1] = ", b = " + std::to_string(method.minibatch);
    out[2] = method.sampling == Sampling::iid                   ? ", iid"
             : method.sampling == Sampling::without_replacement ? ", without replacement"
                                                                : ", reshuffled";
  }
  if (traits.jacobian_samples) {
    out[3] = method.jacobian_samples == 0 ? ", exact ∂₂Φ"
                                          : ", J = " + std::to_string(method.jacobian_samples);
  }
  out[4] = method.linear_step
               ? ", linear " + step_text(*method.linear_step) + step_details(*method.linear_step)
               : std::string();
  if (method.t) out[5] += ", t = " + std::to_string(*method.t);
  if (method.k) out[5] += ", k = " + std::to_string(*method.k);
  out[6] = own_details(method);
  out[7] = tolerance_details(method);
  return out;
}

}  // namespace

std::vector<std::string> method_labels(const RunSpec& spec) {
  const std::vector<MethodSpec>& methods = spec.methods;
  const std::size_t count = methods.size();
  std::vector<std::string> base(count);
  std::vector<std::array<std::string, kDetails>> detail(count);
  for (std::size_t i = 0; i < count; ++i) {
    base[i] = methods[i].name.empty() ? base_label(methods[i]) : methods[i].name;
    detail[i] = details(methods[i]);
  }
  std::vector<std::string> labels = base;
  for (std::size_t i = 0; i < count; ++i) {
    if (!methods[i].name.empty()) continue;
    for (std::size_t k = 0; k < kDetails; ++k) {
      bool tells = false;
      for (std::size_t j = 0; j < count; ++j) {
        tells = tells ||
                (methods[j].name.empty() && base[j] == base[i] && detail[j][k] != detail[i][k]);
      }
      if (tells) labels[i] += detail[i][k];
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!methods[i].name.empty()) continue;
    const auto taken = [&](const std::string& label) {
      for (std::size_t j = 0; j < count; ++j) {
        const bool before_or_given = j < i || !methods[j].name.empty();
        if (j != i && before_or_given && labels[j] == label) return true;
      }
      return false;
    };
    const std::string plain = labels[i];
    for (int number = 2; taken(labels[i]); ++number)
      labels[i] = fmt::format("{} ({})", plain, number);
  }
  return labels;
}

std::string method_label(const RunSpec& spec, std::size_t method) {
  SID_EXPECTS(method < spec.methods.size(), "no such method");
  return method_labels(spec)[method];
}

}  // namespace sid
