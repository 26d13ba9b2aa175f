#include "sid/app/cli/run_command.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "sid/app/cli/figure_command.hpp"
#include "sid/app/cli/progress.hpp"
#include "sid/app/cli/run_report.hpp"
#include "sid/app/cli/stop_signal.hpp"
#include "sid/io/results.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/runner.hpp"

namespace sid::cli {

namespace {

bool has_points(const RunSnapshot& run) {
  return std::ranges::any_of(run.curves,
                             [](const MethodCurve& curve) { return !curve.points.empty(); });
}

int threads_used(int asked) {
  if (asked > 0) return asked;
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

/// Tables first: figures can be drawn again from them. What cannot be written is said.
bool write_run(const RunArguments& arguments,
               const RunSnapshot& run,
               const std::vector<std::vector<MethodTheory>>& theory,
               Shard shard) {
  const RunInfo info = this_program(threads_used(arguments.threads), shard);
  if (const auto written = write_tables(arguments.out, make_tables(run, theory, info)); !written) {
    print_error(written.error());
    return false;
  }
  const auto drawn = write_figures(arguments.out, run, theory, FigureChoice{});
  if (!drawn) print_undrawn(drawn.error(), arguments.out);
  return drawn.has_value();
}

}  // namespace

Result<Shard> parse_shard(const std::string& text) {
  if (text.empty()) return Shard{};
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view view = text;
  const std::int64_t index = parse_int(view.substr(0, slash)).value_or(0);
  const std::int64_t count = parse_int(view.substr(std::min(slash + 1, text.size()))).value_or(0);
  if (index < 1 || index > count) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("'{}' is not a shard; write I/N with 1 <= I <= N, for example 2/4.", text),
        "--shard");
  }
  return Shard{.index = index - 1, .count = count};
}

/// Predictions on data can take seconds: who stops a run does not wait for them. Shards always have
/// them, because merging compares their theories.
TheoryScope scope_of(const RunSnapshot& run, const Shard& shard) {
  const bool hurry = run.status == RunStatus::stopped && shard.count == 1;
  return hurry && has_data(run.spec.problem.kind) ? TheoryScope::bounds : TheoryScope::all;
}

int run_command(const RunArguments& arguments) {
  const Result<Shard> shard = parse_shard(arguments.shard);
  if (!shard) {
    print_error(shard.error());
    return kBadInput;
  }
  const auto document = load_document(arguments.experiment);
  if (!document) {
    print_errors(document.error());
    return kBadInput;
  }
  const RunSpec* const spec = &document->spec;
  if (shard->count > spec->run.replicas) {
    print_error({ErrorCode::bad_input,
                 fmt::format("{} shards for {} replicas leave some without work; use at most {}.",
                             shard->count,
                             spec->run.replicas,
                             spec->run.replicas),
                 "--shard"});
    return kBadInput;
  }
  const Result<OutputFolder> ready = prepare_folder(arguments.out, arguments.force);
  if (!ready) {
    print_error(ready.error());
    return kBadInput;
  }
  const StopSignal stop;  // to the end: what was measured is written even if the wait is too long
  RunSnapshot run;
  {
    Progress progress(Progress::choose(arguments.quiet));
    RunnerOptions options;
    options.threads = arguments.threads;
    run = run_to_end(
        *spec,
        options,
        stop.token(),
        [&](const RunSnapshot& snapshot) { progress.update(snapshot); },
        *shard);
  }
  if (run.bench == nullptr || !has_points(run)) {
    say(run.message);
    const bool stopped = run.status == RunStatus::stopped || run.bench != nullptr;
    return stopped ? kFailed : kBadInput;
  }
  const auto theory = evaluate_theory(*spec, *run.bench, {}, scope_of(run, *shard));
  if (!write_run(arguments, run, theory, *shard)) return kFailed;
  if (!arguments.quiet) print(run_report(run, theory));
  if (run.status != RunStatus::finished) {
    say(run.message);
  } else if (!arguments.quiet) {
    say(fmt::format("{} Results are in {}.", run.message, arguments.out));
  }
  if (document->expected_error && shard->count == 1) {
    say(compare_with_share(run, *document->expected_error));
  }
  const int flushed = flush_output();
  return run.status == RunStatus::finished ? flushed : kFailed;
}

}  // namespace sid::cli
