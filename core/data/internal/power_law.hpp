#pragma once

#include <cstdint>
#include <vector>

#include "sid/math/types.hpp"
#include "sid/random/stream.hpp"

namespace sid::internal {

/// Draws c = 0 .. size-1 with probability 1/((c + 1) total), total = sum_c 1/(c + 1), in constant
/// time: Walker's alias method with Vose's table (A. J. Walker, ACM TOMS 3, 1977; M. D. Vose, IEEE
/// Trans. Software Eng. 17, 1991). Probabilities are off by at most 2^-32/size and rounding. Only
/// additions, multiplications and divisions: the same table on every machine. 8 bytes an entry.
class PowerLaw {
 public:
  explicit PowerLaw(Index size);  ///< 1 <= size <= 2^31-1

  double total() const { return total_; }
  std::int32_t draw(Stream& stream) const {  ///< three words
    const auto slot = static_cast<std::size_t>(stream.index_below(slots_.size()));
    const Slot& at = slots_[slot];
    return stream.next_u32() < at.own ? static_cast<std::int32_t>(slot) : at.other;
  }

 private:
  struct Slot {
    std::uint32_t own = 0;   ///< in 2^-32: how often the slot gives its own number
    std::int32_t other = 0;  ///< what it gives else
  };
  double total_ = 0.0;
  std::vector<Slot> slots_;
};

}  // namespace sid::internal
