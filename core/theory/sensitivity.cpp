#include "sid/theory/sensitivity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

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
             [](C& c, double f) { c.norm_w *= f; }},
    Constant{"norm_v",
             "‖v(w(λ))‖",
             "solution of the linear system",
             [](const C& c) { return c.norm_v; },
             [](C& c, double f) { c.norm_v *= f; }}};

/// The value of the curve, of that id or, if it is empty, of the primary bound whose id it becomes.
std::optional<double> bound_of(const TheoryInput& input, std::string& id) {
  const MethodTheory theory = evaluate_method_theory(input);
  for (const TheoryCurve& curve : theory.curves) {
    const bool wanted = id.empty() ? curve.primary && curve.kind == CurveKind::bound &&
                                         curve.quantity == Quantity::hypergradient
                                   : curve.id == id;
    if (!wanted) continue;
    id = curve.id;
    if (!curve.drawn() || !(curve.values.back() > 0.0)) return std::nullopt;
    return curve.values.back();
  }
  return std::nullopt;
}

struct Shift {
  double decades = std::numeric_limits<double>::quiet_NaN();
  bool lost = true;
};

Shift shift(
    TheoryInput input, const Constant& constant, double factor, double base, std::string id) {
  constant.before(input.constants, factor);
  fill_theorem_constants(input.constants);
  if (constant.after != nullptr) constant.after(input.constants, factor);
  const std::optional<double> moved = bound_of(input, id);
  if (!moved) return {};
  constexpr double kLog10 = 2.302585092994046;
  return {(portable_log(*moved) - portable_log(base)) / kLog10, false};
}

}  // namespace

double Sensitivity::size() const {
  if (up_lost || down_lost) return kInfinity;
  return std::max(std::abs(up), std::abs(down));
}

std::vector<Sensitivity> sensitivities(const TheoryInput& input, std::size_t checkpoint) {
  SID_EXPECTS(checkpoint < input.checkpoints.size(), "a checkpoint of the input");
  TheoryInput at_one = input;
  at_one.checkpoints = input.checkpoints.subspan(checkpoint, 1);
  at_one.exact = nullptr;
  at_one.predicted = nullptr;
  if (at_one.ladder == Ladder::prediction) at_one.ladder = Ladder::sharpened;
  std::string id;
  const std::optional<double> base = bound_of(at_one, id);
  std::vector<Sensitivity> out;
  if (!base) return out;
  for (const Constant& constant : kConstants) {
    const double value = constant.value(input.constants);
    if (!(std::isfinite(value) && value != 0.0)) continue;
    const Shift up = shift(at_one, constant, 1.1, *base, id);
    const Shift down = shift(at_one, constant, 0.9, *base, id);
    out.push_back({.id = constant.id,
                   .symbol = constant.symbol,
                   .meaning = constant.meaning,
                   .value = value,
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
