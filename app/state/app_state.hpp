#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sid/app/platform/style.hpp"
#include "sid/app/state/edit_history.hpp"
#include "sid/app/state/export_choice.hpp"
#include "sid/app/state/handle_drag.hpp"
#include "sid/app/state/pins.hpp"
#include "sid/figure/build_figure.hpp"
#include "sid/figure/comparison_figure.hpp"
#include "sid/run/run_spec.hpp"

namespace sid::app {

/// Fixed grids with splitters; nothing floats, so nothing can be lost.
enum class Layout {
  explore,  ///< setup, plots, theory
  theory,   ///< theory large
  compare,  ///< pinned runs and the present one, and what they differ in
  present,  ///< plots alone, setup folded away
  outer,    ///< lambda being optimised
};

/// Which plot the pointer is in, and where.
struct Cursor {
  bool active = false;
  std::string plot;  ///< PlotPanel::id
  double x = 0.0;    ///< in the figure's x unit
  double y = 0.0;    ///< on the y axis of that plot
  bool operator==(const Cursor&) const = default;
};

/// What the first chart of the theory view shows.
enum class TheoryChart {
  shares,  ///< terms of Theorem 3.4 as shares of their sum
  values,  ///< the same stacked on a log axis
  parts,   ///< parts of the error beside Theorems 3.1 to 3.3
};

/// Heights of the theory view's charts, in pixels, and what they were made for. They stay while the
/// pointer is in the first chart: each checkpoint has bars of its own, and a chart that moved away
/// from under the pointer would choose another one.
struct ChartsLayout {
  std::size_t panel = 0, method = 0;
  TheoryChart chart = TheoryChart::shares;
  float width = 0.0F, height = 0.0F;  ///< of the column
  float first = 0.0F, row = 0.0F;     ///< of the first chart, and of a row of bars
  float total = 0.0F;                 ///< of all charts
  bool scrolls = false;
  bool is_for(const ChartsLayout& other) const {
    return panel == other.panel && method == other.method && chart == other.chart &&
           width == other.width && height == other.height;
  }
};

/// How the theory view looks.
struct TheoryLook {
  TheoryChart chart = TheoryChart::shares;
  ChartsLayout charts;
  std::optional<std::size_t> at;      ///< the checkpoint that was chosen; none: the last
  std::optional<std::size_t> under;   ///< the one under the pointer: it counts first
  std::string symbol;                 ///< "theorem_3_4/c₁" under the pointer, in this frame
  std::optional<std::size_t> chosen;  ///< number of the symbol chosen by keyboard, over all cards
  bool reveal = false;                ///< scroll to it
  std::size_t ordinal = 0;            ///< of the symbol that is drawn next
  float card_end = 0.0F;              ///< right end of the card that is being drawn, pixels
  ImVec2 beside{-1.0F, -1.0F};        ///< at the height of `symbol`, right of its card
  std::string lit;                    ///< the same in the frame before: what is lit
};

/// How compared runs are shown.
struct CompareLook {
  CompareArrangement arrangement = CompareArrangement::one_plot;
  CompareValue value = CompareValue::errors;
  double table_height = 250.0;  ///< logical pixels
};

/// What "view back" brings back.
struct PlotView {
  std::map<std::string, PanelLimits> limits;
  YValue y_value = YValue::error;
};

/// A mouse button that was pressed in a plot and has not been released.
struct PlotPress {
  std::string plot;    ///< PlotPanel::id
  bool right = false;  ///< the right button
  bool box = false;    ///< frames a box; else it moves the plot
  bool moved = false;  ///< farther than a click does
};

/// Small changes of the view that follow each other are one step of its history.
struct ViewGesture {
  std::string name;    ///< "wheel/mse"; empty: none goes on
  double until = 0.0;  ///< seconds, on the clock of the frames
};

/// Everything about looking, nothing about computing.
struct ViewState {
  FigureOptions figure;
  Appearance appearance = Appearance::dark;
  Layout layout = Layout::explore;
  double setup_width = 304.0;    ///< logical pixels
  double theory_height = 180.0;  ///< logical pixels; the theory card below the plots
  double subplot_share = 0.36;   ///< of the plot area's width
  std::size_t panel = 0;         ///< selected hyperparameter
  std::size_t method = 1;        ///< selected method: theory card, geometry strip
  Cursor cursor;
  std::optional<PlotPress> press;
  ViewGesture gesture;
  HandleLook handles;
  TheoryLook theory;
  CompareLook compare;
  std::string emphasised;      ///< Series::key under the pointer in the table
  bool outer_running = false;  ///< the outer loop is at work; what Space does depends on it
  bool help_open = false;
  bool map_open = false;  ///< the heat map, in place of the subproblems' plots
  bool export_open = false;
  ExportChoice exporting;
  /// Views before and after the present one.
  std::vector<PlotView> back, forward;
};

enum class Severity { fine, partly, warning, stopped };

/// One sentence for the user: what, number against limit, consequence; perhaps a remedy.
struct Message {
  Severity severity = Severity::fine;
  std::string text;
  std::string action;    ///< label of the remedy's button; empty: none
  std::string edit_key;  ///< override that mends it ("method[1].step.eta")
  double edit_value = 0.0;
  bool operator==(const Message&) const = default;
};

struct AppState {
  RunSpec spec;
  ViewState view;
  EditHistory history;
  Pins pins;
  std::string preset;          ///< name in the preset list; empty after opening a file
  std::vector<Message> notes;  ///< from files, exports, copies; newest last
  std::string confirmation;    ///< of what was just done; shown before all messages for a while
};

}  // namespace sid::app
