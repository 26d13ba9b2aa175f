#include "bench/child.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sid/math/numbers.hpp"

namespace sid::bench {
namespace {

/// The environment with `added` before it: of two equal names the first counts.
std::vector<char*> environment(const std::vector<std::string>& added) {
  std::vector<char*> out;
  out.reserve(added.size());
  for (const std::string& variable : added) out.push_back(const_cast<char*>(variable.c_str()));
  for (char** at = environ; *at != nullptr; ++at) {
    bool replaced = false;
    for (const std::string& variable : added) {
      const std::size_t name = variable.find('=') + 1;
      replaced = replaced || std::strncmp(*at, variable.c_str(), name) == 0;
    }
    if (!replaced) out.push_back(*at);
  }
  out.push_back(nullptr);
  return out;
}

std::string read_all(int descriptor) {
  std::string out;
  std::array<char, 4096> buffer;
  for (ssize_t n = 0; (n = ::read(descriptor, buffer.data(), buffer.size())) > 0;) {
    out.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return out;
}

}  // namespace

Result<Answers> ask(const std::vector<std::string>& command,
                    const std::vector<std::string>& variables) {
  int ends[2];
  if (::pipe(ends) != 0) return fail(ErrorCode::io_failure, "No pipe could be made.");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  std::vector<char*> variables_of_child = environment(variables);
  pid_t child = 0;
  const int error = ::posix_spawnp(
      &child, arguments[0], &actions, nullptr, arguments.data(), variables_of_child.data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error != 0) {
    ::close(ends[0]);
    return fail(ErrorCode::not_found, command[0] + ": " + std::strerror(error));
  }
  const std::string said = read_all(ends[0]);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  Answers answers;
  std::string last = command[0] + " failed";
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    last = line;
    const std::size_t space = line.rfind(' ');
    if (space == std::string::npos) continue;
    if (const auto value = parse_double(line.substr(space + 1))) {
      answers.emplace_back(line.substr(0, space), *value);
    }
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return fail(ErrorCode::breakdown, last);
  return answers;
}

std::string own_path() {
  std::array<char, 4096> path{};
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  return {path.data(), static_cast<std::size_t>(std::max<ssize_t>(length, 0))};
}

double peak_memory() {
  // Not getrusage: what it says of a new program includes the program that started it.
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    double kilobytes = 0.0;
    if (std::sscanf(line.c_str(), "VmHWM: %lf", &kilobytes) == 1) return 1024.0 * kilobytes;
  }
  return 0.0;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double answer(const Answers& answers, const std::string& name) {
  for (const auto& [known, value] : answers) {
    if (known == name) return value;
  }
  return 0.0;
}

}  // namespace sid::bench
