#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace sid::cli {

/// While it lives, Ctrl+C (SIGINT) and SIGTERM ask for a stop instead of ending the program; a
/// second one ends it at once. Must be made before other threads are started, which inherit the
/// blocked signals.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  bool stopped() const { return stop_.stop_requested(); }

 private:
  void watch(const std::stop_token& done);

  sigset_t watched_{};
  sigset_t before_{};
  std::stop_source stop_;
  std::jthread watcher_;
};

}  // namespace sid::cli
