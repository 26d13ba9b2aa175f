#include "sid/problem/teaching_oracle.hpp"

#include <utility>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

// Bits set in x, by halves; the library's popcount is a table look-up without a special
// instruction, which the base instruction set lacks.
inline std::int64_t count_bits(std::uint64_t x) {
  x -= (x >> 1) & 0x5555555555555555ULL;
  x = (x & 0x3333333333333333ULL) + ((x >> 2) & 0x3333333333333333ULL);
  x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
  return static_cast<std::int64_t>((x * 0x0101010101010101ULL) >> 56);
}

/// Averages of n_b random signs, one after the other.
class SignSource {
 public:
  explicit SignSource(std::int64_t minibatch)
      : minibatch_(minibatch), scale_(1.0 / static_cast<double>(minibatch)) {}

  void start(const StreamKey& key) {
    stream_ = Stream(key);
    left_ = 0;
  }

  double next_average() {
    std::int64_t ones = 0;
    std::int64_t wanted = minibatch_;
    for (; wanted > 64; wanted -= 64) ones += count_bits(stream_.next_u64());
    if (left_ < wanted) {
      bits_ = stream_.next_u64();
      left_ = 64;
    }
    ones += count_bits(bits_ << (64 - wanted));
    bits_ = wanted == 64 ? 0 : bits_ >> wanted;
    left_ -= wanted;
    return static_cast<double>(2 * ones - minibatch_) * scale_;
  }

 private:
  std::int64_t minibatch_;
  double scale_;
  std::uint64_t bits_ = 0;
  std::int64_t left_ = 0;
  Stream stream_{StreamKey{}};
};

class TeachingOracle final : public StochasticOracle {
 public:
  TeachingOracle(TeachingParameters parameters, std::int64_t minibatch)
      : p_(std::move(parameters)), source_(minibatch) {
    const Index d = p_.h.size();
    signs_ = {Vector::Zero(d), Vector::Zero(d), Vector::Zero(d)};
  }

  void start(const StreamKey& key) override { source_.start(key); }

  void lower_level_step(VectorRef w, double step) override {
    draw_curvature();
    if (p_.noise_additive != 0.0) draw(signs_.additive);
    teaching_lower_step(p_, signs_, step, w);
  }

  void freeze(const ConstVectorRef&) override {}

  void linear_system_step(VectorRef v, const ConstVectorRef& c, double alpha, double eta) override {
    draw_curvature();
    teaching_linear_step(p_, signs_, c, alpha, eta, v);
  }

  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       std::int64_t samples,
                       VectorRef out) override {
    SID_EXPECTS(samples >= 1, "at least one sample of the derivative in lambda");
    double sum = w.dot(v);
    if (p_.noise_lambda != 0.0) {
      double noise = 0.0;
      for (std::int64_t j = 0; j < samples; ++j) {
        draw(signs_.lambda);
        for (Index i = 0; i < w.size(); ++i) noise += signs_.lambda(i) * w(i) * v(i);
      }
      sum += p_.noise_lambda * noise / static_cast<double>(samples);
    }
    out(0) = sum;
  }

 private:
  void draw(Vector& averages) {
    for (Index i = 0; i < averages.size(); ++i) averages(i) = source_.next_average();
  }

  void draw_curvature() {
    if (p_.noise_multiplicative != 0.0) draw(signs_.multiplicative);
    if (p_.noise_lambda != 0.0) draw(signs_.lambda);
  }

  const TeachingParameters p_;
  SignSource source_;
  SignAverages signs_;
};

inline double sampled_curvature(const TeachingParameters& p, const SignAverages& signs, Index i) {
  return p.h(i) * (1.0 + p.noise_multiplicative * signs.multiplicative(i)) +
         p.lambda * (1.0 + p.noise_lambda * signs.lambda(i));
}

}  // namespace

void teaching_lower_step(const TeachingParameters& p,
                         const SignAverages& signs,
                         double step,
                         VectorRef w) {
  for (Index i = 0; i < w.size(); ++i) {
    const double curvature = sampled_curvature(p, signs, i);
    w(i) -= step * (curvature * w(i) - p.b(i) - p.noise_additive * signs.additive(i));
  }
}

void teaching_linear_step(const TeachingParameters& p,
                          const SignAverages& signs,
                          const ConstVectorRef& c,
                          double alpha,
                          double eta,
                          VectorRef v) {
  for (Index i = 0; i < v.size(); ++i) {
    v(i) -= eta * (alpha * sampled_curvature(p, signs, i) * v(i) - c(i));
  }
}

std::unique_ptr<StochasticOracle> make_teaching_oracle(const TeachingParameters& parameters,
                                                       std::int64_t minibatch) {
  SID_EXPECTS(minibatch >= 1, "a minibatch has at least one sample");
  return std::make_unique<TeachingOracle>(parameters, minibatch);
}

}  // namespace sid
