#include "sid/theory/gaps.hpp"

#include <algorithm>
#include <array>

namespace sid {

namespace {

using namespace std::string_view_literals;

constexpr std::array kBottou = {"bound_bottou"sv};
constexpr std::array kLinearNoise = {"bound_linear"sv,
                                     "bound_4_1_linear"sv,
                                     "bound_4_2_linear"sv,
                                     "bound_5_1_linear"sv,
                                     "bound_5_1"sv,
                                     "D(iii)"sv,
                                     "step"sv};
constexpr std::array kTheorem43 = {"bound_4_1_4_3"sv,
                                   "bound_4_1_4_3_linear"sv,
                                   "bound_5_1_lower"sv,
                                   "bound_5_1_linear"sv,
                                   "bound_5_1"sv,
                                   "step"sv};
constexpr std::array kTwoPhase = {"bound_two_phase"sv, "bound_two_phase_linear"sv};
constexpr std::array kAverage = {
    "floor_14"sv, "floor_sharp"sv, "bound_3_2"sv, "bound_3_4"sv, "B(iv)"sv};
constexpr std::array kLabels = {"bound_4_1"sv, "bound_lower"sv};
constexpr std::array kSeparation = {"B(iv)"sv, "floor_14"sv};
constexpr std::array kExactCurves = {"exact"sv};
constexpr std::array kTwice = {"bound_3_4"sv, "bound_merged"sv, "bound_sharp"sv};
constexpr std::array kDraws = {"B(i)"sv, "B(ii)"sv, "C"sv};
constexpr std::array kMisprints = {"bound_3_4"sv, "bound_5_1"sv, "bound_cor_4_1"sv};

constexpr std::array kNotes = {
    PaperNote{
        "G1",
        "Remark 4.1, equation (25)",
        "The rate and floor of Bottou, Curtis and Nocedal stand beside (22), as if they bounded "
        "E‖w_t − w(λ)‖².",
        "They bound the gap of function values, E[ℓ(w_t)] − ℓ(w(λ)). Times 2/τ they bound the "
        "iterates; that is what is drawn.",
        "ℓ(w) = 0.05w², additive noise of variance 1, α = 1/L, η = ½: the error settles at 33.3, "
        "(25) read for iterates says 2.5, (22) says 50.",
        kBottou,
        false,
        true},
    PaperNote{
        "G2",
        "Section 6, σ₂ = m₂ = 0",
        "One choice of steps, γ = β and η = 1, is used for both subproblems because σ₂ = 0.",
        "σ₂ = 0 holds for the lower level alone. The noise of the linear system is proportional to "
        "v, so its σ₂ is positive and Theorem 5.1 does not cover these steps.",
        "V[Ψ̂(v)] = α² v·Σ_H v grows like ‖v‖². At η = 1 its second moment can diverge: for n = 6, "
        "d "
        "= 2, minibatch 1 it grows 16-fold per step.",
        kLinearNoise},
    PaperNote{
        "G3",
        "Theorem 5.1",
        "σ₂ = 2(L_Φ̂² + q²)/(1−q)².",
        "True, and of the order of the squared condition number: steps must stay below 10⁻⁵ for "
        "condition numbers around 10. Direct constants allow thousands of times more.",
        "The Lipschitz constant of the worst sample is compared with the contraction of the mean.",
        kTheorem43},
    PaperNote{
        "G4",
        "text after Theorem 4.2",
        "Go over to decreasing steps once the error is below ησ₁/(1−q²).",
        "Go over once the bound is at most twice that.",
        "(18) tends to this level from above and never meets it. At twice the level, γ times the "
        "bound is exactly the constant c of (20) for β = 2/(1−q²).",
        kTwoPhase},
    PaperNote{
        "G5",
        "remark after (14)",
        "Several samples of ζ reduce the floor.",
        "J samples divide it by J if m₂ bounds E‖Dv‖² over all unit v, D the transposed ∂₂Φ̂ − ∂₂Φ, "
        "which is all Theorem 3.2 uses.",
        "For a variance E‖D‖² in the spectral norm the factor need not be 1/J: two samples can "
        "give "
        "¾ in place of ½.",
        kAverage},
    PaperNote{
        "G6",
        "Section 6 and Remark 4.2",
        "Class labels are {0, 1} or {1, 2}.",
        "Labels are −1 and +1.",
        "With label 0 the logistic loss of an example is constant, and with label 2 its gradient "
        "exceeds the bound in (27).",
        kLabels,
        true},
    PaperNote{
        "G7",
        "Theorem 4.3",
        "σ₂ contains L_T̂² + q².",
        "L_T̂² alone is enough.",
        "The variance of T̂(w) − T̂(w(λ)) is at most its second moment, and nothing is added for the "
        "mean.",
        kTheorem43},
    PaperNote{"G8",
              "equation (15) and α_λ",
              "Φ̂ = w − α_λ∇ℓ̂ separates into a noisy part without λ and an exact one, so m₂ = 0.",
              "So it does if α is held fixed while differentiating in λ, as is done here; the "
              "hypergradient does not change.",
              "With α_λ = 2/(L_λ + τ_λ) differentiated, ∂₂Φ̂ contains −α′∇ℓ̂, which is noisy.",
              kSeparation,
              false,
              true},
    PaperNote{"G9",
              "footnote 4",
              "2000 batch steps stand for the exact hypergradient.",
              "Only for moderate condition numbers. Here the reference is solved to rounding and "
              "carries a "
              "certificate.",
              "At condition number 2662 the relative error of 2000 steps is 2·10⁻².",
              kExactCurves},
    PaperNote{
        "G10",
        "equation (13)",
        "The mean-square error is bounded by bias² + E[V] + V[E], each bounded on its own.",
        "bias² and V[E[·|w_t]] are one second moment, so (13) counts it twice; the merged and the "
        "sharp form do not.",
        "E‖E[·|w_t] − ∇f‖² = bias² + V[E[·|w_t]]. A further factor goes with ‖a+b+c‖² ≤ "
        "3(‖a‖²+‖b‖²+‖c‖²).",
        kTwice},
    PaperNote{
        "G11",
        "Section 6",
        "Minibatches vary in order and composition from epoch to epoch.",
        "The theorems ask for independent minibatches. Shuffled epochs are not: they have another "
        "error, and no bound is drawn for them.",
        "Within an epoch no example comes twice, so consecutive minibatches are dependent.",
        kDraws},
    PaperNote{
        "G12",
        "Theorems 3.4 and 5.1, Corollary 4.1, equation (2)",
        "The limit of σ(k) is for t → ∞; (2) has w(λ) as its argument; d_v has no condition on w; "
        "the corollary has σ₂.",
        "The limit is for k → ∞; the argument in (2) is w; d_v is needed for every w, so L_E "
        "stands "
        "for ‖∇₁E(w)‖; σ₂ = σ₂′.",
        "Misprints. Theorem 5.1 also uses B(iii), and its almost sure claim steps that are "
        "eventually below 1/(1+σ₂).",
        kMisprints}};

}  // namespace

std::span<const PaperNote> paper_notes() {
  return kNotes;
}

bool speaks_of(const PaperNote& note, const ProblemConstants& constants) {
  return (!note.logistic_only || constants.remark_4_2) &&
         (!note.gradient_steps_only || constants.gradient_map);
}

std::vector<const PaperNote*> notes_about(std::string_view curve_or_check,
                                          const ProblemConstants& constants) {
  std::vector<const PaperNote*> out;
  for (const PaperNote& note : kNotes) {
    const auto& ids = note.matters_to;
    const bool matters = std::find(ids.begin(), ids.end(), curve_or_check) != ids.end();
    if (matters && speaks_of(note, constants)) out.push_back(&note);
  }
  return out;
}

}  // namespace sid
