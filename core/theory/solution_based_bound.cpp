#include "sid/theory/solution_based_bound.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

namespace sid {

namespace {

double square(double x) {
  return x * x;
}

/// a b, where an unknown (infinite) b does not matter if a is zero.
double times(double a, double b) {
  return a == 0.0 ? 0.0 : a * b;
}

}  // namespace

SolutionSlopes solution_slopes(const ProblemConstants& c) {
  SolutionSlopes s;
  s.k1 = (c.mu1 + times(c.nu1, c.norm_v)) / (1.0 - c.q);
  s.a1 = c.mu2 + c.nu2 * c.norm_v + c.L_Phi * s.k1;
  s.a2 = c.nu2 * s.k1;
  return s;
}

FourthMoment::FourthMoment(const ProblemConstants& c)
    : L_(c.L),
      tau_(c.tau),
      p_(std::sqrt(c.V_star_b)),
      g_(std::sqrt(std::max(0.0, c.c_b * (c.L - c.tau_R)))),
      reach_star_(c.noise_reach_star),
      l0_(c.L_max0),
      sigma1_prime_(c.sigma1_prime),
      reach_(c.noise_reach) {}

bool FourthMoment::known() const {
  return std::isfinite(L_) && std::isfinite(tau_) && std::isfinite(p_) && std::isfinite(g_) &&
         (quiet() || std::isfinite(reach_star_) || std::isfinite(reach_));
}

double FourthMoment::loss(double s) const {
  return std::min(s * tau_ * (2.0 - s * tau_), s * L_ * (2.0 - s * L_));
}

double FourthMoment::noise(double fourth, double rho, double s, double chi) const {
  const double r = std::sqrt(rho), r2 = std::sqrt(fourth), root_chi = std::sqrt(chi);
  // E||a'||^2 ||xi||^2, E||a'|| ||xi||^3 and E||xi||^4 of form 2. Without noise at all p = g = 0,
  // and then the reach of a draw says nothing.
  double e2 = 0.0, e3 = 0.0, e4 = 0.0;
  if (!quiet()) {
    const double G = reach_star_;
    e2 = chi * square(p_ * r + g_ * r2);
    e3 = root_chi * (times(p_ * p_, G) * r + (2.0 * times(p_ * g_, G) + l0_ * p_ * p_) * rho +
                     (times(g_ * g_, G) + 2.0 * l0_ * p_ * g_) * r * r2 + l0_ * g_ * g_ * fourth);
    e4 = square(times(p_, G) + (times(g_, G) + l0_ * p_) * r + l0_ * g_ * r2);
  }
  const double s2 = s * s;
  const double form2 = s2 * (6.0 * e2 + 4.0 * s * e3 + s2 * e4);
  if (!std::isfinite(reach_)) return form2;
  const double v2 = std::min(sigma1_prime_, square(p_ + g_ * r));
  const double e2_bounded = std::min(chi * rho * sigma1_prime_, e2);
  const double form1 = s2 * (6.0 * e2_bounded + 4.0 * s * reach_ * std::sqrt(e2_bounded * v2) +
                             s2 * reach_ * reach_ * v2);
  return std::min(form1, form2);
}

double FourthMoment::step(double fourth, double rho, double s) const {
  if (!(fourth < kInfinity && rho < kInfinity)) return kInfinity;
  const double chi = 1.0 - loss(s);
  return chi * chi * fourth + noise(fourth, rho, s, chi);
}

double FourthMoment::steps(
    double fourth, double rho, double s_first, double s_last, double count, double growth) const {
  SID_EXPECTS(s_last <= s_first && count >= 1.0, "steps of a range do not grow");
  if (!(fourth < kInfinity && rho < kInfinity)) return kInfinity;
  // chi is a convex function of s, so the worst of the range is at one of its ends; the noise
  // increases with s, F and rho.
  const double least = std::min(loss(s_first), loss(s_last));
  const double squared = least * (2.0 - least);  // 1 - chi^2
  if (!(squared > 0.0)) return kInfinity;
  const double left = decay(squared, count);
  // A path that follows F' = chi^2 F + noise is monotone: what holds at its two ends holds between.
  for (const double highest : {fourth, fourth * (1.0 + growth)}) {
    const double after =
        left * fourth + (1.0 - left) / squared * noise(highest, rho, s_first, 1.0 - least);
    if (after <= highest) return after;
  }
  return kInfinity;
}

double FourthMoment::factor(double s) const {
  const double chi = 1.0 - loss(s);
  if (std::isfinite(reach_)) return chi * chi;
  const double sg2 = s * s * g_ * g_;
  return chi * chi + sg2 * (6.0 * chi + 4.0 * s * l0_ * std::sqrt(chi) + s * s * l0_ * l0_);
}

double FourthMoment::step_limit() const {
  // The factor begins below 1 and is above it at 2/L.
  double below = 0.0, above = 2.0 / L_;
  for (int i = 0; i < 60 && above - below > 1e-9 * above; ++i) {
    const double middle = 0.5 * (below + above);
    (factor(middle) <= 1.0 ? below : above) = middle;
  }
  return below;
}

void LinearErrorShares::step(const DirectBound& map, double s, double theta) {
  const double loss = map.loss(s, theta);
  kept *= 1.0 - loss;
  added *= 1.0 - loss;
  if (std::isfinite(theta)) added += (1.0 + theta) * s * s;
}

SolutionBasedBound::SolutionBasedBound(const ProblemConstants& c, double averaged_m2)
    : slopes_(solution_slopes(c)),
      norm_v_(c.norm_v),
      L_Phi_(c.L_Phi),
      nu2_(c.nu2),
      m2_(averaged_m2),
      A0_(std::sqrt(c.v_noise_star) / c.alpha) {
  A1_ = times(std::sqrt(c.f_b),
              c.curvature_bound * std::sqrt(c.fourth_moment) * slopes_.k1 +
                  times(c.curvature_slope, std::sqrt(c.slope_moment)));
}

bool SolutionBasedBound::known() const {
  const std::array values = {
      slopes_.k1, slopes_.a1, slopes_.a2, norm_v_, L_Phi_, nu2_, m2_, A0_, A1_};
  return std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
}

double SolutionBasedBound::linear_noise(double rho) const {
  return square(A0_ + A1_ * std::sqrt(rho));
}

double SolutionBasedBound::linear_error(double rho, const LinearErrorShares& shares) const {
  return shares.kept * square(norm_v_ + slopes_.k1 * std::sqrt(rho)) +
         shares.added * linear_noise(rho);
}

SolutionBasedBound::Parts SolutionBasedBound::at(double rho,
                                                 double fourth,
                                                 const LinearErrorShares& shares) const {
  const double r = std::sqrt(rho), r2 = std::sqrt(fourth);
  const double sv = std::sqrt(linear_error(rho, shares));
  const double sdv = std::sqrt(shares.kept * square(norm_v_ * r + slopes_.k1 * r2) +
                               shares.added * square(A0_ * r + A1_ * r2));
  return {.jacobian = times(m2_, square(norm_v_ + slopes_.k1 * r + sv)),
          .conditional = square(slopes_.a1 * r + slopes_.a2 * r2 + L_Phi_ * sv + nu2_ * sdv)};
}

double SolutionBasedBound::floor() const {
  return times(m2_, norm_v_ * norm_v_);
}

}  // namespace sid
