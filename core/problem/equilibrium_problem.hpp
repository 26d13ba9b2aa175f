#pragma once

#include <memory>
#include <string>

#include "sid/problem/bilevel_problem.hpp"
#include "sid/problem/equilibrium_constants.hpp"
#include "sid/problem/equilibrium_map.hpp"

namespace sid {

/// The equilibrium problem (equilibrium_parameters.hpp) at one lambda: a lower level that is a
/// fixed point and no minimiser. As BilevelProblem says of such maps, alpha = 1, "lower_gradient"
/// is w - Phi(w, lambda), H = I - d_1 Phi and C = -d_2 Phi; there is no loss. Components are a
/// finite population, so a minibatch of all n without replacement is Phi itself. Methods that need
/// one number per component or a symmetric H are not for it (method_fit.hpp).
///
/// Matrices of size d x d are factorised for the reference and for linear systems: meant for d up
/// to some hundred.
class EquilibriumProblem final : public BilevelProblem {
 public:
  /// Requires equal lengths, finite entries and q < 1; ContractViolation otherwise.
  explicit EquilibriumProblem(EquilibriumParameters parameters);
  EquilibriumProblem(const EquilibriumProblem&) = delete;
  EquilibriumProblem& operator=(const EquilibriumProblem&) = delete;

  std::string name() const override;
  Index lower_dim() const override { return map_.dim(); }
  Index upper_dim() const override { return map_.upper_dim(); }
  std::int64_t sample_count() const override { return map_.count(); }
  const Vector& lambda() const override { return parameters_.lambda; }
  /// q from (1/n) sum A_i^T A_i; L = 1 + q, tau = 1 - q, no regulariser, and L_max = 1 + max(q,
  /// max ||A_i||).
  const Curvature& curvature() const override { return curvature_; }
  AlphaRule alpha_rule() const override { return AlphaRule::optimal; }
  bool is_gradient_map() const override { return false; }

  double lower_loss(const ConstVectorRef& w) const override;
  void lower_gradient(const ConstVectorRef& w, VectorRef out) const override;
  void hessian_vector(const ConstVectorRef& w,
                      const ConstVectorRef& u,
                      VectorRef out) const override;
  void jacobian_vector(const ConstVectorRef& w,
                       const ConstVectorRef& u,
                       VectorRef out) const override;
  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       VectorRef out) const override;
  double upper_loss(const ConstVectorRef& w) const override;
  void upper_gradient(const ConstVectorRef& w, VectorRef out) const override;

  /// w by Newton's method, each step taken only where it shrinks ||Phi(w) - w|| more than Phi does
  /// and replaced by w <- Phi(w) elsewhere, so that it converges from anywhere; to rounding level.
  /// ||w - w(lambda)|| <= ||Phi(w) - w||/(1 - q). v by a factorisation with one refinement;
  /// certificate: the smaller of fixed_point_bound and a_posteriori_bound.
  Reference solve_reference(std::stop_token stop = {}) const override;
  Vector solve_linear_system(const ConstVectorRef& w,
                             const LinearSolveOptions& options = {}) const override;
  Result<double> linear_system_squared_error(const ConstVectorRef& w,
                                             const ConstVectorRef& v,
                                             const LinearSolveOptions& options) const override;

  ProblemConstants constants(const Reference& reference,
                             const OracleSettings& settings,
                             double theta = 1.0) const override;
  DerivativeLipschitz derivative_lipschitz(const std::stop_token& stop = {}) const override;
  PointBounds point_bounds(const ConstVectorRef& w,
                           CrossNorm cross_norm = CrossNorm::exact,
                           const std::stop_token& stop = {}) const override;

  std::unique_ptr<StochasticOracle> make_oracle(const OracleSettings& settings) const override;

  const EquilibriumMap& map() const { return map_; }
  const EquilibriumGeometry& geometry() const { return geometry_; }

 private:
  Vector curvature_of_upper(const ConstVectorRef& w) const;

  EquilibriumParameters parameters_;
  EquilibriumMap map_;
  EquilibriumGeometry geometry_;
  Curvature curvature_;
};

}  // namespace sid
