#include "sid/random/minibatch_sampler.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "core/random/chi_square.hpp"

namespace sid {
namespace {

using test::chi_square;
using test::chi_square_limit;

constexpr Sampling kAll[] = {Sampling::iid, Sampling::without_replacement, Sampling::reshuffle};

std::vector<std::int32_t> copy_of(std::span<const std::int32_t> batch) {
  return {batch.begin(), batch.end()};
}

std::vector<std::vector<std::int32_t>> first_batches(MinibatchSampler& sampler,
                                                     const StreamKey& key,
                                                     int count) {
  sampler.start(key);
  std::vector<std::vector<std::int32_t>> out;
  out.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) out.push_back(copy_of(sampler.next()));
  return out;
}

TEST(MinibatchSampler, DrawsTheAskedNumberWithinThePopulation) {
  for (const Sampling sampling : kAll) {
    MinibatchSampler sampler(sampling, 37, 5);
    sampler.start({.seed = 1});
    for (int i = 0; i < 100; ++i) {
      const auto batch = sampler.next();
      ASSERT_EQ(batch.size(), 5u);
      for (const std::int32_t index : batch) {
        EXPECT_GE(index, 0);
        EXPECT_LT(index, 37);
      }
    }
    EXPECT_EQ(sampler.draws(), 500);
    sampler.start({.seed = 2});
    sampler.next();
    EXPECT_EQ(sampler.draws(), 505);
    EXPECT_EQ(sampler.batch(), 5);
    EXPECT_EQ(sampler.population(), 37);
    EXPECT_EQ(sampler.sampling(), sampling);
  }
}

TEST(MinibatchSampler, IndependentDrawsAreTheStreamsIndices) {
  MinibatchSampler sampler(Sampling::iid, 5000, 50);
  const StreamKey key{.seed = 4, .role = Role::lower_level, .replica = 2, .checkpoint = 9};
  sampler.start(key);
  Stream stream(key);
  for (int i = 0; i < 20; ++i) {
    for (const std::int32_t index : sampler.next()) {
      EXPECT_EQ(static_cast<std::uint64_t>(index), stream.index_below(5000));
    }
  }
}

TEST(MinibatchSampler, WithoutReplacementIndicesAreDistinct) {
  for (const std::int64_t batch : {1, 2, 7, 20}) {
    MinibatchSampler sampler(Sampling::without_replacement, 20, batch);
    sampler.start({.seed = 3});
    for (int i = 0; i < 500; ++i) {
      const auto drawn = copy_of(sampler.next());
      EXPECT_EQ(std::set<std::int32_t>(drawn.begin(), drawn.end()).size(), drawn.size());
    }
  }
}

TEST(MinibatchSampler, ReshuffledPassesAreWholePermutations) {
  for (const std::int64_t batch : {1, 3, 5, 12}) {
    for (const std::int64_t n : {12, 23}) {
      MinibatchSampler sampler(Sampling::reshuffle, n, batch);
      sampler.start({.seed = 8});
      std::vector<std::int32_t> drawn;
      while (static_cast<std::int64_t>(drawn.size()) < 30 * n) {
        const auto next = sampler.next();
        drawn.insert(drawn.end(), next.begin(), next.end());
      }
      std::set<std::vector<std::int32_t>> passes;
      for (std::int64_t pass = 0; pass < 30; ++pass) {
        std::vector<std::int32_t> order(drawn.begin() + pass * n, drawn.begin() + (pass + 1) * n);
        passes.insert(order);
        std::sort(order.begin(), order.end());
        for (std::int64_t i = 0; i < n; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
      }
      EXPECT_EQ(passes.size(), 30u) << "passes repeat a permutation";
    }
  }
}

TEST(MinibatchSampler, EveryIndexIsEquallyLikelyAtEveryPosition) {
  for (const Sampling sampling : kAll) {
    MinibatchSampler sampler(sampling, 20, 4);
    std::vector<std::vector<std::int64_t>> counts(4, std::vector<std::int64_t>(20));
    for (std::uint32_t replica = 0; replica < 20000; ++replica) {
      sampler.start({.seed = 21, .role = Role::lower_level, .replica = replica});
      sampler.next();
      const auto batch = sampler.next();  // the second: nothing may be left of the first
      for (std::size_t i = 0; i < 4; ++i) ++counts[i][static_cast<std::size_t>(batch[i])];
    }
    for (const auto& position : counts) {
      EXPECT_LT(chi_square(position), chi_square_limit(19));  // false alarm 1e-6
    }
  }
}

TEST(MinibatchSampler, OrderedPairsAndPermutationsAreEquallyLikely) {
  MinibatchSampler pairs(Sampling::without_replacement, 6, 2);
  pairs.start({.seed = 22});
  std::map<std::vector<std::int32_t>, std::int64_t> counts;
  for (int i = 0; i < 60000; ++i) ++counts[copy_of(pairs.next())];
  ASSERT_EQ(counts.size(), 30u);
  std::vector<std::int64_t> cells;
  cells.reserve(counts.size());
  for (const auto& [pair, count] : counts) cells.push_back(count);
  EXPECT_LT(chi_square(cells), chi_square_limit(29));  // false alarm 1e-6

  MinibatchSampler permutations(Sampling::reshuffle, 4, 4);
  permutations.start({.seed = 23});
  counts.clear();
  for (int i = 0; i < 60000; ++i) ++counts[copy_of(permutations.next())];
  ASSERT_EQ(counts.size(), 24u);
  cells.clear();
  for (const auto& [permutation, count] : counts) cells.push_back(count);
  EXPECT_LT(chi_square(cells), chi_square_limit(23));  // false alarm 1e-6
}

TEST(MinibatchSampler, SuccessiveMinibatchesAreIndependentExceptWhenReshuffled) {
  // First index of one minibatch against that of the next; 5 x 5 cells, minibatches of 1 from 5.
  for (const Sampling sampling : kAll) {
    MinibatchSampler sampler(sampling, 5, 1);
    std::vector<std::int64_t> cells(25);
    for (std::uint32_t replica = 0; replica < 50000; ++replica) {
      sampler.start({.seed = 24, .role = Role::linear_system, .replica = replica});
      const auto first = static_cast<std::size_t>(sampler.next()[0]);
      const auto second = static_cast<std::size_t>(sampler.next()[0]);
      ++cells[first * 5 + second];
    }
    if (sampling == Sampling::reshuffle) {
      for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(cells[i * 5 + i], 0);
    } else {
      EXPECT_LT(chi_square(cells), chi_square_limit(24));  // false alarm 1e-6
    }
  }
}

TEST(MinibatchSampler, MinibatchesOfDifferentRolesReplicasAndCheckpointsAreIndependent) {
  const StreamKey base{.seed = 5, .role = Role::lower_level, .replica = 0, .checkpoint = 4};
  std::vector<StreamKey> others(4, base);
  others[0].role = Role::linear_system;
  others[1].role = Role::jacobian_product;
  others[2].replica = 1;
  others[3].checkpoint = 5;
  for (const Sampling sampling : kAll) {
    for (const StreamKey& other : others) {
      MinibatchSampler a(sampling, 10, 5), b(sampling, 10, 5);
      a.start(base);
      b.start(other);
      // Within one pass reshuffled indices depend on each other, so that only the first index of
      // each whole pass counts; the same is done for the other ways.
      std::vector<std::int64_t> cells(100);
      for (int i = 0; i < 50000; ++i) {
        const std::int32_t first = a.next()[0], second = b.next()[0];
        ++cells[static_cast<std::size_t>(first) * 10 + static_cast<std::size_t>(second)];
        a.next();
        b.next();
      }
      EXPECT_LT(chi_square(cells), chi_square_limit(99));  // false alarm 1e-6
    }
  }
}

TEST(MinibatchSampler, StartingAgainGivesTheSameMinibatches) {
  for (const Sampling sampling : kAll) {
    const StreamKey key{.seed = 6, .role = Role::lower_level, .replica = 1, .checkpoint = 2};
    MinibatchSampler fresh(sampling, 23, 5);
    const auto expected = first_batches(fresh, key, 12);
    MinibatchSampler used(sampling, 23, 5);
    first_batches(used, {.seed = 99}, 7);  // stops in the middle of a pass
    EXPECT_EQ(first_batches(used, key, 12), expected);
    EXPECT_EQ(first_batches(used, key, 12), expected);
  }
}

/// Variance of the mean over all equally likely samples of `batch` values, by enumeration.
double enumerated_variance(const std::vector<double>& values, int batch, bool replacement) {
  const auto n = static_cast<int>(values.size());
  double sum = 0.0, squares = 0.0, count = 0.0;
  std::vector<int> index(static_cast<std::size_t>(batch), 0);
  while (true) {
    const std::set<int> distinct(index.begin(), index.end());
    if (replacement || static_cast<int>(distinct.size()) == batch) {
      double mean = 0.0;
      for (const int i : index) mean += values[static_cast<std::size_t>(i)] / batch;
      sum += mean;
      squares += mean * mean;
      count += 1.0;
    }
    std::size_t digit = 0;
    while (digit < index.size() && ++index[digit] == n) index[digit++] = 0;
    if (digit == index.size()) break;
  }
  return squares / count - (sum / count) * (sum / count);
}

TEST(VarianceFactor, AgreesWithEnumeration) {
  const std::vector<double> values = {0.3, -1.7, 2.0, 4.5, -0.9};
  const double population = enumerated_variance(values, 1, true);
  for (int batch = 1; batch <= 5; ++batch) {
    EXPECT_NEAR(variance_factor(Sampling::iid, 5, batch) * population,
                enumerated_variance(values, batch, true),
                1e-12);
    EXPECT_NEAR(variance_factor(Sampling::without_replacement, 5, batch) * population,
                enumerated_variance(values, batch, false),
                1e-12);
    EXPECT_EQ(variance_factor(Sampling::reshuffle, 5, batch),
              variance_factor(Sampling::without_replacement, 5, batch));
  }
  EXPECT_EQ(variance_factor(Sampling::without_replacement, 1, 1), 0.0);
  EXPECT_EQ(variance_factor(Sampling::iid, 1, 1), 1.0);
}

TEST(VarianceFactor, IsWhatTheSamplerDelivers) {
  // Sample variance of 20000 minibatch means against its expectation; its relative standard error
  // is about sqrt(2 / 20000) = 1 %, and 5 % is five of them: false alarm below 1e-5.
  std::vector<double> values(30);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i * i % 17);
  double mean = 0.0, variance = 0.0;
  for (const double v : values) mean += v / 30.0;
  for (const double v : values) variance += (v - mean) * (v - mean) / 30.0;
  for (const Sampling sampling : {Sampling::iid, Sampling::without_replacement}) {
    MinibatchSampler sampler(sampling, 30, 12);
    sampler.start({.seed = 25});
    double squares = 0.0;
    for (int i = 0; i < 20000; ++i) {
      double average = 0.0;
      for (const std::int32_t index : sampler.next()) {
        average += values[static_cast<std::size_t>(index)] / 12.0;
      }
      squares += (average - mean) * (average - mean) / 20000.0;
    }
    const double expected = variance * variance_factor(sampling, 30, 12);
    EXPECT_NEAR(squares / expected, 1.0, 0.05);
  }
}

TEST(MinibatchSampler, RejectsSizesThatCannotBe) {
  for (const Sampling sampling : kAll) {
    EXPECT_THROW(MinibatchSampler(sampling, 10, 0), ContractViolation);
    EXPECT_THROW(MinibatchSampler(sampling, 10, 11), ContractViolation);
    EXPECT_THROW(MinibatchSampler(sampling, 0, 0), ContractViolation);
    EXPECT_THROW(MinibatchSampler(sampling, std::int64_t{1} << 31, 1), ContractViolation);
    EXPECT_THROW(variance_factor(sampling, 10, 0), ContractViolation);
    EXPECT_THROW(variance_factor(sampling, 10, 11), ContractViolation);
    MinibatchSampler one(sampling, 1, 1);
    one.start({});
    EXPECT_EQ(one.next()[0], 0);
    EXPECT_EQ(one.next()[0], 0);
  }
}

}  // namespace
}  // namespace sid
