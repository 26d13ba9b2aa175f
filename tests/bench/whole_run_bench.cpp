#include "bench/whole_run_bench.hpp"

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sid/io/presets.hpp"
#include "sid/run/runner.hpp"

#include "bench/child.hpp"
#include "bench/reference_bench.hpp"

namespace sid::bench {
namespace {

struct Case {
  const char* name;
  const char* preset;
  std::vector<std::string> overrides;
  int repetitions;
};

/// The paper's figure 1: t = 3000, four hyperparameters, three methods, five runs, a point every
/// hundred steps.
const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"start", "start", {}, 5},
      {kFigureOne,
       "figure-1",
       {"run.replicas=5", "run.checkpoints={ count = 30, spacing = \"linear\" }"},
       2}};
  return all;
}

// Twice the images as bytes, and 64 MB.
constexpr double kFigureOneMemory = 2.0 * 10'000 * 784 + 64e6;

}  // namespace

int run_case(const std::string& name, int threads) {
  for (const Case& known : cases()) {
    if (name != known.name) continue;
    const auto spec = load_preset(known.preset, known.overrides);
    if (!spec) {
      std::printf("%s\n", to_string(spec.error().front()).c_str());
      return 1;
    }
    const auto start = std::chrono::steady_clock::now();
    const double cpu = cpu_seconds();
    const RunSnapshot run = run_to_end(spec->spec, {.threads = threads});
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    std::printf(
        "wall %.6f\ncpu %.6f\npeak %.0f\n", wall.count(), cpu_seconds() - cpu, peak_memory());
    if (run.status == RunStatus::finished) return 0;
    std::printf("%s\n", run.message.c_str());
    return 1;
  }
  std::printf("no case is called '%s'\n", name.c_str());
  return 1;
}

void add_whole_runs(Table& table) {
  for (const Case& known : cases()) {
    const std::string name = known.name;
    const bool paper = name == kFigureOne;
    for (const int threads : {1, 2}) {
      const auto title = [&](int n) {
        return fmt::format("{}, {} thread{}", name, n, n == 1 ? "" : "s");
      };
      table
          .add({.section = kRunsSection,
                .name = title(threads),
                .reference = title(1),
                .budget_bytes = paper ? kFigureOneMemory : 0.0,
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
