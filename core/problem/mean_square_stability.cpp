#include "sid/problem/mean_square_stability.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <Eigen/Cholesky>

#include "sid/problem/symmetric_eigen.hpp"

namespace sid {
namespace {

/// P -> L^-1(Q(P)).
class StabilityMap {
 public:
  StabilityMap(const CurvatureMoments& curvature, double f_b, SymmetricEigen eigen)
      : curvature_(curvature), f_b_(f_b), eigen_(std::move(eigen)) {
    noise_.resize(curvature.dim(), curvature.dim());
  }

  void apply(const Matrix& p, Matrix& out) {
    const Matrix& h = curvature_.hessian();
    out = h * p * h;
    if (f_b_ > 0.0) {
      curvature_.apply_fourth(p, scratch_, packed_);
      CurvatureMoments::unpack(packed_, noise_);
      noise_ -= curvature_.data_hessian() * p * curvature_.data_hessian();
      out += f_b_ * noise_;
    }
    const Matrix& u = eigen_.vectors;
    Matrix turned = u.transpose() * out * u;
    for (Index j = 0; j < turned.cols(); ++j) {
      turned.col(j).array() /= eigen_.values.array() + eigen_.values[j];
    }
    out = u * turned * u.transpose();
    out = (0.5 * (out + out.transpose())).eval();
  }

 private:
  const CurvatureMoments& curvature_;
  double f_b_;
  SymmetricEigen eigen_;
  CurvatureMoments::Scratch scratch_;
  Vector packed_;
  Matrix noise_;
};

/// Largest eigenvalue of `image` relative to p > 0; infinite where p is not positive definite.
double largest_ratio(const Matrix& image, const Matrix& p) {
  const Eigen::LLT<Matrix> factor(p);
  if (factor.info() != Eigen::Success) return kInfinity;
  Matrix half = factor.matrixL().solve(image);
  half = factor.matrixL().solve(half.transpose()).eval();
  const std::optional<SymmetricEigen> eigen = symmetric_eigen(0.5 * (half + half.transpose()));
  return eigen ? eigen->values[eigen->values.size() - 1] : kInfinity;
}

}  // namespace

std::optional<double> stability_edge(const CurvatureMoments& curvature,
                                     double f_b,
                                     double max_work,
                                     const std::stop_token& stop) {
  constexpr double kAccuracy = 1e-4;
  const Index d = curvature.dim();
  std::optional<SymmetricEigen> eigen = symmetric_eigen(curvature.hessian(), stop);
  if (!eigen) return std::nullopt;
  StabilityMap map(curvature, f_b, *std::move(eigen));
  const auto size = static_cast<double>(d);
  const double cube = size * size * size;
  const auto packed = static_cast<double>(curvature.packed_size());
  const double step_work = packed * packed + 20.0 * cube + 1000.0;
  Matrix p = Matrix::Identity(d, d), image(d, d);
  double bound = kInfinity, growth = 0.0, work = 0.0;
  while (work <= max_work) {
    if (stop.stop_requested()) return std::nullopt;
    map.apply(p, image);
    // The trace grows like the radius in the end; the relative bound comes down to it.
    growth = image.trace() / p.trace();
    if (!(growth > 0.0) || !std::isfinite(growth)) return std::nullopt;
    bound = std::min(bound, largest_ratio(image, p));
    if (bound - growth <= kAccuracy * bound) return 1.0 / bound;
    p = image / image.trace();
    work += step_work;
  }
  return std::nullopt;
}

}  // namespace sid
