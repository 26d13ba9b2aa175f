#pragma once

#include <string>

namespace sid::cli {

/// `sidlab data`: what a data file or folder holds, or what is wrong with it and where.
int data_command(const std::string& path);

/// `sidlab presets`: name and one line about each.
int presets_command();

/// `sidlab --version`.
int version_command();

}  // namespace sid::cli
