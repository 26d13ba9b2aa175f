#include "sid/app/platform/desktop_window.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>

#define GLFW_INCLUDE_NONE
#include <GL/gl.h>
#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include "sid/app/platform/key_queue.hpp"

namespace sid::app {
namespace {

// Three frames after an event let hover, popups and automatic sizes settle.
constexpr int kFramesAfterEvent = 3;

// Below this the panels have no room.
constexpr int kNarrowest = 900, kLowest = 600;

// GLFW reports errors through a callback without a user pointer, possibly before a window exists.
std::string& last_glfw_error() {
  static std::string message;
  return message;
}

void remember_error(int /*code*/, const char* description) {
  last_glfw_error() = description == nullptr ? "" : description;
}

tl::unexpected<Error> no_window(bool display) {
  const std::string found = last_glfw_error().empty() ? "unknown reason" : last_glfw_error();
  if (!display) {
    return fail(ErrorCode::breakdown,
                "No display: " + found +
                    ". Log in with \"ssh -X\", or work without a window: \"sidlab run PRESET\" "
                    "writes figures and tables, \"sidlab shot PRESET --out FILE.png\" the "
                    "window's picture.");
  }
  return fail(ErrorCode::breakdown,
              "No window with OpenGL 3.3: " + found +
                  ". Try LIBGL_ALWAYS_SOFTWARE=1, or work without a window: \"sidlab run "
                  "PRESET\" writes figures and tables.");
}

}  // namespace

struct DesktopWindow::State {
  GLFWwindow* window = nullptr;
  KeyQueue keys;
  std::vector<std::string> dropped;
  std::atomic<std::uint64_t> published{0};
  std::uint64_t seen = 0;
  int awake = kFramesAfterEvent;
  std::int64_t frames = 0;
  bool software = false;
  bool attached = false;
  bool fullscreen = false;
  int x = 0, y = 0, width = 0, height = 0;  // before full screen

  void install_callbacks();
};

namespace {

DesktopWindow::Options sane(DesktopWindow::Options options) {
  options.width = std::clamp(options.width, kNarrowest, 16384);
  options.height = std::clamp(options.height, kLowest, 16384);
  return options;
}

}  // namespace

void DesktopWindow::State::install_callbacks() {
  glfwSetWindowUserPointer(window, this);
  static constexpr auto self = [](GLFWwindow* w) -> State& {
    auto* const state = static_cast<State*>(glfwGetWindowUserPointer(w));
    state->awake = kFramesAfterEvent;
    return *state;
  };
  // Keyboard through the queue; the other events forward to Dear ImGui at once.
  glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
    if (key >= 0) self(w).keys.push({false, key, scancode, action, mods});
  });
  glfwSetCharCallback(window, [](GLFWwindow* w, unsigned int code) {
    self(w).keys.push({true, static_cast<int>(code), 0, 0, 0});
  });
  glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int mods) {
    if (self(w).attached) ImGui_ImplGlfw_MouseButtonCallback(w, button, action, mods);
  });
  glfwSetScrollCallback(window, [](GLFWwindow* w, double dx, double dy) {
    if (self(w).attached) ImGui_ImplGlfw_ScrollCallback(w, dx, dy);
  });
  glfwSetWindowFocusCallback(window, [](GLFWwindow* w, int focused) {
    if (self(w).attached) ImGui_ImplGlfw_WindowFocusCallback(w, focused);
  });
  glfwSetCursorEnterCallback(window, [](GLFWwindow* w, int entered) {
    if (self(w).attached) ImGui_ImplGlfw_CursorEnterCallback(w, entered);
  });
  glfwSetCursorPosCallback(window, [](GLFWwindow* w, double, double) { self(w); });
  glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { self(w); });
  glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { self(w); });
  glfwSetWindowContentScaleCallback(window, [](GLFWwindow* w, float, float) { self(w); });
  glfwSetDropCallback(window, [](GLFWwindow* w, int count, const char** paths) {
    // The paths live only during this call.
    for (int i = 0; i < count; ++i) self(w).dropped.emplace_back(paths[i]);
  });
}

DesktopWindow::DesktopWindow(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<DesktopWindow>> DesktopWindow::open(const Options& wanted) {
  const Options options = sane(wanted);
  last_glfw_error().clear();
  glfwSetErrorCallback(remember_error);
  if (glfwInit() != GLFW_TRUE) return no_window(false);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "sidlab");
  glfwWindowHintString(GLFW_X11_INSTANCE_NAME, "sidlab");
  auto state = std::make_unique<State>();
  state->window =
      glfwCreateWindow(options.width, options.height, options.title.c_str(), nullptr, nullptr);
  if (state->window == nullptr) {
    auto failure = no_window(true);
    glfwTerminate();
    return failure;
  }
  glfwMakeContextCurrent(state->window);
  glfwSwapInterval(1);
  glfwSetWindowSizeLimits(state->window, kNarrowest, kLowest, GLFW_DONT_CARE, GLFW_DONT_CARE);
  if (const auto* name = reinterpret_cast<const char*>(glGetString(GL_RENDERER))) {
    state->software =
        std::strstr(name, "llvmpipe") != nullptr || std::strstr(name, "softpipe") != nullptr;
  }
  state->install_callbacks();
  return std::unique_ptr<DesktopWindow>(new DesktopWindow(std::move(state)));
}

DesktopWindow::~DesktopWindow() {
  detach_imgui();
  glfwDestroyWindow(state_->window);
  glfwTerminate();
}

bool DesktopWindow::attach_imgui() {
  if (!ImGui_ImplGlfw_InitForOpenGL(state_->window, false)) return false;
  if (!ImGui_ImplOpenGL3_Init("#version 330 core")) {
    ImGui_ImplGlfw_Shutdown();
    return false;
  }
  state_->attached = true;
  return true;
}

void DesktopWindow::detach_imgui() {
  if (!state_->attached) return;
  state_->attached = false;
  ImGui_ImplOpenGL3_Shutdown();
  ImGui_ImplGlfw_Shutdown();
}

bool DesktopWindow::wait_for_frame(double seconds) {
  State& s = *state_;
  if (s.awake > 0) {
    glfwPollEvents();
    --s.awake;
    s.seen = s.published.load();
    return glfwWindowShouldClose(s.window) == 0;
  }
  const double until = seconds >= 0.0 ? glfwGetTime() + seconds : -1.0;
  while (s.awake <= 0 && glfwWindowShouldClose(s.window) == 0) {
    const double rest = until >= 0.0 ? until - glfwGetTime() : 1.0;
    if (rest <= 0.0) s.awake = 1;
    // Does not tell an event from the time-out: hence the counter.
    if (s.awake <= 0) glfwWaitEventsTimeout(std::clamp(rest, 0.001, 1.0));
    if (s.published.load() != s.seen) s.awake = std::max(s.awake, 1);
    if (ImGui::GetIO().WantTextInput) s.awake = std::max(s.awake, 1);  // the caret blinks
  }
  s.seen = s.published.load();
  --s.awake;
  return glfwWindowShouldClose(s.window) == 0;
}

void DesktopWindow::keep_awake(int frames) {
  state_->awake = std::max(state_->awake, frames);
}

void DesktopWindow::wake() {
  glfwPostEmptyEvent();
}

void DesktopWindow::notify() {
  state_->published.fetch_add(1);
  glfwPostEmptyEvent();
}

void DesktopWindow::begin_frame() {
  State& s = *state_;
  s.keys.drain(ImGui::GetIO().WantTextInput, [&s](const KeyEvent& e) {
    if (e.character) {
      ImGui_ImplGlfw_CharCallback(s.window, static_cast<unsigned>(e.code));
    } else {
      ImGui_ImplGlfw_KeyCallback(s.window, e.code, e.scancode, e.action, e.mods);
    }
  });
  if (!s.keys.empty()) keep_awake(2);
  ImGui_ImplOpenGL3_NewFrame();
  ImGui_ImplGlfw_NewFrame();
}

void DesktopWindow::end_frame(float r, float g, float b) {
  int width = 0, height = 0;
  glfwGetFramebufferSize(state_->window, &width, &height);
  glViewport(0, 0, width, height);
  glClearColor(r, g, b, 1.0F);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  glfwSwapBuffers(state_->window);
  ++state_->frames;
}

float DesktopWindow::scale() const {
  float x = 1.0F, y = 1.0F;
  glfwGetWindowContentScale(state_->window, &x, &y);
  return std::clamp(std::max(x, y), 0.5F, 8.0F);
}

bool DesktopWindow::software_rendered() const {
  return state_->software;
}

std::vector<std::string> DesktopWindow::take_dropped() {
  return std::exchange(state_->dropped, {});
}

void DesktopWindow::request_close() {
  glfwSetWindowShouldClose(state_->window, GLFW_TRUE);
}

void DesktopWindow::toggle_fullscreen() {
  State& s = *state_;
  if (s.fullscreen) {
    glfwSetWindowMonitor(s.window, nullptr, s.x, s.y, s.width, s.height, 0);
  } else if (GLFWmonitor* const monitor = glfwGetPrimaryMonitor()) {
    glfwGetWindowPos(s.window, &s.x, &s.y);
    glfwGetWindowSize(s.window, &s.width, &s.height);
    const GLFWvidmode* const mode = glfwGetVideoMode(monitor);
    glfwSetWindowMonitor(s.window, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
  } else {
    return;
  }
  s.fullscreen = !s.fullscreen;
  keep_awake(kFramesAfterEvent);
}

std::int64_t DesktopWindow::frames() const {
  return state_->frames;
}

}  // namespace sid::app
