#include "sid/problem/teaching_moments.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

void check(const ExactQuery& query) {
  SID_EXPECTS(query.t.size() == query.k.size(), "t and k must be as long as each other");
  SID_EXPECTS(query.settings.minibatch >= 1, "a minibatch has at least one sample");
  SID_EXPECTS(query.jacobian_samples >= 0, "the number of samples cannot be negative");
  for (std::size_t i = 0; i < query.t.size(); ++i) {
    SID_EXPECTS(query.t[i] >= 0 && query.k[i] >= 0, "checkpoints cannot be negative");
    SID_EXPECTS(static_cast<std::size_t>(query.t[i]) <= query.eta_lower.size(),
                "eta_lower is shorter than the last checkpoint");
    SID_EXPECTS(static_cast<std::size_t>(query.k[i]) <= query.eta_linear.size(),
                "eta_linear is shorter than the last checkpoint");
    SID_EXPECTS(i == 0 || query.t[i] >= query.t[i - 1], "checkpoints must ascend in t");
  }
}

// Checkpoint numbers in ascending order of k, so that one pass over the steps serves all.
std::vector<std::size_t> order_by_k(std::span<const std::int64_t> k) {
  std::vector<std::size_t> order(k.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(
      order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return k[a] < k[b]; });
  return order;
}

// Adjoint moments at every checkpoint, as columns.
struct AdjointTable {
  Vector limit;
  Matrix mean_error, variance;
};

AdjointTable tabulate_adjoint(const TeachingParameters& p,
                              const TeachingNoise& noise,
                              double alpha,
                              const ExactQuery& query) {
  const Index d = p.h.size();
  const auto count = static_cast<Index>(query.k.size());
  AdjointMoments now = initial_adjoint_moments(p, alpha);
  AdjointTable table{now.limit, Matrix(d, count), Matrix(d, count)};
  std::int64_t k = 0;
  for (const std::size_t checkpoint : order_by_k(query.k)) {
    for (; k < query.k[checkpoint]; ++k) {
      const double eta = query.eta_linear[static_cast<std::size_t>(k)];
      advance_adjoint_moments(p, noise, eta * alpha, now);
    }
    table.mean_error.col(static_cast<Index>(checkpoint)) = now.mean_error;
    table.variance.col(static_cast<Index>(checkpoint)) = now.variance;
  }
  return table;
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
    const double product_variance =
        std::max(0.0,
                 slope * slope * w.second(i) + 2.0 * slope * w.third(i) +
                     (w.fourth(i) - w.second(i) * w.second(i)));
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

}  // namespace

TeachingNoise teaching_noise(const TeachingParameters& p, std::int64_t minibatch) {
  const auto n = static_cast<double>(minibatch);
  const Eigen::ArrayXd m2 = (p.noise_multiplicative * p.h.array()).square();
  const double l2 = (p.noise_lambda * p.lambda) * (p.noise_lambda * p.lambda);
  const double a2 = p.noise_additive * p.noise_additive;
  TeachingNoise noise;
  noise.curvature_second = ((m2 + l2) / n).matrix();
  noise.curvature_fourth =
      ((m2.square() + 6.0 * m2 * l2 + l2 * l2 + 3.0 * (n - 1.0) * (m2 + l2).square()) / (n * n * n))
          .matrix();
  noise.additive_second = a2 / n;
  noise.additive_fourth = a2 * a2 * (3.0 * n - 2.0) / (n * n * n);
  return noise;
}

IterateMoments initial_iterate_moments(const TeachingParameters& p) {
  const Index d = p.h.size();
  return {.mean_error = -(p.b.array() / (p.h.array() + p.lambda)).matrix(),
          .second = Vector::Zero(d),
          .third = Vector::Zero(d),
          .fourth = Vector::Zero(d)};
}

void advance_iterate_moments(const TeachingParameters& p,
                             const TeachingNoise& noise,
                             double step,
                             IterateMoments& m) {
  const double s2 = step * step;
  const double x2 = noise.additive_second;
  const double x4 = noise.additive_fourth;
  for (Index i = 0; i < p.h.size(); ++i) {
    const double curvature = p.h(i) + p.lambda;
    const double a = 1.0 - step * curvature;
    const double a2 = a * a;
    const double n2 = noise.curvature_second(i);
    const double n4 = noise.curvature_fourth(i);
    const double w = p.b(i) / curvature + m.mean_error(i);
    const double w2 = w * w;
    const double second = m.second(i);
    const double third = m.third(i);
    const double fourth = m.fourth(i);
    const double raw2 = w2 + second;
    const double raw4 = w2 * w2 + 6.0 * w2 * second + 4.0 * w * third + fourth;
    const double mixed = w2 * second + 2.0 * w * third + fourth;
    m.mean_error(i) = a * m.mean_error(i);
    m.second(i) = a2 * second + s2 * (x2 + n2 * raw2);
    m.third(i) = a2 * a * third + 3.0 * a * s2 * n2 * (2.0 * w * second + third);
    m.fourth(i) = a2 * a2 * fourth + 6.0 * a2 * s2 * (x2 * second + n2 * mixed) +
                  s2 * s2 * (x4 + 6.0 * x2 * n2 * raw2 + n4 * raw4);
  }
}

AdjointMoments initial_adjoint_moments(const TeachingParameters& p, double alpha) {
  const Vector limit = (1.0 / (alpha * (p.h.array() + p.lambda))).matrix();
  return {.limit = limit, .mean_error = -limit, .variance = Vector::Zero(p.h.size())};
}

void advance_adjoint_moments(const TeachingParameters& p,
                             const TeachingNoise& noise,
                             double step,
                             AdjointMoments& m) {
  for (Index i = 0; i < p.h.size(); ++i) {
    const double a = 1.0 - step * (p.h(i) + p.lambda);
    const double kappa = m.limit(i) + m.mean_error(i);
    const double n2 = step * step * noise.curvature_second(i);
    m.variance(i) = (a * a + n2) * m.variance(i) + n2 * kappa * kappa;
    m.mean_error(i) = a * m.mean_error(i);
  }
}

Vector teaching_closed_form(const TeachingParameters& p,
                            std::int64_t minibatch,
                            double step,
                            std::int64_t t) {
  const TeachingNoise noise = teaching_noise(p, minibatch);
  const auto steps = static_cast<double>(t);
  Vector out(p.h.size());
  for (Index i = 0; i < out.size(); ++i) {
    const double curvature = p.h(i) + p.lambda;
    const double w2 = (p.b(i) / curvature) * (p.b(i) / curvature);
    const double n2 = noise.curvature_second(i);
    const double a = 1.0 - step * curvature;
    const double r = a * a + step * step * n2;
    const double u = step * step * (n2 * w2 + noise.additive_second);
    const double z = -2.0 * step * step * n2 * w2;
    const double rt = std::pow(r, steps);
    const double sum = r == 1.0 ? steps : (1.0 - rt) / (1.0 - r);
    double quotient = 0.0;
    if (t > 0) {
      quotient = r == a ? steps * std::pow(a, steps - 1.0) : (rt - std::pow(a, steps)) / (r - a);
    }
    out(i) = rt * w2 + u * sum + z * quotient;
  }
  return out;
}

ExactMoments teaching_exact_moments(const TeachingParameters& p,
                                    double alpha,
                                    const ExactQuery& query) {
  check(query);
  const TeachingNoise noise = teaching_noise(p, query.settings.minibatch);
  const AdjointTable adjoint = tabulate_adjoint(p, noise, alpha, query);
  const double draws =
      static_cast<double>(query.settings.minibatch) * static_cast<double>(query.jacobian_samples);
  const double jacobian_variance =
      query.jacobian_samples == 0 ? 0.0 : p.noise_lambda * p.noise_lambda / draws;
  ExactMoments out;
  IterateMoments w = initial_iterate_moments(p);
  std::int64_t t = 0;
  for (std::size_t i = 0; i < query.t.size(); ++i) {
    for (; t < query.t[i]; ++t) {
      advance_iterate_moments(p, noise, query.eta_lower[static_cast<std::size_t>(t)] * alpha, w);
    }
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
