#include "sid/run/value_curve.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"

namespace sid {

namespace {

constexpr std::size_t kFirst = 16, kLast = 128;

/// cos(pi numerator/denominator).
double cosine(std::size_t numerator, std::size_t denominator) {
  const std::size_t turn = 2 * denominator;
  return cosine_of_turns(static_cast<double>(numerator % turn) / static_cast<double>(turn));
}

/// sum_k c_k T_k(x) by Clenshaw's recurrence.
double chebyshev_sum(const std::vector<double>& c, double x) {
  double next = 0.0, after = 0.0;
  for (std::size_t k = c.size(); k-- > 1;) {
    after = std::exchange(next, 2.0 * x * next - after + c[k]);
  }
  return x * next - after + c.front();
}

}  // namespace

/// Coefficients from samples, which are in ascending order of theta: node i has cos(pi (n - i)/n).
void ValueCurve::interpolate() {
  const std::size_t n = nodes_.size() - 1;
  value_.assign(n + 1, 0.0);
  for (std::size_t k = 0; k <= n; ++k) {
    double sum = 0.0;
    for (std::size_t j = 0; j <= n; ++j) {
      const double weight = j == 0 || j == n ? 0.5 : 1.0;
      sum += weight * samples_[n - j].value * cosine(j * k, n);
    }
    value_[k] = (k == 0 || k == n ? 1.0 : 2.0) * sum / static_cast<double>(n);
  }
  slope_.assign(n + 1, 0.0);
  const double half = 0.5 * (high_ - low_);
  for (std::size_t k = n; k-- > 0;) {
    const double above = k + 2 <= n ? slope_[k + 2] : 0.0;
    slope_[k] = above + 2.0 * static_cast<double>(k + 1) * value_[k + 1] / half;
  }
  slope_[0] *= 0.5;

  double largest = 0.0, error = 0.0;
  for (std::size_t i = 0; i <= n; ++i) {
    largest = std::max(largest, std::abs(samples_[i].slope));
    error = std::max(error, std::abs(chebyshev_sum(slope_, cosine(n - i, n)) - samples_[i].slope));
  }
  slope_error_ = largest > 0.0 ? error / largest : 0.0;
}

Result<ValueCurve> ValueCurve::measure(
    double low, double high, const Exact& exact, WorkerPool& pool, const std::stop_token& stop) {
  SID_EXPECTS(low < high && std::isfinite(low) && std::isfinite(high), "a curve needs an interval");
  ValueCurve curve(low, high);
  for (std::size_t n = kFirst; n <= kLast; n *= 2) {
    std::vector<double> nodes(n + 1);
    std::vector<Sample> samples(n + 1);
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i <= n; ++i) {
      nodes[i] = 0.5 * (low + high) + 0.5 * (high - low) * cosine(n - i, n);
      const bool known = i % 2 == 0 && curve.nodes_.size() == n / 2 + 1;
      if (known) {
        samples[i] = curve.samples_[i / 2];
      } else {
        wanted.push_back(i);
      }
    }
    nodes.front() = low;
    nodes.back() = high;
    std::vector<std::optional<Error>> errors(wanted.size());
    pool.for_each(wanted.size(), [&](std::size_t i) {
      Result<Sample> solved = exact(nodes[wanted[i]], stop);
      if (solved) {
        samples[wanted[i]] = *solved;
      } else {
        errors[i] = std::move(solved.error());
      }
    });
    for (const std::optional<Error>& error : errors) {
      if (error) return tl::unexpected<Error>(*error);
    }
    curve.nodes_ = std::move(nodes);
    curve.samples_ = std::move(samples);
    curve.interpolate();
    if (curve.accurate()) break;
  }
  return curve;
}

ValueCurve::Sample ValueCurve::at(double theta) const {
  const double inside = std::clamp(theta, low_, high_);
  const double x = std::clamp((2.0 * inside - low_ - high_) / (high_ - low_), -1.0, 1.0);
  return {.value = chebyshev_sum(value_, x), .slope = chebyshev_sum(slope_, x)};
}

}  // namespace sid
