#include "sid/theory/statement.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/theory/hypergradient_bounds.hpp"
#include "sid/theory/internal/statement_symbols.hpp"
#include "sid/theory/solution_based_bound.hpp"

namespace sid {

namespace {

using internal::SymbolTable;

std::string read(double value) {
  return format_for_reading(value);
}

double square(double x) {
  return x * x;
}

double curve_value(const MethodTheory& theory, std::string_view id, std::size_t checkpoint) {
  const TheoryCurve* curve = theory.find(id);
  return curve == nullptr || checkpoint >= curve->values.size()
             ? std::numeric_limits<double>::quiet_NaN()
             : curve->values[checkpoint];
}

/// Of a curve that is drawn, but not here: its own reason, if any, speaks of where it is drawn.
std::string why_no_value(const TheoryCurve& curve, std::size_t checkpoint) {
  const auto known = [](double value) { return std::isfinite(value); };
  const auto infinite = [](double value) { return std::isinf(value); };
  const auto here =
      curve.values.begin() + static_cast<std::ptrdiff_t>(std::min(checkpoint, curve.values.size()));
  const bool ended = here != curve.values.end() && std::isnan(*here) &&
                     std::any_of(curve.values.begin(), here, known) &&
                     std::none_of(curve.values.begin(), here, infinite) &&
                     std::none_of(here, curve.values.end(), known);
  return ended ? "Ends before this checkpoint: it is below what rounding leaves of the error."
               : "No value at this checkpoint.";
}

/// "E‖∇̂f − ∇f‖² ≤ 1.2 + 3.4 + 0 = 4.6 at t = 100, k = 100".
std::string sum_line(std::string_view left,
                     std::span<const double> parts,
                     double total,
                     const Checkpoint& at) {
  std::string line = fmt::format("{} ≤ ", left);
  bool first = true;
  for (const double part : parts) {
    line += (first ? "" : " + ") + read(part);
    first = false;
  }
  if (parts.size() > 1) line += " = " + read(total);
  return line + fmt::format("  at t = {}, k = {}", at.t, at.k);
}

constexpr const char* kError = "E‖∇̂f(λ) − ∇f(λ)‖²";
constexpr const char* kLower = "E‖w_t − w(λ)‖²";
constexpr const char* kLinear = "E‖v_k(w) − v(w)‖²";

class Statements {
 public:
  Statements(const StatementContext& context, const MethodTheory& theory)
      : context_(context), theory_(theory), table_(context, theory) {}

  /// Opens a statement; its lines follow by line() if its curve is drawn here.
  bool begin(TheoremStatement statement, std::initializer_list<std::string_view> symbols) {
    statement.symbols = table_.with_dependencies(symbols);
    const TheoryCurve* curve = theory_.find(statement.curve);
    const double value = curve_value(theory_, statement.curve, context_.checkpoint);
    if (curve != nullptr) statement.verdict = curve->verdict;
    statement.has_value = std::isfinite(value);
    out_.push_back(std::move(statement));
    if (out_.back().has_value) return true;
    if (curve != nullptr && curve->drawn()) {
      line(why_no_value(*curve, context_.checkpoint));
    } else {
      line(curve == nullptr || curve->reason.empty() ? "Does not apply." : curve->reason);
    }
    return false;
  }

  void line(std::string text) { out_.back().lines.push_back(std::move(text)); }
  /// The line with numbers: `parts` and their sum, or the sum alone where one of them is not known
  /// (ρ(t) and σ(k) may end at rounding before a bound that is made of them does).
  void sum(std::string_view left, std::initializer_list<double> parts, double total) {
    const bool known = parts.size() > 0 && std::all_of(parts.begin(), parts.end(), [](double x) {
                         return std::isfinite(x);
                       });
    const std::span<const double> all(parts.begin(), parts.size());
    line(sum_line(left, known ? all : std::span<const double>(&total, 1), total, context_.at));
  }
  /// The same with the terms of the statement's curve for parts.
  void sum_of_terms(std::string_view left) {
    const TheoryCurve& curve = *theory_.find(out_.back().curve);
    std::vector<double> parts;
    for (const BoundTerm& term : curve.terms) {
      parts.push_back(term.values[context_.checkpoint]);
    }
    if (parts.empty()) return sum(left, {}, curve.values[context_.checkpoint]);
    line(sum_line(left, parts, curve.values[context_.checkpoint], context_.at));
  }
  /// The inequality in symbols, shown whether or not it applies: the first line.
  void formula(std::string text) {
    out_.back().lines.insert(out_.back().lines.begin(), std::move(text));
  }
  double value_of(std::string_view curve) const {
    return curve_value(theory_, curve, context_.checkpoint);
  }
  double symbol(std::string_view name) const { return table_.value(name); }
  bool gradient_map() const { return theory_.constants.gradient_map; }
  std::vector<TheoremStatement> take() { return std::move(out_); }

 private:
  const StatementContext& context_;
  const MethodTheory& theory_;
  SymbolTable table_;
  std::vector<TheoremStatement> out_;
};

TheoremStatement about(const char* id,
                       const char* title,
                       const char* source,
                       const char* curve,
                       std::vector<std::string> hypotheses) {
  TheoremStatement statement;
  statement.id = id;
  statement.title = title;
  statement.source = source;
  statement.curve = curve;
  statement.hypotheses = std::move(hypotheses);
  return statement;
}

const std::vector<std::string>& hypergradient_hypotheses() {
  static const std::vector<std::string> ids = {
      "A(i)", "A(ii)", "A(iii)", "A(iv)", "B(i)", "B(ii)", "B(iii)", "B(iv)", "C"};
  return ids;
}

HypergradientConstants constants_of(const Statements& s) {
  return {.c1 = s.symbol("c₁"),
          .L_Phi = s.symbol("L_Φ"),
          .nu2 = s.symbol("ν₂"),
          .m2 = s.symbol("m₂/J"),
          .L_E = s.symbol("L_E"),
          .q = s.symbol("q")};
}

void add_section_3_parts(Statements& s) {
  const HypergradientConstants c = constants_of(s);
  const double rho = s.symbol("ρ(t)"), sigma = s.symbol("σ(k)");
  const double r = std::sqrt(rho), S = std::sqrt(sigma);
  if (s.begin(about("theorem_3_1",
                    "Theorem 3.1 (bias)",
                    "Theorem 3.1 (ii)",
                    "bound_3_1_squared",
                    hypergradient_hypotheses()),
              {"c₁", "L_Φ", "ν₂", "ρ(t)", "σ(k)"})) {
    s.sum("‖E[∇̂f(λ)] − ∇f(λ)‖",
          {c.c1 * r, c.L_Phi * S, c.nu2 * r * S},
          std::sqrt(s.value_of("bound_3_1_squared")));
  }
  s.formula("‖E[∇̂f(λ)] − ∇f(λ)‖ ≤ c₁√ρ(t) + L_Φ√σ(k) + ν₂√ρ(t)√σ(k)");
  if (s.begin(about("theorem_3_2",
                    "Theorem 3.2 (variance given w_t)",
                    "Theorem 3.2, equation (12)",
                    "bound_3_2",
                    hypergradient_hypotheses()),
              {"m₂/J", "L_E", "q", "L_Φ", "ν₂", "ρ(t)", "σ(k)"})) {
    s.sum("E[V[∇̂f(λ)|w_t]]",
          {floor_14(c), 2.0 * (square(c.L_Phi) + c.m2) * sigma, 2.0 * square(c.nu2) * rho * sigma},
          s.value_of("bound_3_2"));
  }
  s.formula("E[V[∇̂f(λ)|w_t]] ≤ 2m₂L_E²/(1−q)² + 2(L_Φ²+m₂)σ(k) + 2ν₂²ρ(t)σ(k)");
  if (s.begin(about("theorem_3_3",
                    "Theorem 3.3 (variance of the conditional mean)",
                    "Theorem 3.3",
                    "bound_3_3",
                    hypergradient_hypotheses()),
              {"c₁", "L_Φ", "ν₂", "ρ(t)", "σ(k)"})) {
    s.sum("V[E[∇̂f(λ)|w_t]]",
          {3.0 * square(c.c1) * rho,
           3.0 * square(c.L_Phi) * sigma,
           3.0 * square(c.nu2) * rho * sigma},
          s.value_of("bound_3_3"));
  }
  s.formula("V[E[∇̂f(λ)|w_t]] ≤ 3(c₁²ρ(t) + L_Φ²σ(k) + ν₂²ρ(t)σ(k))");
}

void add_mean_square_error(Statements& s) {
  const HypergradientConstants c = constants_of(s);
  const double rho = s.symbol("ρ(t)"), sigma = s.symbol("σ(k)");
  if (s.begin(about("theorem_3_4",
                    "Theorem 3.4 (mean-square error)",
                    "Theorem 3.4, equation (13)",
                    "bound_3_4",
                    hypergradient_hypotheses()),
              {"m₂/J", "L_E", "q", "c₁", "L_Φ", "ν₂", "ρ(t)", "σ(k)"})) {
    s.sum_of_terms(kError);
  }
  s.formula(fmt::format("{} ≤ 2m₂L_E²/(1−q)² + 6c₁²ρ(t) + 2(4L_Φ²+m₂)σ(k) + 8ν₂²ρ(t)σ(k)", kError));
  if (s.begin(about("sharp_form",
                    "Sharp form of Theorem 3.4",
                    "not in the paper; same hypotheses",
                    "bound_sharp",
                    hypergradient_hypotheses()),
              {"m₂/J", "L_E", "q", "c₁", "L_Φ", "ν₂", "ρ(t)", "σ(k)"})) {
    const double noise = c.m2 == 0.0 ? 0.0 : c.m2 * square(c.L_E / (1.0 - c.q) + std::sqrt(sigma));
    s.sum(kError, {noise, square(theorem_3_1(c, rho, sigma))}, s.value_of("bound_sharp"));
  }
  s.formula(
      fmt::format("{} ≤ m₂(L_E/(1−q) + √σ(k))² + (c₁√ρ(t) + L_Φ√σ(k) + ν₂√ρ(t)√σ(k))²", kError));
}

void add_theorem_5_1(Statements& s) {
  if (s.begin(
          about("theorem_5_1",
                "Theorem 5.1 (one schedule for both)",
                "Theorem 5.1, Remark 5.1",
                "bound_5_1",
                {"A(i)", "A(ii)", "A(iii)", "A(iv)", "B(i)", "B(ii)", "B(iii)", "B(iv)", "step"}),
          {"m₂/J", "L_E", "q", "c₁", "L_Φ", "ν₂", "d_w", "d_v", "β", "γ"})) {
    s.sum_of_terms(kError);
  }
  s.formula(
      fmt::format("{} ≤ 2m₂L_E²/(1−q)² + 6c₁²d_w/(γ+t) + 2(4L_Φ²+m₂)d_v/(γ+k) + "
                  "8ν₂²d_w d_v/((γ+t)(γ+k))",
                  kError));
}

void add_solution_based(Statements& s) {
  if (s.begin(about("solution_based",
                    "Solution-based bound",
                    "not in the paper; without A(iv)",
                    "bound_solution",
                    {"A(i)", "A(ii)", "A(iii)", "B(i)", "B(ii)", "B(iii)", "B(iv)"}),
              {"m₂/J", "‖v*‖", "k₁", "a₁", "a₂", "A₀", "A₁", "L_Φ", "ν₂"})) {
    s.sum(kError, {}, s.value_of("bound_solution"));
  }
  s.formula(
      fmt::format("{} ≤ m₂(‖v*‖ + k₁r + s_v)² + (a₁r + a₂r₂ + L_Φs_v + ν₂s_dv)²,  r² = ρ(t), r₂² ≥ "
                  "E‖w_t−w(λ)‖⁴, s_v² ≥ E‖v_k−v(w_t)‖²",
                  kError));
}

void add_iteration(Statements& s,
                   TheoremStatement statement,
                   std::initializer_list<std::string_view> symbols,
                   const char* left,
                   std::string formula) {
  const std::string curve = statement.curve;
  if (s.begin(std::move(statement), symbols)) {
    s.sum(left, {}, s.value_of(curve));
  }
  s.formula(std::move(formula));
}

void add_solvers(Statements& s) {
  const std::vector<std::string> d = {"A(i)", "D(iii)", "step"};
  add_iteration(
      s,
      about("theorem_4_1",
            "Theorem 4.1 (constant steps), lower level",
            "Theorem 4.1, equation (18)",
            "bound_4_1",
            d),
      {"q", "η", "σ₁", "σ₂", "‖w(λ)‖"},
      kLower,
      fmt::format("{} ≤ (1−η(1−q²))^t (‖w(λ)‖² − F) + F,  F = ησ₁/(1−q²),  η ≤ 1/(1+σ₂)", kLower));
  add_iteration(s,
                about("theorem_4_1_linear",
                      "Theorem 4.1 (constant steps), linear system",
                      "Theorem 4.1, equation (18)",
                      "bound_4_1_linear",
                      d),
                {"q", "η of v", "σ₁ of v", "σ₂ of v", "sup‖v(w)‖"},
                kLinear,
                fmt::format("{} ≤ (1−η(1−q²))^k (sup‖v(w)‖² − F) + F,  F = ησ₁/(1−q²)", kLinear));
  add_iteration(
      s,
      about("theorem_4_2",
            "Theorem 4.2 (decreasing steps), lower level",
            "Theorem 4.2, equation (20)",
            "bound_4_2",
            d),
      {"q", "β", "γ", "σ₁", "σ₂", "‖w(λ)‖"},
      kLower,
      fmt::format("{} ≤ max{{γ‖w(λ)‖², β²σ₁/(β(1−q²)−1)}}/(γ+t),  β > 1/(1−q²), γ ≥ β(1+σ₂)",
                  kLower));
  add_iteration(s,
                about("theorem_4_3",
                      "Theorem 4.3 (noise of a Lipschitz map), lower level",
                      "Theorem 4.3 with Theorem 4.1",
                      "bound_4_1_4_3",
                      {"A(i)", "D(iii)", "E", "step"}),
                {"q", "L_Φ̂", "η", "σ₁ (4.3)", "σ₂ (4.3)", "‖w(λ)‖"},
                kLower,
                "V[Φ̂(w)] ≤ σ₁ + σ₂‖Φ(w)−w‖²,  σ₁ = 2V[Φ̂(w(λ))],  σ₂ = 2(L_Φ̂²+q²)/(1−q)²");
  add_iteration(s,
                about("corollary_4_1",
                      "Corollary 4.1 (stochastic gradients)",
                      "Corollary 4.1, equations (22), (24)",
                      "bound_cor_4_1",
                      {"F", "step"}),
                {"L", "τ", "α", "σ₁′", "σ₂′", "‖w(λ)‖"},
                kLower,
                fmt::format("{} ≤ r₁^t (‖w(λ)‖² − r₂) + r₂, or max{{γ‖w(λ)‖², r₃}}/(γ+t)", kLower));
  const bool gradient = s.gradient_map();
  TheoremStatement direct = about("direct_bound",
                                  "Direct bound, lower level",
                                  "not in the paper",
                                  "bound_direct_lower",
                                  {gradient ? "F" : "A(i)", "B(i)", "step"});
  if (!gradient) {
    add_iteration(s,
                  std::move(direct),
                  {"q", "L", "τ", "c_b", "V*_b", "‖w(λ)‖"},
                  kLower,
                  "M_{t+1} ≤ max_h[(1−sh)² + (1+1/θ)s²c_b] M_t + (1+θ)s²V*_b,  h ∈ {τ, L}, "
                  "s = η_t, the best θ in every step");
    return;
  }
  add_iteration(s,
                std::move(direct),
                {"L", "τ", "τ_R", "c_b", "V*_b", "‖w(λ)‖"},
                kLower,
                "M_{t+1} ≤ max_h[(1−sh)² + (1+1/θ)s²c_b(h−τ_R)] M_t + (1+θ)s²V*_b,  h ∈ {τ, L}, "
                "s = η_tα, the best θ in every step");
}

}  // namespace

std::vector<TheoremStatement> theorem_statements(const StatementContext& context,
                                                 const MethodTheory& theory) {
  Statements s(context, theory);
  add_section_3_parts(s);
  add_mean_square_error(s);
  add_theorem_5_1(s);
  add_solution_based(s);
  add_solvers(s);
  return s.take();
}

}  // namespace sid
