#include "sid/problem/block_sizes.hpp"

#include <cstddef>
#include <mutex>

#include <Eigen/Core>

namespace sid {

void fix_block_sizes() {
  static std::once_flag once;
  std::call_once(once, [] {
    constexpr std::ptrdiff_t kKilobyte = 1024;
    Eigen::setCpuCacheSizes(32 * kKilobyte, 512 * kKilobyte, 4096 * kKilobyte);
  });
}

}  // namespace sid
