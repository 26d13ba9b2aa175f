#include <csignal>
#include <exception>

#include <fmt/format.h>

#include "sid/app/cli/arguments.hpp"
#include "sid/app/cli/command_line.hpp"

int main(int argc, char** argv) {
  // A file that grows beyond the limit of the shell is reported like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return sid::cli::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "sidlab: this is a bug in sidlab, please report it: {}\n", error.what());
    return sid::cli::kFailed;
  }
}
