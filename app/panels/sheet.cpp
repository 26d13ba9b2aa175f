#include "sid/app/panels/sheet.hpp"

#include <algorithm>
#include <cmath>

namespace sid::app {

Sheet::Sheet(const Ui& ui, const char* name, ImVec2 size) {
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float apart = ui.px(16);
  size_ = {std::max(1.0F, std::min(size.x, screen.x - apart)),
           std::max(1.0F, std::min(size.y, screen.y - apart))};
  ImGui::SetNextWindowPos(
      {std::round(0.5F * (screen.x - size_.x)), std::round(0.5F * (screen.y - size_.y))});
  ImGui::SetNextWindowSize(size_);
  ImGui::PushStyleColor(ImGuiCol_WindowBg, ui.colours.popup);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(24), ui.px(20)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, ui.px(10));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1.0F);
  ImGui::Begin(
      name,
      nullptr,
      ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
}

Sheet::~Sheet() {
  ImGui::End();
  ImGui::PopStyleVar(3);
  ImGui::PopStyleColor();
}

}  // namespace sid::app
