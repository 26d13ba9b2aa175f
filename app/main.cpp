#include <csignal>
#include <exception>
#include <string>

#include <fcntl.h>

#include "sid/app/cli/arguments.hpp"
#include "sid/app/cli/command_line.hpp"

namespace {

/// A standard stream that the caller closed would give its number to the next file that is opened,
/// and messages would end up among results. Opened the other way round, using it fails as before.
void occupy_closed_streams() {
  for (int stream = 0; stream <= 2; ++stream) {
    if (::fcntl(stream, F_GETFD) >= 0) continue;
    if (::open("/dev/null", stream == 0 ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  occupy_closed_streams();
  // A file that grows beyond the limit of the shell is reported like a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return sid::cli::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    sid::cli::say(std::string("this is a bug in sidlab, please report it: ") + error.what());
    return sid::cli::kFailed;
  }
}
