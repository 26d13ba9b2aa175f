#include "sid/app/cli/theory_command.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <vector>

#include "sid/app/cli/stop_signal.hpp"
#include "sid/app/cli/theory_text.hpp"
#include "sid/io/presets.hpp"
#include "sid/io/results.hpp"
#include "sid/io/theory_json.hpp"
#include "sid/run/experiment.hpp"

namespace sid::cli {

namespace {

/// The run in the folder that the experiment is named by; nothing where it is named otherwise. A
/// folder without results does not hide a preset of its name.
Result<std::optional<RecordedRun>> run_beside(const SpecArguments& experiment) {
  std::error_code ignored;
  const std::filesystem::path folder(experiment.spec);
  if (!std::filesystem::is_directory(folder, ignored)) return std::nullopt;
  const std::vector<Preset> presets = list_presets();
  const bool preset =
      std::ranges::any_of(presets, [&](const Preset& one) { return one.name == experiment.spec; });
  const auto holds = [&](const char* file) {
    return std::filesystem::exists(folder / file, ignored);
  };
  if (preset && !holds("run.json") && !holds("curves.csv") && !holds("theory.json")) {
    return std::nullopt;
  }
  if (!experiment.settings.empty()) {
    return fail(ErrorCode::bad_input,
                "--set changes an experiment, but the errors in this folder are of its own; name a "
                "spec, or leave --set out.",
                experiment.spec);
  }
  Result<RecordedRun> run = read_results(experiment.spec);
  if (!run) return tl::unexpected(run.error());
  return std::optional<RecordedRun>(std::move(*run));
}

}  // namespace

int theory_command(const TheoryArguments& arguments) {
  const Result<std::optional<RecordedRun>> recorded = run_beside(arguments.experiment);
  if (!recorded) {
    print_error(recorded.error());
    return kBadInput;
  }
  SpecArguments experiment = arguments.experiment;
  if (*recorded) experiment.spec = (std::filesystem::path(experiment.spec) / "spec.toml").string();
  const auto spec = load_experiment(experiment);
  if (!spec) {
    print_errors(spec.error());
    return kBadInput;
  }
  const StopSignal stop;
  const auto bench = prepare_bench(*spec, stop.token());
  if (!bench) {
    print_error(bench.error());
    return bench.error().code == ErrorCode::stopped ? kFailed : kBadInput;
  }
  const RunSnapshot* const run = *recorded ? &(*recorded)->snapshot : nullptr;
  if (run != nullptr && run->bench->data_fingerprint != (*bench)->data_fingerprint) {
    print_error({ErrorCode::bad_input,
                 "the data are not those of this run any more, so its errors say nothing about the "
                 "bounds; bring them back, or run again.",
                 arguments.experiment.spec});
    return kBadInput;
  }
  const auto theory = evaluate_theory(*spec, **bench, stop.token());
  const auto studies = study_errors_of_all(*spec, **bench, theory, arguments.at, run, stop.token());
  if (stop.token().stop_requested()) {
    print_error({ErrorCode::stopped, "Stopped before the theory was complete.", ""});
    return kFailed;
  }
  print(arguments.json ? write_theory_json(*spec, **bench, theory, studies)
                       : theory_report(*spec, **bench, theory, studies));
  return flush_output();
}

}  // namespace sid::cli
