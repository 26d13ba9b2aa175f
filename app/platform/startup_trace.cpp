#include "sid/app/platform/startup_trace.hpp"

#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace sid::app {
namespace {

/// Age of this process from /proc, to 10 ms; 0 where there is no /proc.
double process_age_ms() {
  std::ifstream stat("/proc/self/stat"), uptime("/proc/uptime");
  std::string line;
  double up = 0.0;
  if (!std::getline(stat, line) || !(uptime >> up)) return 0.0;
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0.0;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < 19; ++i) fields >> skipped;  // fields 3 to 21
  double start_ticks = 0.0;
  if (!(fields >> start_ticks)) return 0.0;
  return 1000.0 * (up - start_ticks / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

}  // namespace

StartupTrace::StartupTrace(bool enabled)
    : enabled_(enabled),
      started_before_ms_(enabled ? process_age_ms() : 0.0),
      made_(std::chrono::steady_clock::now()) {}

double StartupTrace::since_start_ms() const {
  const std::chrono::duration<double, std::milli> here = std::chrono::steady_clock::now() - made_;
  return started_before_ms_ + here.count();
}

void StartupTrace::mark_once(const std::string& stage) {
  if (!enabled_ || !done_.insert(stage).second) return;
  std::fprintf(stderr, "startup: %-32s %6.0f ms\n", stage.c_str(), since_start_ms());
}

void StartupTrace::report_idle(std::int64_t frames) const {
  if (!enabled_) return;
  std::fprintf(stderr,
               "startup: %lld frames, %.2f s of processor time, %.1f s open\n",
               static_cast<long long>(frames),
               static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC),
               since_start_ms() / 1000.0);
}

}  // namespace sid::app
