// Stochastic steps allocate nothing: every allocation of the process is counted.

#include <gtest/gtest.h>

#include "sid/problem/component_oracle.hpp"

#include "contract/problem_zoo.hpp"
#include "support/allocation_count.hpp"

#ifdef SID_COUNT_ALLOCATIONS

namespace sid {
namespace {

using testing::allocations;

class HotLoop : public ::testing::TestWithParam<testing::ProblemEntry> {};
INSTANTIATE_TEST_SUITE_P(Zoo,
                         HotLoop,
                         ::testing::ValuesIn(testing::problem_zoo()),
                         [](const auto& test) { return test.param.name; });

TEST_P(HotLoop, AllocatesNothing) {
  const auto problem = GetParam().make(GetParam().lambda, AlphaRule::optimal);
  for (const Sampling sampling :
       {Sampling::iid, Sampling::without_replacement, Sampling::reshuffle}) {
    const auto oracle = problem->make_oracle({.minibatch = 4, .sampling = sampling});
    Vector w = Vector::Zero(problem->lower_dim()), v = w, c = w;
    Vector out(problem->upper_dim());
    const long before = allocations.load();
    oracle->start({.seed = 1, .role = Role::lower_level});
    for (int i = 0; i < 50; ++i) oracle->lower_level_step(w, 0.1);
    oracle->start({.seed = 1, .role = Role::linear_system});
    oracle->freeze(w);
    for (int i = 0; i < 50; ++i) oracle->linear_system_step(v, c, problem->alpha(), 0.1);
    if (problem->upper_dim() == problem->sample_count() || problem->lower_dim() == 6) {
      oracle->cross_transpose(w, v, 3, out);  // sampled: must not allocate
    }
    EXPECT_EQ(allocations.load() - before, 0);
  }
}

TEST_P(HotLoop, ComponentsAllocateNothing) {
  const auto problem = GetParam().make(GetParam().lambda, AlphaRule::optimal);
  const auto oracle = problem->make_component_oracle();
  if (oracle == nullptr) GTEST_SKIP() << "no components";
  Vector x = Vector::Constant(problem->lower_dim(), 0.5), out = x;
  Vector numbers(oracle->count());
  const long before = allocations.load();
  for (const bool linear : {false, true}) {
    if (linear) {
      oracle->pose_linear_system(x);
    } else {
      oracle->pose_lower_level();
    }
    for (std::int32_t i = 0; i < oracle->count(); ++i) {
      oracle->add_example(i, oracle->scalar(i, x), out);
    }
    oracle->scalars(x, numbers);
    oracle->add_examples(numbers, out);
  }
  EXPECT_EQ(allocations.load() - before, 0);
}

TEST(AllocationCounter, Counts) {
  const long before = allocations.load();
  const Vector some = Vector::Zero(1000);
  EXPECT_GT(allocations.load(), before);
  EXPECT_EQ(some.sum(), 0.0);
}

}  // namespace
}  // namespace sid

#endif
