#include "sid/app/panels/shortcuts.hpp"

#include <algorithm>
#include <limits>

#include <GLFW/glfw3.h>
#include <imgui.h>
#include <imgui_internal.h>

#include "sid/app/panels/plot_keys.hpp"
#include "sid/app/state/copied_text.hpp"
#include "sid/app/state/curve_visibility.hpp"
#include "sid/app/state/plot_view.hpp"
#include "sid/io/share_string.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {
namespace {

bool pressed(int key, bool repeat = false) {
  return ImGui::IsKeyPressed(key, repeat);
}

/// Keys 1 to 6 show or hide every curve of a method; with Shift they show it alone.
void method_keys(AppState& state, const Figure& figure, bool shift) {
  const std::size_t count = state.spec.methods.size();
  std::set<std::string>& hidden = state.view.figure.hidden;
  for (std::size_t i = 0; i < std::min<std::size_t>(count, 6); ++i) {
    if (!pressed(GLFW_KEY_1 + static_cast<int>(i))) continue;
    shift ? solo_method(hidden, figure, i, count) : toggle_method(hidden, figure, i);
  }
}

/// Those of every view.
void common_keys(AppState& state, bool shift) {
  ViewState& view = state.view;
  if (pressed(GLFW_KEY_T)) {
    view.appearance = view.appearance == Appearance::dark ? Appearance::light : Appearance::dark;
  }
  // Else the arrows move that handle.
  const bool select = view.handles.hovered.empty() && view.handles.nudged.empty();
  if (select && pressed(GLFW_KEY_UP, true) && view.method > 0) --view.method;
  if (select && pressed(GLFW_KEY_DOWN, true) && view.method + 1 < state.spec.methods.size()) {
    ++view.method;
  }
  if (pressed(GLFW_KEY_SLASH) && shift) view.help_open = !view.help_open;
}

/// What the plots show, and how.
void view_keys(ViewState& view, bool shift) {
  FigureOptions& figure = view.figure;
  if (pressed(GLFW_KEY_F)) fit(view, shift ? FitKind::all : FitKind::data);
  if (pressed(GLFW_KEY_BACKSPACE)) shift ? view_forward(view) : view_back(view);
  if (pressed(GLFW_KEY_X)) {
    figure.x_unit = figure.x_unit == XUnit::epochs ? XUnit::iterations : XUnit::epochs;
    forget_views(view);
  }
  if (pressed(GLFW_KEY_Y)) {
    set_y_value(view, figure.y_value == YValue::error ? YValue::looseness : YValue::error);
  }
  if (pressed(GLFW_KEY_L)) {
    bool& flag = shift ? figure.log_y : figure.log_x;
    flag = !flag;
    forget_views(view);
  }
  if (pressed(GLFW_KEY_B)) figure.bounds = !figure.bounds;
  if (pressed(GLFW_KEY_E)) figure.exact = !figure.exact;
  if (pressed(GLFW_KEY_S)) figure.slopes = !figure.slopes;
  if (pressed(GLFW_KEY_H)) toggle_map(view);
}

/// Checkpoint, hyperparameter and scale of the theory view.
void theory_keys(ViewState& view, const Session& session) {
  TheoryLook& look = view.theory;
  const std::size_t count = session.checkpoints(view.panel, view.method).size();
  if (count > 0) {
    const std::size_t last = count - 1, at = std::min(look.at.value_or(last), last);
    if (pressed(GLFW_KEY_COMMA, true) && at > 0) look.at = at - 1;
    if (pressed(GLFW_KEY_PERIOD, true)) look.at = std::min(at + 1, last);
    if (pressed(GLFW_KEY_HOME)) look.at = 0;
    if (pressed(GLFW_KEY_END)) look.at.reset();
  }
  if (const std::size_t symbols = look.ordinal; symbols > 0 && pressed(GLFW_KEY_TAB, true)) {
    const bool back = ImGui::GetIO().KeyShift;
    const std::size_t from = look.chosen.value_or(back ? 0 : symbols - 1);
    look.chosen = (from + (back ? symbols - 1 : 1)) % symbols;
    look.reveal = true;
  }
  const std::size_t panels = session.bench() ? session.bench()->panels.size() : 1;
  if (pressed(GLFW_KEY_LEFT, true) && view.panel > 0) --view.panel;
  if (pressed(GLFW_KEY_RIGHT, true) && view.panel + 1 < panels) ++view.panel;
  if (pressed(GLFW_KEY_D)) {
    look.chart = static_cast<TheoryChart>((static_cast<int>(look.chart) + 1) % 3);
  }
}

void run_keys(const ViewState& view,
              const Session& session,
              bool shift,
              std::vector<Command>& out) {
  if (pressed(GLFW_KEY_SPACE)) {
    const bool outer = view.layout == Layout::outer;
    if (outer ? view.outer_running : session.running()) {
      out.emplace_back(StopRun{});
    } else {
      out.emplace_back(StartRun{});
    }
  }
  if (pressed(GLFW_KEY_R)) {
    if (shift) {
      out.emplace_back(NewSeed{});
    } else {
      out.emplace_back(StartRun{});
    }
  }
  if (pressed(GLFW_KEY_P) && !shift) out.emplace_back(PinRun{});
  if (pressed(GLFW_KEY_K)) {
    RunSpec spec = session.spec();
    spec.ladder = static_cast<Ladder>((static_cast<int>(spec.ladder) + 1) % 3);
    out.emplace_back(EditSpec{spec, "Next constants", "ladder", true});
  }
}

/// What the table below the plot says, of all methods or of the selected one.
void copy_readout(const AppState& state,
                  const Session& session,
                  const FigureBook& book,
                  bool sentence,
                  std::vector<Command>& out) {
  const ViewState& view = state.view;
  const std::size_t panels = session.bench() ? session.bench()->panels.size() : 1;
  const std::size_t panel = std::min(view.panel, std::max<std::size_t>(panels, 1) - 1);
  const PlotPanel* const plot = book.read_plot(view.cursor, panel);
  const std::size_t methods = state.spec.methods.size();
  if (plot == nullptr || methods == 0) return;
  const double x = view.cursor.active ? view.cursor.x : std::numeric_limits<double>::quiet_NaN();
  const Readout readout = make_readout(*plot, methods, x);
  const std::vector<std::string> labels = method_labels(state.spec);
  const std::size_t selected = std::min(view.method, methods - 1);
  if (sentence) {
    out.emplace_back(
        CopyText{readout_sentence(*plot, readout.rows[selected], labels[selected], view.figure),
                 "Sentence"});
  } else {
    out.emplace_back(CopyText{readout_table(*plot, readout, labels, view.figure), "Table"});
  }
}

void control_keys(AppState& state,
                  const Session& session,
                  const FigureBook& book,
                  std::vector<Command>& out) {
  if (pressed(GLFW_KEY_C)) {
    if (state.view.layout == Layout::compare) {
      out.emplace_back(CopyComparison{});
    } else {
      copy_readout(state, session, book, ImGui::GetIO().KeyShift, out);
    }
  }
  if (pressed(GLFW_KEY_Z, true)) out.emplace_back(Undo{});
  if (pressed(GLFW_KEY_Y, true)) out.emplace_back(Redo{});
  if (pressed(GLFW_KEY_E)) state.view.export_open = true;
  if (pressed(GLFW_KEY_V)) {
    if (const char* const text = ImGui::GetClipboardText()) out.emplace_back(PasteSpec{text});
  }
  if (pressed(GLFW_KEY_L)) {
    ShareString share;
    share.spec = session.spec();
    out.emplace_back(CopyText{write_share_string(share), "Share string"});
  }
}

/// Closes what is open, the latest first. True if there was something.
bool step_out(ViewState& view) {
  if (ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup)) {
    ImGui::ClosePopupToLevel(0, true);
    return true;
  }
  if (view.help_open) return !(view.help_open = false);
  if (view.export_open) return !(view.export_open = false);
  const bool map_shown = view.layout == Layout::explore || view.layout == Layout::present;
  if (view.map_open && map_shown) return !(view.map_open = false);
  if (view.layout == Layout::compare || (view.layout == Layout::outer && !view.outer_running)) {
    view.layout = Layout::explore;
    return true;
  }
  if (view.layout != Layout::theory) return false;
  if (view.theory.chosen) {
    view.theory.chosen.reset();
  } else if (view.theory.at) {
    view.theory.at.reset();
  } else {
    view.layout = Layout::explore;
  }
  return true;
}

}  // namespace

std::vector<Command> read_shortcuts(AppState& state,
                                    const Session& session,
                                    const FigureBook& book,
                                    const std::function<void()>& toggle_fullscreen) {
  std::vector<Command> out;
  const ImGuiIO& io = ImGui::GetIO();
  // What is under the hand takes Esc; other keys wait until it is released.
  if (state.view.handles.drag || state.view.press) return out;
  if (pressed(GLFW_KEY_ESCAPE) && !io.WantTextInput && !step_out(state.view) &&
      (session.running() || state.view.outer_running)) {
    out.emplace_back(StopRun{});
  }
  if (pressed(GLFW_KEY_F11) && toggle_fullscreen) toggle_fullscreen();
  if (pressed(GLFW_KEY_F2)) state.view.layout = Layout::explore;
  if (pressed(GLFW_KEY_F3)) state.view.layout = Layout::theory;
  if (pressed(GLFW_KEY_F4)) state.view.layout = Layout::compare;
  if (pressed(GLFW_KEY_F5)) state.view.layout = Layout::present;
  if (pressed(GLFW_KEY_F6)) state.view.layout = Layout::outer;
  if (io.WantTextInput) return out;
  if (io.KeyCtrl) {
    control_keys(state, session, book, out);
    return out;
  }
  if (io.KeySuper) return out;
  const Layout layout = state.view.layout;
  if (layout == Layout::explore || layout == Layout::present) read_plot_keys(state.view, book);
  if (io.KeyAlt) return out;
  common_keys(state, io.KeyShift);
  if (layout != Layout::outer) {  // its plots are others
    view_keys(state.view, io.KeyShift);
    method_keys(state, book.figure(), io.KeyShift);
  }
  if (layout == Layout::theory) theory_keys(state.view, session);
  run_keys(state.view, session, io.KeyShift, out);
  return out;
}

}  // namespace sid::app
