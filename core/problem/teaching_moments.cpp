#include "sid/problem/teaching_moments.hpp"

#include <cstddef>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/problem/step_walk.hpp"
#include "sid/problem/teaching_recursion.hpp"

namespace sid {
namespace {

// Powers of the linear map of the moments are worth while from here on.
constexpr StepWalk kWalk{.repeat_from = 2048};

// Adjoint moments at every checkpoint, as columns.
struct AdjointTable {
  Vector limit;
  Matrix mean_error, variance;
};

/// False if stopped.
bool tabulate_adjoint(const TeachingParameters& p,
                      const TeachingNoise& noise,
                      double alpha,
                      const ExactQuery& query,
                      AdjointTable& table) {
  const Index d = p.h.size();
  const auto count = static_cast<Index>(query.k.size());
  AdjointMoments now = initial_adjoint_moments(p, alpha);
  table = {now.limit, Matrix(d, count), Matrix(d, count)};
  std::int64_t k = 0;
  for (const std::size_t checkpoint : order_by_k(query.k)) {
    const bool reached = kWalk.go(
        query.linear_steps,
        alpha,
        k,
        query.k[checkpoint],
        query.stop,
        [&](std::span<const double> steps) { advance_adjoint_moments(p, noise, steps, now); },
        [&](double step, std::int64_t equal) {
          repeat_adjoint_moments(p, noise, step, equal, now);
        });
    if (!reached) return false;
    table.mean_error.col(static_cast<Index>(checkpoint)) = now.mean_error;
    table.variance.col(static_cast<Index>(checkpoint)) = now.variance;
  }
  return true;
}

struct HypergradientStatistics {
  double bias = 0.0;
  double mean_of_variance = 0.0;
  double variance_of_mean = 0.0;
  double linear = 0.0;
};

// Sums over coordinates of the exact statistics of -alpha * sum_i (1 + noise) w_i v_i.
HypergradientStatistics hypergradient_statistics(const TeachingParameters& p,
                                                 double alpha,
                                                 const IterateMoments& w,
                                                 const Vector& limit,
                                                 const ConstVectorRef& kappa_error,
                                                 const ConstVectorRef& kappa_variance,
                                                 double jacobian_variance) {
  HypergradientStatistics s;
  for (Index i = 0; i < p.h.size(); ++i) {
    const double w_star = p.b(i) / (p.h(i) + p.lambda);
    const double c_star = w_star - p.target(i);
    const double shift = w.mean_error(i);
    const double mean_w = w_star + shift;
    const double mean_c = c_star + shift;
    const double slope = mean_w + mean_c;
    const double kappa = limit(i) + kappa_error(i);
    const double theta = kappa_variance(i) + kappa * kappa;
    // Mean and variance of the product w c, and their distance from the solution's, written so
    // that nothing cancels when the iterate is close to the solution.
    const double product = mean_w * mean_c + w.second(i);
    const double product_error = shift * (w_star + c_star + shift) + w.second(i);
    const double variance = slope * slope * w.second(i) + 2.0 * slope * w.third(i) +
                            (w.fourth(i) - w.second(i) * w.second(i));
    const double product_variance = variance < 0.0 ? 0.0 : variance;  // keeps what is not a number
    const double product_second = product_variance + product * product;
    s.bias -= alpha * (kappa_error(i) * product + limit(i) * product_error);
    s.variance_of_mean += alpha * alpha * kappa * kappa * product_variance;
    s.mean_of_variance +=
        alpha * alpha * product_second * (kappa_variance(i) + jacobian_variance * theta);
    s.linear +=
        (kappa_variance(i) + kappa_error(i) * kappa_error(i)) * (w.second(i) + mean_c * mean_c);
  }
  return s;
}

tl::unexpected<Error> stopped() {
  return fail(ErrorCode::stopped, "The exact expectations were stopped.");
}

}  // namespace

Result<ExactMoments> teaching_exact_moments(const TeachingParameters& p,
                                            double alpha,
                                            const ExactQuery& query) {
  check_exact_query(query);
  if (query.t.empty()) return ExactMoments{};
  const double steps =
      kWalk.work(query.lower_steps, query.t) + kWalk.work(query.linear_steps, ascending(query.k));
  const auto d = static_cast<double>(p.h.size());
  if (steps * d > kMaxExactWork) {
    return fail(ErrorCode::bad_input,
                fmt::format("Exact expectations are left out where steps × dimension = {} exceeds "
                            "{}.",
                            format_for_reading(steps * d),
                            format_for_reading(kMaxExactWork)));
  }
  const TeachingNoise noise = teaching_noise(p, query.settings.minibatch);
  AdjointTable adjoint;
  if (!tabulate_adjoint(p, noise, alpha, query, adjoint)) return stopped();
  const double draws =
      static_cast<double>(query.settings.minibatch) * static_cast<double>(query.jacobian_samples);
  const double jacobian_variance =
      query.jacobian_samples == 0 ? 0.0 : p.noise_lambda * p.noise_lambda / draws;
  ExactMoments out;
  IterateMoments w = initial_iterate_moments(p);
  std::int64_t t = 0;
  for (std::size_t i = 0; i < query.t.size(); ++i) {
    const bool reached = kWalk.go(
        query.lower_steps,
        alpha,
        t,
        query.t[i],
        query.stop,
        [&](std::span<const double> now) { advance_iterate_moments(p, noise, now, w); },
        [&](double step, std::int64_t equal) { repeat_iterate_moments(p, noise, step, equal, w); });
    if (!reached) return stopped();
    const auto column = static_cast<Index>(i);
    const HypergradientStatistics s = hypergradient_statistics(p,
                                                               alpha,
                                                               w,
                                                               adjoint.limit,
                                                               adjoint.mean_error.col(column),
                                                               adjoint.variance.col(column),
                                                               jacobian_variance);
    out.lower.push_back(w.mean_error.squaredNorm() + w.second.sum());
    out.linear.push_back(s.linear);
    out.bias_squared.push_back(s.bias * s.bias);
    out.mean_of_variance.push_back(s.mean_of_variance);
    out.variance_of_mean.push_back(s.variance_of_mean);
    out.hypergradient.push_back(s.bias * s.bias + s.mean_of_variance + s.variance_of_mean);
  }
  return out;
}

}  // namespace sid
