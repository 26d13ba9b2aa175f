// Stochastic steps allocate nothing: every allocation of the process is counted. Replacing malloc
// works with the GNU C library; sanitizers replace it themselves, and there the test has no body.

#include <atomic>
#include <cstdlib>

#include <gtest/gtest.h>

#include "contract/problem_zoo.hpp"

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SID_COUNT_ALLOCATIONS 1
#endif
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#undef SID_COUNT_ALLOCATIONS
#endif
#endif

#ifdef SID_COUNT_ALLOCATIONS

namespace {
std::atomic<long> allocations{0};
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  ++allocations;
  return __libc_realloc(block, size);
}
}

namespace sid {
namespace {

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

TEST(AllocationCounter, Counts) {
  const long before = allocations.load();
  const Vector some = Vector::Zero(1000);
  EXPECT_GT(allocations.load(), before);
  EXPECT_EQ(some.sum(), 0.0);
}

}  // namespace
}  // namespace sid

#endif
