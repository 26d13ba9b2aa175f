#include "core/theory/vector_cases.hpp"

#include <utility>

namespace sid::testing {

double VectorCase::constant(const char* key) const {
  return number((*json)["constants"][key]);
}

std::vector<VectorCase> cases_of(const char* group) {
  std::vector<VectorCase> out;
  for (const auto& [key, problem] : theory_vectors()[group].items()) {
    int i = 0;
    for (const Json& entry : problem["cases"]) {
      const std::string rule = entry["rule"].get<std::string>();
      std::string name = key;
      name.append(" case ").append(std::to_string(i++)).append(" ").append(rule);
      out.push_back({std::move(name),
                     &entry,
                     &problem,
                     rule == "opt" ? AlphaRule::optimal : AlphaRule::inverse_smoothness});
    }
  }
  return out;
}

std::vector<VectorCase> data_cases() {
  return cases_of("data_problems");
}

std::vector<VectorCase> teaching_cases() {
  return cases_of("teaching_problems");
}

NoisyContraction lower_level_map(const VectorCase& c) {
  return {.q = c.constant("q"),
          .sigma1 = c.constant("sigma1_w"),
          .sigma2 = c.constant("sigma2_w"),
          .initial = c.constant("norm_w") * c.constant("norm_w")};
}

ProblemConstants data_constants(const VectorCase& c) {
  ProblemConstants p;
  p.alpha = c.constant("alpha");
  p.q = c.constant("q");
  p.L = c.constant("L");
  p.tau = c.constant("tau");
  p.tau_R = c.constant("tau_R");
  p.L_max0 = c.constant("L_max0");
  p.L_max = c.constant("L_max");
  p.L_hat = c.constant("L_hat");
  p.nu1 = c.constant("nu1");
  p.nu2 = c.constant("nu2");
  p.mu1 = c.constant("mu1");
  p.mu2 = c.constant("mu2");
  p.L_E = p.L_E_global = c.constant("L_E");
  p.L_Phi = c.constant("L_Phi");
  p.norm_w = c.constant("norm_w");
  p.norm_v = c.constant("norm_v");
  p.norm_c = c.constant("norm_c_star");
  p.c1 = c.constant("c1");
  p.f_b = c.constant("fpc_over_b");
  p.c_b = c.constant("c_b");
  p.theta = number((*c.json)["theta"]);
  p.m2 = c.constant("m2");
  p.m2_at_solution = c.constant("m2_at_sol");
  p.floor_exact = c.constant("floor_exact");
  p.V_star_b = c.constant("V_star_b");
  p.sigma1_prime = c.constant("s1p");
  // Remark 4.2 has a constant of its own for Lipschitz losses only.
  const Json& remark = (*c.json)["constants"]["s1p_paper"];
  p.sigma1_prime_paper = remark.is_null() ? p.sigma1_prime : number(remark);
  p.sigma2_prime = c.constant("s2p");
  p.remark_4_2 = (*c.problem)["inputs"]["kind"] == "logistic";
  p.w_noise = {{p.tau, p.c_b * (p.tau - p.tau_R)}, {p.L, p.c_b * (p.L - p.tau_R)}};
  p.v_noise = p.w_noise;
  p.v_noise_star = c.constant("sigma_v_star2");
  p.sigma1_v_global = c.constant("sigma1_v_glob");
  p.sigma2_v_global = c.constant("sigma2_v_glob");
  const double norm_v = p.L_E / (p.alpha * p.tau_R);
  p.norm_v_squared_sup = norm_v * norm_v;
  p.V_star_v_global = p.c_b * p.L_E * p.L_E / (4.0 * p.tau_R * p.alpha * p.alpha);
  p.sigma2_theorem43 = c.constant("sigma2_43");
  p.sigma1_w_theorem43 = c.constant("sigma1_w_43");
  const double norm = p.L_E / (1.0 - p.q);
  p.sigma1_v_theorem51 = 2.0 * p.L_hat * p.L_hat * norm * norm;
  return p;
}

}  // namespace sid::testing
