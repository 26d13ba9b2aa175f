#include "sid/problem/solution_models.hpp"

#include <optional>
#include <utility>

#include <Eigen/Cholesky>

#include "sid/math/contract.hpp"
#include "sid/problem/accumulated_noise.hpp"
#include "sid/problem/data_constants.hpp"
#include "sid/problem/polled_products.hpp"
#include "sid/problem/symmetric_eigen.hpp"

namespace sid {
namespace {

// (1/n) sum b_i^2 x_i x_i^T - g g^T, g = (1/n) sum b_i x_i.
std::optional<Matrix> covariance_of(const DataProblem& problem,
                                    const Vector& offsets,
                                    const std::stop_token& stop) {
  const FeatureMatrix& x = problem.family().train().features;
  const auto n = static_cast<double>(x.rows());
  std::optional<Matrix> out = weighted_gram(x, (offsets.cwiseAbs2() / n).eval(), stop);
  if (!out) return std::nullopt;
  Vector mean = Vector::Zero(x.cols());
  x.multiply_transpose_and_add((offsets / n).eval(), mean);
  out->noalias() -= mean * mean.transpose();
  return out;
}

// F * S for the form F turned into the basis.
std::optional<Matrix> weights_of(const QuadraticForm& form,
                                 const Matrix& basis,
                                 const Matrix& covariance,
                                 const std::stop_token& stop) {
  if (form.root.size() > 0) {
    const Vector root = basis.transpose() * form.root;
    return AccumulatedNoise::upper_weights(
        (root.asDiagonal() * covariance * root.asDiagonal()).eval());
  }
  const std::optional<Matrix> turned = polled_congruence(basis, form.matrix, stop);
  if (!turned) return std::nullopt;
  return AccumulatedNoise::upper_weights(turned->cwiseProduct(covariance).eval());
}

}  // namespace

std::shared_ptr<const AdditiveModel> make_additive_model(const DataProblem& problem,
                                                         const Reference& reference,
                                                         const std::stop_token& stop) {
  SID_EXPECTS(problem.lower_dim() <= kMaxAdditiveDim, "the Hessian is too large for eigenvectors");
  const HessianProduct hessian(problem, reference.w);
  std::optional<Matrix> formed = hessian.rows().form(stop);
  if (!formed) return nullptr;
  std::optional<SymmetricEigen> eigen = symmetric_eigen(*std::move(formed), stop);
  if (!eigen) return nullptr;
  auto out = std::make_shared<AdditiveModel>();
  out->eigenvalues = std::move(eigen->values);
  out->basis = std::move(eigen->vectors);
  const auto solve = [&](Matrix& x) {
    std::optional<Matrix> turned = polled_product(out->basis.transpose(), x, stop);
    if (!turned) return false;
    turned->array().colwise() /= out->eigenvalues.array();
    std::optional<Matrix> back = polled_product(out->basis, *turned, stop);
    if (!back) return false;
    x = *std::move(back);
    return true;
  };
  std::optional<HypergradientForms> forms = HypergradientForms::make(
      problem, HypergradientJacobian(problem, reference.w, reference.q), solve, stop);
  if (!forms) return nullptr;
  out->forms = std::make_shared<const HypergradientForms>(*std::move(forms));

  const auto n = static_cast<double>(problem.sample_count());
  Vector along(problem.family().train().rows());
  problem.family().train().features.multiply(reference.v, along);
  const Vector linear = (n * hessian.rows().weights()).cwiseProduct(along);
  const auto measure =
      [&](const Vector& offsets, const QuadraticForm& form, Vector& variances, Matrix& weights) {
        const std::optional<Matrix> covariance = covariance_of(problem, offsets, stop);
        if (!covariance) return false;
        const std::optional<Matrix> turned = polled_congruence(out->basis, *covariance, stop);
        if (!turned) return false;
        variances = turned->diagonal();
        std::optional<Matrix> made = weights_of(form, out->basis, *turned, stop);
        if (!made) return false;
        weights = *std::move(made);
        return true;
      };
  const bool done =
      measure(lower_offsets(problem, reference.w),
              out->forms->from_lower(),
              out->lower_variances,
              out->lower_weights) &&
      measure(linear, out->forms->from_linear(), out->linear_variances, out->linear_weights);
  return done ? out : nullptr;
}

ModelsAt::ModelsAt(const DataProblem& problem, const Reference& reference, std::stop_token stop)
    : problem_(problem), reference_(reference), stop_(std::move(stop)) {
  const auto* cache = dynamic_cast<const DataSolutionCache*>(reference.cache.get());
  shared_ = cache == nullptr ? &own_ : &cache->models;
}

std::shared_ptr<const CurvatureMoments> ModelsAt::curvature() const {
  return shared_->curvature.get(
      [&] { return CurvatureMoments::make(problem_, reference_.w, stop_); });
}

std::shared_ptr<const OffsetMoments> ModelsAt::lower(const CurvatureMoments& curvature) const {
  return shared_->lower.get([&] {
    return OffsetMoments::make(problem_, curvature, lower_offsets(problem_, reference_.w), stop_);
  });
}

std::shared_ptr<const OffsetMoments> ModelsAt::linear(const CurvatureMoments& curvature) const {
  return shared_->linear.get([&] {
    return OffsetMoments::make(
        problem_, curvature, linear_offsets(problem_, curvature, reference_.v), stop_);
  });
}

std::shared_ptr<const HypergradientForms> ModelsAt::forms(const CurvatureMoments& curvature) const {
  return shared_->forms.get([&]() -> std::shared_ptr<const HypergradientForms> {
    const Eigen::LLT<Matrix> factor(curvature.hessian());
    const auto solve = [&](Matrix& x) {
      factor.solveInPlace(x);
      return !stop_.stop_requested();
    };
    std::optional<HypergradientForms> made = HypergradientForms::make(
        problem_, HypergradientJacobian(problem_, reference_.w, reference_.q), solve, stop_);
    return made ? std::make_shared<const HypergradientForms>(*std::move(made)) : nullptr;
  });
}

std::shared_ptr<const AdditiveModel> ModelsAt::additive() const {
  return shared_->additive.get([&] { return make_additive_model(problem_, reference_, stop_); });
}

}  // namespace sid
