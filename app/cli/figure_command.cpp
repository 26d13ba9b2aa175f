#include "sid/app/cli/figure_command.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "sid/files/output_files.hpp"
#include "sid/files/output_folder.hpp"
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
  OutputFiles files;
  for (const std::string& name : choice.formats) {
    const Result<FigureFormat> format = parse_figure_format(name);
    if (!format) return tl::unexpected(format.error());
    FigureFileOptions options = choice.file;
    options.format = *format;
    const auto path = std::filesystem::path(folder) / ("figure." + name);
    const Result<std::string> bytes = render_figure(figure, options);
    if (!bytes) return tl::unexpected(bytes.error());
    if (auto added = files.add(path.string(), *bytes); !added) return added;
  }
  return files.commit();
}

void print_undrawn(const Error& error, const std::string& folder) {
  print_error(error);
  print_error({error.code,
               fmt::format("the tables are whole, the figures are not drawn; once that is mended, "
                           "draw them with: sidlab figure {}",
                           folder),
               folder});
}

int figure_command(const FigureArguments& arguments) {
  const Result<RecordedRun> run = read_results(arguments.folder);
  if (!run) {
    print_error(run.error());
    return kBadInput;
  }
  const std::string out = arguments.out.empty() ? arguments.folder : arguments.out;
  const Result<OutputFolder> made = OutputFolder::open(out);
  if (!made) {
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
  const Result<OutputFolder> ready = prepare_folder(arguments.out, arguments.force);
  if (!ready) {
    print_error(ready.error());
    return kBadInput;
  }
  if (const auto written = write_tables(arguments.out, *tables); !written) {
    print_error(written.error());
    return kFailed;
  }
  const Result<RecordedRun> merged = read_results(arguments.out);
  const Result<void> drawn =
      merged ? write_figures(arguments.out, merged->snapshot, merged->theory, FigureChoice{})
             : tl::unexpected(merged.error());
  if (!drawn) {
    print_undrawn(drawn.error(), arguments.out);
    return kFailed;
  }
  return kOk;
}

}  // namespace sid::cli
