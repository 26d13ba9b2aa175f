// Hot loops must not allocate. This program of its own counts every allocation: malloc is replaced
// for the whole process, and operator new and Eigen both end there.

#include <cstddef>
#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

#include "sid/data/digits.hpp"
#include "sid/random/minibatch_sampler.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SID_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SID_COUNTS_ALLOCATIONS 0
#endif
#endif
#if !defined(SID_COUNTS_ALLOCATIONS) && defined(__GLIBC__)
#define SID_COUNTS_ALLOCATIONS 1
#endif

namespace {
long allocations = 0;
}

#if SID_COUNTS_ALLOCATIONS
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  ++allocations;
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  ++allocations;
  return __libc_memalign(alignment, size);
}
}
#endif

namespace sid {
namespace {

class NoAllocation : public testing::Test {
 protected:
  void SetUp() override {
#if !SID_COUNTS_ALLOCATIONS
    GTEST_SKIP() << "A sanitizer owns malloc in this build.";
#endif
  }
};

TEST_F(NoAllocation, CountingWorks) {
  const long before = allocations;
  std::vector<double> memory(100);
  Vector vector = Vector::Zero(100);
  EXPECT_GE(allocations, before + 2);
  EXPECT_EQ(memory[0], vector[0]);
}

TEST_F(NoAllocation, SamplersDraw) {
  for (const Sampling sampling :
       {Sampling::iid, Sampling::without_replacement, Sampling::reshuffle}) {
    MinibatchSampler sampler(sampling, 1000, 30);
    const long before = allocations;
    std::int64_t sum = 0;
    for (std::uint32_t replica = 0; replica < 3; ++replica) {
      sampler.start({.seed = 1, .role = Role::lower_level, .replica = replica});
      for (int i = 0; i < 50; ++i) sum += sampler.next()[0];
    }
    EXPECT_EQ(allocations, before);
    EXPECT_GT(sum, 0);
  }
}

void expect_products_without_allocation(const FeatureMatrix& x) {
  Vector w = Vector::Ones(x.cols()), u = Vector::Ones(x.rows());
  const std::vector<std::int32_t> rows = {3, 1, 4, 1, 5, 9, 2, 6};
  Vector dots(8);
  const long before = allocations;
  x.multiply(w, u);
  x.multiply_transpose_and_add(u, w);
  x.dot_rows(rows, w.data(), dots.data());
  x.add_rows(rows, dots.data(), w.data());
  x.add_row(7, x.dot_row(7, w) + x.row_squared_norm(7), w);
  EXPECT_EQ(allocations, before);
}

TEST_F(NoAllocation, ProductsOfEveryStorage) {
  const Dataset digits = make_digits(40, 1);
  expect_products_without_allocation(digits.features);
  std::vector<double> values;
  for (Index i = 0; i < 40; ++i) {
    for (Index j = 0; j < 784; ++j) values.push_back(digits.features.at(i, j));
  }
  const FeatureMatrix sparse = make_features(40, 784, values);
  EXPECT_TRUE(std::holds_alternative<SparseRows>(sparse.storage()));
  expect_products_without_allocation(sparse);
  expect_products_without_allocation(
      FeatureMatrix(DenseFloat{40, 784, std::vector<float>(values.begin(), values.end())}));
  expect_products_without_allocation(FeatureMatrix(DenseDouble{40, 784, values}));
}

}  // namespace
}  // namespace sid
