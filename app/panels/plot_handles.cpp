#include "sid/app/panels/plot_handles.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include <GLFW/glfw3.h>
#include <imgui_internal.h>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/render/imgui_painter.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {
namespace {

// In logical pixels.
constexpr float kReach = 9.0F;       // how far from its middle a grip can be grabbed
constexpr float kAlong = 4.0F;       // and a line
constexpr float kTab = 13.0F;        // height of the grips on axes
constexpr float kLeastRoom = 80.0F;  // smaller plots have no handles

std::string edit_name(const Ui& ui, const PlotHandle& handle) {
  std::string symbol = handle_symbol(handle.kind);
  const bool gone = handle.method >= ui.session.spec().methods.size();
  if (handle.kind == HandleKind::budget || gone) return symbol;
  return method_label(ui.session.spec(), handle.method) + ": " + symbol;
}

void send_value(const Ui& ui, const PlotHandle& handle, double value) {
  RunSpec spec = with_handle_value(edited_spec(ui), handle, value);
  if (spec == ui.session.spec()) return;
  const bool whole = !handle.vertical();
  const bool never = handle.kind == HandleKind::switch_point && handle.value > handle.high;
  EditName name(edit_name(ui, handle),
                never ? std::string("never") : field_text(handle.value, whole),
                field_text(value, whole));
  ui.send(EditSpec{std::move(spec), std::move(name), handle.key, false});
}

void grab(const Ui& ui, const PlacedHandle& placed) {
  HandleLook& look = ui.state.view.handles;
  const ImGuiIO& io = ImGui::GetIO();
  const PlotHandle& handle = placed.handle;
  const float pointer = handle.vertical() ? io.MousePos.y : io.MousePos.x;
  const double place = placed.axis.to_point(handle.vertical() ? handle.y : handle.x);
  HandleDrag drag;
  drag.handle = handle;
  drag.before = ui.session.spec();
  drag.offset = place - static_cast<double>(pointer / ui.fonts.scale);
  drag.held = present_limits(ui.book.figure().panels);
  drag.limits = std::exchange(ui.state.view.figure.limits, drag.held);
  if (!look.nudged.empty()) ui.send(FinishEdit{});  // a drag is an edit of its own
  look.drag = std::move(drag);
}

/// Releases the handle: one edit is over, and the axes fit again.
void release(const Ui& ui) {
  ViewState& view = ui.state.view;
  HandleDrag& drag = *view.handles.drag;
  // Somebody else may have set other limits meanwhile.
  if (view.figure.limits == drag.held) view.figure.limits = std::move(drag.limits);
  view.handles.drag.reset();
  ui.send(FinishEdit{});
}

void cancel(const Ui& ui) {
  const HandleDrag& drag = *ui.state.view.handles.drag;
  ui.send(EditSpec{drag.before, edit_name(ui, drag.handle), drag.handle.key, false});
  ImGui::ClearActiveID();
  release(ui);
}

/// What an active handle does in this frame.
void follow(const Ui& ui, const PlacedHandle& placed) {
  HandleDrag& drag = *ui.state.view.handles.drag;
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsKeyPressed(GLFW_KEY_ESCAPE, false)) {
    cancel(ui);
    return;
  }
  // A window that lost the focus has no pointer.
  if (!ImGui::IsMousePosValid() || !ImGui::IsMouseDragging(ImGuiMouseButton_Left, 2.0F)) return;
  ui.state.view.handles.ever_dragged = true;
  const float pointer = drag.handle.vertical() ? io.MousePos.y : io.MousePos.x;
  send_value(
      ui,
      drag.handle,
      dragged_value(drag, placed.axis, static_cast<double>(pointer / ui.fonts.scale), io.KeyCtrl));
}

/// The arrows move the handle under the pointer, and go on though it leaves the pointer behind; all
/// is one edit until the pointer moves away.
void nudge(const Ui& ui, const PlotHandle& handle) {
  const ImGuiIO& io = ImGui::GetIO();
  if (io.WantTextInput || io.KeyAlt || io.KeySuper) return;
  const bool vertical = handle.vertical();
  const bool up = ImGui::IsKeyPressed(vertical ? GLFW_KEY_UP : GLFW_KEY_RIGHT, true);
  const bool down = ImGui::IsKeyPressed(vertical ? GLFW_KEY_DOWN : GLFW_KEY_LEFT, true);
  if (up == down) return;
  send_value(ui, handle, nudged_value(handle, up, io.KeyCtrl));
  ui.state.view.handles.nudged = handle.name();
}

/// A handle as the mouse sees it. True if it is the one being dragged, and still held.
bool handle_item(const Ui& ui, const PlacedHandle& placed) {
  HandleLook& look = ui.state.view.handles;
  const std::string name = placed.handle.name();
  ImGui::SetCursorScreenPos(placed.min);
  ImGui::InvisibleButton(name.c_str(), {placed.max.x - placed.min.x, placed.max.y - placed.min.y});
  ui.registry.record_item(name, handle_chip(placed.handle, placed.handle.value));
  const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
  if (ImGui::IsItemActivated()) grab(ui, placed);
  if (hovered || active) {
    look.hovered = name;
    look.hovered_plot = placed.handle.plot;
    ImGui::SetMouseCursor(placed.handle.vertical() ? ImGuiMouseCursor_ResizeNS
                                                   : ImGuiMouseCursor_ResizeEW);
  }
  if (!active && (hovered || look.nudged == name)) {
    nudge(ui, placed.handle);
    explain(ui,
            handle_chip(placed.handle, placed.handle.value) + "\n" +
                handle_tip(placed.handle, method_label(ui.session.spec(), placed.handle.method)));
  }
  if (active && look.drag) follow(ui, placed);
  return active && look.drag.has_value();
}

// ---- drawing ---------------------------------------------------------------------------------

ImU32 colour_of(const Ui& ui, const PlotHandle& handle, float alpha = 1.0F) {
  if (handle.kind == HandleKind::budget) return to_u32(ui.colours.text_dim, alpha);
  const std::vector<MethodStyle> styles = method_styles(ui.session.spec());
  if (handle.method >= styles.size()) return to_u32(ui.colours.accent, alpha);
  return to_u32(to_vec4(ui.theme.of(styles[handle.method].colour)), alpha);
}

/// Two small arrows beside a grip: the ways it can go.
void draw_arrows(const Ui& ui, ImVec2 at, float distance, bool vertical, ImU32 colour) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float s = ui.px(4);
  for (const float sign : {-1.0F, 1.0F}) {
    const float tip = sign * (distance + s), foot = sign * distance, side = sign * s;
    if (vertical) {
      list.AddTriangleFilled(
          {at.x, at.y + tip}, {at.x - side, at.y + foot}, {at.x + side, at.y + foot}, colour);
    } else {
      list.AddTriangleFilled(
          {at.x + tip, at.y}, {at.x + foot, at.y + side}, {at.x + foot, at.y - side}, colour);
    }
  }
}

/// A round grip on a floor.
void draw_knob(const Ui& ui, ImVec2 at, ImU32 colour, bool hot) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float radius = ui.px(hot ? 7 : 6);
  list.AddCircleFilled(at, radius + ui.px(2), to_u32(ui.colours.panel), 28);
  list.AddCircleFilled(at, radius, colour, 28);
  list.AddCircleFilled(at, ui.px(2), to_u32(ui.colours.panel), 16);
  if (hot) draw_arrows(ui, at, radius + ui.px(4), true, colour);
}

/// A tab whose tip points down, to the axis or line it belongs to.
void draw_tab(const Ui& ui, ImVec2 tip, ImU32 colour, bool hot) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float half = ui.px(hot ? 6 : 5), height = ui.px(kTab), neck = ui.px(5);
  const auto shape = [&](float more, ImU32 fill) {
    // Clockwise, as smooth edges need it.
    const ImVec2 points[] = {{tip.x, tip.y + more},
                             {tip.x - half - more, tip.y - neck},
                             {tip.x - half - more, tip.y - height - more},
                             {tip.x + half + more, tip.y - height - more},
                             {tip.x + half + more, tip.y - neck}};
    list.AddConvexPolyFilled(points, static_cast<int>(std::size(points)), fill);
  };
  shape(1.5F * ui.fonts.scale, to_u32(ui.colours.panel));
  shape(0.0F, colour);
  if (hot) draw_arrows(ui, {tip.x, tip.y - 0.65F * height}, half + ui.px(3), false, colour);
}

/// What asks for the first drag: a soft ring and two words, gone for good afterwards.
void draw_invitation(const Ui& ui, ImVec2 at, const ImRect& inside) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddCircle(at, ui.px(12), to_u32(ui.colours.accent, 0.75F), 40, 2.0F * ui.fonts.scale);
  list.AddCircle(at, ui.px(16), to_u32(ui.colours.accent, 0.28F), 48, 3.0F * ui.fonts.scale);
  const WithFont font(ui.fonts.small);
  constexpr const char* kWords = "drag me";
  const ImVec2 size = ImGui::CalcTextSize(kWords);
  const float pad = ui.px(5);
  ImVec2 corner{at.x - ui.px(22) - size.x - pad, std::round(at.y - 0.5F * size.y)};
  corner.y = std::clamp(corner.y, inside.Min.y + pad, inside.Max.y - size.y - pad);
  corner.x = std::max(corner.x, inside.Min.x + pad);
  const ImVec2 low{corner.x - pad, corner.y - ui.px(2)};
  const ImVec2 high{corner.x + size.x + pad, corner.y + size.y + ui.px(2)};
  list.AddRectFilled(low, high, to_u32(ui.colours.panel, 0.88F), ui.px(5));
  list.AddRect(low, high, to_u32(ui.colours.accent, 0.55F), ui.px(5));
  list.AddText(corner, to_u32(ui.colours.text), kWords);
  ui.registry.record_rect("handle/invitation", low, high, kWords);
}

/// Where a handle stands in pixels, and what can be grabbed of it.
struct Place {
  ImVec2 at, min, max;
};

Place place_of(const Ui& ui,
               const PlotHandle& handle,
               const PlotGeometry& g,
               const ImRect& inside) {
  const float scale = ui.fonts.scale, reach = ui.px(kReach);
  const float x = std::clamp(
      std::round(static_cast<float>(g.x.to_point(handle.x)) * scale), inside.Min.x, inside.Max.x);
  if (handle.vertical()) {
    const float y = std::clamp(
        std::round(static_cast<float>(g.y.to_point(handle.y)) * scale), inside.Min.y, inside.Max.y);
    const float knob = std::min(x, inside.Max.x - reach);
    return {{knob, y}, {knob - reach, y - reach}, {knob + reach, y + reach}};
  }
  if (handle.kind == HandleKind::switch_point) {
    return {
        {x, inside.Min.y}, {x - ui.px(kAlong), inside.Min.y}, {x + ui.px(kAlong), inside.Max.y}};
  }
  return {{x, inside.Max.y},
          {x - reach, inside.Max.y - ui.px(kTab + 3)},
          {x + reach, inside.Max.y + ui.px(3)}};
}

void draw_handle(const Ui& ui, const PlotHandle& handle, const Place& place, const ImRect& inside) {
  const bool hot = ui.state.view.handles.hovered == handle.name();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImU32 colour = colour_of(ui, handle);
  if (handle.vertical()) {
    if (hot) {
      list.AddLine({inside.Min.x, place.at.y},
                   {inside.Max.x, place.at.y},
                   colour_of(ui, handle, 0.55F),
                   1.5F * ui.fonts.scale);
    }
    draw_knob(ui, place.at, colour, hot);
    return;
  }
  if (handle.kind == HandleKind::switch_point) {
    const float width = ui.px(hot ? 2 : 1), left = std::round(place.at.x - 0.5F * width);
    const float dash = ui.px(6);
    const int dashes = static_cast<int>(std::ceil(inside.GetHeight() / (2 * dash)));
    for (int i = 0; i < dashes; ++i) {
      const float y = inside.Min.y + 2 * dash * static_cast<float>(i);
      list.AddRectFilled({left, y},
                         {left + width, std::min(hot ? y + 2 * dash : y + dash, inside.Max.y)},
                         colour_of(ui, handle, hot ? 0.9F : 0.7F));
    }
    draw_tab(ui, {place.at.x, inside.Min.y + ui.px(kTab)}, colour, hot);
    return;
  }
  draw_tab(ui, {place.at.x, inside.Max.y}, colour, hot);
}

/// Of a plot "mse/2" its hyperparameter; of "mse", the only one.
bool is_selected(const Ui& ui, const PlotPanel& plot) {
  const auto slash = plot.id.find('/');
  return slash == std::string::npos ||
         plot.id.substr(slash + 1) == std::to_string(selected_panel(ui));
}

/// The handles of a plot; the one under the hand stays while what it hangs on is not drawn.
std::vector<PlotHandle> handles_of(const Ui& ui, const PlotPanel& plot) {
  std::vector<PlotHandle> handles;
  if (!ui.session.theory_stale()) {
    handles = plot_handles({.theory = ui.session.evaluated(),
                            .panel = selected_panel(ui),
                            .method = selected_method(ui),
                            .x_unit = ui.state.view.figure.x_unit},
                           plot);
  }
  const std::optional<HandleDrag>& drag = ui.state.view.handles.drag;
  if (!drag || drag->handle.plot != plot.id) return handles;
  const auto same = [&](const PlotHandle& handle) { return handle.key == drag->handle.key; };
  if (std::any_of(handles.begin(), handles.end(), same)) return handles;
  PlotHandle kept = drag->handle;
  kept.value = value_of_handle(ui.session.spec(), kept);
  const double place = kept.position_of(kept.value);
  if (!std::isnan(place)) (kept.vertical() ? kept.y : kept.x) = place;
  handles.push_back(std::move(kept));
  return handles;
}

}  // namespace

void drag_plot_handles(const Ui& ui) {
  HandleLook& look = ui.state.view.handles;
  look.hovered.clear();
  look.hovered_plot.clear();
  look.invites = false;
  bool held = false;
  // Those of this frame are placed anew, if their plots are drawn at all.
  const std::size_t methods = ui.session.spec().methods.size();
  for (const PlacedHandle& placed : std::exchange(look.placed, {})) {
    if (placed.handle.method >= methods) continue;  // the spec changed since it was drawn
    held = handle_item(ui, placed) || held;
  }
  if (look.drag && !held) release(ui);
  const ImVec2 moved = ImGui::GetIO().MouseDelta;
  const bool away = (moved.x != 0.0F || moved.y != 0.0F) && look.hovered != look.nudged;
  if (!look.nudged.empty() && (look.drag || away)) {
    look.nudged.clear();
    if (!look.drag) ui.send(FinishEdit{});
  }
}

void draw_plot_handles(const Ui& ui, const PlotPanel& plot, const PlotGeometry& geometry) {
  const ImRect inside = to_pixels(geometry.plot, ui.fonts.scale);
  if (inside.GetWidth() < ui.px(kLeastRoom) || inside.GetHeight() < ui.px(kLeastRoom)) return;
  if (!is_selected(ui, plot)) return;
  HandleLook& look = ui.state.view.handles;
  for (PlotHandle& handle : handles_of(ui, plot)) {
    const Place place = place_of(ui, handle, geometry, inside);
    draw_handle(ui, handle, place, inside);
    if (handle.vertical() && !look.ever_dragged && !look.invites) {
      look.invites = true;
      draw_invitation(ui, place.at, inside);
    }
    const AxisMap& axis = handle.vertical() ? geometry.y : geometry.x;
    look.placed.push_back({std::move(handle), axis, place.min, place.max});
  }
  if (look.drag && look.drag->handle.plot == plot.id) {
    const PlotHandle& handle = look.drag->handle;
    explain(ui, handle_chip(handle, value_of_handle(ui.session.spec(), handle)));
  }
}

}  // namespace sid::app
