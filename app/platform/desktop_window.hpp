#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sid/math/result.hpp"

namespace sid::app {

/// The window of the desktop: GLFW and an OpenGL 3.3 context, events in, frames out. Sleeps while
/// nothing happens. One at a time.
class DesktopWindow {
 public:
  struct Options {
    int width = 1280, height = 800;  ///< logical pixels
    std::string title = "SID Lab";
  };

  /// Fails with one sentence: what was found, and the ways out.
  static Result<std::unique_ptr<DesktopWindow>> open(const Options& options);
  ~DesktopWindow();
  DesktopWindow(const DesktopWindow&) = delete;
  DesktopWindow& operator=(const DesktopWindow&) = delete;

  /// Connects the window to the current Dear ImGui context. False if OpenGL cannot be loaded.
  bool attach_imgui();
  void detach_imgui();

  /// Sleeps until there is a reason to draw, at most `seconds` if that is not negative. Returns
  /// false when the window is to close.
  bool wait_for_frame(double seconds = -1.0);
  /// Asks for `frames` more frames. Main thread.
  void keep_awake(int frames);
  /// Ends the sleep. Any thread.
  static void wake();
  /// Something new to show was published by a worker. Any thread; also wakes.
  void notify();

  void begin_frame();                         ///< before ImGui::NewFrame
  void end_frame(float r, float g, float b);  ///< after ImGui::Render: draws and shows

  float scale() const;                      ///< content scale, 1 on an ordinary display
  bool software_rendered() const;           ///< llvmpipe, softpipe
  std::vector<std::string> take_dropped();  ///< files dropped since the last call
  void request_close();
  void toggle_fullscreen();
  std::int64_t frames() const;

 private:
  struct State;
  explicit DesktopWindow(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sid::app
