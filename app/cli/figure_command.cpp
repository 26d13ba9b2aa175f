#include "sid/app/cli/figure_command.hpp"

#include <filesystem>

#include "sid/io/files.hpp"
#include "sid/io/results.hpp"

namespace sid::cli {

namespace {

int exit_code(const Error& error) {
  return error.code == ErrorCode::io_failure ? kFailed : kBadInput;
}

}  // namespace

Result<void> write_figures(const std::string& folder,
                           const RunSnapshot& run,
                           const std::vector<std::vector<MethodTheory>>& theory,
                           const FigureChoice& choice) {
  Figure figure = build_figure(run.spec, run.bench.get(), &run, theory, choice.options);
  figure.metadata = figure_metadata(run.spec);
  for (const std::string& name : choice.formats) {
    const Result<FigureFormat> format = parse_figure_format(name);
    if (!format) return tl::unexpected(format.error());
    FigureFileOptions options = choice.file;
    options.format = *format;
    const auto path = std::filesystem::path(folder) / ("figure." + name);
    if (auto written = write_figure(figure, path, options); !written) return written;
  }
  return {};
}

int figure_command(const FigureArguments& arguments) {
  const Result<RecordedRun> run = read_results(arguments.folder);
  if (!run) {
    print_error(run.error());
    return kBadInput;
  }
  const std::string out = arguments.out.empty() ? arguments.folder : arguments.out;
  if (const auto made = make_folder(out); !made) {
    print_error(made.error());
    return kBadInput;
  }
  const auto written = write_figures(out, run->snapshot, run->theory, arguments.choice);
  if (!written) {
    print_error(written.error());
    return exit_code(written.error());
  }
  return kOk;
}

int merge_command(const MergeArguments& arguments) {
  const Result<ResultTables> tables = merge_results(arguments.folders);
  if (!tables) {
    print_error(tables.error());
    return kBadInput;
  }
  if (const auto ready = prepare_folder(arguments.out, arguments.force); !ready) {
    print_error(ready.error());
    return kBadInput;
  }
  auto written = write_tables(arguments.out, *tables);
  if (written) {
    const Result<RecordedRun> merged = read_results(arguments.out);
    written = merged
                  ? write_figures(arguments.out, merged->snapshot, merged->theory, FigureChoice{})
                  : tl::unexpected(merged.error());
  }
  if (!written) {
    print_error(written.error());
    return kFailed;
  }
  return kOk;
}

}  // namespace sid::cli
