#include "bench/window_bench.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include <imgui.h>

#include "sid/app/panels/workbench.hpp"
#include "sid/app/platform/imgui_context.hpp"

#include "bench/many_points.hpp"

namespace sid::bench {
namespace {

constexpr const char* kSection =
    "the whole window, 1280 x 800: three plots, 20 curves with bands, 10,000 points each";
constexpr double kFrame = 1000.0 / 60.0, kIdle = 3.0;  // ms

/// The window's content without a display, after its run.
class Window {
 public:
  Window() : fonts_(app::build_fonts(1.0F)) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {1280.0F, 800.0F};
    io.DeltaTime = 1.0F / 60.0F;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    io.MousePos = {-1.0F, -1.0F};
    io.Fonts->SetTexID(reinterpret_cast<ImTextureID>(std::intptr_t{1}));
    app::Workbench::Options options;
    options.spec = many_points_spec();
    bench_ = std::make_unique<app::Workbench>(std::move(options), fonts_, textures_);
    FigureOptions& figure = bench_->state().view.figure;
    figure.bounds = figure.exact = figure.floors = figure.trust = false;
    do {
      frame();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    } while (!bench_->settled());
    for (int i = 0; i < 5; ++i) frame();
  }

  void frame() {
    ImGui::NewFrame();
    bench_->frame();
    ImGui::Render();
  }
  /// Over the main plot, `share` of its width from the left.
  void point(float share) {
    const app::WidgetRecord* const plot = bench_->registry().find("plot/mse");
    if (plot == nullptr) return;
    ImGui::GetIO().MousePos = {plot->min.x + share * (plot->max.x - plot->min.x),
                               0.5F * (plot->min.y + plot->max.y)};
  }
  void drag_axis(double factor) {
    bench_->state().view.figure.limits["mse"].y = AxisLimits{1e-4 * factor, 1e1 * factor};
  }

 private:
  app::ImGuiScope imgui_;
  app::Fonts fonts_;
  app::NullTextures textures_;
  std::unique_ptr<app::Workbench> bench_;
};

}  // namespace

void add_window(Table& table) {
  const auto add = [&](const char* name, double budget, void (*before)(Window&, int)) {
    table
        .add({.section = kSection, .name = name, .budget_ms = budget, .repetitions = 3},
             [before](benchmark::State& state) {
               Window window;  // its run takes a second
               int turn = 0;
               for (auto _ : state) {
                 before(window, turn++);
                 window.frame();
               }
               state.counters[kVertices] = ImGui::GetDrawData()->TotalVtxCount;
             })
        ->Iterations(40);
  };
  add("a frame in which nothing changed", kIdle, [](Window&, int) {});
  add("a frame in which the pointer moved", kIdle, [](Window& window, int turn) {
    window.point(0.2F + 0.01F * static_cast<float>(turn % 60));
  });
  add("a frame in which an axis was dragged", kFrame, [](Window& window, int turn) {
    window.drag_axis(1.0 + 0.01 * (turn % 50));
  });
}

}  // namespace sid::bench
