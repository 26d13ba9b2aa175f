#pragma once

namespace sid::cli {

/// The whole program: reads the command line, does what it says, returns the exit code (0 fine,
/// 1 the run failed, diverged or was stopped, 2 wrong use or bad input).
int run_command_line(int argc, const char* const* argv);

}  // namespace sid::cli
