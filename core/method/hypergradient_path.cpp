#include "sid/method/hypergradient_path.hpp"

#include "sid/math/contract.hpp"

namespace sid {

bool overflowed(const ConstVectorRef& x) {
  // The square of the limit is representable; the negation catches NaN.
  return !(x.squaredNorm() <= kDivergenceNorm * kDivergenceNorm);
}

PathStatus HypergradientPath::repeat(std::uint32_t /*repetition*/,
                                     const std::stop_token& /*stop*/) {
  throw ContractViolation("the estimate of this method cannot be drawn again, see can_repeat()");
}

}  // namespace sid
