#include "sid/data/internal/power_law.hpp"

#include <limits>

#include "sid/math/contract.hpp"

namespace sid::internal {

PowerLaw::PowerLaw(Index size) : slots_(static_cast<std::size_t>(size)) {
  SID_EXPECTS(size >= 1 && size <= std::numeric_limits<std::int32_t>::max(),
              "a law of 1 to 2^31-1 numbers");
  // From the small end, so that little is lost to rounding.
  for (Index c = size; c >= 1; --c) total_ += 1.0 / static_cast<double>(c);
  // Slot c holds size * p_c of its own; falling in c, so what is above 1 comes first. `giver` is
  // the first number that still has more than its slot holds.
  std::vector<double> left(slots_.size());
  for (std::size_t c = 0; c < left.size(); ++c) {
    left[c] = static_cast<double>(size) / (static_cast<double>(c + 1) * total_);
  }
  constexpr double kUnit = 0x1p32;
  const auto fill = [&](std::size_t slot, std::size_t other) {
    const double own = left[slot] * kUnit;
    slots_[slot] = {own >= kUnit - 1.0 ? std::numeric_limits<std::uint32_t>::max()
                                       : static_cast<std::uint32_t>(own),
                    static_cast<std::int32_t>(other)};
  };
  std::size_t giver = 0;
  for (std::size_t small = left.size(); small-- > giver;) {
    // A giver that falls below one is filled up in turn, by the next.
    fill(small, giver);
    left[giver] -= 1.0 - left[small];
    while (giver + 1 < small && left[giver] < 1.0) {
      fill(giver, giver + 1);
      left[giver + 1] -= 1.0 - left[giver];
      ++giver;
    }
  }
}

}  // namespace sid::internal
