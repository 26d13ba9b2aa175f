#pragma once

#include <cstdio>
#include <cstdlib>

namespace sid::test {

/// Ends the program, as a fuzzer expects, if a property that holds for every input does not.
inline void require(bool condition, const char* sentence) {
  if (condition) return;
  std::fprintf(stderr, "Property violated: %s\n", sentence);
  std::abort();
}

}  // namespace sid::test
