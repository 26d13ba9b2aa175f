#pragma once

#include <string>

#include "sid/app/cli/arguments.hpp"

namespace sid::cli {

struct SweepArguments {
  SpecArguments experiment;
  std::string x, y;    ///< axis texts; empty: the usual ones
  std::string method;  ///< label or number from 1; empty: the usual one
  std::string quantity = "hypergradient";
  std::string out = "sidlab-sweep";  ///< a folder, or a file whose ending says what it is
  std::int64_t panel = 1;            ///< hyperparameter, from 1
  int threads = 0;
  bool dark = false;
  bool quiet = false;
  bool force = false;
};

/// `sidlab sweep`: table, heat map and how they were made.
int sweep_command(const SweepArguments& arguments);

}  // namespace sid::cli
