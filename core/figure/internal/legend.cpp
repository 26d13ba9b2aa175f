#include <algorithm>
#include <string>
#include <vector>

#include "sid/figure/internal/plot_builder.hpp"

namespace sid::internal {

namespace {

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

void merge_legend(std::vector<LegendRow>& into,
                  const std::vector<LegendRow>& from,
                  const std::string& where) {
  for (const LegendRow& row : from) {
    const std::string note = row.note.empty() || where.empty() ? row.note : where + ": " + row.note;
    const auto known = std::find_if(into.begin(), into.end(), [&](const LegendRow& r) {
      return r.series_id == row.series_id && r.label == row.label;
    });
    if (known == into.end()) {
      into.push_back(row);
      into.back().note = note;
      continue;
    }
    known->band = known->band || row.band;
    known->visible = known->visible || row.visible;
    if (row.drawn && !known->drawn) known->drawn = true;
    if (known->note.empty()) {
      known->note = note;
    } else if (!note.empty() && known->note.find(row.note) == std::string::npos) {
      known->note += "; " + note;
    }
  }
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
  const auto add_style = [&](SeriesRole role, const std::string& words, bool named) {
    const std::vector<std::string> labels = labels_of(plots, role);
    if (labels.empty()) return;
    LegendRow row;
    row.role = role;
    row.colour = -1;
    row.label = named ? words + " (" + joined(labels) + ")" : joined(labels);
    if (!named && row.label.empty()) row.label = words;
    key.push_back(std::move(row));
  };
  add_style(SeriesRole::bound, "Bound", true);
  add_style(SeriesRole::exact, "Exact", false);
  add_style(SeriesRole::prediction, "Prediction", false);
  add_style(SeriesRole::floor, "Floor", false);
  for (const LegendRow& row : legend) {
    if (!row.drawn && row.visible) key.push_back(row);
  }
  return key;
}

}  // namespace sid::internal
