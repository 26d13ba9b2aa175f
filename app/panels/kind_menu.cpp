#include "sid/app/panels/kind_menu.hpp"

#include <array>
#include <string>

#include "sid/app/panels/panels.hpp"
#include "sid/run/method_fit.hpp"
#include "sid/run/method_kind.hpp"

namespace sid::app {
namespace {

/// In the order of the menu: from exact to random, neighbours side by side.
constexpr std::array kKinds = {MethodKind::sid,
                               MethodKind::batch,
                               MethodKind::itd,
                               MethodKind::aid_cg,
                               MethodKind::aid_cgnr,
                               MethodKind::inexact,
                               MethodKind::saga,
                               MethodKind::svrg,
                               MethodKind::neumann,
                               MethodKind::fp_km,
                               MethodKind::stochastic_itd};

constexpr float kNameWidth = 108.0F;  // logical pixels

/// Why the problem does not allow this kind; empty where it does.
std::string obstacle(const Ui& ui, MethodKind kind) {
  MethodSpec plain;
  plain.kind = kind;
  if (!method_misfit(plain, ui.session.spec().problem.kind)) return {};
  return traits_of(kind).components ? "Needs a problem with data: one gradient an example."
                                    : "Needs a lower level with a loss: a symmetric linear system.";
}

}  // namespace

std::optional<MethodKind> kind_menu(
    const Ui& ui, const char* name, bool open, std::optional<MethodKind> selected, float width) {
  const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
  const std::string popup = std::string(name) + "###kinds";
  if (open) ImGui::OpenPopup(popup.c_str());
  std::optional<MethodKind> chosen;
  ImGui::SetNextWindowPos({low.x, high.y + ui.px(2)});
  ImGui::SetNextWindowSizeConstraints({width, 0}, {FLT_MAX, FLT_MAX});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(6), ui.px(6)});
  if (ImGui::BeginPopup(popup.c_str())) {
    for (const MethodKind kind : kKinds) {
      const std::string why_not = obstacle(ui, kind);
      const bool possible = why_not.empty();
      const std::string word(kind_name(kind));
      const std::string line = possible ? std::string(kind_sentence(kind)) : why_not;
      ImGui::BeginDisabled(!possible);
      const float left = ImGui::GetCursorPosX();
      const float full = ui.px(kNameWidth) + ImGui::CalcTextSize(line.c_str()).x;
      if (ImGui::Selectable(word.c_str(), selected == kind, 0, {full, 0.0F})) chosen = kind;
      ui.registry.record_item(std::string(name) + "/" + word,
                              !possible          ? "disabled"
                              : selected == kind ? "on"
                                                 : "off");
      ImGui::SameLine(left + ui.px(kNameWidth));
      text(ui.colours.text_faint, line);
      ImGui::EndDisabled();
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
  return chosen;
}

}  // namespace sid::app
