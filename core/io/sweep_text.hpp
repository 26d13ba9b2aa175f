#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sid/run/sweep_axis.hpp"

namespace sid {

/// An axis of a sweep as text: KEY, KEY=FROM..TO, with :COUNT and :log or :linear after it in any
/// order, for example "eta=1e-3..2:48:log" or "run.iterations=100..1000:10". KEY is one of
/// known_sweep_keys(), or any key of a spec that is a number ("problem.quadratic.condition",
/// "method[2].step.eta"); what is left out is usual_range(), `count` values, and the log scale
/// where the range spans a factor of ten or more.
/// Errors are sentences with the text as place: what is wrong, the limit, the nearest known key.
Result<SweepAxis> parse_sweep_axis(std::string_view text,
                                   const RunSpec& spec,
                                   std::size_t method,
                                   std::int64_t count);

/// The method called `text`: its label, or its number from 1.
Result<std::size_t> parse_sweep_method(const std::string& text, const RunSpec& spec);

}  // namespace sid
