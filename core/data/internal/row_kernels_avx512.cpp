#include <cstdint>

#include <immintrin.h>

#include "sid/data/internal/row_kernels.hpp"

namespace sid::internal {

namespace {

// Masked forms with all lanes set: GCC 12 warns of uninitialised values inside the plain ones.
constexpr __mmask8 kAllLanes = 0xff;

constexpr std::int64_t kNativeWidth = 8;
constexpr std::int64_t kParts = 1;
constexpr std::int64_t kDotRows = 4;
constexpr std::int64_t kAddVectors = 8;
constexpr std::int64_t kGramRows = 8;
constexpr std::int64_t kGramVectors = 2;
constexpr std::int64_t kBlockDotRows = 4;
constexpr std::int64_t kBlockAddEntries = 8;

using Native __attribute__((vector_size(64))) = double;
using UnalignedNative __attribute__((vector_size(64), aligned(8), may_alias)) = double;

struct Lanes {
  Native part[kParts];
};

inline __attribute__((always_inline)) Lanes load(const double* p) {
  return {{_mm512_loadu_pd(p)}};
}

inline __attribute__((always_inline)) Lanes load(const float* p) {
  return {{_mm512_maskz_cvtps_pd(kAllLanes, _mm256_loadu_ps(p))}};
}

inline __attribute__((always_inline)) Lanes load(const std::uint8_t* p) {
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
  return {{_mm512_maskz_cvtepi64_pd(kAllLanes, _mm512_maskz_cvtepu8_epi64(kAllLanes, bytes))}};
}

inline __attribute__((always_inline)) Lanes gather(const double* p, const std::int32_t* index) {
  const __m256i indices = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(index));
  return {{_mm512_mask_i32gather_pd(_mm512_setzero_pd(), kAllLanes, indices, p, 8)}};
}

#include "sid/data/internal/row_kernels_body.hpp"

}  // namespace

const RowKernels kAvx512Kernels = SID_ROW_KERNELS("avx512");

}  // namespace sid::internal
