#include "cli/program.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill() is of POSIX
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>  // NOLINT(modernize-deprecated-headers): so is clock_gettime()
#include <unistd.h>

extern char** environ;

namespace sid::test {

namespace {

std::vector<std::string> child_environment(const Start& start) {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (text.starts_with("DISPLAY=") || text.starts_with("WAYLAND_DISPLAY=") ||
        text.starts_with("SIDLAB_")) {
      continue;
    }
    out.push_back(text);
  }
  out.push_back(std::string("SIDLAB_ASSETS=") + SID_SOURCE_DIR + "/assets");
  out.insert(out.end(), start.environment.begin(), start.environment.end());
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

[[noreturn]] void become_sidlab(const std::vector<std::string>& arguments,
                                const Start& start,
                                int out,
                                int err) {
  std::vector<std::string> words = {SIDLAB_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = child_environment(start);
  if (!start.output.empty()) out = ::open(start.output.c_str(), O_WRONLY);
  if (!start.errors.empty()) err = ::open(start.errors.c_str(), O_WRONLY);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (out < 0 || err < 0 || nothing < 0 || ::chdir(start.folder.c_str()) != 0 ||
      ::dup2(nothing, 0) < 0 || ::dup2(out, 1) < 0 || ::dup2(err, 2) < 0) {
    ::_exit(126);
  }
  const auto bytes = static_cast<rlim_t>(start.file_size_limit);
  const rlimit limit{bytes, bytes};
  if (bytes > 0 && ::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(126);
  for (const int stream : start.closed) ::close(stream);
  ::execve(SIDLAB_PROGRAM, pointers(words).data(), pointers(variables).data());
  ::_exit(127);
}

double now() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Collects both streams until the program closes them, sending the signal on the way.
void collect(pid_t child, int out, int err, const Start& start, Outcome& outcome) {
  const double begin = now();
  bool pending = start.signal != 0;
  pollfd streams[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  std::string* texts[2] = {&outcome.out, &outcome.err};
  int open_streams = 2;
  while (open_streams > 0) {
    ::poll(streams, 2, pending ? 10 : 1000);
    const bool said = outcome.err.find(start.signal_on) != std::string::npos;
    if (pending && said && now() - begin >= start.signal_after) {
      ::kill(child, start.signal);
      pending = false;
    }
    for (int i = 0; i < 2; ++i) {
      if (streams[i].fd < 0 || streams[i].revents == 0) continue;
      char buffer[4096];
      const ssize_t got = ::read(streams[i].fd, buffer, sizeof buffer);
      if (got > 0) {
        texts[i]->append(buffer, static_cast<std::size_t>(got));
      } else {
        streams[i].fd = -1;
        --open_streams;
      }
    }
  }
}

}  // namespace

Outcome run_sidlab(const std::vector<std::string>& arguments, const Start& start) {
  int out[2], err[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) become_sidlab(arguments, start, out[1], err[1]);
  ::close(out[1]);
  ::close(err[1]);
  Outcome outcome;
  collect(child, out[0], err[0], start, outcome);
  ::close(out[0]);
  ::close(err[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

std::vector<std::string> words(std::vector<std::string> first,
                               const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

}  // namespace sid::test
