#include <algorithm>
#include <string>
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

/// The first sentence, and how often more; print has no room for all of it.
std::string first_sentence(const std::string& text) {
  const std::size_t end = text.find(". ");
  if (end == std::string::npos) return text;
  const std::size_t likewise = text.rfind(kLikewise);
  return text.substr(0, end + 1) + (likewise == std::string::npos ? "" : text.substr(likewise));
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
  add_style(SeriesRole::exact, "Exact", false);
  add_style(SeriesRole::floor, "Floor", false);
  const bool trust = std::any_of(
      plots.begin(), plots.end(), [](const PlotCurves& plot) { return plot.trust_shown; });
  if (trust) add_style(SeriesRole::trust, "Accuracy of the reference", false);
  constexpr int kMostAbsent = 4;
  int absent = 0;
  for (const LegendRow& row : legend) {
    if ((row.drawn && !row.partly) || !row.visible || ++absent > kMostAbsent) continue;
    key.push_back(row);
    key.back().drawn = false;
    key.back().note = first_sentence(row.note);
  }
  if (absent > kMostAbsent) {
    LegendRow rest;
    rest.drawn = false;
    rest.role = SeriesRole::bound;
    rest.label = std::to_string(absent - kMostAbsent) + " more bounds whose hypotheses fail";
    key.push_back(std::move(rest));
  }
  return key;
}

}  // namespace sid::internal
