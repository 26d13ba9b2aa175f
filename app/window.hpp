#pragma once

#include <optional>
#include <string>

#include "sid/app/state/app_state.hpp"
#include "sid/math/result.hpp"
#include "sid/run/run_spec.hpp"

namespace sid::app {

/// Which layout and look to begin with; texts as on the command line.
struct Look {
  std::string theme = "dark";      ///< dark | light
  std::string layout = "explore";  ///< explore | theory | compare | present
  bool map = false;                ///< with the heat map open
};
/// Error naming the known words if a word is not one.
Result<void> check_look(const Look& look);

struct WindowOptions {
  RunSpec spec;
  std::string preset;  ///< its name, if `spec` is one; shown in the preset list
  Look look;
  Pins pins = {};  ///< runs to compare with
  CompareLook compare = {};
  int width = 1280, height = 800;     ///< logical pixels
  int threads = 0;                    ///< of the runner; 0: all processors
  bool startup_trace = false;         ///< stages of the start on stderr
  std::string ui_dump;                ///< file that is rewritten with every frame's widgets (JSON)
  std::optional<double> close_after;  ///< seconds; for measurements
};

/// Opens the window and returns when it is closed: 0, or 3 after one sentence on stderr if there is
/// no display or no OpenGL 3.3.
int run_window(const WindowOptions& options);

struct ShotOptions {
  RunSpec spec;
  std::string preset;
  std::string out;  ///< PNG file
  Look look;
  Pins pins = {};  ///< runs to compare with
  CompareLook compare = {};
  int width = 1280, height = 800;  ///< logical pixels
  double scale = 1.0;              ///< device pixels in a logical one, in [0.5, 4]
  int threads = 0;
  /// Seconds to let the run go on; negative: until it is done.
  double after_seconds = -1.0;
};

/// Draws the window offscreen (EGL, no display needed) and writes its picture. The error says what
/// is missing or wrong.
Result<void> take_shot(const ShotOptions& options);

}  // namespace sid::app
