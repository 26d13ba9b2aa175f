#include "sid/theory/measured_rates.hpp"

#include <cmath>
#include <limits>

#include "sid/math/contract.hpp"
#include "sid/theory/hypergradient_bounds.hpp"

namespace sid {

double sharp_value_with_rates(const ProblemConstants& p,
                              double averaged_m2,
                              double rho,
                              double sigma) {
  if (!(rho >= 0.0 && sigma >= 0.0)) return std::numeric_limits<double>::quiet_NaN();
  const HypergradientConstants c{
      .c1 = p.c1, .L_Phi = p.L_Phi, .nu2 = p.nu2, .m2 = averaged_m2, .L_E = p.L_E, .q = p.q};
  const double value = sharp_bound(c, rho, sigma);
  return std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
}

TheoryCurve sharp_form_with_rates(const ProblemConstants& p,
                                  double averaged_m2,
                                  std::span<const double> rho,
                                  std::span<const double> sigma) {
  SID_EXPECTS(rho.size() == sigma.size(), "one rho and one sigma per checkpoint");
  TheoryCurve curve;
  curve.id = "sharp_with_true_rates";
  curve.label = "sharp form with measured ρ, σ";
  curve.source = "sharp form of Theorem 3.4 with measured errors of w_t and v_k (not a bound)";
  curve.kind = CurveKind::prediction;
  curve.verdict = Verdict::not_covered;
  if (!std::isfinite(p.L_E)) {
    curve.reason = "E is quadratic: c₁ of Theorem 3.1 is infinite without a ball (A(iv)).";
    return curve;
  }
  bool any = false;
  for (std::size_t i = 0; i < rho.size(); ++i) {
    curve.values.push_back(sharp_value_with_rates(p, averaged_m2, rho[i], sigma[i]));
    any = any || !std::isnan(curve.values.back());
  }
  if (!any) {
    curve.values.clear();
    curve.reason = "Nothing has been measured yet.";
    return curve;
  }
  curve.verdict = Verdict::holds;
  curve.reason = "Measured rates stand where the theorem needs proved ones: not a bound.";
  return curve;
}

}  // namespace sid
