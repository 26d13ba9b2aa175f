#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "sid/run/snapshot.hpp"

namespace sid::cli {

/// Tells on stderr how far a run is: a bar with the time left on a terminal, a line at every tenth
/// of the way elsewhere.
class Progress {
 public:
  enum class Style { none, bar, lines };

  /// The style for stderr as it is; `quiet` asks for none.
  static Style choose(bool quiet);

  explicit Progress(Style style) : style_(style) {}
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// May be called from any thread.
  void update(const RunSnapshot& snapshot);
  /// Clears the bar.
  void finish();

 private:
  Style style_;
  std::mutex mutex_;
  bool bar_shown_ = false;
  int last_tenth_ = -1;
  std::chrono::steady_clock::time_point last_drawn_{};
};

/// "43 %, about 12 s left"; the time only where it is known.
std::string progress_text(double fraction, double seconds_left);

/// "[███████···········]" for a fraction in [0, 1].
std::string progress_bar(double fraction, int cells);

/// "8 s", "3 min 20 s", "2 h 5 min".
std::string duration_text(double seconds);

}  // namespace sid::cli
