#include "bench/table.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

namespace sid::bench {
namespace {

constexpr int kNameWidth = 50;

std::string key(const std::string& section, const std::string& name) {
  return section + "/" + name;
}

/// Three significant digits with a unit.
std::string time_text(double seconds) {
  if (seconds < 1e-6) return fmt::format("{:.3g} ns", seconds * 1e9);
  if (seconds < 1e-3) return fmt::format("{:.3g} µs", seconds * 1e6);
  if (seconds < 1.0) return fmt::format("{:.3g} ms", seconds * 1e3);
  return fmt::format("{:.3g} s", seconds);
}

/// Padded on the left to `width` characters (not bytes).
std::string right(const std::string& text, std::size_t width) {
  const auto characters =
      static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned>(c) & 0xC0U) != 0x80U;
      }));
  return std::string(width > characters ? width - characters : 0, ' ') + text;
}

std::string left(const std::string& text, std::size_t width) {
  const std::string padded = right(text, width);
  const std::size_t spaces = padded.size() - text.size();
  return text + std::string(spaces, ' ');
}

}  // namespace

benchmark::internal::Benchmark* Table::add(const Row& row, Measurement measure) {
  rows_.push_back(row);
  benchmark::internal::Benchmark* const made = benchmark::RegisterBenchmark(
      key(row.section, row.name).c_str(),
      [measure = std::move(measure)](benchmark::State& state) { measure(state); });
  made->Repetitions(row.repetitions);
  if (row.wall) made->UseManualTime();
  return made;
}

void Table::note(const std::string& section, const std::string& text) {
  notes_.emplace_back(section, text);
}

void Table::take(const std::vector<benchmark::BenchmarkReporter::Run>& runs) {
  using Run = benchmark::BenchmarkReporter::Run;
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    const std::string& name = run.run_name.function_name;
    if (run.error_occurred) {
      errors_[name] = run.error_message;
      continue;
    }
    const auto row = std::find_if(
        rows_.begin(), rows_.end(), [&](const Row& r) { return key(r.section, r.name) == name; });
    if (row == rows_.end() || run.iterations == 0) continue;
    const double total = row->wall ? run.real_accumulated_time : run.cpu_accumulated_time;
    Result result{total / static_cast<double>(run.iterations), {}};
    for (const auto& [counter, value] : run.counters) result.counters[counter] = value;
    const auto [kept, fresh] = results_.emplace(name, result);
    if (!fresh && result.seconds < kept->second.seconds) kept->second = result;
  }
}

const Table::Result* Table::result(const std::string& section, const std::string& name) const {
  const auto found = results_.find(key(section, name));
  return found == results_.end() ? nullptr : &found->second;
}

std::string Table::remarks(const Row& row, const Result& result) const {
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  const auto counter = [&](const Result& of, const char* name) {
    const auto found = of.counters.find(name);
    return found == of.counters.end() ? 0.0 : found->second;
  };
  const auto rate = [&](const char* what, const char* unit, const std::string& ceiling) {
    const double here = counter(result, what) / result.seconds;
    if (!(here > 0.0)) return;
    std::string text = fmt::format("{:.3g} {}", here * 1e-9, unit);
    if (const Result* top = this->result("ceilings", ceiling)) {
      text += fmt::format(" ({:.0f} %)", 100.0 * here * top->seconds / counter(*top, what));
    }
    add(text);
  };
  rate(kFlops, "GFLOP/s", row.flop_ceiling);
  rate(kBytes, "GB/s", row.byte_ceiling);
  if (const double cpu = counter(result, kCpu); cpu > 0.0) add("CPU " + time_text(cpu));
  if (const double peak = counter(result, kPeak); peak > 0.0) {
    std::string text = fmt::format("peak {:.0f} MB", peak * 1e-6);
    if (row.budget_bytes > 0.0) {
      text += fmt::format(
          " of {:.0f}: {}", row.budget_bytes * 1e-6, peak <= row.budget_bytes ? "ok" : "OVER");
    }
    add(text);
  }
  if (const double n = counter(result, kVertices); n > 0.0) {
    add(fmt::format("{:.0f} vertices", n));
  }
  return out;
}

std::string Table::line(const Row& row) const {
  std::string out = "  " + left(row.name, kNameWidth);
  const Result* const here = result(row.section, row.name);
  if (here == nullptr) {
    const auto error = errors_.find(key(row.section, row.name));
    return out + (error == errors_.end() ? "   not run" : "   " + error->second) + "\n";
  }
  out += right(time_text(here->seconds), 10);
  const Result* const reference =
      row.reference.empty() ? nullptr : result(row.section, row.reference);
  out += right(row.reference == row.name ? "1"
               : reference != nullptr    ? fmt::format("{:.3g}", reference->seconds / here->seconds)
                                         : "",
               9);
  std::string budget;
  if (row.budget_ms > 0.0) {
    const double limit = row.budget_ms * 1e-3;
    budget = fmt::format("{} {}", time_text(limit), here->seconds <= limit ? "ok" : "OVER");
  }
  out += right(budget, 13);
  out += "   " + remarks(row, *here);
  while (out.back() == ' ') out.pop_back();
  return out + "\n";
}

std::string Table::text() const {
  std::string out;
  std::vector<std::string> sections;
  for (const Row& row : rows_) {
    if (std::find(sections.begin(), sections.end(), row.section) == sections.end()) {
      sections.push_back(row.section);
    }
  }
  for (const auto& note : notes_) {
    if (std::find(sections.begin(), sections.end(), note.first) == sections.end()) {
      sections.push_back(note.first);
    }
  }
  for (const std::string& section : sections) {
    out += "\n" + left(section, kNameWidth + 2) + right("time", 10) + right("speed", 9) +
           right("budget", 13) + "\n";
    for (const Row& row : rows_) {
      if (row.section == section) out += line(row);
    }
    for (const auto& note : notes_) {
      if (note.first == section) out += "  " + note.second + "\n";
    }
  }
  return out;
}

void TableReporter::ReportRuns(const std::vector<Run>& runs) {
  table_.take(runs);
  if (!runs.empty()) {
    std::fprintf(stderr, "  %s\n", runs.front().run_name.function_name.c_str());
  }
}

}  // namespace sid::bench
