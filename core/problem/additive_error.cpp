#include "sid/problem/additive_error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include "sid/problem/accumulated_noise.hpp"
#include "sid/problem/step_walk.hpp"

namespace sid {
namespace {

/// Mean of one iteration's error in eigenvectors.
class DecayingMean {
 public:
  DecayingMean(const Vector& eigenvalues, Vector start)
      : eigenvalues_(eigenvalues), mean_(std::move(start)) {}
  void advance(std::span<const double> steps) {
    for (const double s : steps) mean_.array() *= 1.0 - s * eigenvalues_.array();
    drop_dust();
  }
  void repeat(double step, std::int64_t count) {
    Vector factor = (1.0 - step * eigenvalues_.array()).matrix();
    for (; count > 0; count /= 2) {
      if (count % 2 != 0) mean_.array() *= factor.array();
      factor = factor.cwiseAbs2();
      factor = (factor.array() < 1e-290).select(0.0, factor);
    }
    drop_dust();
  }
  const Vector& mean() const { return mean_; }

 private:
  // Subnormal numbers would take many times longer.
  void drop_dust() { mean_ = (mean_.array().abs() < 1e-290).select(0.0, mean_); }

  const Vector& eigenvalues_;
  Vector mean_;
};

constexpr StepWalk kAdditiveWalk{.repeat_from = AccumulatedNoise::kRepeatFrom,
                                 .piece = AccumulatedNoise::kPiece};

/// One of the two iterations with additive noise: what does not change on the way.
struct AdditiveIteration {
  const StepSizes& sizes;
  std::span<const std::int64_t> targets;
  const Vector& solution;   // w(lambda) or v
  const Vector& variances;  // diagonal of S
  const Matrix& weights;
};

void read_out(const AdditiveModel& model,
              const AdditiveIteration& iteration,
              const AccumulatedNoise& noise,
              const DecayingMean& mean,
              double f_b,
              IterationError& out) {
  double variance = 0.0;
  for (Index j = 0; j < iteration.variances.size(); ++j) {
    variance += iteration.variances[j] * noise.diagonal(j);
  }
  out.mean = model.basis * mean.mean();
  out.mean_square = mean.mean().squaredNorm() + f_b * variance;
  out.from_variance = f_b * noise.sum_of(iteration.weights);
}

/// Both iterations together where `b` takes the same steps to the same targets as `a`, whose noise
/// is then the same; `b` may be null. False if stopped.
bool walk_additive(const AdditiveModel& model,
                   const AdditiveIteration& a,
                   const AdditiveIteration* b,
                   double alpha,
                   double f_b,
                   const std::stop_token& stop,
                   std::vector<IterationError>& a_out,
                   std::vector<IterationError>* b_out) {
  AccumulatedNoise noise(model.eigenvalues);
  DecayingMean a_mean(model.eigenvalues, model.basis.transpose() * -a.solution);
  DecayingMean b_mean(model.eigenvalues,
                      b == nullptr ? Vector() : Vector(model.basis.transpose() * -b->solution));
  std::int64_t t = 0;
  for (const std::size_t i : order_by_k(a.targets)) {
    const bool reached = kAdditiveWalk.go(
        a.sizes,
        alpha,
        t,
        a.targets[i],
        stop,
        [&](std::span<const double> steps) {
          noise.advance(steps);
          a_mean.advance(steps);
          if (b != nullptr) b_mean.advance(steps);
        },
        [&](double step, std::int64_t count) {
          noise.repeat(step, count);
          a_mean.repeat(step, count);
          if (b != nullptr) b_mean.repeat(step, count);
        });
    if (!reached) return false;
    read_out(model, a, noise, a_mean, f_b, a_out[i]);
    if (b != nullptr) read_out(model, *b, noise, b_mean, f_b, (*b_out)[i]);
  }
  return true;
}

/// Whether both give the same steps before `end`; false if stopped.
bool same_steps(const StepSizes& a,
                const StepSizes& b,
                std::int64_t end,
                const std::stop_token& stop) {
  std::array<double, 512> left{}, right{};
  for (std::int64_t t = 0; t < end;) {
    if (stop.stop_requested()) return false;
    const std::int64_t equal = std::min({a.equal_from(t), b.equal_from(t), end - t});
    const bool run = equal > static_cast<std::int64_t>(left.size());
    const auto count =
        run ? std::size_t{1} : static_cast<std::size_t>(std::min<std::int64_t>(512, end - t));
    a.fill(t, std::span(left.data(), count));
    b.fill(t, std::span(right.data(), count));
    if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count), right.begin()))
      return false;
    t += run ? equal : static_cast<std::int64_t>(count);
  }
  return true;
}

}  // namespace

double additive_work(Index dim, const ExactQuery& query) {
  const double padded = static_cast<double>(dim) + 8.0;
  return 0.5 * padded * padded *
         (kAdditiveWalk.work(query.lower_steps, query.t) +
          kAdditiveWalk.work(query.linear_steps, ascending(query.k)));
}

std::optional<IterationErrors> additive_errors(const AdditiveModel& model,
                                               const Reference& reference,
                                               double alpha,
                                               double f_b,
                                               const ExactQuery& query) {
  IterationErrors out;
  out.lower.resize(query.t.size());
  out.linear.resize(query.t.size());
  const AdditiveIteration w{
      query.lower_steps, query.t, reference.w, model.lower_variances, model.lower_weights};
  const AdditiveIteration v{
      query.linear_steps, query.k, reference.v, model.linear_variances, model.linear_weights};
  const bool together =
      std::ranges::equal(query.t, query.k) &&
      same_steps(query.lower_steps, query.linear_steps, query.t.back(), query.stop);
  const bool done =
      together ? walk_additive(model, w, &v, alpha, f_b, query.stop, out.lower, &out.linear)
               : walk_additive(model, w, nullptr, alpha, f_b, query.stop, out.lower, nullptr) &&
                     walk_additive(model, v, nullptr, alpha, f_b, query.stop, out.linear, nullptr);
  if (!done) return std::nullopt;
  return out;
}

}  // namespace sid
