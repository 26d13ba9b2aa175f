#include "sid/app/state/compare_book.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sid/app/state/figure_book.hpp"
#include "sid/io/results.hpp"
#include "sid/io/spec_difference.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid::app {
namespace {

constexpr const char* kPresent = "now";

std::string read(double value) {
  return format_for_reading(value);
}

/// "±41 %" of an interval about a value, upwards; "×÷12" where it is wide.
std::string spread(double value, double high) {
  const double up = high / value - 1.0;
  if (!std::isfinite(up) || up <= 0.0) return "";
  return up < 9.995 ? "±" + format_for_reading(100.0 * up, 2) + " %"
                    : "×÷" + format_for_reading(1.0 + up, 2);
}

std::string state_of(const RunSnapshot& run) {
  std::int64_t most = 0;
  for (const MethodCurve& curve : run.curves) most = std::max(most, curve.replicas);
  std::string replicas = fmt::format("{} {}", most, most == 1 ? "replica" : "replicas");
  switch (run.status) {
    case RunStatus::finished:
      return replicas;
    case RunStatus::stopped:
      return "stopped, " + replicas;
    case RunStatus::diverged:
      return "diverged, " + replicas;
    case RunStatus::failed:
      return "failed";
    case RunStatus::not_started:
    case RunStatus::preparing:
    case RunStatus::running:
      break;
  }
  return fmt::format("running, {:.0f} %", 100.0 * run.progress);
}

/// Runs, what they differ in, and how they are drawn.
struct Scene {
  std::vector<ComparedRun> runs;
  std::vector<RunSpec> specs;
  std::vector<CompareColumn> columns;
  SpecDifference difference;
  RunComparison comparison;
  CompareOptions options;
};

void name_runs(Scene& scene) {
  std::vector<std::string> letters;
  letters.reserve(scene.runs.size());
  for (const ComparedRun& run : scene.runs) letters.push_back(run.letter);
  scene.difference = spec_difference(scene.specs, letters);
  const std::vector<std::string> names = telling_names(scene.difference, scene.specs);
  for (std::size_t i = 0; i < scene.runs.size(); ++i) {
    scene.runs[i].name = scene.runs.size() > 1 ? names[i] : scene.specs[i].title;
    CompareColumn column;
    column.letter = scene.runs[i].letter;
    column.state = state_of(*scene.runs[i].snapshot);
    column.tip = (column.letter == kPresent ? "The present run: " : column.letter + ": ") +
                 (scene.runs[i].name.empty() ? "" : scene.runs[i].name + ".\n") + column.state +
                 ", seed " + std::to_string(scene.specs[i].run.seed) + ".";
    column.pinned = column.letter != kPresent;
    column.present = !column.pinned;
    scene.columns.push_back(std::move(column));
  }
}

/// Curves of methods that are hidden in the present run are hidden in all.
void hide(Scene& scene, const FigureOptions& shown, const RunSpec& present) {
  scene.options.figure.hidden.clear();
  std::vector<RunSpec> all = {present};
  all.insert(all.end(), scene.specs.begin(), scene.specs.end());
  const std::vector<MethodSlot> slots = match_methods(all);
  for (const std::string& key : shown.hidden) {
    const int method = method_of_key(key);
    if (method < 0 || !key.ends_with("/measured")) continue;
    for (const MethodSlot& slot : slots) {
      if (slot.methods[0] != static_cast<std::size_t>(method)) continue;
      for (std::size_t r = 0; r < scene.runs.size(); ++r) {
        if (!slot.methods[r + 1]) continue;
        scene.options.figure.hidden.insert(scene.runs[r].letter + "/" +
                                           std::to_string(*slot.methods[r + 1]) + "/measured");
      }
    }
  }
}

/// The compared hyperparameter that is the selected one of the present run, by its value.
std::optional<std::size_t> selected_lambda(const Scene& scene,
                                           const Session& session,
                                           std::size_t panel) {
  const auto& bench = session.bench();
  if (!bench || panel >= bench->panels.size()) return std::nullopt;
  for (std::size_t l = 0; l < scene.comparison.lambdas.size(); ++l) {
    const std::vector<std::size_t>& panels = scene.comparison.lambdas[l].panels;
    for (std::size_t r = scene.runs.size(); r-- > 0;) {
      const Panel& theirs = scene.runs[r].snapshot->bench->panels[panels[r]];
      if (same_lambda(theirs, bench->panels[panel])) return l;
    }
  }
  return std::nullopt;
}

Scene make_scene(const Pins& pins, const Session& session, const ComparePage& page) {
  Scene scene;
  scene.runs = shown_runs(pins);
  const RunSnapshot* const present = session.snapshot().get();
  const Pin* const same = present == nullptr ? nullptr : pins.same_as(*present);
  if (present != nullptr && has_points(*present) && (same == nullptr || !same->shown)) {
    scene.runs.push_back({kPresent, "", present, &session.theory()});
  }
  if (scene.runs.empty()) return scene;
  for (const ComparedRun& run : scene.runs) scene.specs.push_back(run.snapshot->spec);
  name_runs(scene);
  for (CompareColumn& column : scene.columns) {
    column.present = column.present || (same != nullptr && same->letter == column.letter);
  }
  scene.options = {page.arrangement, page.value, page.figure};
  FigureOptions& figure = scene.options.figure;
  figure.y_value = YValue::error;
  figure.quantities.assign(1, Quantity::hypergradient);
  hide(scene, page.figure, session.spec());
  scene.comparison =
      compare_runs(scene.runs, Quantity::hypergradient, ratio_axis(page.figure.x_unit));
  figure.panels.clear();
  if (page.arrangement == CompareArrangement::side_by_side && scene.comparison.lambdas.size() > 1) {
    std::size_t chosen = 0;
    if (const auto found = selected_lambda(scene, session, page.panel)) chosen = *found;
    figure.panels = {chosen};
  }
  return scene;
}

class TableMaker {
 public:
  explicit TableMaker(const Scene& scene) : scene_(scene), styles_(shared_styles(scene.runs)) {
    out_.columns = scene.columns;
  }

  CompareTable run() {
    add_settings();
    const RunComparison& comparison = scene_.comparison;
    for (std::size_t l = 0; l < comparison.lambdas.size(); ++l) {
      const std::string where =
          comparison.lambdas.size() > 1 ? ", " + comparison.lambdas[l].title : "";
      heading("Error at the end" + where,
              "Mean of the squared error of the hypergradient over replicas at each run's last "
              "checkpoint, with the 95 % interval of the mean.");
      for (const ComparedRow& row : comparison.rows) {
        if (row.lambda == l) add_errors(row);
      }
      if (scene_.runs.size() < 2) continue;
      const std::string& base = scene_.runs[0].letter;
      heading(fmt::format("Error ÷ that of {}{}", base, where),
              fmt::format("At the last checkpoint of each run at which {} has a value. Faint where "
                          "the 95 % interval has 1 inside or is not known (–).",
                          base));
      for (const ComparedRow& row : comparison.rows) {
        if (row.lambda == l) add_ratios(row);
      }
    }
    for (const auto* list : {&comparison.remarks, &comparison.ratio_remarks}) {
      for (const std::string& remark : *list) {
        out_.remarks += (out_.remarks.empty() ? "" : " ") + remark;
      }
    }
    return std::move(out_);
  }

 private:
  void heading(std::string label, std::string tip) {
    CompareLine line;
    line.kind = CompareLine::Kind::heading;
    line.label = std::move(label);
    line.tip = std::move(tip);
    out_.lines.push_back(std::move(line));
  }

  void add_settings() {
    if (scene_.runs.size() < 2) return;
    const bool same = scene_.difference.rows.empty();
    heading(same ? "No setting differs" : "What differs",
            "The settings in which the runs differ, as in spec files and --set.");
    for (const SpecDifferenceRow& row : scene_.difference.rows) {
      CompareLine line;
      line.label = row.key;
      line.tip = row.key;
      for (std::size_t i = 0; i < row.values.size(); ++i) {
        CompareCell cell;
        cell.text = row.values[i];
        cell.tip = scene_.runs[i].letter + ": " + row.key + " = " + row.values[i];
        line.cells.push_back(std::move(cell));
      }
      out_.lines.push_back(std::move(line));
    }
  }

  CompareLine method_line(const ComparedRow& row, CompareLine::Kind kind) const {
    CompareLine line;
    line.kind = kind;
    for (std::size_t r = 0; r < row.cells.size() && line.label.empty(); ++r) {
      line.label = row.cells[r].label;
    }
    line.tip = line.label;
    const auto style = styles_.find(line.label);
    if (style != styles_.end()) line.colour = style->second.colour;
    return line;
  }

  std::string key_of(const ComparedRow& row, std::size_t run) const {
    const auto& method = scene_.comparison.slots[row.slot].methods[run];
    return method ? scene_.runs[run].letter + "/" + std::to_string(*method) + "/measured" : "";
  }

  static std::string place(const Checkpoint& at) {
    return fmt::format("at t = {}, k = {}, {} epochs", at.t, at.k, read(at.epochs));
  }

  void add_errors(const ComparedRow& row) {
    CompareLine line = method_line(row, CompareLine::Kind::error);
    for (std::size_t r = 0; r < row.cells.size(); ++r) {
      const ComparedCell& from = row.cells[r];
      CompareCell cell;
      cell.text = "–";
      if (from.curve != nullptr) {
        const CurvePoint& last = from.curve->points.back();
        const MeanEstimate& e = last.hypergradient;
        cell.series = key_of(row, r);
        cell.text = last.replicas > 0 ? read(e.mean) : "–";
        // A mean of those that are left has no interval.
        cell.lost = last.diverged > 0;
        if (cell.lost) {
          cell.extra = fmt::format("({} overflowed)", last.diverged);
        } else if (last.replicas > 1) {
          cell.extra = spread(e.mean, e.ci_high);
        }
        cell.tip = fmt::format(
            "{}: {}\n{} {}", scene_.runs[r].letter, from.label, read(e.mean), place(last.at));
        if (last.replicas > 1 && !cell.lost) {
          cell.tip += fmt::format("\n95 % interval {} to {}, {} replicas",
                                  read(e.ci_low),
                                  read(e.ci_high),
                                  last.replicas);
        }
        if (cell.lost) {
          cell.tip += fmt::format("\n{} {} overflowed, the mean is of the {} others",
                                  last.diverged,
                                  last.diverged == 1 ? "replica" : "replicas",
                                  last.replicas);
        }
      }
      line.cells.push_back(std::move(cell));
    }
    out_.lines.push_back(std::move(line));
  }

  void add_ratios(const ComparedRow& row) {
    CompareLine line = method_line(row, CompareLine::Kind::ratio);
    for (std::size_t r = 0; r < row.cells.size(); ++r) line.cells.push_back(ratio_cell(row, r));
    out_.lines.push_back(std::move(line));
  }

  CompareCell ratio_cell(const ComparedRow& row, std::size_t run) const {
    const ComparedCell& from = row.cells[run];
    CompareCell cell;
    cell.text = "–";
    const auto last = from.last_ratio();
    if (!last) return cell;
    cell.series = key_of(row, run);
    if (run == 0) {
      cell.text = "1";
      cell.faint = true;
      return cell;
    }
    const ErrorRatio& ratio = from.ratio;
    const CurvePoint& at = from.curve->points[*last];
    cell.text = read(ratio.ratio[*last]);
    const bool interval = ratio.high[*last] > ratio.ratio[*last];
    const bool unknown = std::isnan(ratio.low[*last]) || std::isnan(ratio.high[*last]);
    cell.faint = unknown || (ratio.low[*last] <= 1.0 && ratio.high[*last] >= 1.0);
    cell.extra = unknown ? "–" : interval ? spread(ratio.ratio[*last], ratio.high[*last]) : "";
    const bool end = *last + 1 == from.curve->points.size();
    if (!end) cell.extra += (cell.extra.empty() ? "at " : ", at ") + read(at.at.epochs) + " epochs";
    cell.tip = fmt::format("{}: {} is {} times that of {} in {}\n{}",
                           scene_.runs[run].letter,
                           from.label,
                           cell.text,
                           row.cells[0].label,
                           scene_.runs[0].letter,
                           place(at.at));
    if (interval) {
      cell.tip += fmt::format("\n95 % interval {} to {}, {}",
                              read(ratio.low[*last]),
                              read(ratio.high[*last]),
                              ratio.paired ? "replica by replica" : "as of independent runs");
    }
    return cell;
  }

  const Scene& scene_;
  std::map<std::string, MethodStyle> styles_;
  CompareTable out_;
};

}  // namespace

std::string table_text(const CompareTable& table) {
  std::string out;
  const auto plain = [](std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
    return text;
  };
  for (const CompareColumn& column : table.columns) out += '\t' + column.letter;
  out += '\n';
  for (const CompareLine& line : table.lines) {
    out += plain(line.label);
    for (const CompareCell& cell : line.cells) {
      out += '\t' + plain(cell.text);
      if (!cell.extra.empty()) out += ' ' + cell.extra;
    }
    out += '\n';
  }
  return out;
}

bool CompareBook::update(const Pins& pins, const Session& session, const ComparePage& page) {
  if (pins.version() == pins_version_ && session.version() == session_version_ && page == page_) {
    return false;
  }
  pins_version_ = pins.version();
  session_version_ = session.version();
  page_ = page;
  ++version_;
  const Scene scene = make_scene(pins, session, page);
  metadata_.clear();
  if (scene.runs.empty()) {
    figure_ = {};
    table_ = {};
    return true;
  }
  figure_ = build_comparison(scene.runs, scene.comparison, scene.options);
  table_ = TableMaker(scene).run();
  for (const ComparedRun& run : scene.runs) {
    metadata_ += "# run " + run.letter + "\n" + figure_metadata(run.snapshot->spec) + "\n";
  }
  return true;
}

Figure CompareBook::figure_with(const Pins& pins,
                                const Session& session,
                                const ComparePage& page) const {
  const Scene scene = make_scene(pins, session, page);
  if (scene.runs.empty()) return {};
  return build_comparison(scene.runs, scene.comparison, scene.options);
}

}  // namespace sid::app
