#include "sid/app/window.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <memory>
#include <thread>

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include "sid/app/panels/workbench.hpp"
#include "sid/app/platform/desktop_window.hpp"
#include "sid/app/platform/imgui_context.hpp"
#include "sid/app/platform/offscreen.hpp"
#include "sid/app/platform/startup_trace.hpp"
#include "sid/files/output_files.hpp"

namespace sid::app {
namespace {

constexpr int kNoWindow = 3;

Appearance appearance_of(const Look& look) {
  return look.theme == "light" ? Appearance::light : Appearance::dark;
}

Layout layout_of(const Look& look) {
  if (look.layout == "theory") return Layout::theory;
  if (look.layout == "compare") return Layout::compare;
  if (look.layout == "outer") return Layout::outer;
  return look.layout == "present" ? Layout::present : Layout::explore;
}

/// Of a window or of a picture of one.
template <class Wanted>
Workbench::Options workbench_options(const Wanted& wanted) {
  Workbench::Options options;
  options.spec = wanted.spec;
  options.preset = wanted.preset;
  options.pins = wanted.pins;
  options.compare = wanted.compare;
  options.appearance = appearance_of(wanted.look);
  options.layout = layout_of(wanted.look);
  options.map_open = wanted.look.map;
  options.session.threads = wanted.threads;
  return options;
}

bool has_measured(const Workbench& bench) {
  const auto& run = bench.session().snapshot();
  return run && !run->curves.empty() && !run->curves.front().points.empty();
}

/// The sooner of two waiting times; negative stands for never.
double soonest(double a, double b) {
  if (a < 0.0) return b;
  return b < 0.0 ? a : std::min(a, b);
}

/// One frame of the window; afterwards the stages of the start that it completed.
void draw_frame(DesktopWindow& window, Workbench& bench, StartupTrace& trace) {
  window.begin_frame();
  ImGui::NewFrame();
  bench.frame();
  ImGui::Render();
  const ImVec4& back = ui_colours(bench.state().view.appearance).window;
  window.end_frame(back.x, back.y, back.z);
  trace.mark_once("first frame");
  for (const auto& panel : bench.session().theory()) {
    for (const MethodTheory& method : panel) {
      for (const TheoryCurve& curve : method.curves) {
        if (curve.drawn()) trace.mark_once("bounds and exact curves drawn");
      }
    }
  }
  if (has_measured(bench)) trace.mark_once("first Monte Carlo points drawn");
  if (bench.session().snapshot() && bench.session().snapshot()->done()) trace.mark_once("run done");
}

}  // namespace

Result<void> check_look(const Look& look) {
  if (look.theme != "dark" && look.theme != "light") {
    return fail(
        ErrorCode::bad_input, "'" + look.theme + "' is not a theme. Use dark or light.", "--theme");
  }
  if (look.layout != "explore" && look.layout != "theory" && look.layout != "compare" &&
      look.layout != "present" && look.layout != "outer") {
    return fail(
        ErrorCode::bad_input,
        "'" + look.layout + "' is not a layout. Use explore, theory, compare, present or outer.",
        "--layout");
  }
  return {};
}

int run_window(const WindowOptions& options) {
  StartupTrace trace(options.startup_trace);
  if (const Result<void> known = check_look(options.look); !known) {
    std::fprintf(stderr, "sidlab: %s\n", to_string(known.error()).c_str());
    return 2;
  }
  auto opened = DesktopWindow::open({options.width, options.height, "SID Lab"});
  if (!opened) {
    std::fprintf(stderr, "sidlab: %s\n", opened.error().message.c_str());
    return kNoWindow;
  }
  DesktopWindow& window = **opened;
  trace.mark_once("window and OpenGL");
  const ImGuiScope imgui;
  if (!window.attach_imgui()) {
    std::fprintf(stderr,
                 "sidlab: OpenGL functions could not be loaded. Try "
                 "LIBGL_ALWAYS_SOFTWARE=1, or \"sidlab run PRESET\" without a window.\n");
    return kNoWindow;
  }
  Fonts fonts = build_fonts(window.scale());
  trace.mark_once("fonts");
  GlTextures textures;
  {
    Workbench::Options setup = workbench_options(options);
    setup.session.on_news = [&window] { window.notify(); };
    setup.session.publishes_per_second = window.software_rendered() ? 5.0 : 30.0;
    setup.toggle_fullscreen = [&window] { window.toggle_fullscreen(); };
    Workbench bench(std::move(setup), fonts, textures);
    trace.mark_once("theory");
    const auto start = std::chrono::steady_clock::now();
    const auto time_left = [&] {
      const std::chrono::duration<double> open = std::chrono::steady_clock::now() - start;
      return options.close_after ? std::max(0.0, *options.close_after - open.count()) : -1.0;
    };
    while (window.wait_for_frame(soonest(bench.next_frame_in(), time_left()))) {
      for (const std::string& path : window.take_dropped()) bench.open_path(path);
      if (window.scale() != fonts.scale) {
        fonts = build_fonts(window.scale());
        ImGui_ImplOpenGL3_DestroyFontsTexture();
        ImGui_ImplOpenGL3_CreateFontsTexture();
        bench.rebuild_pictures();
      }
      draw_frame(window, bench, trace);
      if (!options.ui_dump.empty()) {
        (void)write_file(options.ui_dump, bench.registry().to_json());
      }
      if (time_left() == 0.0) window.request_close();
    }
    trace.report_idle(window.frames());
  }
  window.detach_imgui();
  return 0;
}

Result<void> take_shot(const ShotOptions& options) {
  if (Result<void> known = check_look(options.look); !known) return known;
  if (!(options.scale >= 0.5 && options.scale <= 4.0)) {
    return fail(ErrorCode::bad_input, "The scale must lie in [0.5, 4].", "--scale");
  }
  const auto width = static_cast<int>(std::lround(options.width * options.scale));
  const auto height = static_cast<int>(std::lround(options.height * options.scale));
  auto made = Offscreen::create(width, height);
  if (!made) return tl::unexpected(made.error());
  Offscreen& target = **made;
  const ImGuiScope imgui;
  if (!ImGui_ImplOpenGL3_Init("#version 330 core")) {
    return fail(ErrorCode::breakdown, "OpenGL functions could not be loaded. Install libgl1.");
  }
  ImGui::GetIO().DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
  const Fonts fonts = build_fonts(static_cast<float>(options.scale));
  GlTextures textures;
  Result<void> result;
  {
    Workbench bench(workbench_options(options), fonts, textures);
    const auto start = std::chrono::steady_clock::now();
    const auto frame = [&](bool draw) {
      ImGui_ImplOpenGL3_NewFrame();
      ImGui::GetIO().DeltaTime = 1.0F / 60.0F;
      ImGui::NewFrame();
      bench.frame();
      ImGui::Render();
      if (!draw) return;
      const ImVec4& back = ui_colours(bench.state().view.appearance).window;
      target.clear(back.x, back.y, back.z);
      ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    };
    const auto due = [&] {
      if (options.after_seconds >= 0.0) {
        const std::chrono::duration<double> past = std::chrono::steady_clock::now() - start;
        return past.count() >= options.after_seconds;
      }
      return bench.settled();
    };
    do {
      frame(false);
      if (!due()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    } while (!due());
    for (int i = 0; i < 3; ++i) frame(true);
    result = write_png(options.out, target.pixels(), width, height);
  }
  ImGui_ImplOpenGL3_Shutdown();
  return result;
}

}  // namespace sid::app
