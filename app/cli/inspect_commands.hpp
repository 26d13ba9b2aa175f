#pragma once

#include <string>

#include "sid/app/cli/arguments.hpp"

namespace sid::cli {

struct TheoryArguments {
  SpecArguments experiment;
  bool json = false;
};

/// `sidlab theory`: constants, assumption checks and bounds on stdout; no sampling.
int theory_command(const TheoryArguments& arguments);

/// `sidlab data`: what a data file or folder holds, or what is wrong with it and where.
int data_command(const std::string& path);

/// `sidlab presets`: name and one line about each.
int presets_command();

/// `sidlab --version`.
int version_command();

}  // namespace sid::cli
