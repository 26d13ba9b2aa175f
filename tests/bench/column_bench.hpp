#pragma once

#include <memory>

#include "bench/kernel_setting.hpp"

namespace sid::bench {

/// A stochastic step of w and of v for 1, 4, 8, 16 and 32 configurations that share the rows of
/// their minibatch (MinibatchBlock), for 8-bit and for float rows; times are of one configuration.
void add_columns(Table& table, const std::shared_ptr<const KernelSetting>& setting);

}  // namespace sid::bench
