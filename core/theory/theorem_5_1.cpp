#include "sid/theory/theorem_5_1.hpp"

#include <algorithm>
#include <utility>

#include "sid/theory/solver_bounds.hpp"

namespace sid {

Theorem51::Theorem51(ProblemConstants constants, const DecreasingStep& step)
    : c_(std::move(constants)), step_(step) {}

double Theorem51::beta_limit() const {
  return 1.0 / rate();
}

double Theorem51::gamma_limit() const {
  return step_.beta * (1.0 + c_.sigma2_theorem43);
}

bool Theorem51::holds() const {
  return step_.beta > beta_limit() && at_most(gamma_limit(), step_.gamma);
}

double Theorem51::d_w() const {
  const double excess = step_.beta * rate() - 1.0;
  return std::max(step_.gamma * c_.norm_w * c_.norm_w,
                  step_.beta * step_.beta * c_.sigma1_w_theorem43 / excess);
}

double Theorem51::d_v(double gradient) const {
  const double norm = gradient / (1.0 - c_.q);
  const double excess = step_.beta * rate() - 1.0;
  const bool quiet = c_.sigma1_v_theorem51 == 0.0;  // exact steps
  const double noise = quiet ? 0.0 : 2.0 * step_.beta * step_.beta * c_.L_hat * c_.L_hat / excess;
  return norm * norm * std::max(step_.gamma, noise);
}

Theorem34 Theorem51::at(double averaged_m2, std::int64_t t, std::int64_t k) const {
  const HypergradientConstants c{
      .c1 = c_.c1, .L_Phi = c_.L_Phi, .nu2 = c_.nu2, .m2 = averaged_m2, .L_E = c_.L_E, .q = c_.q};
  return theorem_3_4(c,
                     d_w() / (step_.gamma + static_cast<double>(t)),
                     d_v() / (step_.gamma + static_cast<double>(k)));
}

}  // namespace sid
