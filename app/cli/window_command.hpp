#pragma once

#include <optional>
#include <string>

#include "sid/app/cli/arguments.hpp"
#include "sid/app/cli/compare_command.hpp"

namespace sid::cli {

struct WindowArguments {
  SpecArguments experiment;
  std::string theme = "dark", layout = "explore";
  CompareArguments compare;
  bool map = false;  ///< with the heat map open
  std::string size = "1280x800";
  int threads = 0;
  bool startup_trace = false;
  std::string ui_dump;
  std::optional<double> close_after;
};

/// `sidlab [SPEC]`: the window. Where there is no display it says so and runs SPEC without one,
/// into ./sidlab-out, which it may overwrite if it wrote it itself.
int window_command(const WindowArguments& arguments);

struct ShotArguments {
  SpecArguments experiment;
  std::string out;
  std::string theme = "dark", layout = "explore";
  CompareArguments compare;
  bool map = false;  ///< with the heat map open
  std::string size = "1280x800";
  double scale = 1.0;
  std::string after = "done";  ///< seconds, or "done"
  int threads = 0;
};

/// `sidlab shot`: the window's picture, drawn offscreen.
int shot_command(const ShotArguments& arguments);

struct PixelSize {
  int width = 0, height = 0;
};
/// "1280x800", both within [320, 8192].
Result<PixelSize> parse_size(const std::string& text);

}  // namespace sid::cli
