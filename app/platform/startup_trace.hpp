#pragma once

#include <chrono>
#include <cstdint>
#include <set>
#include <string>

namespace sid::app {

/// Prints the stages of the start to stderr, in milliseconds since the process began (as the
/// kernel counts it, so that loading the program is included).
class StartupTrace {
 public:
  explicit StartupTrace(bool enabled);
  /// Prints "stage: ms" the first time it is called with this stage.
  void mark_once(const std::string& stage);
  /// Prints how many frames were drawn and how much processor time was used in all.
  void report_idle(std::int64_t frames) const;

 private:
  double since_start_ms() const;
  bool enabled_;
  double started_before_ms_ = 0.0;  // age of the process when this was made
  std::chrono::steady_clock::time_point made_;
  std::set<std::string> done_;
};

}  // namespace sid::app
