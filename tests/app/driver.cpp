#include "app/driver.hpp"

#include <chrono>
#include <thread>

#include <GLFW/glfw3.h>
#include <gtest/gtest.h>

#include "sid/io/spec_file.hpp"

namespace sid::app {

RunSpec preset_spec(const std::string& name) {
  const auto document =
      load_spec(std::string(SID_SOURCE_DIR) + "/assets/presets/" + name + ".toml");
  if (!document) {
    ADD_FAILURE() << to_string(document.error().front());
    return {};
  }
  return document->spec;
}

RunSpec start_spec() {
  return preset_spec("start");
}

Driver::Driver(const Options& options) {
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {options.width * options.scale, options.height * options.scale};
  io.DeltaTime = 1.0F / 60.0F;
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  io.MousePos = {-1.0F, -1.0F};
  fonts_ = build_fonts(options.scale);
  io.Fonts->SetTexID(reinterpret_cast<ImTextureID>(std::intptr_t{1}));
  Workbench::Options setup;
  setup.spec = options.spec;
  setup.preset = options.preset;
  setup.session.threads = 2;
  setup.session.autorun = options.autorun;
  setup.session.theory_patience = options.theory_patience;
  setup.session.evaluate = options.evaluate;
  bench_ = std::make_unique<Workbench>(std::move(setup), fonts_, textures_);
  frames(3);
}

void Driver::frames(int count) {
  for (int i = 0; i < count; ++i) {
    ImGui::NewFrame();
    bench_->frame();
    ImGui::Render();
    EXPECT_EQ(bench_->registry().collision(), "");
    ImGui::GetIO().MouseWheel = ImGui::GetIO().MouseWheelH = 0.0F;
  }
}

void Driver::until(const std::function<bool()>& reached) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  while (!reached() && std::chrono::steady_clock::now() < deadline) {
    frames(1);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_TRUE(reached());
}

void Driver::until_done() {
  until([this] { return bench_->settled(); });
  frames(2);
}

ImVec2 Driver::point(const std::string& name, float share_x, float share_y) const {
  const WidgetRecord* const widget = bench_->registry().find(name);
  if (widget == nullptr) {
    ADD_FAILURE() << "no widget '" << name << "' on this frame";
    return {-1.0F, -1.0F};
  }
  EXPECT_TRUE(widget->visible) << "'" << name << "' is scrolled out of sight";
  return {widget->min.x + share_x * (widget->max.x - widget->min.x),
          widget->min.y + share_y * (widget->max.y - widget->min.y)};
}

void Driver::hover(const std::string& name, float share_x, float share_y) {
  ImGui::GetIO().MousePos = point(name, share_x, share_y);
  frames(2);
}

void Driver::press(const std::string& name, float share_x, float share_y) {
  hover(name, share_x, share_y);
  ImGui::GetIO().MouseDown[0] = true;
  frames(1);
}

void Driver::move_to(const std::string& name, float share_x, float share_y) {
  ImGui::GetIO().MousePos = point(name, share_x, share_y);
  frames(1);
}

void Driver::release() {
  ImGui::GetIO().MouseDown[0] = false;
  frames(2);
}

void Driver::click(const std::string& name) {
  press(name, 0.5F);
  release();
}

void Driver::double_click(const std::string& name) {
  click(name);
  ImGui::GetIO().MouseDown[0] = true;
  frames(1);
  release();
}

void Driver::wheel(const std::string& name, float steps, float share_x, float share_y) {
  hover(name, share_x, share_y);
  ImGui::GetIO().MouseWheel = steps;
  frames(1);
  frames(1);
}

void Driver::key(int glfw_key, bool shift, bool control) {
  ImGuiIO& io = ImGui::GetIO();
  io.KeyShift = shift;
  io.KeyCtrl = control;
  io.KeysDown[glfw_key] = true;
  frames(1);
  io.KeysDown[glfw_key] = false;
  io.KeyShift = io.KeyCtrl = false;
  frames(1);
}

void Driver::alt_key(int glfw_key) {
  ImGui::GetIO().KeyAlt = true;
  key(glfw_key);
  ImGui::GetIO().KeyAlt = false;
}

void Driver::type(char character) {
  ImGui::GetIO().AddInputCharacter(static_cast<unsigned char>(character));
  frames(2);
}

void Driver::move_by(float right, float down) {
  ImVec2& at = ImGui::GetIO().MousePos;
  at = {at.x + right, at.y + down};
  frames(1);
}

void Driver::type_only(const std::string& name, const std::string& text) {
  click(name);
  key(GLFW_KEY_A, false, true);
  ImGui::GetIO().AddInputCharactersUTF8(text.c_str());
  frames(2);
}

void Driver::type_into(const std::string& name, const std::string& text) {
  type_only(name, text);
  key(GLFW_KEY_ENTER);
  frames(1);
}

std::string Driver::value(const std::string& name) {
  const WidgetRecord* const widget = bench_->registry().find(name);
  if (widget == nullptr) {
    ADD_FAILURE() << "no widget '" << name << "' on this frame";
    return "";
  }
  return widget->value;
}

bool Driver::shown(const std::string& name) const {
  return bench_->registry().find(name) != nullptr;
}

}  // namespace sid::app
