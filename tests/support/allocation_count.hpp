#pragma once

// Counts every allocation of the process by replacing malloc, where operator new and Eigen both
// end. For test programs of their own, included by one source file. Works with the GNU C library;
// sanitizers replace malloc themselves, and there SID_COUNT_ALLOCATIONS is not defined.

#include <atomic>
#include <cstdlib>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SID_COUNT_ALLOCATIONS 1
#endif
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#undef SID_COUNT_ALLOCATIONS
#endif
#endif

#ifdef SID_COUNT_ALLOCATIONS

namespace sid::testing {
inline std::atomic<long> allocations{0};
}  // namespace sid::testing

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* malloc(std::size_t size) {
  ++sid::testing::allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  ++sid::testing::allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) {
  ++sid::testing::allocations;
  return __libc_realloc(block, size);
}
}

#endif
