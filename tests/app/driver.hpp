#pragma once

#include <functional>
#include <memory>
#include <string>

#include <imgui.h>

#include "sid/app/panels/workbench.hpp"
#include "sid/app/platform/imgui_context.hpp"

namespace sid::app {

/// The whole window inside the test process: no display, no graphics card. Mouse and keyboard are
/// set between frames, as a window system would; time advances by 1/60 s a frame.
class Driver {
 public:
  struct Options {
    RunSpec spec;
    std::string preset;
    float width = 1280.0F, height = 800.0F, scale = 1.0F;
    bool autorun = false;           ///< sampling starts by itself
    double theory_patience = 60.0;  ///< s; which theories come at once depends on no clock
    TheoryWorker::Evaluate evaluate = sid::app::evaluate;
  };
  explicit Driver(const Options& options);

  void frames(int count);
  /// Draws frames until `reached` says so (the test fails if it does not within five minutes, a
  /// sanitizer on a busy machine).
  void until(const std::function<bool()>& reached);
  /// Draws frames until the run of the present spec is over.
  void until_done();

  // Gestures on a widget by its registry name. Fail the test if it is not on screen.
  void click(const std::string& name);
  void double_click(const std::string& name);
  void hover(const std::string& name, float share_x = 0.5F, float share_y = 0.5F);
  void press(const std::string& name, float share_x, float share_y = 0.5F);
  void move_to(const std::string& name, float share_x, float share_y = 0.5F);
  void release();
  void wheel(const std::string& name, float steps, float share_x = 0.5F, float share_y = 0.5F);
  /// Clicks a field and replaces its text; the field stays active.
  void type_only(const std::string& name, const std::string& text);
  /// The same, committed with Enter.
  void type_into(const std::string& name, const std::string& text);
  void key(int glfw_key, bool shift = false, bool control = false);
  /// A key with Alt.
  void alt_key(int glfw_key);
  /// A character that no field takes.
  void type(char character);
  /// The pointer, `right` and `down` pixels from where it is, in one frame.
  void move_by(float right, float down);

  std::string value(const std::string& name);
  bool shown(const std::string& name) const;
  int textures_alive() const { return textures_.alive(); }
  Workbench& bench() { return *bench_; }
  const RunSpec& spec() const { return bench_->session().spec(); }

  /// A point of a widget in pixels.
  ImVec2 point(const std::string& name, float share_x = 0.5F, float share_y = 0.5F) const;

 private:
  ImGuiScope imgui_;
  Fonts fonts_;
  NullTextures textures_;
  std::unique_ptr<Workbench> bench_;
};

/// The start preset, from the source tree.
RunSpec start_spec();
RunSpec preset_spec(const std::string& name);

}  // namespace sid::app
