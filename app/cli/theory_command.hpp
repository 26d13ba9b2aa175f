#pragma once

#include <cstdint>
#include <optional>

#include "sid/app/cli/arguments.hpp"

namespace sid::cli {

struct TheoryArguments {
  SpecArguments experiment;
  bool json = false;
  /// The checkpoint to speak of: the last with at most so many lower-level steps. Default: the
  /// last.
  std::optional<std::int64_t> at;
};

/// `sidlab theory`: everything known without a run, on stdout. Where the experiment is named by the
/// folder of its results, bounds are compared with the errors measured there.
int theory_command(const TheoryArguments& arguments);

}  // namespace sid::cli
