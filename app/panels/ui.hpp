#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <imgui.h>

#include "sid/app/platform/fonts.hpp"
#include "sid/app/platform/style.hpp"
#include "sid/app/platform/widget_registry.hpp"
#include "sid/app/render/formula_textures.hpp"
#include "sid/app/state/app_state.hpp"
#include "sid/app/state/commands.hpp"
#include "sid/app/state/figure_book.hpp"
#include "sid/app/state/session.hpp"
#include "sid/app/state/sweep_book.hpp"
#include "sid/math/rounding.hpp"

namespace sid::app {

/// Texts being typed into number and text fields. Kept here because a field loses its buffer in the
/// frame in which it loses focus, which is when the edit is committed; a field drawn before it may
/// have become active by then.
struct FieldMemory {
  std::map<ImGuiID, std::string> texts;

  /// What was typed into the field; `otherwise` if nothing is being typed.
  std::string text_of(ImGuiID id, const std::string& otherwise) const {
    const auto kept = texts.find(id);
    return kept != texts.end() ? kept->second : otherwise;
  }
  /// After drawing the field: true in the frame in which its text is to be committed.
  bool remember(ImGuiID id, bool active, const std::string& text) {
    if (!active) return texts.erase(id) > 0;
    texts[id] = text;
    return false;
  }
};

/// What panels see of the world for one frame. They draw, and append commands.
struct Ui {
  AppState& state;
  const Session& session;
  const FigureBook& book;
  const Fonts& fonts;
  const UiColours& colours;
  const sid::Theme& theme;
  FormulaTextures& formulas;
  WidgetRegistry& registry;
  FieldMemory& field;
  std::vector<Command>& commands;
  const SweepBook& map;
  /// Carries out what was sent so far: what is drawn next in this frame shows it. Pointers into the
  /// book and the session that were taken before do not survive it. May be empty.
  std::function<void()> carry_out = {};

  /// Whole pixels for a length in logical pixels.
  float px(float length) const { return std::round(length * fonts.scale); }
  void send(Command command) const { commands.push_back(std::move(command)); }
};

/// Pushes a face for a scope.
class WithFont {
 public:
  explicit WithFont(ImFont* font) { ImGui::PushFont(font); }
  ~WithFont() { ImGui::PopFont(); }
  WithFont(const WithFont&) = delete;
  WithFont& operator=(const WithFont&) = delete;
};

/// A padded card on the panel background; draws nothing when collapsed. Always destroy in order.
class Card {
 public:
  Card(const Ui& ui, const char* name, ImVec2 size, ImVec2 padding, bool scroll = false);
  ~Card();
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;
};

// ---- text ------------------------------------------------------------------------------------

void text(const ImVec4& colour, std::string_view utf8);
/// One line cut with an ellipsis to `width` pixels; the whole text as a tooltip if it was cut.
void text_cut(const Ui& ui, const ImVec4& colour, const std::string& utf8, float width);
/// break_lines() in the present font, `width` in pixels.
std::string wrapped(std::string_view utf8, float width);
/// w_t and v_k with lowered indices, as the face has them.
std::string with_indices(std::string utf8);
/// Lines of at most `width` pixels, indices lowered (index_runs.hpp).
void text_wrapped(const Ui& ui, const ImVec4& colour, const std::string& utf8, float width);
/// One line in the present font at a place of the window, indices lowered; and its width.
void draw_indexed(const Ui& ui, ImVec2 at, const ImVec4& colour, std::string_view utf8);
float indexed_width(const Ui& ui, std::string_view utf8);
/// SemiBold section heading with the space above it that sections have.
void section(const Ui& ui, const char* title, bool first = false);
/// Tooltip of the last item: `utf8`, wrapped; nothing if it is empty.
void tooltip(const Ui& ui, std::string_view utf8);
/// The same at the pointer, whatever it is on.
void explain(const Ui& ui, std::string_view utf8);
std::string ellipsised(const std::string& utf8, float width);

/// A number as format_for_reading writes it ("1.2·10⁻⁵"), in the number face with a raised
/// exponent: the face's own superscripts are too small to read.
void draw_number(const Ui& ui, ImVec2 at, const ImVec4& colour, const std::string& number);
ImVec2 number_size(const Ui& ui, const std::string& number);
/// The same as an item in the flow.
void number_item(const Ui& ui, const ImVec4& colour, const std::string& number);

// ---- controls: every one is recorded under `name` ---------------------------------------------

enum class ButtonLook {
  normal,
  primary,
  quiet,  ///< words alone, a ground under the pointer
  link,   ///< the same, in the accent: an action beside what it acts on
};

bool button(const Ui& ui,
            const char* name,
            const char* label,
            std::string_view tip,
            ButtonLook look = ButtonLook::normal,
            float width = 0.0F,
            bool enabled = true);
bool checkbox(const Ui& ui, const char* name, const char* label, bool value, std::string_view tip);
/// Index of the pressed segment, or -1. `width` is shared equally.
int segmented(const Ui& ui,
              const char* name,
              std::span<const char* const> labels,
              int selected,
              float width,
              std::string_view tip);
/// The closed face of a list: what is chosen, and a chevron. True when it is pressed. Inside an id
/// of its own.
bool combo_face(const Ui& ui,
                const std::string& name,
                const std::string& current,
                float width,
                std::string_view tip);
/// Whether choosing the entry that is shown already means anything.
enum class Rechoose { ignored, counts };
/// Index of the chosen entry, or -1.
int combo(const Ui& ui,
          const char* name,
          std::span<const std::string> entries,
          int selected,
          float width,
          std::string_view tip,
          Rechoose rechoose = Rechoose::ignored);

/// Begins a row: label column, then the cursor stands where the control begins. Returns the width
/// left for it.
float row(const Ui& ui, const char* label, std::string_view tip);

struct SliderMark {
  double value = 0.0;
  std::string label;  ///< what it is, for the tooltip
};

enum class SliderScale { linear, log };

struct SliderSpec {
  double min = 0.0, max = 1.0;            ///< of the track
  double hard_min = 0.0, hard_max = 1e9;  ///< of typed values
  SliderScale scale = SliderScale::linear;
  bool whole = false;                  ///< integers only
  double fallback = 0.0;               ///< double click resets to it
  std::vector<SliderMark> marks = {};  ///< the handle snaps to them
};

/// What a slider or field did this frame.
struct Edited {
  bool changed = false;   ///< value differs
  bool finished = false;  ///< the gesture ended
  double value = 0.0;
};

/// Track and number field in `width` pixels.
Edited slider(const Ui& ui,
              const char* name,
              double value,
              const SliderSpec& spec,
              float width,
              std::string_view tip);
/// Number alone. Commits on Enter or when the focus leaves; a text that is no number changes
/// nothing.
Edited number_field(const Ui& ui,
                    const char* name,
                    double value,
                    double min,
                    double max,
                    bool whole,
                    float width,
                    std::string_view tip);
/// Commits on Enter or when the focus leaves. True if `value` changed.
bool text_field(const Ui& ui,
                const char* name,
                std::string& value,
                const char* hint,
                float width,
                std::string_view tip);

/// A bar between two areas that is dragged. Returns the drag of this frame in logical pixels.
float splitter(const Ui& ui, const char* name, ImVec2 min, ImVec2 max, bool vertical);

/// The number as people write it in a field: shortest form, at most six significant digits.
std::string field_text(double value, bool whole);

}  // namespace sid::app
