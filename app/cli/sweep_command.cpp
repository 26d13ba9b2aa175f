#include "sid/app/cli/sweep_command.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/app/cli/progress.hpp"
#include "sid/app/cli/stop_signal.hpp"
#include "sid/figure/sweep_figure.hpp"
#include "sid/figure/write_figure.hpp"
#include "sid/files/output_files.hpp"
#include "sid/files/output_folder.hpp"
#include "sid/io/results.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/io/sweep_table.hpp"
#include "sid/io/sweep_text.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/sweep.hpp"

namespace sid::cli {

namespace {

constexpr std::int64_t kColumns = 48, kRows = 12;
constexpr std::array<const char*, 4> kPictures = {"svg", "pdf", "png", "tex"};

/// A file asked for by its ending; nothing: a folder.
Result<std::optional<FigureFormat>> file_format(const std::string& out) {
  const std::string ending = std::filesystem::path(out).extension().string();
  if (ending.empty()) return std::nullopt;
  std::error_code ignored;
  if (std::filesystem::is_directory(out, ignored)) return std::nullopt;
  const Result<FigureFormat> format = parse_figure_format(ending);
  if (!format) {
    return fail(ErrorCode::bad_input,
                fmt::format("the ending '{}' is no format; use a folder, or a file that ends in "
                            ".csv (the table), .svg, .pdf, .png, .tex, .json or .npz.",
                            ending),
                out);
  }
  return std::optional<FigureFormat>(*format);
}

Result<SweepRequest> make_request(const SweepArguments& arguments, const RunSpec& spec) {
  SweepRequest request;
  request.spec = spec;
  request.method = usual_sweep_method(spec);
  if (!arguments.method.empty()) {
    const Result<std::size_t> method = parse_sweep_method(arguments.method, spec);
    if (!method) return tl::unexpected(method.error());
    request.method = *method;
  }
  request.quantity = arguments.quantity == "lower"    ? Quantity::lower_level
                     : arguments.quantity == "linear" ? Quantity::linear_system
                                                      : Quantity::hypergradient;
  request.panel = static_cast<std::size_t>(arguments.panel - 1);
  const bool minibatches = traits_of(spec.methods[request.method].kind).minibatches;
  const std::string x = arguments.x.empty() ? usual_sweep_key(spec, request.method) : arguments.x;
  const std::string y = !arguments.y.empty() ? arguments.y : minibatches ? "minibatch" : "lambda";
  Result<SweepAxis> across = parse_sweep_axis(x, spec, request.method, kColumns);
  if (!across) return tl::unexpected(across.error());
  Result<SweepAxis> up = parse_sweep_axis(y, spec, request.method, kRows);
  if (!up) return tl::unexpected(up.error());
  const bool steps = across->unit != SweepAxis::Unit::plain && up->unit != SweepAxis::Unit::plain;
  if (across->key == up->key || steps) {
    return fail(ErrorCode::bad_input,
                fmt::format("--x and --y both change '{}'; give them different keys.", up->key),
                "--y");
  }
  request.x = std::move(*across);
  request.y = std::move(*up);
  return request;
}

FigureFileOptions file_options(const SweepArguments& arguments, FigureFormat format) {
  FigureFileOptions options;
  options.format = format;
  options.dark = arguments.dark;
  return options;
}

std::string file_in(const std::string& folder, const std::string& name) {
  return (std::filesystem::path(folder) / name).string();
}

/// One file. As csv the table of the sweep, which says more than the figure's numbers.
Result<void> write_one(const SweepArguments& arguments,
                       const SweepSnapshot& sweep,
                       const Figure& figure,
                       FigureFormat format) {
  if (format == FigureFormat::csv) return write_file(arguments.out, write_sweep_csv(sweep));
  return write_figure(figure, arguments.out, file_options(arguments, format));
}

Result<void> write_all(const SweepArguments& arguments,
                       const SweepSnapshot& sweep,
                       const Figure& figure,
                       int threads) {
  OutputFiles files;
  const auto add = [&](const std::string& name, std::string_view content) {
    return files.add(file_in(arguments.out, name), content);
  };
  for (const char* format : kPictures) {
    const Result<std::string> bytes =
        render_figure(figure, file_options(arguments, parse_figure_format(format).value()));
    if (!bytes) return tl::unexpected(bytes.error());
    if (auto added = add(std::string("heatmap.") + format, *bytes); !added) return added;
  }
  if (auto added = add("sweep.csv", write_sweep_csv(sweep)); !added) return added;
  if (auto added = add("edges.csv", write_sweep_edges_csv(sweep)); !added) return added;
  if (auto added = add("spec.toml", write_spec(sweep.of->spec)); !added) return added;
  const std::string seal = write_sweep_json(sweep, this_program(threads, {}));
  if (auto added = add("sweep.json", seal); !added) return added;
  return files.commit_sealed();
}

/// Whether the results can go where they are to go: better known before the sweep than after it.
Result<std::optional<OutputFolder>> prepare_target(const SweepArguments& arguments, bool file) {
  if (file) {
    if (auto good = check_target(arguments.out); !good) return tl::unexpected(good.error());
    return std::nullopt;
  }
  Result<OutputFolder> folder = prepare_folder(arguments.out, arguments.force);
  if (!folder) return tl::unexpected(folder.error());
  return std::optional<OutputFolder>(std::move(*folder));
}

/// What the progress display knows how to show.
RunSnapshot as_progress(const SweepSnapshot& sweep) {
  RunSnapshot run;
  run.status = sweep.status;
  run.message = sweep.message;
  const auto all = static_cast<double>(std::max<std::size_t>(sweep.cells.size(), 1));
  run.progress = static_cast<double>(sweep.cells_done) / all;
  return run;
}

}  // namespace

int sweep_command(const SweepArguments& arguments) {
  const auto spec = load_experiment(arguments.experiment);
  if (!spec) {
    print_errors(spec.error());
    return kBadInput;
  }
  const auto format = file_format(arguments.out);
  if (!format) {
    print_error(format.error());
    return kBadInput;
  }
  const Result<SweepRequest> request = make_request(arguments, *spec);
  if (!request) {
    print_error(request.error());
    return kBadInput;
  }
  const auto target = prepare_target(arguments, format->has_value());
  if (!target) {
    print_error(target.error());
    return kBadInput;
  }
  const StopSignal stop;
  std::shared_ptr<const SweepSnapshot> done;
  {
    Progress progress(Progress::choose(arguments.quiet));
    SweepOptions options;
    options.threads = arguments.threads;
    done = sweep(*request, nullptr, options, stop.token(), [&](const auto& snapshot) {
      progress.update(as_progress(*snapshot));
    });
  }
  if (done->cells_done == 0 || done->refused) {
    say(done->message);
    return done->refused ? kBadInput : kFailed;
  }
  Figure figure = build_sweep_figure(*done, {.quantity = request->quantity});
  figure.metadata = figure_metadata(*spec);
  const int threads = arguments.threads > 0
                          ? arguments.threads
                          : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const Result<void> written = format->has_value() ? write_one(arguments, *done, figure, **format)
                                                   : write_all(arguments, *done, figure, threads);
  if (!written) {
    print_error(written.error());
    return kFailed;
  }
  if (!arguments.quiet || done->status != RunStatus::finished) {
    say(fmt::format("{} Results are in {}.", done->message, arguments.out));
  }
  return done->status == RunStatus::finished ? flush_output() : kFailed;
}

}  // namespace sid::cli
