#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "sid/run/run_spec.hpp"

namespace sid {

/// A method of several specs, perhaps with other settings in each.
struct MethodSlot {
  std::vector<std::optional<std::size_t>> methods;  ///< one per spec: its place there
  bool operator==(const MethodSlot&) const = default;
};

/// Methods of each spec matched with those of the specs before it: equal ones first, then equal
/// labels, then equal kinds with equal kinds of steps, then what is left in order; in each case
/// those at the same place first. So a method that was added stands alone, and the methods after it
/// are compared with themselves. Slots come in the order of the first spec that has them.
std::vector<MethodSlot> match_methods(std::span<const RunSpec> specs);

}  // namespace sid
