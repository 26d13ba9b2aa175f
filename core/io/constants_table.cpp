#include "sid/io/constants_table.hpp"

#include <array>
#include <cstdlib>

namespace sid {

namespace {

using C = ProblemConstants;

constexpr const char* kDirect = "direct bound for stochastic gradients (not in the paper)";
constexpr const char* kSharper = "sharper than the paper's (not in the paper)";

constexpr std::array kEntries = {
    ConstantEntry{
        "alpha", "Section 4.2", "inner step of Phi(w) = w - alpha grad l(w)", &C::alpha, -1},
    ConstantEntry{"q", "Assumption A(i)", "contraction constant of Phi", &C::q, 0},
    ConstantEntry{"L", "Assumption F", "smoothness of the lower-level loss", &C::L, 1},
    ConstantEntry{"tau", "Assumption F", "strong convexity of the lower-level loss", &C::tau, 1},
    ConstantEntry{"tau_R", "problem", "strong convexity of the regulariser alone", &C::tau_R, 1},
    ConstantEntry{"L_max0",
                  "problem",
                  "largest curvature of one data term, without regulariser",
                  &C::L_max0,
                  1},
    ConstantEntry{"L_max",
                  "problem",
                  "largest curvature of one data term with the regulariser",
                  &C::L_max,
                  1},
    ConstantEntry{"L_hat", "Assumption B(iii)", "supremum of ||d_1 Phi-hat||", &C::L_hat, 0},
    ConstantEntry{"nu1", "Assumption A(ii)", "Lipschitz constant of d_1 Phi in w", &C::nu1, 0},
    ConstantEntry{"nu2", "Assumption A(ii)", "Lipschitz constant of d_2 Phi in w", &C::nu2, -1},
    ConstantEntry{"mu1", "Assumption A(iii)", "Lipschitz constant of grad_1 E in w", &C::mu1, 0},
    ConstantEntry{"mu2", "Assumption A(iii)", "Lipschitz constant of grad_2 E in w", &C::mu2, -1},
    ConstantEntry{"L_E",
                  "Assumption A(iv)",
                  "Lipschitz constant of E, global or within L_E_radius",
                  &C::L_E,
                  0},
    ConstantEntry{"L_E_global",
                  "Assumption A(iv)",
                  "Lipschitz constant of E on the whole space",
                  &C::L_E_global,
                  0},
    ConstantEntry{
        "L_E_radius", "Assumption A(iv)", "radius within which L_E holds", &C::L_E_radius, 0},
    ConstantEntry{"ball_step_limit",
                  "not in the paper",
                  "largest eta alpha whose iterates never leave L_E_radius",
                  &C::ball_step_limit,
                  -1},
    ConstantEntry{"ball_eta_limit",
                  "not in the paper",
                  "largest eta whose iterates never leave L_E_radius",
                  &C::ball_eta_limit,
                  0},
    ConstantEntry{"radius",
                  "not in the paper",
                  "almost-sure distance of the iterates from w(lambda)",
                  &C::radius,
                  0},
    ConstantEntry{"radius_step_limit",
                  "not in the paper",
                  "largest eta alpha for which radius holds",
                  &C::radius_step_limit,
                  -1},
    ConstantEntry{"L_Phi", "Theorem 3.1", "||d_2 Phi(w(lambda), lambda)||", &C::L_Phi, -1},
    ConstantEntry{
        "norm_w", "reference", "||w(lambda)||, the initial error from w_0 = 0", &C::norm_w, 0},
    ConstantEntry{
        "norm_v", "reference", "||v(w(lambda))||, the initial error from v_0 = 0", &C::norm_v, 0},
    ConstantEntry{"norm_c", "reference", "||grad_1 E(w(lambda))||", &C::norm_c, 0},
    ConstantEntry{"c1", "Theorem 3.1", "bias of the hypergradient per error of w", &C::c1, -1},
    ConstantEntry{
        "f_b", "sampling", "variance of a minibatch mean over that of one sample", &C::f_b, 0},
    ConstantEntry{"c_b", "sampling", "f_b L_max0", &C::c_b, 1},
    ConstantEntry{
        "theta", "Young's inequality", "its parameter in sigma1 and sigma2", &C::theta, 0},
    ConstantEntry{"m2", "Assumption B(iv)", "variance of one sample of d_2 Phi-hat", &C::m2, -2},
    ConstantEntry{
        "m2_at_solution", "Assumption B(iv)", "the same at w(lambda)", &C::m2_at_solution, -2},
    ConstantEntry{"floor_exact",
                  "exact moments (not in the paper)",
                  "limit of the mean-square error with one sample of d_2 Phi-hat",
                  &C::floor_exact,
                  -2},
    ConstantEntry{"V_star_b",
                  "Assumption F",
                  "variance of the minibatch gradient at w(lambda)",
                  &C::V_star_b,
                  2},
    ConstantEntry{"sigma1_prime_paper",
                  "Remark 4.2",
                  "additive noise of the gradient as printed",
                  &C::sigma1_prime_paper,
                  2},
    ConstantEntry{"sigma1_prime", kSharper, "additive noise of the gradient", &C::sigma1_prime, 2},
    ConstantEntry{"sigma2_prime",
                  "Assumption F(ii)",
                  "noise of the gradient per squared gradient",
                  &C::sigma2_prime,
                  0},
    ConstantEntry{"v_noise_star",
                  "problem",
                  "noise of the linear system at its solution",
                  &C::v_noise_star,
                  0},
    ConstantEntry{"sigma1_v_at_w",
                  "Assumption D(iii)",
                  "sigma1 of the linear system at w(lambda)",
                  &C::sigma1_v_at_w,
                  0},
    ConstantEntry{"sigma2_v_at_w",
                  "Assumption D(iii)",
                  "sigma2 of the linear system at w(lambda)",
                  &C::sigma2_v_at_w,
                  0},
    ConstantEntry{"sigma1_v_global",
                  kSharper,
                  "sigma1 of the linear system for every w",
                  &C::sigma1_v_global,
                  0},
    ConstantEntry{"sigma2_v_global",
                  kSharper,
                  "sigma2 of the linear system for every w",
                  &C::sigma2_v_global,
                  0},
    ConstantEntry{"norm_v_squared_sup",
                  "problem",
                  "supremum over w of ||v(w)||^2",
                  &C::norm_v_squared_sup,
                  0},
    ConstantEntry{"V_star_v_global",
                  kDirect,
                  "supremum over w of the noise of the linear system at v(w)",
                  &C::V_star_v_global,
                  2},
    ConstantEntry{
        "sigma2_theorem43", "Theorem 4.3", "2 (L_hat^2 + q^2)/(1 - q)^2", &C::sigma2_theorem43, 0},
    ConstantEntry{
        "sigma1_w_theorem43", "Theorem 4.3", "2 alpha^2 V_star_b", &C::sigma1_w_theorem43, 0},
    ConstantEntry{"sigma1_v_theorem51",
                  "Theorem 5.1",
                  "2 L_hat^2 L_E^2/(1 - q)^2",
                  &C::sigma1_v_theorem51,
                  0}};

}  // namespace

double rescaled(double value, double scale, int power) {
  if (scale == 1.0 || power == 0) return value;
  double out = value;
  for (int i = 0; i < std::abs(power); ++i) out = power > 0 ? out / scale : out * scale;
  return out;
}

double ConstantEntry::shown(const ProblemConstants& constants, double scale) const {
  return rescaled(constants.*member, scale, power);
}

std::span<const ConstantEntry> constant_entries() {
  return kEntries;
}

}  // namespace sid
