// What every StochasticOracle promises: unbiased steps with the declared variance, streams that
// depend on their key alone, and no memory between calls other than the stream and the frozen w.

#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "contract/problem_zoo.hpp"
#include "support/vector_sample.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

using testing::problem_zoo;
using testing::ProblemEntry;
using testing::VectorSample;

class StochasticOracleContract : public ::testing::TestWithParam<ProblemEntry> {
 protected:
  std::shared_ptr<const BilevelProblem> problem_ =
      GetParam().make(GetParam().lambda, AlphaRule::optimal);
  Stream stream_{StreamKey{.seed = 31}};

  Vector random(Index size) {
    Vector out(size);
    for (double& value : out) value = stream_.normal();
    return out;
  }
  Vector upper_gradient(const Vector& w) const {
    Vector out(problem_->lower_dim());
    problem_->upper_gradient(w, out);
    return out;
  }
};
INSTANTIATE_TEST_SUITE_P(Zoo,
                         StochasticOracleContract,
                         ::testing::ValuesIn(problem_zoo()),
                         [](const auto& test) { return test.param.name; });

// 20,000 draws; at most 6 entries (23 for example weights) and 11 problems a test, two-sided normal
// tail beyond 5: false alarm below 2e-4 for the whole suite. Fixed seed, no retries.
constexpr int kDraws = 20000;
constexpr double kLimit = 5.0;

TEST_P(StochasticOracleContract, LowerStepsAreUnbiasedWithTheDeclaredVariance) {
  const Reference r = problem_->solve_reference();
  for (const Sampling sampling : {Sampling::iid, Sampling::without_replacement}) {
    const OracleSettings settings{.minibatch = 3, .sampling = sampling};
    const ProblemConstants constants = problem_->constants(r, settings);
    const auto oracle = problem_->make_oracle(settings);
    oracle->start({.seed = 5, .role = Role::lower_level});
    for (const bool at_solution : {false, true}) {
      const Vector w = at_solution ? r.w : (r.w + random(r.w.size())).eval();
      Vector gradient(w.size());
      problem_->lower_gradient(w, gradient);
      VectorSample sample(w.size()), noise(w.size());
      const double step = 0.3;
      for (int i = 0; i < kDraws; ++i) {
        Vector next = w;
        oracle->lower_level_step(next, step);
        const Vector drawn = (w - next) / step;
        sample.add(drawn);
        noise.add(drawn - gradient);
      }
      EXPECT_LT(sample.worst_z(gradient), kLimit);
      const double error = kLimit * noise.mean_square_error();
      const double bound = constants.sigma1_prime + constants.sigma2_prime * gradient.squaredNorm();
      EXPECT_LE(noise.mean_square(), bound + error);
      if (at_solution) {
        EXPECT_NEAR(noise.mean_square(), constants.V_star_b, error);
      }
    }
  }
}

TEST_P(StochasticOracleContract, LinearStepsAreUnbiasedWithTheDeclaredVariance) {
  const Reference r = problem_->solve_reference();
  const OracleSettings settings{.minibatch = 2, .sampling = Sampling::iid};
  const ProblemConstants constants = problem_->constants(r, settings);
  const auto oracle = problem_->make_oracle(settings);
  oracle->start({.seed = 5, .role = Role::linear_system});
  const double alpha = problem_->alpha();
  for (const bool at_solution : {false, true}) {
    const Vector w = at_solution ? r.w : (r.w + random(r.w.size())).eval();
    const Vector v = at_solution ? r.v : random(r.w.size());
    const Vector c = upper_gradient(w);
    Vector image(w.size());
    problem_->hessian_vector(w, v, image);
    const Vector expected = v - alpha * image + c;  // Psi(v)
    oracle->freeze(w);
    VectorSample sample(w.size()), noise(w.size());
    for (int i = 0; i < kDraws; ++i) {
      Vector next = v;
      oracle->linear_system_step(next, c, alpha, 1.0);
      sample.add(next);
      noise.add(next - expected);
    }
    EXPECT_LT(sample.worst_z(expected), kLimit);
    const double error = kLimit * noise.mean_square_error();
    const double residual = (expected - v).squaredNorm();
    if (at_solution) {
      EXPECT_NEAR(noise.mean_square(), constants.v_noise_star, error + 1e-14);
    }
    if (std::isfinite(constants.L_E_global)) {
      const double bound = constants.sigma1_v_global + constants.sigma2_v_global * residual;
      EXPECT_LE(noise.mean_square(), bound + error);
    }
  }
}

TEST_P(StochasticOracleContract, CrossDerivativeIsUnbiasedWithTheDeclaredFloor) {
  const Reference r = problem_->solve_reference();
  const OracleSettings settings{.minibatch = 4, .sampling = Sampling::iid};
  const ProblemConstants constants = problem_->constants(r, settings);
  const auto oracle = problem_->make_oracle(settings);
  Vector expected(problem_->upper_dim()), out(problem_->upper_dim());
  problem_->cross_transpose(r.w, r.v, expected);
  for (const std::int64_t samples : {1, 3}) {
    oracle->start({.seed = 5, .role = Role::jacobian_product});
    VectorSample sample(out.size()), noise(out.size());
    for (int i = 0; i < kDraws; ++i) {
      oracle->cross_transpose(r.w, r.v, samples, out);
      sample.add(out);
      noise.add(-problem_->alpha() * (out - expected));
    }
    EXPECT_LT(sample.worst_z(expected), kLimit);
    const double floor = constants.floor_exact / static_cast<double>(samples);
    EXPECT_NEAR(noise.mean_square(), floor, kLimit * noise.mean_square_error() + 1e-14);
  }
}

TEST_P(StochasticOracleContract, StreamsDependOnTheirKeyAlone) {
  const OracleSettings settings{.minibatch = 3};
  const auto a = problem_->make_oracle(settings), b = problem_->make_oracle(settings);
  const auto walk = [&](StochasticOracle& oracle, const StreamKey& key) {
    oracle.start(key);
    Vector w = Vector::Zero(problem_->lower_dim());
    for (int i = 0; i < 20; ++i) oracle.lower_level_step(w, 0.1);
    return w;
  };
  const StreamKey key{.seed = 3, .role = Role::lower_level, .replica = 2};
  const Vector first = walk(*a, key);
  // b has a history of another stream and a frozen point; neither may show.
  (void)walk(*b, {.seed = 8, .role = Role::linear_system, .replica = 9, .checkpoint = 4});
  b->freeze(first);
  EXPECT_EQ(walk(*b, key), first);
  for (const StreamKey& other :
       {StreamKey{.seed = 4, .role = Role::lower_level, .replica = 2},
        StreamKey{.seed = 3, .role = Role::linear_system, .replica = 2},
        StreamKey{.seed = 3, .role = Role::lower_level, .replica = 3},
        StreamKey{.seed = 3, .role = Role::lower_level, .replica = 2, .checkpoint = 1}}) {
    EXPECT_NE(walk(*a, other), first);
  }
}

TEST_P(StochasticOracleContract, WholeDataWithoutReplacementIsTheDeterministicStep) {
  if (GetParam().name.starts_with("Teaching")) return;  // signs have no finite population
  const OracleSettings settings{.minibatch = problem_->sample_count(),
                                .sampling = Sampling::without_replacement};
  const auto oracle = problem_->make_oracle(settings);
  oracle->start({.seed = 1, .role = Role::lower_level});
  Vector w = Vector::Zero(problem_->lower_dim()), exact = w, gradient(w.size());
  for (int i = 0; i < 5; ++i) {
    oracle->lower_level_step(w, 0.2);
    problem_->lower_gradient(exact, gradient);
    exact -= 0.2 * gradient;
  }
  EXPECT_VECTOR_REL(w, exact, 1e-13);
  const Vector c = upper_gradient(exact);
  Vector v = Vector::Zero(w.size()), exact_v = v, image(w.size());
  oracle->freeze(exact);
  for (int i = 0; i < 5; ++i) {
    oracle->linear_system_step(v, c, problem_->alpha(), 0.7);
    problem_->hessian_vector(exact, exact_v, image);
    exact_v -= 0.7 * (problem_->alpha() * image - c);
  }
  EXPECT_VECTOR_REL(v, exact_v, 1e-13);
  const ProblemConstants constants = problem_->constants(problem_->solve_reference(), settings);
  EXPECT_EQ(constants.V_star_b, 0.0);
  EXPECT_EQ(constants.v_noise_star, 0.0);
}

}  // namespace
}  // namespace sid
