#include <cstdint>

#include <immintrin.h>

#include "sid/data/internal/row_kernels.hpp"

namespace sid::internal {

namespace {

constexpr std::int64_t kNativeWidth = 4;
constexpr std::int64_t kParts = 2;
constexpr std::int64_t kDotRows = 4;
constexpr std::int64_t kAddVectors = 4;
constexpr std::int64_t kGramRows = 4;
constexpr std::int64_t kGramVectors = 1;
constexpr std::int64_t kBlockDotRows = 1;
constexpr std::int64_t kBlockAddEntries = 4;

using Native __attribute__((vector_size(32))) = double;
using UnalignedNative __attribute__((vector_size(32), aligned(8), may_alias)) = double;

struct Lanes {
  Native part[kParts];
};

inline __attribute__((always_inline)) Lanes load(const double* p) {
  return {{_mm256_loadu_pd(p), _mm256_loadu_pd(p + 4)}};
}

inline __attribute__((always_inline)) Lanes load(const float* p) {
  return {{_mm256_cvtps_pd(_mm_loadu_ps(p)), _mm256_cvtps_pd(_mm_loadu_ps(p + 4))}};
}

inline __attribute__((always_inline)) Lanes load(const std::uint8_t* p) {
  const __m256i words = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
  return {{_mm256_cvtepi32_pd(_mm256_castsi256_si128(words)),
           _mm256_cvtepi32_pd(_mm256_extracti128_si256(words, 1))}};
}

inline __attribute__((always_inline)) Lanes gather(const double* p, const std::int32_t* index) {
  return {{Native{p[index[0]], p[index[1]], p[index[2]], p[index[3]]},
           Native{p[index[4]], p[index[5]], p[index[6]], p[index[7]]}}};
}

#include "sid/data/internal/row_kernels_body.hpp"

}  // namespace

const RowKernels kAvx2Kernels = SID_ROW_KERNELS("avx2");

}  // namespace sid::internal
