#pragma once

#include <stdexcept>
#include <string>

namespace sid {

/// A caller broke a documented precondition. This is a bug in the calling code, never bad user
/// input: user input is validated and reported as values before any computation starts.
class ContractViolation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

namespace internal {
[[noreturn]] void fail_contract(const char* condition,
                                const char* sentence,
                                const char* file,
                                int line);
}  // namespace internal

}  // namespace sid

/// O(1) precondition at a module's boundary; always on. Throws ContractViolation.
#define SID_EXPECTS(condition, sentence)                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      ::sid::internal::fail_contract(#condition, sentence, __FILE__, __LINE__); \
    }                                                                           \
  } while (false)

/// Costly internal check; on only where SID_DEVELOPMENT_CHECKS is set.
#ifdef SID_DEVELOPMENT_CHECKS
#define SID_CHECK(condition, sentence) SID_EXPECTS(condition, sentence)
#else
#define SID_CHECK(condition, sentence) \
  do {                                 \
  } while (false)
#endif
