#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/kind_menu.hpp"
#include "sid/app/panels/method_sample.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/state/spec_edits.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {
namespace {

bool draw_header(const Ui& ui, std::size_t index, float width) {
  const bool selected = index == selected_method(ui);
  const std::string name = "method/" + std::to_string(index + 1);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ui.px(30);
  const bool pressed = ImGui::InvisibleButton(name.c_str(), {width, height});
  const bool hovered = ImGui::IsItemHovered();
  ui.registry.record_item(name, selected ? "selected" : "");
  tooltip(ui, "Select this method: its controls, its theorem, its limits.");
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (selected || hovered) {
    list.AddRectFilled(at,
                       {at.x + width, at.y + height},
                       to_u32(ui.colours.control, selected ? 1 : 0.5F),
                       ImGui::GetStyle().FrameRounding);
  }
  draw_method_sample(ui, index, {{at.x + ui.px(8), at.y}, {at.x + ui.px(40), at.y + height}});
  const WithFont font(selected ? ui.fonts.heading : ui.fonts.body);
  const std::string label = ellipsised(method_label(ui.session.spec(), index), width - ui.px(56));
  list.AddText({at.x + ui.px(50), std::round(at.y + 0.5F * (height - ImGui::GetFontSize()))},
               to_u32(selected ? ui.colours.text : ui.colours.text_dim),
               label.c_str());
  return pressed;
}

}  // namespace

void draw_methods_section(const Ui& ui, float width) {
  section(ui, "Methods");
  const std::size_t count = ui.session.spec().methods.size();
  for (std::size_t i = 0; i < count; ++i) {
    if (draw_header(ui, i, width)) ui.state.view.method = i;
    if (i == selected_method(ui)) draw_method_rows(ui, i);
  }
  const bool open = button(ui,
                           "add-method",
                           "Add a method",
                           "Compare another step size, minibatch or way to estimate.",
                           ButtonLook::normal,
                           width,
                           count < 12);
  if (const auto kind = kind_menu(ui, "add-method", open, std::nullopt, width)) {
    send_edit(ui, "Add " + std::string(kind_name(*kind)), "add-method", true, [&](RunSpec& spec) {
      spec = with_new_method(spec, *kind);
    });
    ui.state.view.method = count;
  }
}

}  // namespace sid::app
