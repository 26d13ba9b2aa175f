#include "sid/run/decomposition.hpp"

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "sid/math/contract.hpp"

namespace sid {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// The sums over outer replicas that every estimator is made of.
struct Sums {
  double outer = 0.0;          ///< R
  double inner = 0.0;          ///< K
  double square_error = 0.0;   ///< sum_r (1/K) sum_j ||G_rj - g||^2
  double within = 0.0;         ///< sum_r (1/(K-1)) sum_j ||G_rj - G_r||^2; NaN for K = 1
  double between = 0.0;        ///< sum_r ||G_r - G||^2
  double offset_square = 0.0;  ///< ||G - g||^2
};

ErrorParts parts(const Sums& s) {
  const double s_b = s.between / (s.outer - 1.0);
  const double s_w = s.within / s.outer;
  return {.mean_square_error = s.square_error / s.outer,
          .bias_squared = s.offset_square - s_b / s.outer,
          .mean_of_variance = s_w,
          .variance_of_mean = s_b - s_w / s.inner};
}

double jackknife(const std::vector<ErrorParts>& left_out, double ErrorParts::*part) {
  const auto r = static_cast<double>(left_out.size());
  double mean = 0.0;
  for (const ErrorParts& p : left_out) mean += p.*part / r;
  double squares = 0.0;
  for (const ErrorParts& p : left_out) squares += (p.*part - mean) * (p.*part - mean);
  return std::sqrt((r - 1.0) / r * squares);
}

}  // namespace

Decomposition decompose_error(const OuterReplicas& outer) {
  const Index r = outer.mean_errors.cols();
  SID_EXPECTS(r >= 2, "at least two outer replicas");
  SID_EXPECTS(
      std::cmp_equal(outer.square_error.size(), r) && std::cmp_equal(outer.within.size(), r),
      "one value an outer replica");
  const Eigen::Map<const Vector> square_error(outer.square_error.data(), r);
  const Eigen::Map<const Vector> within(outer.within.data(), r);
  const Vector offset = outer.mean_errors.rowwise().mean();
  Matrix deviations = outer.mean_errors;
  deviations.colwise() -= offset;

  const Sums all{.outer = static_cast<double>(r),
                 .inner = outer.inner,
                 .square_error = square_error.sum(),
                 .within = within.sum(),
                 .between = deviations.squaredNorm(),
                 .offset_square = offset.squaredNorm()};
  Decomposition out;
  out.value = parts(all);
  out.between = all.between / (all.outer - 1.0);
  out.within = all.within / all.outer;
  out.standard_error = {kNaN, kNaN, kNaN, kNaN};
  if (r < 3) return out;

  // Leaving replica i out moves the mean by -d_i/(R-1), d_i its deviation, and the sum of squared
  // deviations by -||d_i||^2 R/(R-1).
  std::vector<ErrorParts> left_out;
  left_out.reserve(static_cast<std::size_t>(r));
  const double rest = all.outer - 1.0;
  for (Index i = 0; i < r; ++i) {
    const double deviation = deviations.col(i).squaredNorm();
    left_out.push_back(parts({.outer = rest,
                              .inner = all.inner,
                              .square_error = all.square_error - square_error(i),
                              .within = all.within - within(i),
                              .between = all.between - deviation * all.outer / rest,
                              .offset_square = (offset - deviations.col(i) / rest).squaredNorm()}));
  }
  out.standard_error = {.mean_square_error = jackknife(left_out, &ErrorParts::mean_square_error),
                        .bias_squared = jackknife(left_out, &ErrorParts::bias_squared),
                        .mean_of_variance = jackknife(left_out, &ErrorParts::mean_of_variance),
                        .variance_of_mean = jackknife(left_out, &ErrorParts::variance_of_mean)};
  return out;
}

Decomposition decompose_error(const ConstMatrixRef& estimates,
                              Index inner_replicas,
                              const ConstVectorRef& truth) {
  const Index k = inner_replicas;
  SID_EXPECTS(k >= 1, "at least one inner replica");
  SID_EXPECTS(estimates.cols() % k == 0, "columns must be whole outer replicas");
  const Index r = estimates.cols() / k;
  SID_EXPECTS(truth.size() == estimates.rows(), "truth has the length of an estimate");
  Matrix mean_errors(estimates.rows(), r);
  std::vector<double> square_error, within;
  for (Index i = 0; i < r; ++i) {
    const auto block = estimates.middleCols(i * k, k);
    const Vector mean = block.rowwise().mean();
    mean_errors.col(i) = mean - truth;
    square_error.push_back((block.colwise() - truth).squaredNorm() / static_cast<double>(k));
    within.push_back(k > 1 ? (block.colwise() - mean).squaredNorm() / static_cast<double>(k - 1)
                           : kNaN);
  }
  return decompose_error({.mean_errors = mean_errors,
                          .square_error = square_error,
                          .within = within,
                          .inner = static_cast<double>(k)});
}

}  // namespace sid
