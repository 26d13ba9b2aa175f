#include "sid/app/cli/compare_command.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "sid/app/cli/arguments.hpp"
#include "sid/app/cli/text_layout.hpp"
#include "sid/figure/comparison_figure.hpp"
#include "sid/files/output_files.hpp"
#include "sid/io/results.hpp"
#include "sid/io/spec_difference.hpp"
#include "sid/math/numbers.hpp"

namespace sid::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string read(double value) {
  return format_for_reading(value);
}

/// Vectors of hyperparameters have more numbers than a line has columns.
std::string cut(const std::string& text) {
  constexpr std::size_t kMost = 40;
  if (display_width(text) <= kMost) return text;
  std::string out;
  for (std::size_t i = 0; i < text.size() && display_width(out) < kMost - 1;) {
    do {
      out += text[i++];
    } while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U);
  }
  return out + "…";
}

std::string difference_lines(const SpecDifference& difference,
                             const std::vector<std::string>& letters) {
  if (difference.rows.empty()) return "No setting differs.\n";
  Rows rows(1);
  rows[0].emplace_back("what differs");
  rows[0].insert(rows[0].end(), letters.begin(), letters.end());
  for (const SpecDifferenceRow& row : difference.rows) {
    rows.push_back({row.key});
    for (const std::string& value : row.values) rows.back().push_back(cut(value));
  }
  return align_columns(rows, letters.size() + 1);
}

std::string interval(double low, double high) {
  return high > low ? fmt::format("[{}, {}]", read(low), read(high)) : "–";
}

std::string error_lines(const std::vector<ComparedRun>& runs, const RunComparison& comparison) {
  const std::string& base = runs[0].letter;
  Rows rows = {{"λ",
                "method",
                "run",
                "t",
                "epochs",
                "runs",
                "mean-square error",
                "95 % interval",
                "÷ " + base,
                "95 % interval",
                "at t"}};
  for (const ComparedRow& row : comparison.rows) {
    for (std::size_t r = 0; r < row.cells.size(); ++r) {
      const ComparedCell& cell = row.cells[r];
      if (cell.curve == nullptr) continue;
      const CurvePoint& last = cell.curve->points.back();
      const MeanEstimate& mse = last.hypergradient;
      std::string replicas = std::to_string(last.replicas);
      if (last.diverged > 0) replicas += fmt::format(" (+{} diverged)", last.diverged);
      const auto& bench = *runs[r].snapshot->bench;
      rows.push_back({bench.panels[comparison.lambdas[row.lambda].panels[r]].label,
                      cell.label,
                      runs[r].letter,
                      std::to_string(last.at.t),
                      read(last.at.epochs),
                      replicas,
                      last.replicas > 0 ? read(mse.mean) : "–",
                      last.replicas > 1 ? interval(mse.ci_low, mse.ci_high) : "–"});
      const auto at = cell.last_ratio();
      if (r == 0 || !at) {
        for (int i = 0; i < 3; ++i) rows.back().emplace_back(r == 0 ? "" : "–");
        continue;
      }
      const ErrorRatio& ratio = cell.ratio;
      rows.back().push_back(read(ratio.ratio[*at]));
      rows.back().push_back(interval(ratio.low[*at], ratio.high[*at]));
      rows.back().push_back(std::to_string(cell.curve->points[*at].at.t));
    }
  }
  return align_columns(rows, 3);
}

Result<void> write(const std::vector<ComparedRun>& runs,
                   const RunComparison& comparison,
                   const CompareArguments& arguments,
                   FigureFormat format) {
  CompareOptions options;
  options.arrangement =
      arguments.side_by_side ? CompareArrangement::side_by_side : CompareArrangement::one_plot;
  options.value = arguments.ratio ? CompareValue::ratio : CompareValue::errors;
  options.figure.x_unit = arguments.x == "epochs" ? XUnit::epochs : XUnit::iterations;
  Figure figure = build_comparison(runs, comparison, options);
  for (const ComparedRun& run : runs) {
    figure.metadata += "# run " + run.letter + "\n" + figure_metadata(run.snapshot->spec) + "\n";
  }
  FigureFileOptions file = arguments.file;
  file.format = format;
  return write_figure(figure, arguments.out, file);
}

}  // namespace

int compare_command(const CompareArguments& arguments) {
  if (arguments.folders.size() < 2 || arguments.folders.size() > kMostRuns) {
    print_error({ErrorCode::bad_input,
                 arguments.folders.size() < 2
                     ? "one run cannot be compared; name two to eight result folders."
                     : fmt::format("{} folders are more than the eight letters A to H; compare "
                                   "fewer at a time.",
                                   arguments.folders.size()),
                 "compare"});
    return kBadInput;
  }
  FigureFormat format = FigureFormat::svg;
  if (!arguments.out.empty()) {
    const auto named =
        parse_figure_format(std::filesystem::path(arguments.out).extension().string());
    const Result<void> target = check_target(arguments.out);
    if (!named || !target) {
      print_error(
          named ? target.error()
                : Error{ErrorCode::bad_input, named.error().message, "--out " + arguments.out});
      return kBadInput;
    }
    format = *named;
  }
  std::vector<RecordedRun> recorded;
  recorded.reserve(arguments.folders.size());
  for (const std::string& folder : arguments.folders) {
    Result<RecordedRun> run = read_results(folder);
    if (!run) {
      print_error(run.error());
      return kBadInput;
    }
    recorded.push_back(std::move(*run));
  }
  std::vector<std::string> letters;
  std::vector<RunSpec> specs;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    letters.push_back(run_letter(i));
    specs.push_back(recorded[i].snapshot.spec);
  }
  const SpecDifference difference = spec_difference(specs, letters);
  const std::vector<std::string> names = telling_names(difference, specs);
  std::vector<ComparedRun> runs;
  Rows folders;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    runs.push_back({letters[i], names[i], &recorded[i].snapshot, &recorded[i].theory});
    folders.push_back({letters[i], arguments.folders[i]});
  }
  const RunComparison comparison =
      compare_runs(runs,
                   Quantity::hypergradient,
                   arguments.x == "epochs" ? RatioAxis::epochs : RatioAxis::iterations);
  std::string out = align_columns(folders, 2) + "\n" + difference_lines(difference, letters) +
                    "\n" + error_lines(runs, comparison);
  for (const auto* remarks : {&comparison.remarks, &comparison.ratio_remarks}) {
    for (const std::string& remark : *remarks) out += wrapped("", remark);
  }
  print(out);
  if (!arguments.out.empty()) {
    if (const auto written = write(runs, comparison, arguments, format); !written) {
      print_error(written.error());
      return written.error().code == ErrorCode::io_failure ? kFailed : kBadInput;
    }
  }
  return flush_output();
}

}  // namespace sid::cli
