#include "bench/figure_bench.hpp"

#include <chrono>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include <GL/gl.h>
#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "sid/app/platform/imgui_context.hpp"
#include "sid/app/platform/offscreen.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/app/render/plot_cache.hpp"
#include "sid/app/state/readout.hpp"
#include "sid/figure/build_figure.hpp"
#include "sid/figure/write_figure.hpp"

#include "bench/child.hpp"
#include "bench/many_points.hpp"

namespace sid::bench {
namespace {

constexpr const char* kSection = "a figure: 20 curves with bands, 10,000 points each, 1280 x 800";
constexpr double kFrame = 1000.0 / 60.0;  // ms: what keeps up with the screen
constexpr double kIdle = 3.0;             // ms: a pointer that moves over a plot
constexpr float kWidth = 1280.0F, kHeight = 800.0F;

FigureOptions options() {
  FigureOptions out;
  out.plot_width = kWidth;
  out.plot_height = kHeight;
  return out;
}

/// Keeps pictures of plots as a driver does, but draws none: what is left is our own work.
class PretendedPictures final : public app::TextureStore {
 public:
  ImTextureID create(std::span<const std::uint8_t>, int, int) override { return some(); }
  void destroy(ImTextureID) override {}
  ImTextureID draw(ImDrawList&, ImVec2, ImVec2) override { return some(); }
  void show(ImDrawList& list, ImTextureID picture, ImVec2 min, ImVec2 max) const override {
    list.AddImage(picture, min, max);
  }

 private:
  static ImTextureID some() { return reinterpret_cast<ImTextureID>(std::intptr_t{1}); }
};

/// Dear ImGui without a window: fonts, and a cache of plots.
class Canvas {
 public:
  explicit Canvas(app::TextureStore& textures)
      : fonts_(app::build_fonts(1.0F)), formulas_(textures) {
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {kWidth, kHeight};
    io.DeltaTime = 1.0F / 60.0F;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    draw_.fonts = app::baked_sizes();
  }

  /// One frame with `plot` at a state of the figure called `version`, and the crosshair at the
  /// place that `pointer`, in [0, 1], names.
  void frame(const PlotPanel& plot, std::uint64_t version, double pointer) {
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::Begin("plot", nullptr, ImGuiWindowFlags_NoDecoration);
    const PlotGeometry& g = cache_.draw(plot,
                                        version,
                                        {{0, 0}, {kWidth, kHeight}},
                                        app::Appearance::dark,
                                        draw_,
                                        fonts_,
                                        formulas_);
    const double x = g.x.to_value(g.plot.x + pointer * g.plot.width);
    const app::Readout readout = app::make_readout(plot, static_cast<std::size_t>(kCurves), x);
    const auto at = static_cast<float>(g.x.to_point(readout.x));
    ImGui::GetWindowDrawList()->AddRectFilled({at, 0}, {at + 1, kHeight}, IM_COL32_WHITE);
    ImGui::End();
    ImGui::Render();
  }
  int vertices() const { return ImGui::GetDrawData()->TotalVtxCount; }

 private:
  app::Fonts fonts_;
  app::FormulaTextures formulas_;
  app::PlotCache cache_;
  DrawOptions draw_;
};

/// The smallest of several times: clock and processor, seconds.
struct Times {
  double wall = std::numeric_limits<double>::infinity(), cpu = wall;
};
Times fastest(int rounds, const std::function<void(int)>& work) {
  Times best;
  for (int i = 0; i < rounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    work(i);
    best.cpu = std::min(best.cpu, cpu_seconds() - cpu);
    best.wall = std::min(
        best.wall, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

void add_opengl(Table& table, const char* kind, bool software) {
  const auto said = std::make_shared<std::optional<Result<Answers>>>();
  const auto add = [&](const std::string& name, const std::string& what, double budget) {
    table
        .add({.section = kSection,
              .name = std::string(kind) + ": " + name,
              .budget_ms = budget,
              .wall = true,
              .repetitions = 1},
             [=](benchmark::State& state) {
               for (auto _ : state) {
                 if (!*said) {
                   *said = ask({own_path(), "--draw"},
                               software ? std::vector<std::string>{"LIBGL_ALWAYS_SOFTWARE=1"}
                                        : std::vector<std::string>{});
                 }
                 if (!**said) {
                   state.SkipWithError(to_string((*said)->error()).c_str());
                   break;
                 }
                 if (!software && answer(***said, "software") != 0.0) {
                   state.SkipWithError("there is no graphics processor here");
                   break;
                 }
                 state.SetIterationTime(answer(***said, what + " wall"));
                 state.counters[kCpu] = answer(***said, what + " cpu");
               }
             })
        ->Iterations(1);
  };
  add("frame in which everything changed, with pixels", "changed", kFrame);
  add("frame in which the pointer moved, with pixels", "hover", kFrame);
}

}  // namespace

int draw_case() {
  auto made = app::Offscreen::create(static_cast<int>(kWidth), static_cast<int>(kHeight));
  if (!made) {
    std::printf("%s\n", made.error().message.c_str());
    return 1;
  }
  app::Offscreen& target = **made;
  const app::ImGuiScope imgui;
  if (!ImGui_ImplOpenGL3_Init("#version 330 core")) {
    std::printf("OpenGL functions could not be loaded.\n");
    return 1;
  }
  const auto* const renderer = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  const bool software = renderer == nullptr || std::strstr(renderer, "llvmpipe") != nullptr ||
                        std::strstr(renderer, "softpipe") != nullptr;
  {
    app::GlTextures textures;
    Canvas canvas(textures);
    const ManyPoints many = make_many_points();
    const Figure figure = build_figure(many.spec, many.bench.get(), &many.snapshot, {}, options());
    const auto frame = [&](std::uint64_t version, int turn) {
      ImGui_ImplOpenGL3_NewFrame();
      canvas.frame(figure.panels[0], version, 0.3 + 0.01 * (turn % 40));
      target.clear(0, 0, 0);
      ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
      glFinish();
    };
    const Times changed = fastest(12, [&](int i) { frame(static_cast<std::uint64_t>(i) + 1, i); });
    const Times hover = fastest(30, [&](int i) { frame(12, i); });
    std::printf(
        "software %d\nchanged wall %.9f\nchanged cpu %.9f\nhover wall %.9f\nhover cpu %.9f\n",
        software ? 1 : 0,
        changed.wall,
        changed.cpu,
        hover.wall,
        hover.cpu);
  }
  ImGui_ImplOpenGL3_Shutdown();
  return 0;
}

void add_figure(Table& table) {
  const auto many = std::make_shared<const ManyPoints>(make_many_points());
  const auto build = [many] {
    return build_figure(many->spec, many->bench.get(), &many->snapshot, {}, options());
  };
  const auto figure = std::make_shared<const Figure>(build());
  const auto row = [&](const char* name, double budget) {
    return Row{.section = kSection, .name = name, .budget_ms = budget};
  };
  table.add(row("built from the run: curves, axes, ticks, legend", kFrame),
            [build](benchmark::State& state) {
              for (auto _ : state) benchmark::DoNotOptimize(build());
            });
  table.add(row("drawn: thinned, cut, as triangles", kFrame), [figure](benchmark::State& state) {
    const app::ImGuiScope imgui;
    app::NullTextures textures;
    Canvas canvas(textures);
    std::uint64_t version = 0;
    for (auto _ : state) canvas.frame(figure->panels[0], ++version, 0.5);
    state.counters[kVertices] = canvas.vertices();
  });
  table.add(row("both: a frame in which everything changed", kFrame),
            [build](benchmark::State& state) {
              const app::ImGuiScope imgui;
              app::NullTextures textures;
              Canvas canvas(textures);
              std::uint64_t version = 0;
              for (auto _ : state) canvas.frame(build().panels[0], ++version, 0.5);
            });
  const auto hover = [figure](benchmark::State& state, app::TextureStore& textures) {
    const app::ImGuiScope imgui;
    Canvas canvas(textures);
    double pointer = 0.0;
    for (auto _ : state) {
      canvas.frame(figure->panels[0], 1, pointer);
      pointer = pointer < 0.99 ? pointer + 0.01 : 0.0;
    }
    state.counters[kVertices] = canvas.vertices();
  };
  table.add(row("a frame in which the pointer moved, but for the blit", kIdle),
            [hover](benchmark::State& state) {
              PretendedPictures textures;
              hover(state, textures);
            });
  table.add(row("the same where no picture can be kept", kIdle), [hover](benchmark::State& state) {
    app::NullTextures textures;
    hover(state, textures);
  });
  add_opengl(table, "software", true);
  add_opengl(table, "graphics processor", false);
  for (const FigureFormat format : {FigureFormat::svg, FigureFormat::pdf, FigureFormat::png}) {
    table.add(
        {.section = kSection,
         .name = std::string("as a file: ") + kFigureFormats[static_cast<std::size_t>(format)],
         .repetitions = 2},
        [figure, format](benchmark::State& state) {
          FigureFileOptions file;
          file.format = format;
          for (auto _ : state) benchmark::DoNotOptimize(render_figure(*figure, file));
        });
  }
  table.note(kSection,
             "Rows with pixels count what OpenGL does as well; the others are our own work alone. "
             "While nothing changes no frame is drawn at all.");
}

}  // namespace sid::bench
