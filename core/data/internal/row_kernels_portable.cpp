#include <cstdint>

#include "sid/data/internal/row_kernels.hpp"

#ifdef SID_X86_KERNELS
#include <emmintrin.h>
#endif

namespace sid::internal {

namespace {

// Pairs of doubles: the vectors that every processor with 64-bit x86 or ARM has.
constexpr std::int64_t kNativeWidth = 2;
constexpr std::int64_t kParts = 4;
constexpr std::int64_t kDotRows = 2;
constexpr std::int64_t kAddVectors = 2;
constexpr std::int64_t kGramRows = 2;
constexpr std::int64_t kGramVectors = 1;
constexpr std::int64_t kBlockDotRows = 1;
constexpr std::int64_t kBlockAddEntries = 4;

using Native __attribute__((vector_size(16))) = double;
using UnalignedNative __attribute__((vector_size(16), aligned(8), may_alias)) = double;

struct Lanes {
  Native part[kParts];
};

inline __attribute__((always_inline)) Lanes load(const double* p) {
  Lanes lanes;
  for (std::int64_t i = 0; i < kParts; ++i) {
    lanes.part[i] = *reinterpret_cast<const UnalignedNative*>(p + i * kNativeWidth);
  }
  return lanes;
}

inline __attribute__((always_inline)) Lanes load(const float* p) {
  Lanes lanes;
  for (std::int64_t i = 0; i < kParts; ++i) {
    lanes.part[i] = Native{static_cast<double>(p[2 * i]), static_cast<double>(p[2 * i + 1])};
  }
  return lanes;
}

inline __attribute__((always_inline)) Lanes load(const std::uint8_t* p) {
  Lanes lanes;
#ifdef SID_X86_KERNELS
  const __m128i none = _mm_setzero_si128();
  const __m128i words =
      _mm_unpacklo_epi8(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)), none);
  const __m128i low = _mm_unpacklo_epi16(words, none);
  const __m128i high = _mm_unpackhi_epi16(words, none);
  lanes.part[0] = _mm_cvtepi32_pd(low);
  lanes.part[1] = _mm_cvtepi32_pd(_mm_shuffle_epi32(low, 0xee));
  lanes.part[2] = _mm_cvtepi32_pd(high);
  lanes.part[3] = _mm_cvtepi32_pd(_mm_shuffle_epi32(high, 0xee));
#else
  for (std::int64_t i = 0; i < kParts; ++i) {
    lanes.part[i] = Native{static_cast<double>(p[2 * i]), static_cast<double>(p[2 * i + 1])};
  }
#endif
  return lanes;
}

inline __attribute__((always_inline)) Lanes gather(const double* p, const std::int32_t* index) {
  Lanes lanes;
  for (std::int64_t i = 0; i < kParts; ++i)
    lanes.part[i] = Native{p[index[2 * i]], p[index[2 * i + 1]]};
  return lanes;
}

#include "sid/data/internal/row_kernels_body.hpp"

}  // namespace

const RowKernels kPortableKernels = SID_ROW_KERNELS("portable");

}  // namespace sid::internal
