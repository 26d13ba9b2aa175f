#pragma once

#include <string>
#include <vector>

#include "sid/app/cli/arguments.hpp"
#include "sid/run/experiment.hpp"

namespace sid::cli {

struct RunArguments {
  SpecArguments experiment;
  std::string out = "sidlab-out";
  std::string shard;  ///< "2/4", or empty
  int threads = 0;
  bool quiet = false;
  bool force = false;
};

/// `sidlab run`: tables and figures into a folder, a short table on stdout.
int run_command(const RunArguments& arguments);

/// "2/4" -> index 1 of 4.
Result<Shard> parse_shard(const std::string& text);

}  // namespace sid::cli
