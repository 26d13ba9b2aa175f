#include <fmt/format.h>

#include "sid/app/panels/edit.hpp"
#include "sid/app/panels/panels.hpp"
#include "sid/app/state/messages.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/math/numbers.hpp"

namespace sid::app {
namespace {

const ImVec4& colour_of(const Ui& ui, Severity severity) {
  switch (severity) {
    case Severity::fine:
      return ui.colours.good;
    case Severity::partly:
      return ui.colours.partly;
    case Severity::warning:
      return ui.colours.warning;
    case Severity::stopped:
      return ui.colours.bad;
  }
  return ui.colours.text;
}

/// "64 replicas · 1.2 s" or "12 of 64 replicas · 40 % · 3 s left".
std::string run_text(const Ui& ui) {
  const RunSnapshot* const run = ui.session.snapshot().get();
  if (!ui.session.issues().empty()) return "not run";
  if (run == nullptr) return ui.session.running() ? "starting" : "not run";
  const std::int64_t count = ui.session.spec().run.replicas;
  const std::string replicas = fmt::format("{} {}", count, count == 1 ? "replica" : "replicas");
  switch (run->status) {
    case RunStatus::preparing:
      return run->message.empty() ? "preparing" : run->message;
    case RunStatus::running: {
      std::string words =
          fmt::format("running · {} · {} %", replicas, static_cast<int>(100.0 * run->progress));
      if (run->eta_seconds >= 0.0 && run->elapsed_seconds > 0.2) {
        words += " · " + format_duration(run->eta_seconds) + " left";
      }
      return words;
    }
    case RunStatus::not_started:
      return "not run";
    default:
      break;
  }
  const char* const how = run->status == RunStatus::finished  ? ""
                          : run->status == RunStatus::stopped ? "stopped · "
                          : run->status == RunStatus::failed  ? "failed · "
                                                              : "diverged · ";
  return fmt::format("{}{} · {} steps · {}",
                     how,
                     replicas,
                     format_for_reading(static_cast<double>(run->solver_steps), 3),
                     format_duration(run->elapsed_seconds));
}

void draw_progress(const Ui& ui, float width) {
  const RunSnapshot* const run = ui.session.snapshot().get();
  const double progress = run != nullptr ? run->progress : 0.0;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetFrameHeight(), half = ui.px(2);
  const float y = std::round(at.y + 0.5F * height);
  ImGui::Dummy({width, height});
  ui.registry.record_item("progress", fmt::format("{:.0f}", 100.0 * progress));
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(
      {at.x, y - half}, {at.x + width, y + half}, to_u32(ui.colours.control_active), half);
  const auto share = static_cast<float>(std::clamp(progress, 0.0, 1.0));
  if (share > 0.0F) {
    const bool done = run != nullptr && run->status == RunStatus::finished;
    list.AddRectFilled({at.x, y - half},
                       {at.x + width * share, y + half},
                       to_u32(done ? ui.colours.good : ui.colours.accent),
                       half);
  }
}

void act(const Ui& ui, const Message& message) {
  const std::string setting = message.edit_key + "=" + format_shortest(message.edit_value);
  const std::vector<std::string> overrides = {setting};
  if (const auto changed = apply_overrides(ui.session.spec(), overrides)) {
    ui.send(EditSpec{*changed, setting, "remedy", true});
  }
}

/// Every message in words, above the bar.
void draw_messages_popup(const Ui& ui, const std::vector<Message>& messages) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(14), ui.px(12)});
  if (ImGui::BeginPopup("messages")) {
    for (const Message& message : messages) {
      const float start = ImGui::GetCursorPosX();
      text(colour_of(ui, message.severity), sign(message.severity));
      ImGui::SameLine(start + ui.px(20), 0);
      text_wrapped(ui, ui.colours.text, message.text, ui.px(520));
    }
    ImGui::EndPopup();
  }
  ImGui::PopStyleVar();
}

void draw_message(const Ui& ui, float width) {
  if (const std::string& done = ui.state.confirmation; !done.empty()) {
    ImGui::AlignTextToFramePadding();
    text(colour_of(ui, Severity::fine), sign(Severity::fine));
    ImGui::SameLine(0, ui.px(8));
    text_cut(ui, ui.colours.text, done, width - ui.px(20));
    ui.registry.record_item("message", done);
    return;
  }
  const std::vector<Message> messages =
      collect_messages(ui.session, selected_panel(ui), selected_method(ui), ui.state.notes);
  if (messages.empty()) return;
  const Message& first = messages.front();
  float room = width - ui.px(20);
  if (!first.action.empty()) {
    room -= ImGui::CalcTextSize(first.action.c_str()).x + ui.px(34);
  }
  const std::string more =
      messages.size() > 1 ? fmt::format("+{}", messages.size() - 1) : std::string();
  if (!more.empty()) room -= ui.px(44);
  ImGui::AlignTextToFramePadding();
  text(colour_of(ui, first.severity), sign(first.severity));
  ImGui::SameLine(0, ui.px(8));
  {
    text_cut(ui, ui.colours.text_dim, first.text, room);
    ui.registry.record_item("message", first.text);
  }
  if (!first.action.empty()) {
    ImGui::SameLine(0, ui.px(8));
    if (button(ui, "message/action", first.action.c_str(), first.edit_key)) act(ui, first);
  }
  if (!more.empty()) {
    ImGui::SameLine(0, ui.px(8));
    if (button(ui, "message/more", more.c_str(), "All messages.", ButtonLook::quiet)) {
      ImGui::OpenPopup("messages");
    }
    draw_messages_popup(ui, messages);
  }
}

}  // namespace

void draw_transport(const Ui& ui, ImVec2 size) {
  const Card card(ui, "transport", size, {10, 0});
  const float y = std::round(0.5F * (size.y - ImGui::GetFrameHeight()));
  ImGui::SetCursorPos({ui.px(10), y});
  const bool running = ui.session.running();
  if (button(ui,
             "run",
             running ? "Stop" : "Run",
             running ? "Stop; what is there stays.  (Space)"
                     : "Run again with the same seed.  (Space)",
             running ? ButtonLook::normal : ButtonLook::primary,
             ui.px(76))) {
    if (running) {
      ui.send(StopRun{});
    } else {
      ui.send(StartRun{});
    }
  }
  ImGui::SameLine(0, ui.px(6));
  draw_pin_buttons(ui);
  ImGui::SameLine(0, ui.px(10));
  draw_progress(ui, ui.px(120));
  ImGui::SameLine(0, ui.px(10));
  ImGui::AlignTextToFramePadding();
  const std::string words = run_text(ui);
  text_cut(ui, ui.colours.text_dim, words, size.x * 0.3F);
  ui.registry.record_item("status", words);
  ImGui::SameLine(0, ui.px(20));
  const float left = std::max(ImGui::GetCursorPosX(), ui.px(470));
  ImGui::SetCursorPosX(left);
  draw_message(ui, size.x - left - ui.px(10));
}

}  // namespace sid::app
