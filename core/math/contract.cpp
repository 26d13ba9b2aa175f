#include "sid/math/contract.hpp"

#include <fmt/format.h>

namespace sid::internal {

void fail_contract(const char* condition, const char* sentence, const char* file, int line) {
  throw ContractViolation(fmt::format("{} (expected {}; {}:{})", sentence, condition, file, line));
}

}  // namespace sid::internal
