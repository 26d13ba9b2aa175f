#include "sid/theory/sensitivity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"
#include "sid/theory/internal/curves.hpp"

namespace sid {

namespace {

using Change = void (*)(ProblemConstants& c, double factor);

struct Constant {
  const char* id;
  const char* symbol;
  const char* meaning;
  double (*value)(const ProblemConstants& c);
  Change before;           ///< before fill_theorem_constants()
  Change after = nullptr;  ///< what that would overwrite
};

void scale_contraction(ProblemConstants& c, double f) {
  c.q = std::max(0.0, 1.0 - f * (1.0 - c.q));
  c.tau *= f;
  c.tau_R *= f;
  for (auto* pairs : {&c.w_noise, &c.v_noise}) {
    const auto flat = std::min_element(
        pairs->begin(), pairs->end(), [](const auto& a, const auto& b) { return a.h < b.h; });
    if (flat != pairs->end()) flat->h *= f;
  }
  c.norm_v_squared_sup /= f * f;
  c.V_star_v_global /= f;
  c.sigma1_v_global /= f;
  c.sigma2_v_global /= f;
}

void scale_L_E(ProblemConstants& c, double f) {
  c.L_E *= f;
  c.norm_v_squared_sup *= f * f;
  c.V_star_v_global *= f * f;
  c.sigma1_v_global *= f * f;
}

/// The iterates' radius is at least their first error; of exact steps it is just that.
void scale_norm_w(ProblemConstants& c, double f) {
  if (c.radius == c.norm_w) c.radius *= f;
  c.norm_w *= f;
  c.radius = std::max(c.radius, c.norm_w);
}

void scale_lower_noise(ProblemConstants& c, double f) {
  c.V_star_b *= f;
  c.sigma1_prime *= f;
  c.sigma1_prime_paper *= f;
}

void scale_linear_noise(ProblemConstants& c, double f) {
  c.v_noise_star *= f;
  c.V_star_v_global *= f;
  c.sigma1_v_global *= f;
}

void scale_relative_noise(ProblemConstants& c, double f) {
  c.c_b *= f;
  c.sigma2_prime *= f;
  c.sigma2_v_global *= f;
  c.fourth_moment *= f;
  for (auto* pairs : {&c.w_noise, &c.v_noise}) {
    for (CurvatureNoise& pair : *pairs) pair.variance *= f;
  }
}

using C = ProblemConstants;

constexpr std::array kConstants = {
    Constant{"contraction",
             "1−q",
             "gap of the contraction, with τ",
             [](const C& c) { return 1.0 - c.q; },
             scale_contraction},
    Constant{"L_E",
             "L_E",
             "Lipschitz constant of E, with sup‖v(w)‖",
             [](const C& c) { return c.L_E; },
             scale_L_E},
    Constant{"L_Phi",
             "L_Φ",
             "‖∂₂Φ(w(λ),λ)‖",
             [](const C& c) { return c.L_Phi; },
             [](C& c, double f) { c.L_Phi *= f; }},
    Constant{"mu1",
             "μ₁",
             "Lipschitz constant of ∇₁E",
             [](const C& c) { return c.mu1; },
             [](C& c, double f) { c.mu1 *= f; }},
    Constant{"mu2",
             "μ₂",
             "Lipschitz constant of ∇₂E",
             [](const C& c) { return c.mu2; },
             [](C& c, double f) { c.mu2 *= f; }},
    Constant{"nu1",
             "ν₁",
             "Lipschitz constant of ∂₁Φ",
             [](const C& c) { return c.nu1; },
             [](C& c, double f) { c.nu1 *= f; }},
    Constant{"nu2",
             "ν₂",
             "Lipschitz constant of ∂₂Φ",
             [](const C& c) { return c.nu2; },
             [](C& c, double f) { c.nu2 *= f; }},
    Constant{"m2",
             "m₂",
             "variance of ∂₂Φ̂",
             [](const C& c) { return c.m2; },
             [](C& c, double f) { c.m2 *= f; }},
    Constant{"noise_lower",
             "V*_b, σ₁",
             "noise of the lower level at its solution",
             [](const C& c) { return c.V_star_b; },
             scale_lower_noise},
    Constant{"noise_linear",
             "σ₁ of v",
             "noise of the linear system at its solution",
             [](const C& c) { return c.v_noise_star; },
             scale_linear_noise,
             [](C& c, double f) { c.sigma1_v_theorem51 *= f; }},
    Constant{
        "noise_relative",
        "c_b, σ₂",
        "noise that grows with the error",
        [](const C& c) { return c.w_noise.empty() ? c.sigma2_prime : c.w_noise.back().variance; },
        scale_relative_noise,
        [](C& c, double f) { c.sigma2_theorem43 *= f; }},
    Constant{"norm_w",
             "‖w(λ)‖",
             "initial error of the lower level",
             [](const C& c) { return c.norm_w; },
             scale_norm_w},
    Constant{"norm_v",
             "‖v(w(λ))‖",
             "solution of the linear system",
             [](const C& c) { return c.norm_v; },
             [](C& c, double f) { c.norm_v *= f; }}};

/// Id of the primary bound of the hypergradient; empty if there is none.
std::string primary_bound(const MethodTheory& theory) {
  for (const TheoryCurve& curve : theory.curves) {
    const bool bound = curve.kind == CurveKind::bound && curve.quantity == Quantity::hypergradient;
    if (bound && curve.primary) return curve.id;
  }
  return {};
}

/// The curve of this id at the only checkpoint of `input`, with these constants.
std::optional<double> bound_of(const TheoryInput& input,
                               const ProblemConstants& used,
                               std::string_view id) {
  const MethodTheory theory = internal::evaluate_setting(internal::make_setting(input, used));
  const TheoryCurve* curve = theory.find(id);
  if (curve == nullptr || !curve->drawn() || !(curve->values.back() > 0.0)) return std::nullopt;
  return curve->values.back();
}

struct Shift {
  double decades = std::numeric_limits<double>::quiet_NaN();
  bool lost = true;
};

/// What one bound is at one checkpoint.
struct Base {
  const TheoryInput& input;
  const ProblemConstants& used;
  std::string id;
  double value = 0.0;
};

Shift shift(const Base& base, const Constant& constant, double factor) {
  ProblemConstants c = base.used;
  constant.before(c, factor);
  fill_theorem_constants(c);
  if (base.input.batch) internal::remove_noise(c);
  if (constant.after != nullptr) constant.after(c, factor);
  const std::optional<double> moved = bound_of(base.input, c, base.id);
  if (!moved) return {};
  constexpr double kLog10 = 2.302585092994046;
  return {(portable_log(*moved) - portable_log(base.value)) / kLog10, false};
}

}  // namespace

double Sensitivity::size() const {
  if (up_lost || down_lost) return kInfinity;
  return std::max(std::abs(up), std::abs(down));
}

std::vector<Sensitivity> sensitivities(const TheoryInput& input,
                                       std::size_t checkpoint,
                                       const std::stop_token& stop) {
  SID_EXPECTS(checkpoint < input.checkpoints.size(), "a checkpoint of the input");
  TheoryInput at_one = input;
  at_one.exact = nullptr;
  at_one.predicted = nullptr;
  if (at_one.ladder == Ladder::prediction) at_one.ladder = Ladder::sharpened;
  const MethodTheory whole = evaluate_method_theory(at_one);
  at_one.checkpoints = input.checkpoints.subspan(checkpoint, 1);
  Base base{.input = at_one, .used = whole.constants, .id = primary_bound(whole)};
  const std::optional<double> value = bound_of(at_one, base.used, base.id);
  std::vector<Sensitivity> out;
  if (!value) return out;
  base.value = *value;
  for (const Constant& constant : kConstants) {
    if (stop.stop_requested()) return {};
    const double size = constant.value(base.used);
    if (!(std::isfinite(size) && size != 0.0)) continue;
    const Shift up = shift(base, constant, 1.1);
    const Shift down = shift(base, constant, 0.9);
    out.push_back({.id = constant.id,
                   .symbol = constant.symbol,
                   .meaning = constant.meaning,
                   .curve = base.id,
                   .value = size,
                   .up = up.decades,
                   .down = down.decades,
                   .up_lost = up.lost,
                   .down_lost = down.lost});
  }
  std::stable_sort(out.begin(), out.end(), [](const Sensitivity& a, const Sensitivity& b) {
    return a.size() > b.size();
  });
  return out;
}

}  // namespace sid
