#include <exception>

#include <fmt/format.h>

#include "sid/app/cli/arguments.hpp"
#include "sid/app/cli/command_line.hpp"

int main(int argc, char** argv) {
  try {
    return sid::cli::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sidlab: this is a bug in sidlab, please report it: {}\n", error.what());
    return sid::cli::kFailed;
  }
}
