#include "sid/app/cli/stop_signal.hpp"

#include <cstdlib>

#include <pthread.h>

namespace sid::cli {

StopSignal::StopSignal() {
  sigemptyset(&watched_);
  sigaddset(&watched_, SIGINT);
  sigaddset(&watched_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &watched_, &before_);
  watcher_ = std::jthread([this](const std::stop_token& done) { watch(done); });
}

StopSignal::~StopSignal() {
  watcher_.request_stop();
  watcher_.join();
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopSignal::watch(const std::stop_token& done) {
  constexpr timespec kPatience{0, 20'000'000};  // how long the destructor may wait
  while (!done.stop_requested()) {
    const int received = sigtimedwait(&watched_, nullptr, &kPatience);
    if (received <= 0) continue;
    if (stop_.stop_requested()) std::_Exit(128 + received);
    stop_.request_stop();
  }
}

}  // namespace sid::cli
