#include "sid/app/panels/method_sample.hpp"

#include "sid/app/render/imgui_painter.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::app {

void draw_method_sample(const Ui& ui, std::size_t index, const ImRect& area) {
  const MethodStyle style = method_styles(ui.session.spec())[index];
  LegendRow sample;
  sample.role = SeriesRole::measured;
  sample.colour = style.colour;
  sample.marker = style.marker;
  sample.band = traits_of(ui.session.spec().methods[index].kind).random;
  ImGuiPainter painter(*ImGui::GetWindowDrawList(), ui.fonts, ui.formulas);
  draw_sample(painter, sample, to_points(area, ui.fonts.scale), ui.theme);
}

}  // namespace sid::app
