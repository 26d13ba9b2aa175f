#include "bench/whole_run_bench.hpp"

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/io/presets.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/runner.hpp"
#include "sid/run/sweep.hpp"

#include "bench/child.hpp"
#include "bench/reference_bench.hpp"

namespace sid::bench {
namespace {

enum class Kind {
  run,      ///< from the spec to the finished curves
  map,      ///< a map of 48 x 12 cells over step size and minibatch, finished
  preview,  ///< the same until every eighth row and column is there; the problem was known before
};

struct Case {
  const char* name;
  Kind kind;
  const char* preset;
  std::vector<std::string> overrides;
  int repetitions;
  double budget_ms = 0.0;
  double budget_bytes = 0.0;
};

// Twice the images as bytes, and 64 MB.
constexpr double kFigureOneMemory = 2.0 * 10'000 * 784 + 64e6;

/// Figure 1 is the paper's: t = 3000, four hyperparameters, three methods, five runs, a point every
/// hundred steps.
const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"start, 32 replicas", Kind::run, "start", {"run.replicas=32"}, 5, 100.0},
      {"start", Kind::run, "start", {}, 5},
      {kFigureOne,
       Kind::run,
       "figure-1",
       {"run.replicas=5", "run.checkpoints={ count = 30, spacing = \"linear\" }"},
       2,
       0.0,
       kFigureOneMemory},
      {"map 48 x 12, teaching problem", Kind::map, "start", {}, 5, 100.0},
      {"first cells of a map, digits",
       Kind::preview,
       "figure-1",
       {"problem.lambda=0.1",
        "data.train=500",
        "data.validation=500",
        "run.iterations=300",
        "run.replicas=4"},
       3},
      {"100,000 sparse rows, d = 50,000",
       Kind::run,
       "million-rows",
       {"data.train=100000", "run.iterations=200", "run.replicas=1"},
       1}};
  return all;
}

/// What was wrong, as the last words of the process.
int complain(const std::string& text) {
  std::printf("%s\n", text.c_str());
  return 1;
}

/// Step size and minibatch, as the window and the command line have them.
Result<SweepRequest> map_of(const RunSpec& spec) {
  SweepRequest request;
  request.spec = spec;
  request.method = usual_sweep_method(spec);
  struct {
    const char* key;
    std::int64_t count;
    SweepAxis* axis;
  } const axes[] = {{"eta", 48, &request.x}, {"minibatch", 12, &request.y}};
  for (const auto& wanted : axes) {
    Result<SweepAxis> axis = known_sweep_axis(wanted.key, spec, request.method);
    if (!axis) return tl::unexpected<Error>(axis.error());
    const SweepRange range = usual_range(wanted.key, spec, request.method, wanted.count);
    Result<std::vector<double>> values = sweep_values(range, axis->whole);
    if (!values) return tl::unexpected<Error>(values.error());
    axis->values = *std::move(values);
    *wanted.axis = *std::move(axis);
  }
  return request;
}

/// Seconds that the case takes; an error says what went wrong.
Result<double> measure(const Case& known, const RunSpec& spec, int threads) {
  using Clock = std::chrono::steady_clock;
  const auto since = [](Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  if (known.kind == Kind::run) {
    const auto start = Clock::now();
    const RunSnapshot run = run_to_end(spec, {.threads = threads});
    const double seconds = since(start);
    if (run.status != RunStatus::finished) return fail(ErrorCode::breakdown, run.message);
    return seconds;
  }
  const Result<SweepRequest> request = map_of(spec);
  if (!request) return tl::unexpected<Error>(request.error());
  const auto bench = prepare_bench(spec);
  if (!bench) return tl::unexpected<Error>(bench.error());
  const std::size_t first = sweep_order(request->columns(), request->rows()).levels.front();
  std::stop_source stop;
  std::optional<double> seen;
  const auto start = Clock::now();
  const auto last = sweep(*request,
                          *bench,
                          {.threads = threads, .publishes_per_second = 1000.0},
                          stop.get_token(),
                          [&](const std::shared_ptr<const SweepSnapshot>& now) {
                            if (known.kind == Kind::map || now->cells_done < first || seen) return;
                            seen = since(start);
                            stop.request_stop();
                          });
  const double whole = since(start);
  if (last->status == RunStatus::failed) return fail(ErrorCode::breakdown, last->message);
  return seen.value_or(whole);
}

}  // namespace

int run_case(const std::string& name, int threads) {
  for (const Case& known : cases()) {
    if (name != known.name) continue;
    const auto spec = load_preset(known.preset, known.overrides);
    if (!spec) return complain(to_string(spec.error().front()));
    const double cpu = cpu_seconds();
    const Result<double> seconds = measure(known, spec->spec, threads);
    if (!seconds) return complain(to_string(seconds.error()));
    std::printf("wall %.6f\ncpu %.6f\npeak %.0f\n", *seconds, cpu_seconds() - cpu, peak_memory());
    return 0;
  }
  return complain("no case is called '" + name + "'");
}

void add_whole_runs(Table& table) {
  for (const Case& known : cases()) {
    const std::string name = known.name;
    for (const int threads : {1, 2}) {
      const auto title = [&](int n) {
        return fmt::format("{}, {} thread{}", name, n, n == 1 ? "" : "s");
      };
      table
          .add({.section = kRunsSection,
                .name = title(threads),
                .reference = title(1),
                .budget_ms = known.budget_ms,
                .budget_bytes = known.budget_bytes,
                .wall = true,
                .repetitions = known.repetitions},
               [name, threads](benchmark::State& state) {
                 for (auto _ : state) {
                   const auto said = ask({own_path(), "--case", name, std::to_string(threads)});
                   if (!said) {
                     state.SkipWithError(to_string(said.error()).c_str());
                     break;
                   }
                   state.SetIterationTime(answer(*said, "wall"));
                   state.counters[kCpu] = answer(*said, "cpu");
                   state.counters[kPeak] = answer(*said, "peak");
                 }
               })
          ->Iterations(1);
    }
  }
}

}  // namespace sid::bench
