#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sid/figure/internal/plot_builder.hpp"

namespace sid::internal {

namespace {

constexpr const char* kLikewise = " Likewise in ";

bool method_row(const LegendRow& row) {
  return row.series_id.ends_with("/measured");
}

/// "Theorem 4.1" and "Theorem 4.2" -> "Theorem 4.1, Theorem 4.2", each once.
void add_once(std::vector<std::string>& words, const std::string& word) {
  if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) {
    words.push_back(word);
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

/// The first clause of a whole explanation, as it reads inside a sentence: "step size 1.00 exceeds
/// 0.929". Print has no room for all of it.
std::string first_clause(std::string text) {
  constexpr const char* kNoBound = "No bound ";
  constexpr const char* kOf = " of the ";
  if (text.starts_with(kNoBound)) {  // "No bound σ(k) of the linear system: Step size ..."
    const std::size_t of = text.find(kOf);
    const std::size_t colon = text.find(": ");
    if (of < colon && colon != std::string::npos) {
      const std::size_t subject = of + std::string(kOf).size();
      return text.substr(subject, colon - subject) + ": " + first_clause(text.substr(colon + 2));
    }
  }
  std::size_t end = text.size();
  for (const char* stop : {". ", ", ", "; the ", " ("}) {
    std::size_t at = text.find(stop);
    while (at != std::string::npos && text.compare(at, 5, ", so ") == 0)
      at = text.find(stop, at + 1);
    end = std::min(end, at);
  }
  text.resize(end);
  if (text.ends_with('.')) text.pop_back();
  const auto between = [](char c, char low, char high) { return c >= low && c <= high; };
  constexpr const char* kNames[] = {"Theorem", "Remark", "Corollary", "Assumption"};
  const bool named = std::any_of(std::begin(kNames), std::end(kNames), [&](const char* name) {
    return text.starts_with(name);
  });
  if (!named && text.size() > 1 && between(text[0], 'A', 'Z') && between(text[1], 'a', 'z')) {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

/// Spaces that no line breaks at.
std::string unbroken(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == ' ' ? std::string("\u00a0") : std::string(1, c);
  return out;
}

/// "λ = 0.01 and 1 more: step size 1.00 exceeds 0.929" of a note that LegendMerger wrote.
std::string brief(const std::string& note) {
  std::string where, reason = note;
  if (note.starts_with("λ")) {
    const std::size_t colon = note.find(": ");
    if (colon != std::string::npos) {
      where = unbroken(note.substr(0, colon));
      reason = note.substr(colon + 2);
    }
  }
  const std::size_t likewise = reason.rfind(kLikewise);
  if (likewise != std::string::npos) {
    std::string more = reason.substr(likewise + std::string(kLikewise).size());
    if (more.ends_with('.')) more.pop_back();
    where += " and " + unbroken(more);
    reason.resize(likewise);
  }
  std::string clause = first_clause(std::move(reason));
  if (where.empty()) return clause;
  return where + (clause.find(": ") == std::string::npos ? ": " : ", ") + clause;
}

/// The name of the curve of a row, "Theorem 3.4" of "Theorem 3.4, Const".
std::string curve_label(const LegendRow& row, const std::vector<PlotCurves>& plots) {
  for (const PlotCurves& plot : plots) {
    for (std::size_t i = 0; i < plot.series.size(); ++i) {
      if (plot.series[i].key == row.series_id) return plot.curve_labels[i];
    }
  }
  return row.label;
}

/// What is not drawn and why: one row for each kind of curve, its methods in a list.
std::vector<LegendRow> absent_rows(const std::vector<LegendRow>& legend,
                                   const std::vector<PlotCurves>& plots) {
  constexpr int kMost = 6;
  std::vector<LegendRow> rows;
  std::vector<int> counts;
  for (const LegendRow& row : legend) {
    if ((row.drawn && !row.partly) || !row.visible) continue;
    const std::string label = curve_label(row, plots);
    const auto same = std::find_if(
        rows.begin(), rows.end(), [&](const LegendRow& r) { return r.label == label; });
    const auto index = static_cast<std::size_t>(same - rows.begin());
    if (same == rows.end()) {
      rows.push_back(row);
      rows.back().drawn = false;
      rows.back().label = label;
      rows.back().note.clear();
      counts.push_back(0);
    }
    if (++counts[index] > kMost) continue;
    const std::string method =
        row.label.size() > label.size() + 2 ? row.label.substr(label.size() + 2) : row.label;
    const std::string why = brief(row.note);
    rows[index].note +=
        (counts[index] > 1 ? "; " : "") + method + (why.empty() ? "" : " (" + why + ")");
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (counts[i] > kMost) rows[i].note += "; " + std::to_string(counts[i] - kMost) + " more";
  }
  return rows;
}

/// Labels of the visible curves of one role over all plots.
std::vector<std::string> labels_of(const std::vector<PlotCurves>& plots, SeriesRole role) {
  std::vector<std::string> labels;
  for (const PlotCurves& plot : plots) {
    for (std::size_t i = 0; i < plot.series.size(); ++i) {
      const Series& s = plot.series[i];
      if (s.visible && s.role == role && !s.y.empty()) add_once(labels, plot.curve_labels[i]);
    }
  }
  return labels;
}

/// What dotted curves are: predictions share the stroke of exact curves, but not their name.
/// "Prediction (linearised, additive noise)", "Exact, or prediction (linearised)", "Exact".
std::string dotted_words(const std::vector<PlotCurves>& plots) {
  constexpr std::string_view kPrediction = "prediction";
  bool exact = false, predicted = false;
  std::string kinds;
  for (const std::string& label : labels_of(plots, SeriesRole::exact)) {
    if (!label.starts_with(kPrediction)) {
      exact = true;
      continue;
    }
    predicted = true;
    // "prediction (linearised)": what is in the parentheses.
    const std::size_t open = label.find('(');
    if (open == std::string::npos || !label.ends_with(')')) continue;
    kinds += (kinds.empty() ? "" : "; ") + label.substr(open + 1, label.size() - open - 2);
  }
  if (!predicted) return "Exact";
  if (!kinds.empty()) kinds = " (" + kinds + ")";
  return (exact ? "Exact, or prediction" : "Prediction") + kinds;
}

}  // namespace

void LegendMerger::add(const std::vector<LegendRow>& rows, const std::string& where) {
  for (const LegendRow& row : rows) {
    auto same = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
      return e.row.series_id == row.series_id && e.row.label == row.label;
    });
    if (same == entries_.end()) {
      entries_.push_back({row, "", 0});
      same = entries_.end() - 1;
    }
    LegendRow& known = same->row;
    known.band = known.band || row.band;
    known.visible = known.visible || row.visible;
    known.drawn = known.drawn || row.drawn;
    if (row.drawn) {
      if (known.note.empty()) known.note = row.note;
      continue;
    }
    if (same->absences++ == 0) same->reason = where.empty() ? row.note : where + ": " + row.note;
  }
}

std::vector<LegendRow> LegendMerger::take() {
  std::vector<LegendRow> rows;
  for (Entry& entry : entries_) {
    LegendRow& row = entry.row;
    row.partly = row.drawn && entry.absences > 0;
    // Why a curve is absent outweighs a remark on where it is drawn.
    if (entry.absences > 0) row.note = entry.reason;
    if (entry.absences > 1) {
      row.note += kLikewise + std::to_string(entry.absences - 1) + " more.";
    }
    rows.push_back(std::move(row));
  }
  entries_.clear();
  return rows;
}

std::vector<LegendRow> condense_legend(const std::vector<LegendRow>& legend,
                                       const std::vector<PlotCurves>& plots,
                                       bool measured) {
  std::vector<LegendRow> key;
  for (const LegendRow& row : legend) {
    if (!method_row(row) || !row.visible) continue;
    key.push_back(row);
    if (!measured) key.back().marker = Marker::none;
  }
  const auto add_style = [&](SeriesRole role, const std::string& words, bool with_labels) {
    const std::vector<std::string> labels = labels_of(plots, role);
    if (labels.empty()) return;
    LegendRow row;
    row.role = role;
    row.colour = -1;
    // Many names would make the key a list of references.
    row.label = !with_labels || labels.size() > 3 ? words : words + " (" + joined(labels) + ")";
    key.push_back(std::move(row));
  };
  add_style(SeriesRole::bound, "Bound", true);
  add_style(SeriesRole::exact, dotted_words(plots), false);
  add_style(SeriesRole::floor, "Floor", false);
  const bool trust = std::any_of(
      plots.begin(), plots.end(), [](const PlotCurves& plot) { return plot.trust_shown; });
  const bool looseness = !plots.empty() && plots.front().looseness;
  const char* const line = looseness ? "Bound = error" : "Accuracy of the reference";
  if (trust) add_style(SeriesRole::trust, line, false);
  for (LegendRow& row : absent_rows(legend, plots)) key.push_back(std::move(row));
  return key;
}

}  // namespace sid::internal
