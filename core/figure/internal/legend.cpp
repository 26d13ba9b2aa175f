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
    const std::string note = row.note.empty() || where.empty() ? row.note : where + ": " + row.note;
    const auto same = std::find_if(rows_.begin(), rows_.end(), [&](const LegendRow& r) {
      return r.series_id == row.series_id && r.label == row.label;
    });
    if (same == rows_.end()) {
      rows_.push_back(row);
      rows_.back().note = note;
      further_.push_back(0);
      continue;
    }
    same->band = same->band || row.band;
    same->visible = same->visible || row.visible;
    // A reason for absence outweighs a remark on a curve that is drawn.
    if (same->note.empty()) {
      same->note = note;
    } else if (!note.empty()) {
      ++further_[static_cast<std::size_t>(same - rows_.begin())];
    }
    same->drawn = same->drawn || row.drawn;
  }
}

std::vector<LegendRow> LegendMerger::take() {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (further_[i] > 0) {
      rows_[i].note += kLikewise + std::to_string(further_[i]) + " more plots.";
    }
  }
  return std::move(rows_);
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
  add_style(SeriesRole::prediction, "Prediction", false);
  add_style(SeriesRole::floor, "Floor", false);
  const bool trust = std::any_of(
      plots.begin(), plots.end(), [](const PlotCurves& plot) { return plot.trust_shown; });
  if (trust) add_style(SeriesRole::trust, "Accuracy of the reference", false);
  constexpr int kMostAbsent = 4;
  int absent = 0;
  for (const LegendRow& row : legend) {
    if (row.drawn || !row.visible || ++absent > kMostAbsent) continue;
    key.push_back(row);
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
