#include "sid/app/cli/optimise_command.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "sid/app/cli/figure_command.hpp"
#include "sid/app/cli/progress.hpp"
#include "sid/app/cli/stop_signal.hpp"
#include "sid/figure/outer_figure.hpp"
#include "sid/files/output_files.hpp"
#include "sid/io/outer_table.hpp"
#include "sid/io/results.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/outer_run.hpp"

namespace sid::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;
constexpr double kAccuracies[] = {0.1, 0.01};

std::string read(double value) {
  return format_for_reading(value);
}

std::string interval(double low, double high) {
  return fmt::format("[{}, {}]", read(low), read(high));
}

/// "2.4·10⁴ [2.1·10⁴, 2.9·10⁴]"; "–" where it is not reached.
std::string samples_text(const SamplesToAccuracy& samples, bool random) {
  if (!samples.mean) return "–";
  std::string out = read(*samples.mean);
  if (random) {
    out += fmt::format(" [{}, {}]",
                       read(samples.low.value_or(*samples.mean)),
                       samples.high ? read(*samples.high) : "–");
  }
  return out;
}

/// Root of the mean square with the interval's ends.
std::string distance_text(const OuterStatistics& point) {
  const MeanEstimate& square = point.distance_squared;
  if (point.diverged > 0 || std::isnan(square.mean)) return "–";
  std::string out = read(std::sqrt(square.mean));
  if (point.replicas > 1) {
    out += " " + interval(std::sqrt(square.ci_low), std::sqrt(square.ci_high));
  }
  return out;
}

/// f - f(lambda*) at the last point with at most `samples` where it is known.
std::string excess_at(const OuterCurve& curve, double samples) {
  double found = std::numeric_limits<double>::quiet_NaN();
  for (const OuterStatistics& point : curve.points) {
    if (point.samples > samples || point.diverged > 0) break;
    if (!std::isnan(point.excess.mean)) found = point.excess.mean;
  }
  return read(found);
}

/// Of one lambda: the mean of theta over replicas, as lambda.
std::string end_text(const OuterSnapshot& run, const OuterCurve& curve) {
  double sum = 0.0, count = 0.0;
  for (const OuterReplica& replica : curve.replicas) {
    if (replica.diverged_at >= 0 || replica.theta.empty()) continue;
    sum += replica.theta.back();
    count += 1.0;
  }
  if (count == 0.0) return "–";
  const Vector theta = Vector::Constant(1, sum / count);
  return format_for_reading(lambda_of(run.problem->settings.coordinate, theta)(0), 5);
}

std::string optimum_text(const OuterSnapshot& run) {
  const OuterOptimum& optimum = *run.optimum;
  const bool one = optimum.lambda.size() == 1;
  std::string out = "Exact optimisation: ";
  if (one) {
    out += fmt::format("λ* = {}, ", format_for_reading(optimum.lambda(0), 9));
  } else {
    out += fmt::format("{} entries of λ, ", optimum.lambda.size());
  }
  out += fmt::format("f(λ*) = {}, ", format_for_reading(optimum.value, 9));
  if (one && optimum.at_wall) {
    out += "at the wall of the box.";
  } else if (one) {
    out += fmt::format("df/dθ changes sign within {}.", read(optimum.width));
  } else {
    out += fmt::format("projected gradient {}{}.",
                       read(optimum.stationarity),
                       optimum.certified ? "" : "; not small enough to measure distances by");
  }
  if (run.curve) {
    out += fmt::format(" f(λ) from {} exact solves, slopes to {} of the largest{}.",
                       run.curve->solves(),
                       read(run.curve->slope_error()),
                       run.curve->accurate() ? "" : "; not accurate enough to stand for f");
  }
  return out + "\n";
}

std::string name_of_distance(const OuterSnapshot& run) {
  const bool log = run.problem->settings.coordinate == OuterCoordinate::logarithm;
  return log ? "|log λ − log λ*|" : "|λ − λ*|";
}

Result<void> write_outer_figure(const std::string& folder,
                                const OuterSnapshot& run,
                                const std::vector<std::string>& formats) {
  // At the start all replicas are in one place: there the tangents compare.
  Figure figure = build_outer_figure(run, {.tangents_at = 0});
  figure.metadata = figure_metadata(run.spec);
  OutputFiles files;
  for (const std::string& name : formats) {
    const Result<FigureFormat> format = parse_figure_format(name);
    if (!format) return tl::unexpected(format.error());
    FigureFileOptions options;
    options.format = *format;
    options.width_inches = 9.0;
    const Result<std::string> bytes = render_figure(figure, options);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto path = std::filesystem::path(folder) / ("figure." + name);
    if (auto added = files.add(path.string(), *bytes); !added) return added;
  }
  return files.commit();
}

OuterSnapshot run_with_progress(const RunSpec& spec,
                                const OptimiseArguments& arguments,
                                const std::stop_token& stop) {
  Progress progress(Progress::choose(arguments.quiet));
  OuterRunOptions options;
  options.threads = arguments.threads;
  return *run_outer(spec, options, stop, [&](const std::shared_ptr<const OuterSnapshot>& run) {
    RunSnapshot shown;
    shown.status = run->status;
    shown.message = run->message;
    shown.progress = run->progress;
    progress.update(shown);
  });
}

}  // namespace

std::string optimise_report(const OuterSnapshot& run) {
  const bool one = run.problem->dim() == 1;
  const double common = common_samples(run);
  const auto examples = static_cast<double>(run.problem->bench->sample_count);
  Rows rows = {{"method", "t, k", "steps"}};
  if (one) rows[0].emplace_back("λ");
  rows[0].push_back(name_of_distance(run));
  rows[0].emplace_back("f − f(λ*)");
  for (const double accuracy : kAccuracies) {
    rows[0].push_back(fmt::format("samples to {}", format_shortest(accuracy)));
  }
  rows[0].push_back(fmt::format("at {} epochs", read(common / examples)));
  for (const OuterCurve& curve : run.curves) {
    if (curve.points.empty()) continue;
    const OuterStatistics& last = curve.points.back();
    std::vector<std::string> row = {curve.label,
                                    fmt::format("{}, {}", curve.t, curve.k),
                                    std::to_string(curve.points.size() - 1)};
    if (one) row.push_back(end_text(run, curve));
    row.push_back(distance_text(last));
    row.push_back(last.diverged > 0 ? "–" : read(last.excess.mean));
    for (const double accuracy : kAccuracies) {
      row.push_back(samples_text(samples_to_accuracy(curve, accuracy), last.replicas > 1));
    }
    const OuterStatistics* const equal = point_at_samples(curve, common);
    row.push_back(!run.optimum->certified ? excess_at(curve, common)
                  : equal != nullptr      ? distance_text(*equal)
                                          : "–");
    rows.push_back(std::move(row));
  }
  return optimum_text(run) + align_columns(rows, 1) +
         fmt::format(
             "Distances are root mean squares over replicas with 95 % intervals; the last column "
             "has {} where every\nmethod has evaluated {} examples. \"samples to\": from there on "
             "the distance stays below.\n",
             run.optimum->certified ? "them" : "f − f(λ*)",
             read(common));
}

int optimise_command(const OptimiseArguments& arguments) {
  const auto document = load_document(arguments.experiment);
  if (!document) {
    print_errors(document.error());
    return kBadInput;
  }
  if (const auto issues = validate_outer(document->spec); !issues.empty()) {
    for (const SpecIssue& issue : issues) {
      print_error({ErrorCode::bad_input, issue.to_string(), document->place_of(issue.field)});
    }
    return kBadInput;
  }
  const Result<OutputFolder> ready = prepare_folder(arguments.out, arguments.force);
  if (!ready) {
    print_error(ready.error());
    return kBadInput;
  }
  const StopSignal stop;
  const OuterSnapshot run = run_with_progress(document->spec, arguments, stop.token());
  if (!run.problem || !run.optimum || run.curves.empty() || run.curves.front().points.empty()) {
    say(run.message);
    return run.status == RunStatus::stopped || run.problem ? kFailed : kBadInput;
  }
  const int threads = arguments.threads > 0
                          ? arguments.threads
                          : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const OuterTables tables = make_outer_tables(run, this_program(threads, Shard{}));
  if (const auto written = write_outer_tables(arguments.out, tables); !written) {
    print_error(written.error());
    return kFailed;
  }
  if (const auto drawn = write_outer_figure(arguments.out, run, arguments.formats); !drawn) {
    print_error(drawn.error());
    return kFailed;
  }
  if (!arguments.quiet) print(optimise_report(run));
  if (run.status != RunStatus::finished) {
    say(run.message);
  } else if (!arguments.quiet) {
    say(fmt::format("{} Results are in {}.", run.message, arguments.out));
  }
  const int flushed = flush_output();
  return run.status == RunStatus::finished ? flushed : kFailed;
}

}  // namespace sid::cli
