#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace sid::bench {

/// Counters that a measurement may set; a rate is made of each with the row's time.
inline constexpr const char* kFlops = "flops";  ///< useful operations of an iteration
inline constexpr const char* kBytes = "bytes";  ///< read from the data in an iteration
inline constexpr const char* kCpu = "cpu";      ///< seconds of processor time, all threads
inline constexpr const char* kPeak = "peak";    ///< bytes of memory at most
inline constexpr const char* kVertices = "vertices";

/// One row of the table.
struct Row {
  std::string section;
  std::string name;            ///< unique in its section
  std::string reference = {};  ///< a row of the section: the speed is its time over this one's
  std::string flop_ceiling = {}, byte_ceiling = {};  ///< rows of the section "ceilings"
  double budget_ms = 0.0;                            ///< 0: none
  double budget_bytes = 0.0;                         ///< 0: none
  bool wall = false;  ///< the time is the clock's, as the measurement reports it; else the CPU's
  int repetitions = 5;
};

using Measurement = std::function<void(benchmark::State&)>;

/// Rows in the order they were added.
class Table {
 public:
  /// Registers a measurement with Google Benchmark. Of its repetitions the fastest counts: what
  /// else the machine does can only slow it down.
  benchmark::internal::Benchmark* add(const Row& row, Measurement measure);
  /// A line of words below the rows of a section: what was left out, and why.
  void note(const std::string& section, const std::string& text);

  /// Keeps the fastest repetition of every row.
  void take(const std::vector<benchmark::BenchmarkReporter::Run>& runs);
  /// The whole table as text.
  std::string text() const;

 private:
  struct Result {
    double seconds = 0.0;
    std::map<std::string, double> counters;
  };
  const Result* result(const std::string& section, const std::string& name) const;
  std::string line(const Row& row) const;
  std::string remarks(const Row& row, const Result& result) const;

  std::vector<Row> rows_;
  std::vector<std::pair<std::string, std::string>> notes_;
  std::map<std::string, Result> results_;      // by the name given to Google Benchmark
  std::map<std::string, std::string> errors_;  // the same
};

/// Collects the results for a Table; says on stderr how far it has come.
class TableReporter final : public benchmark::BenchmarkReporter {
 public:
  explicit TableReporter(Table& table) : table_(table) {}
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override;

 private:
  Table& table_;
};

}  // namespace sid::bench
