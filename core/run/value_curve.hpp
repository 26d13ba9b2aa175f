#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "sid/math/result.hpp"
#include "sid/math/types.hpp"
#include "sid/run/worker_pool.hpp"

namespace sid {

/// f over one coordinate theta in [low, high] as the Chebyshev interpolant of exact values at
///   theta_j = middle + half cos(pi j/n),   j = 0, ..., n.
/// f is analytic there for the problems of this program, so that the error falls geometrically in
/// n. What tells how far it has fallen are exact derivatives at the nodes, which the interpolant
/// was not made from.
class ValueCurve {
 public:
  struct Sample {
    double value = 0.0;  ///< f
    double slope = 0.0;  ///< df/dtheta
  };
  /// Exact f and derivative at theta; called from several threads.
  using Exact = std::function<Result<Sample>(double theta, const std::stop_token& stop)>;

  /// n doubles from 16 until the derivative of the interpolant agrees with the exact ones to
  /// kSlopeAccuracy of the largest of them, or n = 128: n + 1 exact solves at most, in parallel.
  /// Requires low < high, finite. Fails as `exact` does.
  static Result<ValueCurve> measure(double low,
                                    double high,
                                    const Exact& exact,
                                    WorkerPool& pool,
                                    const std::stop_token& stop = {});
  static constexpr double kSlopeAccuracy = 1e-8;

  double low() const { return low_; }
  double high() const { return high_; }
  /// f and df/dtheta at theta in [low, high]; `theta` is clipped to it.
  Sample at(double theta) const;

  std::size_t solves() const { return nodes_.size(); }
  /// max_j |p'(theta_j) - f'(theta_j)| over max_j |f'(theta_j)|.
  double slope_error() const { return slope_error_; }
  /// slope_error() <= kSlopeAccuracy: values may stand for exact ones.
  bool accurate() const { return slope_error_ <= kSlopeAccuracy; }
  /// theta_j ascending and what was measured there.
  const std::vector<double>& nodes() const { return nodes_; }
  const std::vector<Sample>& samples() const { return samples_; }

 private:
  ValueCurve(double low, double high) : low_(low), high_(high) {}
  void interpolate();

  double low_, high_;
  std::vector<double> nodes_;
  std::vector<Sample> samples_;
  std::vector<double> value_, slope_;  // Chebyshev coefficients
  double slope_error_ = 0.0;
};

}  // namespace sid
