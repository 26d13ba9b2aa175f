#include "sid/theory/noise_constants.hpp"

namespace sid {

namespace {

constexpr const char* kTheorem43 = "Theorem 4.3";
constexpr const char* kSharper = "sharper σ₂";

}  // namespace

SourcedNoise lower_level_theorem_4_3(const ProblemConstants& c) {
  return {{.q = c.q,
           .sigma1 = c.sigma1_w_theorem43,
           .sigma2 = c.sigma2_theorem43,
           .initial = c.norm_w * c.norm_w},
          kTheorem43};
}

SourcedNoise lower_level_noise(const ProblemConstants& c, Ladder ladder) {
  const double alpha_squared = c.alpha * c.alpha;
  const double initial = c.norm_w * c.norm_w;
  if (ladder != Ladder::paper) {
    return {{.q = c.q,
             .sigma1 = alpha_squared * c.sigma1_prime,
             .sigma2 = c.sigma2_prime,
             .initial = initial},
            kSharper};
  }
  if (!c.remark_4_2) return lower_level_theorem_4_3(c);
  return {
      {.q = c.q, .sigma1 = alpha_squared * c.sigma1_prime_paper, .sigma2 = 0.0, .initial = initial},
      "Remark 4.2"};
}

SourcedNoise linear_system_noise(const ProblemConstants& c, Ladder ladder) {
  if (ladder != Ladder::paper) {
    return {{.q = c.q,
             .sigma1 = c.sigma1_v_global,
             .sigma2 = c.sigma2_v_global,
             .initial = c.norm_v_squared_sup},
            kSharper};
  }
  const double norm_v = c.L_E / (1.0 - c.q);
  return {{.q = c.q,
           .sigma1 = c.sigma1_v_theorem51,
           .sigma2 = c.sigma2_theorem43,
           .initial = norm_v * norm_v},
          kTheorem43};
}

}  // namespace sid
