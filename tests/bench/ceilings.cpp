#include "bench/ceilings.hpp"

#include <cstdint>
#include <memory>
#include <vector>

#include <fmt/format.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace sid::bench {
namespace {

constexpr std::int64_t kRounds = 4096;
constexpr std::int64_t kChains = 16;  // independent sums: more than latency times units

#if defined(__x86_64__)

// Sums that depend on each other only within a chain keep every unit busy. By one half and plus one
// keep the values away from zero, infinity and denormal numbers.
template <bool kRounded>
__attribute__((noinline, target("avx512f"))) double multiply_add_512(double by, double plus) {
  __m512d sums[kChains];
  for (int i = 0; i < kChains; ++i) sums[i] = _mm512_set1_pd(1.0 + i);
  const __m512d factor = _mm512_set1_pd(by), term = _mm512_set1_pd(plus);
  for (std::int64_t round = 0; round < kRounds; ++round) {
#pragma GCC unroll 16
    for (__m512d& sum : sums) {
      sum = kRounded ? _mm512_add_pd(_mm512_mul_pd(sum, factor), term)
                     : _mm512_fmadd_pd(sum, factor, term);
    }
  }
  __m512d all = sums[0];
  for (int i = 1; i < kChains; ++i) all = _mm512_add_pd(all, sums[i]);
  return _mm512_cvtsd_f64(all);
}

template <bool kRounded>
__attribute__((noinline, target("avx2,fma"))) double multiply_add_256(double by, double plus) {
  __m256d sums[kChains];
  for (int i = 0; i < kChains; ++i) sums[i] = _mm256_set1_pd(1.0 + i);
  const __m256d factor = _mm256_set1_pd(by), term = _mm256_set1_pd(plus);
  for (std::int64_t round = 0; round < kRounds; ++round) {
#pragma GCC unroll 16
    for (__m256d& sum : sums) {
      sum = kRounded ? _mm256_add_pd(_mm256_mul_pd(sum, factor), term)
                     : _mm256_fmadd_pd(sum, factor, term);
    }
  }
  __m256d all = sums[0];
  for (int i = 1; i < kChains; ++i) all = _mm256_add_pd(all, sums[i]);
  return _mm256_cvtsd_f64(all);
}

__attribute__((target("avx512f"))) std::uint64_t read_512(const std::uint64_t* at,
                                                          std::size_t words) {
  __m512i sums[4] = {};
  for (std::size_t i = 0; i + 32 <= words; i += 32) {
    for (std::size_t k = 0; k < 4; ++k) {
      sums[k] = _mm512_xor_si512(sums[k], _mm512_loadu_si512(at + i + 8 * k));
    }
  }
  alignas(64) std::uint64_t out[8];
  _mm512_store_si512(
      out,
      _mm512_xor_si512(_mm512_xor_si512(sums[0], sums[1]), _mm512_xor_si512(sums[2], sums[3])));
  return out[0] ^ out[1] ^ out[2] ^ out[3] ^ out[4] ^ out[5] ^ out[6] ^ out[7];
}

#endif

std::uint64_t read_words(const std::uint64_t* at, std::size_t words) {
  std::uint64_t sums[8] = {};
  for (std::size_t i = 0; i + 8 <= words; i += 8) {
    for (std::size_t k = 0; k < 8; ++k) sums[k] ^= at[i + k];
  }
  return sums[0] ^ sums[1] ^ sums[2] ^ sums[3] ^ sums[4] ^ sums[5] ^ sums[6] ^ sums[7];
}

bool has_avx512() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return false;
#endif
}

#if defined(__x86_64__)
template <bool kRounded>
void add_multiply_add(Table& table, const char* name) {
  table.add({.section = "ceilings", .name = name}, [](benchmark::State& state) {
    const bool wide = has_avx512();
    double by = 0.5, plus = 1.0;
    for (auto _ : state) {
      benchmark::DoNotOptimize(by);  // known to nobody: the loop has to run
      benchmark::DoNotOptimize(plus);
      double sum =
          wide ? multiply_add_512<kRounded>(by, plus) : multiply_add_256<kRounded>(by, plus);
      benchmark::DoNotOptimize(sum);
    }
    state.counters[kFlops] = static_cast<double>(2 * kChains * kRounds * (wide ? 8 : 4));
  });
}
#endif

}  // namespace

std::string read_ceiling(std::size_t bytes) {
  return fmt::format("read {:.2g} MB", static_cast<double>(bytes) * 1e-6);
}

void add_ceilings(Table& table, const std::vector<std::size_t>& sizes) {
#if defined(__x86_64__)
  if (has_avx512() || (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) {
    add_multiply_add<false>(table, kFmaCeiling);
    add_multiply_add<true>(table, kRoundedCeiling);
  } else {
    table.note("ceilings", "no multiply-add row: the processor has neither AVX-512 nor AVX2");
  }
#else
  table.note("ceilings", "no multiply-add row: written for x86-64 alone");
#endif
  for (const std::size_t size : sizes) {
    table.add({.section = "ceilings", .name = read_ceiling(size)}, [size](benchmark::State& state) {
      const std::vector<std::uint64_t> words(size / 8, 1);
      for (auto _ : state) {
#if defined(__x86_64__)
        std::uint64_t sum = has_avx512() ? read_512(words.data(), words.size())
                                         : read_words(words.data(), words.size());
#else
        std::uint64_t sum = read_words(words.data(), words.size());
#endif
        benchmark::DoNotOptimize(sum);
      }
      state.counters[kBytes] = static_cast<double>(8 * words.size());
    });
  }
}

}  // namespace sid::bench
