#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <backends/imgui_impl_opengl3.h>
#include <gtest/gtest.h>

#include "sid/app/platform/imgui_context.hpp"
#include "sid/app/platform/offscreen.hpp"

#include "app/driver.hpp"

namespace sid::app {
namespace {

constexpr const char* kEta = "handle/lower/method[2].step.eta";
constexpr const char* kBudget = "handle/mse/run.iterations";

/// The window drawn offscreen, with a pointer. Pictures are written to the folder that the variable
/// SIDLAB_TEST_PICTURES names, to be looked at.
class Easel {
 public:
  struct Look {
    Appearance appearance = Appearance::dark;
    float scale = 1.0F;
  };

  static std::unique_ptr<Easel> make(const RunSpec& spec, const Look& look) {
    const int width = static_cast<int>(1280.0F * look.scale);
    const int height = static_cast<int>(800.0F * look.scale);
    auto target = Offscreen::create(width, height);
    if (!target) return nullptr;
    return std::unique_ptr<Easel>(new Easel(std::move(*target), width, height, spec, look));
  }
  ~Easel() {
    bench_.reset();
    ImGui_ImplOpenGL3_Shutdown();
  }
  Easel(const Easel&) = delete;
  Easel& operator=(const Easel&) = delete;

  void frames(int count) {
    for (int i = 0; i < count; ++i) frame();
  }
  void until_done() {
    while (!bench_->settled()) frame();
    frames(3);
  }
  ImVec2 middle(const std::string& name) const {
    const WidgetRecord* const widget = bench_->registry().find(name);
    if (widget == nullptr) {
      ADD_FAILURE() << "no " << name;
      return {};
    }
    return {0.5F * (widget->min.x + widget->max.x), 0.5F * (widget->min.y + widget->max.y)};
  }
  void point(ImVec2 at) {
    ImGui::GetIO().MousePos = at;
    frames(3);
  }
  void hold(bool down) {
    ImGui::GetIO().MouseDown[0] = down;
    frames(2);
  }
  /// RGBA rows; written as PNG where somebody wants to see it.
  std::vector<std::uint8_t> picture(const std::string& name) {
    std::vector<std::uint8_t> pixels = target_->pixels();
    if (const char* const folder = std::getenv("SIDLAB_TEST_PICTURES")) {
      const std::string path = std::string(folder) + "/" + name + ".png";
      EXPECT_TRUE(write_png(path, pixels, width_, height_)) << path;
    }
    return pixels;
  }
  /// How many pixels within `reach` of a place are about as `colour`.
  int count(const std::vector<std::uint8_t>& pixels, ImVec2 at, float reach, const Colour& colour) {
    int found = 0;
    const float r = reach * scale_;
    for (int y = static_cast<int>(at.y - r); y <= static_cast<int>(at.y + r); ++y) {
      for (int x = static_cast<int>(at.x - r); x <= static_cast<int>(at.x + r); ++x) {
        if (x < 0 || y < 0 || x >= width_ || y >= height_) continue;
        const std::uint8_t* const p =
            &pixels[4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                         static_cast<std::size_t>(x))];
        found += std::abs(p[0] - colour.r) <= 6 && std::abs(p[1] - colour.g) <= 6 &&
                         std::abs(p[2] - colour.b) <= 6
                     ? 1
                     : 0;
      }
    }
    return static_cast<int>(std::lround(static_cast<float>(found) / (scale_ * scale_)));
  }
  Workbench& bench() { return *bench_; }

 private:
  Easel(std::unique_ptr<Offscreen> target, int width, int height, const RunSpec& spec, Look look)
      : target_(std::move(target)), width_(width), height_(height), scale_(look.scale) {
    ImGui_ImplOpenGL3_Init("#version 330 core");
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    io.MousePos = {-1.0F, -1.0F};
    fonts_ = build_fonts(look.scale);
    Workbench::Options options;
    options.spec = spec;
    options.appearance = look.appearance;
    options.session.threads = 2;
    options.session.theory_patience = 60.0;
    bench_ = std::make_unique<Workbench>(std::move(options), fonts_, textures_);
  }
  void frame() {
    ImGui_ImplOpenGL3_NewFrame();
    ImGui::GetIO().DeltaTime = 1.0F / 60.0F;
    ImGui::NewFrame();
    bench_->frame();
    ImGui::Render();
    const ImVec4& back = ui_colours(bench_->state().view.appearance).window;
    target_->clear(back.x, back.y, back.z);
    ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  }

  std::unique_ptr<Offscreen> target_;
  int width_, height_;
  float scale_;
  ImGuiScope imgui_;
  Fonts fonts_;
  GlTextures textures_;
  std::unique_ptr<Workbench> bench_;
};

std::string look_name(const Easel::Look& look) {
  return std::string(look.appearance == Appearance::dark ? "dark" : "light") +
         (look.scale > 1.0F ? "-2x" : "");
}

std::vector<Easel::Look> looks() {
  return {{Appearance::dark, 1.0F}, {Appearance::light, 1.0F}, {Appearance::dark, 2.0F}};
}

RunSpec quick(RunSpec spec) {
  spec.run.replicas = 8;
  return spec;
}

TEST(HandlePictures, AKnobInTheMethodsColourGrowsUnderThePointer) {
  for (const Easel::Look& look : looks()) {
    const auto easel = Easel::make(quick(start_spec()), look);
    if (!easel) GTEST_SKIP() << "no EGL";
    easel->until_done();
    const std::string name = look_name(look);
    const Colour colour = figure_theme(look.appearance).of(1);
    const ImVec2 knob = easel->middle(kEta);
    const int at_rest = easel->count(easel->picture("eta-rest-" + name), knob, 18, colour);
    EXPECT_GT(at_rest, 60) << name;
    easel->point(knob);
    const int hovered = easel->count(easel->picture("eta-hover-" + name), knob, 18, colour);
    EXPECT_GT(hovered, at_rest + 20) << name;
    easel->hold(true);
    easel->point({knob.x, knob.y + 30.0F * look.scale});
    const ImVec2 moved = easel->middle(kEta);
    const auto dragged = easel->picture("eta-drag-" + name);
    EXPECT_GT(easel->count(dragged, moved, 18, colour), at_rest) << name;
    EXPECT_NEAR(moved.y, knob.y + 30.0F * look.scale, 2.0F * look.scale);
    easel->hold(false);
  }
}

TEST(HandlePictures, TheBudgetHasATabOnTheAxis) {
  for (const Easel::Look& look : looks()) {
    const auto easel = Easel::make(quick(start_spec()), look);
    if (!easel) GTEST_SKIP() << "no EGL";
    easel->until_done();
    const std::string name = look_name(look);
    const Colour colour = figure_theme(look.appearance).muted;
    const ImVec2 tab = easel->middle(kBudget);
    const int at_rest = easel->count(easel->picture("budget-rest-" + name), tab, 9, colour);
    EXPECT_GT(at_rest, 50) << name;
    easel->point(tab);
    EXPECT_GT(easel->count(easel->picture("budget-hover-" + name), tab, 12, colour), at_rest);
    easel->hold(true);
    easel->point({tab.x - 60.0F * look.scale, tab.y});
    easel->picture("budget-drag-" + name);
    EXPECT_LT(easel->bench().session().spec().run.iterations, 500);
    easel->hold(false);
  }
}

TEST(HandlePictures, TheSwitchIsALineThroughThePlot) {
  for (const Easel::Look& look : looks()) {
    RunSpec spec = quick(start_spec());
    spec.methods[1].step.kind = StepKind::two_phase;
    spec.methods[1].step.eta = 0.3;
    spec.methods[1].step.switch_at = 60;
    const auto easel = Easel::make(spec, look);
    if (!easel) GTEST_SKIP() << "no EGL";
    easel->until_done();
    const std::string name = look_name(look);
    const std::string handle = "handle/mse/method[2].step.switch_at";
    const Colour colour = figure_theme(look.appearance).of(method_styles(spec)[1].colour);
    const ImVec2 line = easel->middle(handle);
    const WidgetRecord at = *easel->bench().registry().find(handle);
    const ImVec2 tab{line.x, at.min.y + 6.0F * look.scale};
    EXPECT_GT(easel->count(easel->picture("switch-rest-" + name), tab, 8, colour), 40) << name;
    easel->point({line.x, at.min.y + 0.7F * (at.max.y - at.min.y)});
    easel->picture("switch-hover-" + name);
    easel->hold(true);
    easel->point({line.x - 50.0F * look.scale, line.y});
    easel->picture("switch-drag-" + name);
    EXPECT_LT(easel->bench().session().spec().methods[1].step.switch_at, 60);
    easel->hold(false);
  }
}

}  // namespace
}  // namespace sid::app
