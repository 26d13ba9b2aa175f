#include "sid/theory/internal/statement_symbols.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <variant>

#include "sid/math/contract.hpp"
#include "sid/theory/hypergradient_bounds.hpp"
#include "sid/theory/noise_constants.hpp"
#include "sid/theory/solution_based_bound.hpp"
#include "sid/theory/theorem_5_1.hpp"

namespace sid::internal {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Steps {
  double eta = kNaN, beta = kNaN, gamma = kNaN;
};

Steps steps_of(const StepSizeSchedule& schedule) {
  Steps steps;
  // Bound-optimal steps have no beta and gamma, and eta only where they never change.
  if (schedule.constant()) steps.eta = schedule.largest();
  if (const auto* decreasing = std::get_if<DecreasingStep>(&schedule.rule())) {
    steps = {kNaN, decreasing->beta, decreasing->gamma};
  }
  if (const auto* two_phase = std::get_if<TwoPhaseStep>(&schedule.rule())) {
    steps = {two_phase->eta, two_phase->beta, two_phase->gamma};
  }
  return steps;
}

double value_at(const MethodTheory& theory, std::string_view id, std::size_t checkpoint) {
  const TheoryCurve* curve = theory.find(id);
  return curve == nullptr || checkpoint >= curve->values.size() ? kNaN : curve->values[checkpoint];
}

class Builder {
 public:
  explicit Builder(double scale) : scale_(scale) {}

  /// `power`: with sums for lower-level losses the value is scale^(-power) times that of the mean.
  void add(const char* symbol,
           const char* meaning,
           double value,
           int power,
           const char* unit,
           const char* source,
           std::vector<std::string> depends_on = {}) {
    for (int i = 0; i < std::abs(power); ++i) value = power > 0 ? value / scale_ : value * scale_;
    out.push_back({symbol, meaning, value, unit, source, std::move(depends_on)});
  }

  std::vector<StatementSymbol> out;

 private:
  double scale_;
};

void add_geometry(const ProblemConstants& c, Builder& b) {
  if (c.gradient_map) {
    b.add("L", "smoothness of the lower-level loss", c.L, 1, "ℓ/W²", "data");
    b.add("τ", "strong convexity of the lower-level loss", c.tau, 1, "ℓ/W²", "data");
    b.add("τ_R", "strong convexity of the regulariser", c.tau_R, 1, "ℓ/W²", "λ");
    b.add("α", "inner step of Φ", c.alpha, -1, "W²/ℓ", "Section 4.2", {"L", "τ"});
    b.add("q", "contraction constant of Φ", c.q, 0, "–", "A(i)", {"α", "L", "τ"});
  } else {
    b.add("q", "contraction constant of Φ", c.q, 0, "–", "A(i)");
    b.add("L", "Lipschitz constant of w − Φ(w), 1+q", c.L, 0, "–", "A(i)", {"q"});
    b.add("τ", "strong monotonicity of w − Φ(w), 1−q", c.tau, 0, "–", "A(i)", {"q"});
    b.add("τ_R", "no regulariser", c.tau_R, 0, "–", "problem");
    b.add("α", "Φ itself, no gradient step", c.alpha, 0, "–", "problem");
  }
  b.add("ν₁", "Lipschitz constant of ∂₁Φ in w", c.nu1, 0, "1/W", "A(ii)", {"α"});
  b.add("ν₂", "Lipschitz constant of ∂₂Φ in w", c.nu2, -1, "1/Λ", "A(ii)", {"α"});
  b.add("μ₁", "Lipschitz constant of ∇₁E in w", c.mu1, 0, "E/W²", "A(iii)");
  b.add("μ₂", "Lipschitz constant of ∇₂E in w", c.mu2, -1, "E/(ΛW)", "A(iii)");
  b.add("L_E",
        std::isfinite(c.L_E_radius) ? "Lipschitz constant of E on a ball or box"
                                    : "Lipschitz constant of E",
        c.L_E,
        0,
        "E/W",
        "A(iv)");
  b.add("L_Φ", "‖∂₂Φ(w(λ),λ)‖", c.L_Phi, -1, "W/Λ", "Theorem 3.1, reference solve", {"α"});
  b.add("L_Φ̂", "Lipschitz constant of the noisy map", c.L_hat, 0, "–", "B(iii)", {"α"});
  b.add("‖w(λ)‖", "initial error of the lower level", c.norm_w, 0, "W", "reference solve");
  b.add("‖v*‖", "‖v(w(λ))‖", c.norm_v, 0, "E/W", "reference solve", {"α"});
  b.add("c₁",
        "bias of the hypergradient per error of w",
        c.c1,
        -1,
        "E/(ΛW)",
        "Theorem 3.1",
        {"μ₂", "μ₁", "L_Φ", "ν₂", "L_E", "ν₁", "q"});
}

void add_noise(const StatementContext& context, const ProblemConstants& c, Builder& b) {
  b.add("m₂", "variance of one ∂₂Φ̂", c.m2, -2, "(W/Λ)²", "B(iv)", {"α"});
  b.add("J",
        "samples of ∂₂Φ̂ averaged; 0 for the exact derivative",
        static_cast<double>(context.jacobian_samples),
        0,
        "–",
        "setting");
  b.add("m₂/J",
        "variance of the average of J",
        averaged_m2(c.m2, context.jacobian_samples),
        -2,
        "(W/Λ)²",
        "B(iv)",
        {"m₂", "J"});
  if (c.gradient_map) {
    b.add("c_b", "largest curvature of one example over the minibatch", c.c_b, 1, "ℓ/W²", "data");
    b.add("V*_b", "variance of the minibatch gradient at w(λ)", c.V_star_b, 2, "(ℓ/W)²", "data");
  } else {
    const double growth = c.w_noise.empty() ? kNaN : c.w_noise.front().variance;
    b.add("c_b", "variance of Φ̂(w)−Φ̂(w(λ)) per ‖w−w(λ)‖²", growth, 0, "–", "data");
    b.add("V*_b", "variance of Φ̂ at w(λ)", c.V_star_b, 0, "W²", "data");
  }
  const bool paper = context.ladder == Ladder::paper;
  b.add("σ₁′",
        "additive noise of the gradient",
        paper ? c.sigma1_prime_paper : c.sigma1_prime,
        2,
        "(ℓ/W)²",
        "F(ii)");
  b.add("σ₂′", "noise of the gradient per squared gradient", c.sigma2_prime, 0, "–", "F(ii)");
  const SourcedNoise w = lower_level_noise(c, context.ladder);
  const SourcedNoise v = linear_system_noise(c, context.ladder);
  const SourcedNoise w43 = lower_level_theorem_4_3(c);
  b.add("σ₁", "additive noise of Φ̂", w.map.sigma1, 0, "W²", w.source.c_str(), {"α", "σ₁′"});
  b.add("σ₂", "noise of Φ̂ per squared displacement", w.map.sigma2, 0, "–", w.source.c_str());
  b.add("σ₁ (4.3)", "2V[Φ̂(w(λ))]", w43.map.sigma1, 0, "W²", "Theorem 4.3", {"α", "V*_b"});
  b.add("σ₂ (4.3)", "2(L_Φ̂²+q²)/(1−q)²", w43.map.sigma2, 0, "–", "Theorem 4.3", {"L_Φ̂", "q"});
  b.add("σ₁ of v", "additive noise of Ψ̂", v.map.sigma1, 0, "(E/W)²", v.source.c_str(), {"L_E"});
  b.add("σ₂ of v", "noise of Ψ̂ per squared displacement", v.map.sigma2, 0, "–", v.source.c_str());
  b.add("sup‖v(w)‖",
        "initial error of the linear system",
        std::sqrt(v.map.initial),
        0,
        "E/W",
        "for every w",
        {"L_E", "q"});
}

void add_steps(const StatementContext& context, const ProblemConstants& c, Builder& b) {
  const Steps w = steps_of(context.lower_step), v = steps_of(context.linear_step);
  b.add("η", "step of the lower level", w.eta, 0, "–", "setting");
  b.add("η of v", "step of the linear system", v.eta, 0, "–", "setting");
  b.add("β", "η_t = β/(γ+t)", w.beta, 0, "–", "setting");
  b.add("γ", "η_t = β/(γ+t)", w.gamma, 0, "–", "setting");
  double d_w = kNaN, d_v = kNaN;
  if (const auto* step = std::get_if<DecreasingStep>(&context.lower_step.rule())) {
    const Theorem51 theorem(c, *step);
    d_w = theorem.d_w();
    d_v = theorem.d_v();
  }
  b.add("d_w",
        "E‖w_t−w(λ)‖² ≤ d_w/(γ+t)",
        d_w,
        0,
        "W²",
        "Theorem 5.1, (30)",
        {"β", "γ", "‖w(λ)‖", "q", "σ₁ (4.3)"});
  b.add("d_v",
        "E‖v_k−v(w)‖² ≤ d_v/(γ+k)",
        d_v,
        0,
        "(E/W)²",
        "Theorem 5.1, (31)",
        {"β", "γ", "L_E", "q", "L_Φ̂"});
}

void add_rates(const StatementContext& context, const MethodTheory& theory, Builder& b) {
  const TheoryCurve* lower = theory.find("bound_lower");
  const TheoryCurve* linear = theory.find("bound_linear");
  const bool paper = context.ladder == Ladder::paper;
  b.add("ρ(t)",
        "bound of E‖w_t − w(λ)‖²",
        value_at(theory, "bound_lower", context.checkpoint),
        0,
        "W²",
        lower == nullptr ? "" : lower->label.c_str(),
        paper ? std::vector<std::string>{"q", "σ₁", "σ₂", "‖w(λ)‖"}
              : std::vector<std::string>{"L", "τ", "c_b", "V*_b", "‖w(λ)‖"});
  b.add("σ(k)",
        "bound of E‖v_k(w) − v(w)‖² for every w",
        value_at(theory, "bound_linear", context.checkpoint),
        0,
        "(E/W)²",
        linear == nullptr ? "" : linear->label.c_str(),
        {"q", "σ₁ of v", "σ₂ of v", "sup‖v(w)‖"});
}

void add_solution(const ProblemConstants& c, Builder& b) {
  const SolutionBasedBound bound(c, 0.0);
  const SolutionSlopes& slopes = bound.slopes();
  b.add("k₁",
        "Lipschitz constant of v at w(λ)",
        slopes.k1,
        0,
        "E/W²",
        "(μ₁+ν₁‖v*‖)/(1−q)",
        {"μ₁", "ν₁", "‖v*‖", "q"});
  b.add("a₁",
        "error of the hypergradient per error of w",
        slopes.a1,
        -1,
        "E/(ΛW)",
        "μ₂+ν₂‖v*‖+L_Φk₁",
        {"μ₂", "ν₂", "‖v*‖", "L_Φ", "k₁"});
  b.add("a₂", "the same per squared error", slopes.a2, -1, "E/(ΛW²)", "ν₂k₁", {"ν₂", "k₁"});
  b.add("A₀", "noise of the linear system at the solution", bound.A0(), 1, "Eℓ/W³", "data");
  b.add("A₁", "its growth with the error of w", bound.A1(), 1, "Eℓ/W⁴", "data", {"k₁"});
}

}  // namespace

SymbolTable::SymbolTable(const StatementContext& context, const MethodTheory& theory) {
  Builder b(context.hypergradient_scale);
  add_geometry(theory.constants, b);
  add_noise(context, theory.constants, b);
  add_steps(context, theory.constants, b);
  add_rates(context, theory, b);
  add_solution(theory.constants, b);
  all_ = std::move(b.out);
}

const StatementSymbol& SymbolTable::at(std::string_view symbol) const {
  for (const StatementSymbol& entry : all_) {
    if (entry.symbol == symbol) return entry;
  }
  SID_EXPECTS(false, "a symbol of the table");
  return all_.front();
}

double SymbolTable::value(std::string_view symbol) const {
  return at(symbol).value;
}

std::vector<StatementSymbol> SymbolTable::with_dependencies(
    std::initializer_list<std::string_view> symbols) const {
  std::vector<StatementSymbol> out;
  const auto add = [&](std::string_view symbol) {
    for (const StatementSymbol& entry : out) {
      if (entry.symbol == symbol) return;
    }
    out.push_back(at(symbol));
  };
  for (const std::string_view symbol : symbols) add(symbol);
  std::size_t seen = 0;  // those that are added have their own needs
  while (seen < out.size()) {
    const std::vector<std::string> needed = out[seen++].depends_on;
    for (const std::string& symbol : needed) add(symbol);
  }
  return out;
}

}  // namespace sid::internal
