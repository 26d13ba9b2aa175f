#include "sid/figure/panel_header.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sid/figure/draw_curve.hpp"

namespace sid {

namespace {

// Lengths in units of the tick font size.
constexpr double kSample = 2.4;      ///< stroke before a note
constexpr double kArrow = 0.62;      ///< arrow head, both ways
constexpr double kInnerGap = 0.4;    ///< between stroke, arrow and words
constexpr double kNoteGap = 1.5;     ///< between notes
constexpr double kNoteLine = 1.45;   ///< height of a line of notes
constexpr double kAbove = 0.55;      ///< free above everything
constexpr double kTitleLine = 1.65;  ///< height of the title's line, in units of its font size
constexpr double kTitleDrop = 0.55;  ///< of the baseline over the axes, in the same units
constexpr double kCapHalf = 0.365;   ///< half the height of a digit
constexpr int kMostLines = 3;
constexpr std::string_view kMore = "…";

/// How much of a note is shown.
enum class NoteForm {
  sentence,  ///< stroke, arrow, what it is and its number
  sample,    ///< stroke, arrow and number
  number,    ///< arrow and number
};

struct PlacedNote {
  const EdgeNote* note = nullptr;
  NoteForm form = NoteForm::number;
  double width = 0.0;
  int line = 0;       ///< from the axes upwards
  double left = 0.0;  ///< from the left end of the axes
};

struct HeaderLayout {
  std::vector<PlacedNote> notes;
  int lines = 0;
  bool more = false;  ///< some notes found no room
};

TextStyle note_style(const DrawOptions& options, Colour colour) {
  return {FontRole::small, options.fonts.tick, colour, false};
}

TextStyle title_style(const DrawOptions& options, Colour colour) {
  return {FontRole::semibold, options.fonts.title, colour, false};
}

bool has_title(const PlotPanel& panel, const DrawOptions& options) {
  return options.title && !panel.title.empty();
}

const std::string& words_of(const EdgeNote& note, NoteForm form) {
  return form == NoteForm::sentence || note.brief.empty() ? note.text : note.brief;
}

double note_width(Painter& painter,
                  const EdgeNote& note,
                  NoteForm form,
                  const DrawOptions& options) {
  const double sample = form == NoteForm::number ? 0.0 : kSample + kInnerGap;
  return (sample + kArrow + kInnerGap) * options.fonts.tick +
         painter.measure(words_of(note, form), note_style(options, {})).width;
}

/// The fullest form that leaves all notes on one line of `room` points, else the briefest.
std::vector<PlacedNote> formed_notes(Painter& painter,
                                     const PlotPanel& panel,
                                     const DrawOptions& options,
                                     double room) {
  std::vector<PlacedNote> notes;
  for (const NoteForm form : {NoteForm::sentence, NoteForm::sample, NoteForm::number}) {
    notes.clear();
    double total = -kNoteGap * options.fonts.tick;
    for (const EdgeNote& note : panel.edge_notes) {
      notes.push_back({&note, form, note_width(painter, note, form, options)});
      total += notes.back().width + kNoteGap * options.fonts.tick;
    }
    if (total <= room) break;
  }
  return notes;
}

/// Moves the notes of each line to the right end of the axes.
void align_right(std::vector<PlacedNote>& notes, double plot_width) {
  for (int line = 0; line < kMostLines; ++line) {
    double end = 0.0;
    for (const PlacedNote& n : notes) {
      if (n.line == line) end = std::max(end, n.left + n.width);
    }
    for (PlacedNote& n : notes) {
      if (n.line == line) n.left += plot_width - end;
    }
  }
}

HeaderLayout lay_out(Painter& painter,
                     const PlotPanel& panel,
                     const DrawOptions& options,
                     double plot_width) {
  HeaderLayout layout;
  const double gap = kNoteGap * options.fonts.tick;
  const bool title = has_title(panel, options);
  const double taken =
      title ? painter.measure(panel.title, title_style(options, {})).width + gap : 0.0;
  layout.lines = title ? 1 : 0;
  if (!options.edge_notes || panel.edge_notes.empty()) return layout;
  int line = 0;
  double x = 0.0;
  for (PlacedNote& n : formed_notes(painter, panel, options, plot_width - taken)) {
    const double room = plot_width - (line == 0 ? taken : 0.0);
    // A note that is wider than its line has one of its own all the same, unless the title is
    // there.
    const bool first = x == 0.0 && (line > 0 || !title);
    if (!first && x + n.width > room) {
      ++line;
      x = 0.0;
    }
    if (line >= kMostLines) {
      layout.more = true;
      break;
    }
    n.line = line;
    n.left = x;
    x += n.width + gap;
    layout.notes.push_back(n);
  }
  layout.lines = std::max(layout.lines, std::min(line + 1, kMostLines));
  align_right(layout.notes, plot_width);
  return layout;
}

/// Height of the line at the axes, which the title shares.
double first_line_height(const PlotPanel& panel, const DrawOptions& options) {
  const double notes = kNoteLine * options.fonts.tick;
  return has_title(panel, options) ? std::max(kTitleLine * options.fonts.title, notes) : notes;
}

/// Stroke, arrow and words; `left` and `middle` in points.
void draw_note(Painter& painter,
               const PlacedNote& placed,
               double left,
               double middle,
               const Theme& theme,
               const DrawOptions& options) {
  const EdgeNote& note = *placed.note;
  const double size = options.fonts.tick;
  if (placed.form != NoteForm::number) {
    LegendRow sample;
    sample.role = note.role;
    sample.colour = note.colour;
    sample.marker = note.marker;
    const Rect area{left, middle - size / 2.0, kSample * size, size};
    draw_sample(painter, sample, area, theme, options.stroke_scale);
    left += (kSample + kInnerGap) * size;
  }
  const double half = kArrow * size / 2.0, tip = note.top ? -half : half;
  const double x = left + half;
  const std::array<Point, 3> head = {
      Point{x - half, middle - tip}, Point{x + half, middle - tip}, Point{x, middle + tip}};
  painter.fill_convex(head, theme.of(note.colour));
  painter.text({x + half + kInnerGap * size, middle + kCapHalf * size},
               words_of(note, placed.form),
               note_style(options, theme.muted));
}

}  // namespace

double header_height(Painter& painter,
                     const PlotPanel& panel,
                     const DrawOptions& options,
                     double plot_width) {
  const HeaderLayout layout = lay_out(painter, panel, options, plot_width);
  double height = kAbove * options.fonts.tick;
  if (layout.lines > 0) {
    height += first_line_height(panel, options) +
              kNoteLine * options.fonts.tick * static_cast<double>(layout.lines - 1);
  }
  return height;
}

void draw_header(Painter& painter,
                 const PlotPanel& panel,
                 const Rect& plot,
                 const Theme& theme,
                 const DrawOptions& options) {
  const HeaderLayout layout = lay_out(painter, panel, options, plot.width);
  if (layout.lines == 0) return;
  const double line = kNoteLine * options.fonts.tick;
  const double first = first_line_height(panel, options);
  const double baseline = plot.y - kTitleDrop * options.fonts.title;
  const bool title = has_title(panel, options);
  if (title) painter.text({plot.x, baseline}, panel.title, title_style(options, theme.ink));
  // Notes beside the title share its middle.
  const auto middle = [&](int number) {
    if (number > 0) return plot.y - first - (static_cast<double>(number) - 0.5) * line;
    return title ? baseline - kCapHalf * options.fonts.title : plot.y - first / 2.0;
  };
  double leftmost = plot.width;
  for (const PlacedNote& n : layout.notes) {
    draw_note(painter, n, plot.x + n.left, middle(n.line), theme, options);
    if (n.line == kMostLines - 1) leftmost = std::min(leftmost, n.left);
  }
  if (!layout.more) return;
  const TextStyle style = note_style(options, theme.muted);
  const double width = painter.measure(kMore, style).width;
  painter.text({plot.x + std::max(0.0, leftmost - width - kInnerGap * options.fonts.tick),
                middle(kMostLines - 1) + kCapHalf * options.fonts.tick},
               kMore,
               style);
}

}  // namespace sid
