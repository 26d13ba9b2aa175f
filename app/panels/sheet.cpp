#include "sid/app/panels/sheet.hpp"

#include <algorithm>
#include <cmath>

namespace sid::app {
namespace {

/// What lies below a sheet darkens towards its edge, so that the sheet stands out on light ground
/// as on dark.
void draw_shadow(const Ui& ui, ImVec2 min, ImVec2 max, float rounding) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.PushClipRectFullScreen();
  const int rings = static_cast<int>(ui.px(24));
  for (int i = 0; i < rings; ++i) {
    const auto out = static_cast<float>(i);
    const float fade = 1.0F - (out + 0.5F) / static_cast<float>(rings);
    list.AddRect({min.x - out - 1.0F, min.y - out - 1.0F},
                 {max.x + out + 1.0F, max.y + out + 1.0F},
                 ImGui::GetColorU32({0.0F, 0.0F, 0.0F, 0.16F * fade * fade}),
                 rounding + out,
                 0,
                 1.5F);
  }
  list.PopClipRect();
}

}  // namespace

Sheet::Sheet(const Ui& ui, const char* name, ImVec2 size) {
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float apart = ui.px(16);
  size_ = {std::max(1.0F, std::min(size.x, screen.x - apart)),
           std::max(1.0F, std::min(size.y, screen.y - apart))};
  const ImVec2 at{std::round(0.5F * (screen.x - size_.x)), std::round(0.5F * (screen.y - size_.y))};
  ImGui::SetNextWindowPos(at);
  ImGui::SetNextWindowSize(size_);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, ui.colours.popup);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(24), ui.px(20)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.px(10));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1.0F);
  ImGui::Begin(
      name,
      nullptr,
      ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
  draw_shadow(ui, at, {at.x + size_.x, at.y + size_.y}, ui.px(10));
}

Sheet::~Sheet() {
  ImGui::End();
  ImGui::PopStyleVar(3);
  ImGui::PopStyleColor();
}

}  // namespace sid::app
