#include "sid/random/stream.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <set>
#include <tuple>
#include <vector>

#include <Random123/philox.h>
#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "core/random/chi_square.hpp"

namespace sid {
namespace {

using test::chi_square;
using test::chi_square_limit;

std::array<std::uint32_t, 4> philox(const std::array<std::uint32_t, 4>& counter,
                                    const std::array<std::uint32_t, 2>& key) {
  const philox4x32_ctr_t c = {{counter[0], counter[1], counter[2], counter[3]}};
  const philox4x32_key_t k = {{key[0], key[1]}};
  const philox4x32_ctr_t words = philox4x32(c, k);
  return {words.v[0], words.v[1], words.v[2], words.v[3]};
}

// The known answers that Random123 publishes for ten rounds (kat_vectors).
TEST(Philox, GivesTheKnownAnswers) {
  using Words = std::array<std::uint32_t, 4>;
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Stream, IsPhiloxOfSeedBlockReplicaRoleAndCheckpoint) {
  Stream zero(StreamKey{});
  EXPECT_EQ(zero.next_u32(), 0x6627e8d5u);
  EXPECT_EQ(zero.next_u32(), 0xe169c58du);
  EXPECT_EQ(zero.next_u32(), 0xbc57ac4cu);
  EXPECT_EQ(zero.next_u32(), 0x9b00dbd8u);

  // Key and label of the third known answer: role 3, checkpoint 0x707344.
  Stream stream(StreamKey{.seed = 0x299f31d0a4093822u,
                          .role = Role::linear_system,
                          .replica = 0x13198a2e,
                          .checkpoint = 0x707344});
  for (std::uint32_t block = 0; block < 70000; ++block) {
    for (const std::uint32_t word :
         philox({block, 0, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0})) {
      ASSERT_EQ(stream.next_u32(), word) << block;
    }
  }
}

TEST(Stream, RejectsACheckpointThatDoesNotFit) {
  EXPECT_THROW(Stream(StreamKey{.checkpoint = 1u << 24}), ContractViolation);
  EXPECT_NO_THROW(Stream(StreamKey{.checkpoint = (1u << 24) - 1}));
}

TEST(Stream, IndexIsTheHighPartOfTheProduct) {
  __extension__ using Wide = unsigned __int128;
  for (const std::uint64_t count :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{5000}, std::uint64_t{1} << 32}) {
    Stream words(StreamKey{.seed = 3});
    Stream indices(StreamKey{.seed = 3});
    for (int i = 0; i < 1000; ++i) {
      const auto expected = static_cast<std::uint64_t>((Wide{words.next_u64()} * count) >> 64);
      const std::uint64_t index = indices.index_below(count);
      EXPECT_EQ(index, expected);
      EXPECT_LT(index, count);
    }
  }
  Stream stream(StreamKey{});
  EXPECT_THROW(stream.index_below(0), ContractViolation);
  EXPECT_THROW(stream.index_below((std::uint64_t{1} << 32) + 1), ContractViolation);
}

TEST(Stream, ManyIndicesAreTheSameAsOneByOne) {
  for (std::uint64_t begin = 0; begin < 8; ++begin) {
    for (const std::size_t size : {0u, 1u, 2u, 3u, 4u, 5u, 50u, 51u}) {
      Stream many(StreamKey{.seed = 11});
      // Also from the middle of a block that is already in use.
      for (std::uint64_t word = 0; word < begin; ++word) many.next_u32();
      Stream single = many;
      std::vector<std::int32_t> out(size);
      many.indices_below(5000, out);
      for (const std::int32_t index : out) {
        EXPECT_EQ(static_cast<std::uint64_t>(index), single.index_below(5000));
      }
      EXPECT_EQ(many.next_u32(), single.next_u32()) << begin << " " << size;
    }
  }
}

TEST(Stream, DrawsIndicesUniformly) {
  Stream stream(StreamKey{.seed = 2021, .role = Role::lower_level});
  std::vector<std::int64_t> counts(100);
  for (int i = 0; i < 1000000; ++i) ++counts[static_cast<std::size_t>(stream.index_below(100))];
  EXPECT_LT(chi_square(counts), chi_square_limit(99));  // false alarm 1e-6
}

TEST(Stream, UniformAndSignHaveTheirMoments) {
  Stream stream(StreamKey{.seed = 5});
  const int n = 400000;
  double sum = 0.0, squares = 0.0, signs = 0.0, low = 1.0, high = 0.0;
  for (int i = 0; i < n; ++i) {
    const double u = stream.uniform();
    low = std::min(low, u);
    high = std::max(high, u);
    sum += u;
    squares += u * u;
    const double sign = stream.sign();
    EXPECT_EQ(std::abs(sign), 1.0);
    signs += sign;
  }
  EXPECT_GE(low, 0.0);
  EXPECT_LT(high, 1.0);
  // Five standard deviations of each mean: false alarm 6e-7 each.
  EXPECT_NEAR(sum / n, 0.5, 5.0 * std::sqrt(1.0 / 12.0 / n));
  EXPECT_NEAR(squares / n, 1.0 / 3.0, 5.0 * std::sqrt(4.0 / 45.0 / n));
  EXPECT_NEAR(signs / n, 0.0, 5.0 * std::sqrt(1.0 / n));
}

TEST(Stream, NormalFollowsTheNormalDistribution) {
  Stream stream(StreamKey{.seed = 6});
  const int n = 400000;
  std::vector<std::int64_t> counts(64);
  double fourth = 0.0;
  for (int i = 0; i < n; ++i) {
    const double z = stream.normal();
    fourth += z * z * z * z;
    // Cells of equal probability through the distribution function.
    const double p = 0.5 * std::erfc(-z / std::sqrt(2.0));
    ++counts[std::min<std::size_t>(63, static_cast<std::size_t>(p * 64.0))];
  }
  EXPECT_LT(chi_square(counts), chi_square_limit(63));  // false alarm 1e-6
  EXPECT_NEAR(fourth / n, 3.0, 5.0 * std::sqrt(96.0 / n));
}

// Recorded once; every processor, compiler and thread has to give these bits.
TEST(Stream, NormalHasTheRecordedBits) {
  Stream stream(StreamKey{.seed = 2021, .role = Role::initial_point, .replica = 3});
  const std::array<std::uint64_t, 4> bits = {
      0xc00108b955f101f4u, 0xbfd9dac1278e128bu, 0x3fd7e1b1032a9294u, 0x3ff03c9edad0b7eau};
  for (const std::uint64_t expected : bits) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(stream.normal()), expected);
  }
}

std::vector<StreamKey> neighbouring_keys() {
  std::vector<StreamKey> keys;
  for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{2}}) {
    for (const Role role : {Role::data,
                            Role::initial_point,
                            Role::lower_level,
                            Role::linear_system,
                            Role::jacobian_product,
                            Role::lower_choice,
                            Role::linear_choice,
                            Role::outer_step}) {
      for (const std::uint32_t replica : {0u, 1u}) {
        for (const std::uint32_t checkpoint : {0u, 1u}) {
          keys.push_back({seed, role, replica, checkpoint});
        }
      }
    }
  }
  return keys;
}

TEST(Stream, NeighbouringStreamsShareNoWords) {
  // 64 * 500 random 64-bit words coincide with probability 3e-11.
  std::set<std::uint64_t> seen;
  std::size_t drawn = 0;
  for (const StreamKey& key : neighbouring_keys()) {
    Stream stream(key);
    for (int i = 0; i < 500; ++i, ++drawn) seen.insert(stream.next_u64());
  }
  EXPECT_EQ(seen.size(), drawn);
}

TEST(Stream, NeighbouringStreamsAreIndependent) {
  // Joint counts of the indices that two streams draw at the same position, for each pair of
  // streams: uniform over 8 x 8 cells. 780 pairs at 1e-6 each: false alarm 8e-4 in all, for a
  // fixed seed. A dependence that moves 3 % of the draws to the diagonal would be seen.
  const std::vector<StreamKey> keys = neighbouring_keys();
  constexpr int kDraws = 20000;
  std::vector<std::vector<std::uint8_t>> draws;
  for (const StreamKey& key : keys) {
    Stream stream(key);
    draws.emplace_back();
    for (int i = 0; i < kDraws; ++i) {
      draws.back().push_back(static_cast<std::uint8_t>(stream.index_below(8)));
    }
  }
  for (std::size_t a = 0; a < keys.size(); ++a) {
    for (std::size_t b = a + 1; b < keys.size(); ++b) {
      std::vector<std::int64_t> cells(64);
      for (std::size_t i = 0; i < kDraws; ++i) ++cells[draws[a][i] * 8u + draws[b][i]];
      EXPECT_LT(chi_square(cells), chi_square_limit(63)) << "streams " << a << " and " << b;
    }
  }
}

TEST(Stream, SuccessiveDrawsAreIndependent) {
  Stream stream(StreamKey{.seed = 9, .role = Role::lower_level});
  std::vector<std::int64_t> cells(400);
  std::uint64_t previous = stream.index_below(20);
  for (int i = 0; i < 400000; ++i) {
    const std::uint64_t next = stream.index_below(20);
    ++cells[static_cast<std::size_t>(previous * 20 + next)];
    previous = next;
  }
  // Overlapping pairs: the statistic minus that of the single draws is chi-square with 380 degrees
  // (Good, 1953); the bound for 399 lies above it. False alarm below 1e-6.
  EXPECT_LT(chi_square(cells), chi_square_limit(399));
}

}  // namespace
}  // namespace sid
