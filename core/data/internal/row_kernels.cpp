#include "sid/data/internal/row_kernels.hpp"

#include <array>
#include <cstddef>

namespace sid::internal {

namespace {

struct Available {
  std::array<const RowKernels*, 3> kernels{};
  std::size_t count = 0;

  Available() {
    kernels[count++] = &kPortableKernels;
#ifdef SID_X86_KERNELS
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) kernels[count++] = &kAvx2Kernels;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
      kernels[count++] = &kAvx512Kernels;
    }
#endif
  }
};

const Available& available() {
  static const Available instance;
  return instance;
}

}  // namespace

std::span<const RowKernels* const> available_row_kernels() {
  return {available().kernels.data(), available().count};
}

const RowKernels& row_kernels() {
  static const RowKernels& fastest = *available_row_kernels().back();
  return fastest;
}

}  // namespace sid::internal
