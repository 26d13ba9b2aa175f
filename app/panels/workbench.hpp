#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "sid/app/panels/panels.hpp"
#include "sid/app/state/compare_book.hpp"
#include "sid/app/state/outer_book.hpp"
#include "sid/app/state/theory_book.hpp"

namespace sid::app {

/// The whole content of the window: state, session and panels. Knows nothing of GLFW and OpenGL,
/// so that tests drive it inside a process without a display.
class Workbench {
 public:
  struct Options {
    RunSpec spec;
    std::string preset;  ///< its name, if it is one
    Pins pins = {};      ///< runs to begin with
    CompareLook compare = {};
    Appearance appearance = Appearance::dark;
    Layout layout = Layout::explore;
    bool map_open = false;
    Session::Options session;
    std::function<void()> toggle_fullscreen;  ///< may be empty
  };

  /// `fonts` and `textures` must outlive the workbench.
  Workbench(Options options, const Fonts& fonts, TextureStore& textures);

  /// Draws one frame into the present Dear ImGui frame and carries out what was asked for.
  void frame();
  /// A file dropped on the window or named on the command line: a spec, or data for the problem.
  void open_path(const std::string& path);
  /// A share string or the text of a spec file.
  void paste(const std::string& text);
  void say(Severity severity, std::string text);
  /// Confirms what the user asked for: a note that for some seconds goes before more serious ones.
  void confirm(std::string text);
  /// After the fonts were baked anew.
  void rebuild_pictures();

  const AppState& state() const { return state_; }
  AppState& state() { return state_; }
  const Session& session() const { return session_; }
  const WidgetRegistry& registry() const { return registry_; }
  const FigureBook& book() const { return book_; }
  const PlotCache& plots() const { return plots_; }
  const TheoryStudyDesk& study() const { return study_; }
  const TheoryBook& theory_book() const { return theory_book_; }
  const CompareBook& compare_book() const { return compare_book_; }
  const SweepDesk& map_desk() const { return map_desk_; }
  const SweepBook& map() const { return map_; }
  const OuterDesk& outer() const { return outer_; }
  const OuterBook& outer_book() const { return outer_book_; }
  /// Nothing is on its way any more: the run is over and its theory is there.
  bool settled() const;
  /// Seconds after which a frame is due without any event; negative: none.
  double next_frame_in() const;

 private:
  void draw(Ui& ui);
  /// Asks for the study that the theory view shows.
  void update_study(const Ui& ui);
  /// Asks for the heat map while it is open.
  void update_map(const Ui& ui);
  /// Makes its pictures anew where they changed.
  void update_theory_book(const Ui& ui);
  /// The same for compared runs.
  void update_compare_book();
  ComparePage compare_page() const;
  /// Asks for the outer loop that is shown, and makes its pictures anew where it came on.
  void update_outer();
  void draw_explore(Ui& ui, ImVec2 origin, ImVec2 size);
  /// Nothing on the plots of explore and present is under the hand while another view is shown.
  void leave_plots();
  /// Plots above, theory below.
  void draw_main(Ui& ui, ImVec2 origin, ImVec2 size);
  void carry_out(const Command& command);
  void carry_out_all();
  /// Warnings speak of the last thing typed; the next edit outdates them.
  void forget_warnings();
  void apply_edit(const EditSpec& edit);
  void show_spec(const RunSpec& spec);
  void show_earlier(const RunSpec& spec);
  void use_spec(RunSpec spec, std::string name, std::string preset);
  /// What an export with this choice writes.
  Figure exported_figure(const ExportChoice& choice) const;
  void write_export(const ExportFigure& request);
  void pin_run();
  void unpin(const std::string& letter);
  void load_pin(const std::string& letter);

  AppState state_;
  const Fonts& fonts_;
  FormulaTextures formulas_;
  PreviewPicture preview_;
  WidgetRegistry registry_;
  FieldMemory field_;
  PlotCache plots_;
  GridCache grids_;
  FigureBook book_;
  TheoryBook theory_book_;
  CompareBook compare_book_;
  SweepBook map_;
  OuterBook outer_book_;
  std::vector<Command> commands_;
  std::vector<Preset> presets_;
  std::function<void()> toggle_fullscreen_;
  Appearance styled_ = Appearance::dark;
  float styled_scale_ = 0.0F;
  std::chrono::steady_clock::time_point ghost_until_{};
  bool ghost_timed_ = false;
  std::chrono::steady_clock::time_point confirmed_until_{};
  TheoryStudyDesk study_;
  SweepDesk map_desk_;
  /// What the map was last asked for: session version, panel, method, running.
  std::tuple<std::uint64_t, std::size_t, std::size_t, bool> map_of_{};
  OuterDesk outer_;
  Session session_;
};

}  // namespace sid::app
