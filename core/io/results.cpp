#include "sid/io/results.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "sid/figure/write_figure.hpp"
#include "sid/files/output_files.hpp"
#include "sid/files/read_file.hpp"
#include "sid/io/curves_table.hpp"
#include "sid/io/parts_table.hpp"
#include "sid/io/run_json.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/io/theory_json.hpp"
#include "sid/io/version.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/method_label.hpp"

namespace sid {

namespace {

constexpr std::int64_t kLargestTable = std::int64_t{1} << 32;

/// What a run leaves in its folder: tables, the mark that they belong together, and figures.
constexpr std::array kTableFiles = {
    "curves.csv", "summary.csv", "theory.json", "spec.toml", "parts.csv", "conditional.csv"};
constexpr const char* kSealFile = "run.json";
/// What `sidlab optimise` leaves beside these.
constexpr std::array kLoopFiles = {"outer.csv", "outer_summary.csv", "lambda.csv"};

std::string file_in(const std::string& folder, const char* name) {
  return (std::filesystem::path(folder) / name).string();
}

std::vector<std::string> figure_files(const std::string& folder) {
  std::vector<std::string> paths;
  paths.reserve(kFigureFormats.size());
  for (const char* format : kFigureFormats) {
    paths.push_back((std::filesystem::path(folder) / "figure").string() + "." + format);
  }
  return paths;
}

bool repeats(const MethodSpec& method) {
  return traits_of(method.kind).repeats;
}

Result<std::string> read_part(const std::string& folder, const char* name) {
  const std::string path = file_in(folder, name);
  Result<std::string> text = read_file(path, kLargestTable);
  if (!text && text.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::not_found,
                fmt::format("there is no {} here; results come from 'sidlab run', which writes it "
                            "when it ends.",
                            name),
                folder);
  }
  return text;
}

/// A folder without its run.json holds nothing, or what was left when a run was ended while it put
/// its tables in place.
Result<void> check_complete(const std::string& folder) {
  std::error_code error;
  const auto there = [&](const char* name) {
    return std::filesystem::exists(std::filesystem::path(folder) / name, error);
  };
  if (there(kSealFile)) return {};
  // A spec.toml alone may be the user's own.
  if (there("curves.csv") || there("summary.csv") || there("theory.json")) {
    return fail(
        ErrorCode::bad_input,
        "there is no run.json here, so the results are incomplete: they were not written to "
        "the end, and tables of two runs may be mixed; run the experiment again with "
        "--force.",
        folder);
  }
  return fail(ErrorCode::not_found,
              "there is no run.json here; results come from 'sidlab run', which writes it last.",
              folder);
}

}  // namespace

RunInfo this_program(int threads, Shard shard) {
  return {.version = program_version(),
          .compiler = compiler_name(),
          .threads = threads,
          .shards = {shard}};
}

ResultTables make_tables(const RunSnapshot& snapshot,
                         const std::vector<std::vector<MethodTheory>>& theory,
                         const RunInfo& info) {
  return {.curves = write_curves_csv(snapshot),
          .parts = write_parts_csv(snapshot),
          .conditional = write_conditional_csv(snapshot),
          .summary = write_summary_csv(snapshot, theory),
          .theory = write_theory_json(snapshot.spec, *snapshot.bench, theory),
          .spec = write_spec(snapshot.spec),
          .run = write_run_json(snapshot, info)};
}

std::string figure_metadata(const RunSpec& spec) {
  return fmt::format("# sidlab {}\n{}", program_version(), write_spec(spec));
}

Result<OutputFolder> prepare_folder(const std::string& folder, bool force) {
  const Result<bool> filled = holds_files(folder);
  if (!filled) return tl::unexpected(filled.error());
  if (*filled && !force) {
    return fail(ErrorCode::bad_input,
                "this folder already holds files; choose another with --out, or overwrite with "
                "--force.",
                folder);
  }
  Result<OutputFolder> made = OutputFolder::open(folder);
  if (!made) return made;
  std::vector<const char*> names(kTableFiles.begin(), kTableFiles.end());
  names.push_back(kSealFile);
  std::vector<std::string> paths = figure_files(folder);
  for (const char* name : names) paths.push_back(file_in(folder, name));
  for (const std::string& path : paths) {
    if (const auto good = check_target(path); !good) return tl::unexpected(good.error());
  }
  return made;
}

Result<void> write_tables(const std::string& folder, const ResultTables& tables) {
  const std::pair<const char*, const std::string*> parts[] = {
      {"curves.csv", &tables.curves},
      {"summary.csv", &tables.summary},
      {"theory.json", &tables.theory},
      {"spec.toml", &tables.spec},
      {"parts.csv", &tables.parts},
      {"conditional.csv", &tables.conditional},
      {kSealFile, &tables.run}};
  OutputFiles files;
  std::vector<std::string> outdated = figure_files(folder);
  for (const char* name : kLoopFiles) outdated.push_back(file_in(folder, name));
  for (const auto& [name, content] : parts) {
    if (content->empty()) {
      outdated.push_back(file_in(folder, name));
    } else if (auto added = files.add(file_in(folder, name), *content); !added) {
      return added;
    }
  }
  return files.commit_sealed(outdated);
}

Result<RecordedRun> read_results(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return fail(ErrorCode::not_found,
                "there is no such folder; results come from 'sidlab run --out DIR'.",
                folder);
  }
  if (const auto complete = check_complete(folder); !complete) {
    return tl::unexpected(complete.error());
  }
  RecordedRun out;
  Result<std::string> spec = read_part(folder, "spec.toml");
  if (!spec) return tl::unexpected(spec.error());
  auto document = parse_spec(*spec, file_in(folder, "spec.toml"));
  if (!document) return tl::unexpected(document.error().front());
  out.snapshot.spec = std::move(document->spec);
  out.spec_text = std::move(*spec);

  Result<std::string> theory = read_part(folder, "theory.json");
  if (!theory) return tl::unexpected(theory.error());
  Result<RecordedTheory> recorded =
      read_theory_json(*theory, file_in(folder, "theory.json"), out.snapshot.spec);
  if (!recorded) return tl::unexpected(recorded.error());
  out.theory_text = std::move(*theory);
  out.snapshot.bench = recorded->bench;
  out.theory = std::move(recorded->theory);

  Result<std::string> curves = read_part(folder, "curves.csv");
  if (!curves) return tl::unexpected(curves.error());
  CurveFrame frame;
  frame.methods = method_labels(out.snapshot.spec);
  for (const Panel& panel : out.snapshot.bench->panels) frame.panels.push_back(panel.label);
  for (const MethodSpec& method : out.snapshot.spec.methods) {
    frame.linear_system.push_back(traits_of(method.kind).linear_system);
  }
  frame.certificates = out.snapshot.spec.run.certificate;
  frame.checkpoints = std::move(recorded->checkpoints);
  auto read = read_curves_csv(std::move(*curves), file_in(folder, "curves.csv"), frame);
  if (!read) return tl::unexpected(read.error());
  const RunSettings& settings = out.snapshot.spec.run;
  const bool with_parts =
      settings.decomposition != DecompositionRoute::none &&
      std::any_of(read->begin(), read->end(), [&](const MethodCurve& curve) {
        return curve.replicas > 0 && repeats(out.snapshot.spec.methods[curve.method]);
      });
  if (with_parts) {
    Result<std::string> conditional = read_part(folder, "conditional.csv");
    if (!conditional) return tl::unexpected(conditional.error());
    ConditionalFrame expected;
    expected.dim = out.snapshot.bench->panels.front().problem->upper_dim();
    expected.inner = settings.decomposition == DecompositionRoute::nested
                         ? static_cast<double>(settings.inner_replicas)
                         : std::numeric_limits<double>::infinity();
    for (const MethodSpec& method : out.snapshot.spec.methods) {
      expected.stochastic.push_back(repeats(method));
    }
    const auto filled = read_conditional_csv(
        std::move(*conditional), file_in(folder, "conditional.csv"), frame, expected, *read);
    if (!filled) return tl::unexpected(filled.error());
  }
  out.snapshot.curves = std::move(*read);
  out.snapshot.progress = 1.0;

  const Result<std::string> run = read_part(folder, kSealFile);
  if (!run) return tl::unexpected(run.error());
  Result<RunInfo> info = read_run_json(*run, file_in(folder, kSealFile), out.snapshot);
  if (!info) return tl::unexpected(info.error());
  out.info = std::move(*info);
  return out;
}

}  // namespace sid
