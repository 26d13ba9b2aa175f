// The benchmarks of SID Lab: prints one table of times, ratios, budgets and memory. Nothing here
// passes or fails by a clock.
#include <cstdio>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/ceilings.hpp"
#include "bench/kernel_bench.hpp"
#include "bench/reference_bench.hpp"
#include "bench/table.hpp"
#include "bench/whole_run_bench.hpp"
#ifdef SID_WITH_WINDOW
#include "bench/figure_bench.hpp"
#include "bench/window_bench.hpp"
#endif

namespace {

const std::set<std::string>& parts() {
  static const std::set<std::string> all = {"kernels", "figure", "window", "runs", "references"};
  return all;
}

int usage(const char* what) {
  std::fprintf(stderr, "sidlab_bench: %s\nusage: tests/bench/run [--only PART]...\nparts:", what);
  for (const std::string& part : parts()) std::fprintf(stderr, " %s", part.c_str());
  std::fprintf(stderr, "\nArguments that begin with --benchmark_ go to Google Benchmark.\n");
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace sid::bench;
  if (argc == 4 && std::strcmp(argv[1], "--case") == 0) {
    return run_case(argv[2], std::atoi(argv[3]));
  }
#ifdef SID_WITH_WINDOW
  if (argc == 2 && std::strcmp(argv[1], "--draw") == 0) return draw_case();
#endif
  std::set<std::string> wanted;
  // The speeds of a row and of its reference are measured in turns, so that what else the machine
  // does meets both.
  std::string turns = "--benchmark_enable_random_interleaving=true";
  std::vector<char*> rest = {argv[0], turns.data()};
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
      if (!parts().contains(argv[++i])) return usage("there is no such part");
      wanted.insert(argv[i]);
    } else {
      rest.push_back(argv[i]);
    }
  }
  if (wanted.empty()) wanted = parts();
  int count = static_cast<int>(rest.size());
  benchmark::Initialize(&count, rest.data());
  if (count > 1) return usage(rest[1]);

  Table table;
  if (wanted.contains("kernels")) {
    add_ceilings(table, kernel_sizes());
    add_kernels(table);
  }
#ifdef SID_WITH_WINDOW
  if (wanted.contains("figure")) add_figure(table);
  if (wanted.contains("window")) add_window(table);
#endif
  if (wanted.contains("runs")) add_whole_runs(table);
  if (wanted.contains("references")) add_references(table);
  TableReporter reporter(table);
  std::fprintf(stderr, "Measuring; this takes some minutes ...\n");
  benchmark::RunSpecifiedBenchmarks(&reporter);
  std::fputs(table.text().c_str(), stdout);
  std::printf(
      "\ntime: the fastest of the repetitions (processor time of one thread; of whole runs and of\n"
      "other libraries the clock's). speed: time of the row marked 1 over this one's. %% of the\n"
      "ceiling of the same kind. Nothing here fails by a clock: OVER is for whoever reads it.\n");
  return 0;
}
