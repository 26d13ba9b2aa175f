#include "sid/app/panels/workbench.hpp"

#include <algorithm>

#include "sid/app/panels/compare_view.hpp"
#include "sid/app/panels/outer_view.hpp"
#include "sid/app/panels/shortcuts.hpp"
#include "sid/app/panels/theory_view.hpp"

namespace sid::app {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kGhostTime = std::chrono::seconds(3);
constexpr auto kConfirmationTime = std::chrono::seconds(4);
// Narrower windows do without the setup panel, lower ones without the theory.
constexpr float kSetupNeeds = 860.0F, kTheoryNeeds = 400.0F;
// The theory view needs room for its columns beside the setup panel.
constexpr float kSetupBesideTheory = 1640.0F;
constexpr float kTopBar = 46.0F, kTransport = 44.0F, kGeometry = 34.0F, kGap = 8.0F;

}  // namespace

Workbench::Workbench(Options options, const Fonts& fonts, TextureStore& textures)
    : fonts_(fonts),
      formulas_(textures),
      preview_(textures),
      presets_(list_presets()),
      toggle_fullscreen_(std::move(options.toggle_fullscreen)),
      study_(options.session.on_news),
      map_desk_(options.session.on_news, options.session.threads),
      outer_(options.session.on_news, options.session.threads),
      session_(std::move(options.session)) {
  state_.view.appearance = options.appearance;
  state_.view.layout = options.layout;
  state_.view.compare = options.compare;
  state_.view.map_open = options.map_open;
  state_.pins = std::move(options.pins);
  state_.preset = options.preset;
  state_.spec = options.spec;
  if (!fonts.warning.empty()) say(Severity::partly, fonts.warning);
  session_.set_spec(options.spec);
}

void Workbench::rebuild_pictures() {
  formulas_.clear();
  preview_.clear();
  plots_.clear();
  grids_.clear();
}

double Workbench::next_frame_in() const {
  const auto until = [](Clock::time_point time) {
    return std::max(0.0, std::chrono::duration<double>(time - Clock::now()).count());
  };
  double next = -1.0;
  if (ghost_timed_) next = until(ghost_until_);
  if (!state_.confirmation.empty()) {
    const double confirmed = until(confirmed_until_);
    next = next < 0.0 ? confirmed : std::min(next, confirmed);
  }
  return next;
}

void Workbench::confirm(std::string text) {
  std::erase_if(state_.notes, [](const Message& note) { return note.severity == Severity::fine; });
  state_.confirmation = text;
  confirmed_until_ = Clock::now() + kConfirmationTime;
  say(Severity::fine, std::move(text));
}

bool Workbench::settled() const {
  if (!session_.issues().empty()) return true;
  if (state_.view.layout == Layout::outer) return outer_.latest() && !outer_.running();
  const auto& run = session_.snapshot();
  if (!run || !run->done())
    return !session_.running() && !session_.bench() && !session_.trouble().empty();
  const bool studied = state_.view.layout != Layout::theory || !study_.pending();
  const bool mapped = !state_.view.map_open || !map_desk_.pending();
  return run->status == RunStatus::failed || (!session_.theory_pending() && studied && mapped);
}

void Workbench::frame() {
  if (styled_scale_ != fonts_.scale || styled_ != state_.view.appearance) {
    ImGui::GetStyle() = make_style(state_.view.appearance, fonts_.scale);
    styled_scale_ = fonts_.scale;
    if (styled_ != state_.view.appearance) rebuild_pictures();
    styled_ = state_.view.appearance;
  }
  session_.poll();
  if (Clock::now() >= confirmed_until_) state_.confirmation.clear();
  if (session_.ghost() && !ghost_timed_) {
    ghost_timed_ = true;
    ghost_until_ = Clock::now() + kGhostTime;
  }
  if (ghost_timed_ && (Clock::now() >= ghost_until_ || !session_.ghost())) {
    ghost_timed_ = false;
    session_.drop_ghost();
  }
  book_.update(session_, state_.view.figure, state_.pins);
  registry_.begin_frame(ImGui::GetFrameCount());
  commands_.clear();
  Ui ui{state_,
        session_,
        book_,
        fonts_,
        ui_colours(state_.view.appearance),
        figure_theme(state_.view.appearance),
        formulas_,
        registry_,
        field_,
        commands_,
        map_,
        [this] {
          carry_out_all();
          book_.update(session_, state_.view.figure, state_.pins);
        }};
  update_study(ui);
  update_map(ui);
  update_outer();
  for (Command& command : read_shortcuts(state_, session_, book_, toggle_fullscreen_)) {
    commands_.push_back(std::move(command));
  }
  draw(ui);
  carry_out_all();
}

void Workbench::update_study(const Ui& ui) {
  const ViewState& view = state_.view;
  if (view.layout != Layout::theory) {
    study_.want(std::nullopt);
    return;
  }
  const std::optional<std::size_t> at = view.theory.under ? view.theory.under : view.theory.at;
  study_.want(study_request(session_, selected_panel(ui), selected_method(ui), at));
  study_.poll();
}

void Workbench::update_map(const Ui& ui) {
  if (!state_.view.map_open) {
    map_desk_.clear();
    map_of_ = {};
  } else if (const std::tuple now{
                 session_.version(), selected_panel(ui), selected_method(ui), session_.running()};
             now != map_of_) {
    map_of_ = now;
    // While there is no bench the map before stays, faded.
    if (auto job = map_job(session_, std::get<1>(now), std::get<2>(now))) {
      map_desk_.want(*std::move(job));
    } else {
      map_desk_.hold();
    }
  }
  map_desk_.poll();
  map_.update(map_desk_, session_.spec());
}

void Workbench::update_outer() {
  ViewState& view = state_.view;
  const bool wanted = view.layout == Layout::outer && session_.issues().empty();
  outer_.want(wanted ? std::optional<OuterRequest>({session_.spec(), session_.bench()})
                     : std::nullopt);
  outer_.poll();
  view.outer_running = wanted && outer_.running();
  if (wanted) outer_book_.update(outer_, {});
}

void Workbench::update_theory_book(const Ui& ui) {
  const TheoryLook& look = state_.view.theory;
  TheoryPage page{.panel = selected_panel(ui), .method = selected_method(ui)};
  const std::size_t count = session_.checkpoints(page.panel, page.method).size();
  const std::size_t last = count > 0 ? count - 1 : 0;
  page.at = std::min(look.under.value_or(look.at.value_or(last)), last);
  page.x_unit = state_.view.figure.x_unit;
  page.log_x = state_.view.figure.log_x;
  page.shares = look.chart == TheoryChart::shares;
  theory_book_.update(session_, study_, page);
}

ComparePage Workbench::compare_page() const {
  const ViewState& view = state_.view;
  return {.arrangement = view.compare.arrangement,
          .value = view.compare.value,
          .figure = view.figure,
          .panel = view.panel};
}

void Workbench::update_compare_book() {
  compare_book_.update(state_.pins, session_, compare_page());
}

void Workbench::carry_out_all() {
  // Carrying out may ask for more; what it asks for waits for the next turn.
  std::vector<Command> commands;
  commands.swap(commands_);
  for (const Command& command : commands) carry_out(command);
}

void Workbench::draw(Ui& ui) {
  const ImGuiIO& io = ImGui::GetIO();
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(io.DisplaySize);
  const WithFont font(fonts_.body);
  ImGui::Begin("sidlab",
               nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoScrollWithMouse);
  const float gap = ui.px(kGap);
  const ImVec2 size{io.DisplaySize.x - 2 * gap, io.DisplaySize.y - 2 * gap};
  ImGui::SetCursorScreenPos({gap, gap});
  draw_top_bar(ui, presets_, {size.x, ui.px(kTopBar)});
  const float foot = ui.px(kTransport) + ui.px(kGeometry) + gap;
  const float top = gap + ui.px(kTopBar) + gap;
  const float body = io.DisplaySize.y - top - foot - 2 * gap;
  draw_explore(ui, {gap, top}, {size.x, body});
  ImGui::SetCursorScreenPos({gap, top + body + gap});
  draw_transport(ui, {size.x, ui.px(kTransport)});
  ImGui::SetCursorScreenPos({gap, top + body + 2 * gap + ui.px(kTransport)});
  draw_geometry_strip(ui, {size.x, ui.px(kGeometry)});
  ImGui::End();
  draw_help_sheet(ui);
  if (state_.view.export_open) {
    const ExportChoice& choice = state_.view.exporting;
    const PreviewRoom room = preview_room(ui);
    // While a run goes on its curves change many times a second; the picture keeps those it has.
    const bool looping = state_.view.layout == Layout::outer;
    const bool at_work = looping ? state_.view.outer_running : session_.running();
    const bool keep = at_work && preview_.figure() != 0;
    const bool comparing = state_.view.layout == Layout::compare;
    const std::uint64_t version = comparing ? compare_book_.version() << 32U
                                  : looping ? outer_book_.version() << 48U
                                            : book_.version();
    preview_.update({.figure = keep ? preview_.figure() : version,
                     .all_plots = choice.all_plots,
                     .file = choice.file,
                     .width = room.width,
                     .height = room.height},
                    [&] { return exported_figure(choice); });
  } else {
    preview_.clear();
  }
  draw_export_sheet(ui, preview_);
}

void Workbench::draw_explore(Ui& ui, ImVec2 origin, ImVec2 size) {
  ViewState& view = state_.view;
  const float gap = ui.px(kGap);
  const bool setup_shown =
      view.layout != Layout::present &&
      size.x >= ui.px(view.layout == Layout::theory ? kSetupBesideTheory : kSetupNeeds);
  const float setup =
      setup_shown
          ? std::clamp(ui.px(static_cast<float>(view.setup_width)), ui.px(260), 0.45F * size.x)
          : 0.0F;
  if (setup_shown) {
    ImGui::SetCursorScreenPos(origin);
    draw_setup_panel(ui, {setup, size.y});
    const float drag = splitter(ui,
                                "split-setup",
                                {origin.x + setup, origin.y},
                                {origin.x + setup + gap, origin.y + size.y},
                                true);
    // Before the plots are drawn: bounds follow a dragged slider in the same frame.
    ui.carry_out();
    view.setup_width = std::clamp(view.setup_width + static_cast<double>(drag), 260.0, 560.0);
  }
  const float left = origin.x + (setup_shown ? setup + gap : 0.0F);
  const float width = origin.x + size.x - left;
  draw_main(ui, {left, origin.y}, {width, size.y});
}

void Workbench::leave_plots() {
  HandleLook& look = state_.view.handles;
  if (!look.nudged.empty()) commands_.emplace_back(FinishEdit{});
  look.placed.clear();
  look.hovered.clear();
  look.hovered_plot.clear();
  look.nudged.clear();
  state_.view.cursor.active = false;
}

void Workbench::draw_main(Ui& ui, ImVec2 origin, ImVec2 size) {
  ViewState& view = state_.view;
  ImGui::SetCursorScreenPos(origin);
  if (view.layout != Layout::explore && view.layout != Layout::present) leave_plots();
  if (view.layout == Layout::theory) {
    update_theory_book(ui);  // after what the setup panel changed
    draw_theory_view(ui, {study_, theory_book_, plots_}, size);
    return;
  }
  if (view.layout == Layout::compare) {
    update_compare_book();
    draw_compare_view(ui, {compare_book_, plots_, grids_}, size);
    return;
  }
  if (view.layout == Layout::outer) {
    draw_outer_view(ui, {outer_, outer_book_, plots_, grids_}, size);
    return;
  }
  if (size.y < ui.px(kTheoryNeeds)) {
    draw_plot_area(ui, plots_, grids_, size);
    return;
  }
  const float gap = ui.px(kGap), left = origin.x, width = size.x;
  const auto wanted = static_cast<float>(view.theory_height);
  const float theory = std::clamp(ui.px(wanted), ui.px(120), 0.6F * size.y);
  const float plots = size.y - theory - gap;
  draw_plot_area(ui, plots_, grids_, {width, plots});
  const float drag = splitter(
      ui, "split-theory", {left, origin.y + plots}, {left + width, origin.y + plots + gap}, false);
  view.theory_height = std::clamp(view.theory_height - static_cast<double>(drag), 120.0, 600.0);
  ImGui::SetCursorScreenPos({left, origin.y + plots + gap});
  draw_theory_panel(ui, {width, theory});
}

}  // namespace sid::app
