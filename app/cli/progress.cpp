#include "sid/app/cli/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

#include "sid/app/cli/arguments.hpp"

namespace sid::cli {

namespace {

constexpr int kCells = 24;
constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr const char* kClearLine = "\r\033[K";

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(std::ceil(std::max(0.0, std::min(seconds, 1e9))));
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::string progress_text(double fraction, double seconds_left) {
  std::string out = fmt::format("{} %", static_cast<int>(100.0 * fraction));
  if (seconds_left >= 0.0) out += ", about " + duration_text(seconds_left) + " left";
  return out;
}

std::string progress_bar(double fraction, int cells) {
  const auto full = static_cast<int>(std::clamp(fraction, 0.0, 1.0) * cells);
  std::string out = "[";
  for (int i = 0; i < cells; ++i) out += i < full ? "█" : "·";
  return out + "]";
}

Progress::Style Progress::choose(bool quiet) {
  if (quiet) return Style::none;
  return ::isatty(STDERR_FILENO) != 0 ? Style::bar : Style::lines;
}

void Progress::update(const RunSnapshot& snapshot) {
  if (style_ == Style::none || snapshot.done()) return;
  const std::scoped_lock lock(mutex_);
  const std::string what = snapshot.status == RunStatus::preparing
                               ? snapshot.message
                               : progress_text(snapshot.progress, snapshot.eta_seconds);
  if (style_ == Style::lines) {
    const int tenth = snapshot.status == RunStatus::preparing
                          ? -1
                          : static_cast<int>(10.0 * std::clamp(snapshot.progress, 0.0, 1.0));
    if (tenth <= last_tenth_) return;
    last_tenth_ = tenth;
    say(what);
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (bar_shown_ && now - last_drawn_ < kRedraw) return;
  last_drawn_ = now;
  bar_shown_ = true;
  const std::string bar =
      fmt::format("{}{} {}", kClearLine, progress_bar(snapshot.progress, kCells), what);
  std::fputs(bar.c_str(), stderr);
}

void Progress::finish() {
  const std::scoped_lock lock(mutex_);
  if (bar_shown_) std::fputs(kClearLine, stderr);
  bar_shown_ = false;
}

}  // namespace sid::cli
