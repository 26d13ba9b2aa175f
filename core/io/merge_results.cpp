#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sid/io/curves_table.hpp"
#include "sid/io/parts_table.hpp"
#include "sid/io/results.hpp"
#include "sid/io/run_json.hpp"

namespace sid {

namespace {

/// The runs belong together and are all there is.
Result<void> check_shards(const std::vector<RecordedRun>& runs,
                          const std::vector<std::string>& folders) {
  std::map<std::int64_t, std::string> owner;
  const std::int64_t count = runs.front().info.shards.front().count;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const RecordedRun& run = runs[i];
    const auto differs = [&](const char* what) {
      return fail(
          ErrorCode::bad_input,
          fmt::format("has another {} than {}; only shards of one experiment can be merged.",
                      what,
                      folders.front()),
          folders[i]);
    };
    if (run.snapshot.spec != runs.front().snapshot.spec) return differs("spec");
    if (run.info.version != runs.front().info.version) return differs("program version");
    if (run.theory_text != runs.front().theory_text) return differs("theory.json");
    for (const Shard& shard : run.info.shards) {
      if (shard.count != count || shard.index < 0 || shard.index >= count) {
        return differs("number of shards");
      }
      const auto [position, fresh] = owner.emplace(shard.index, folders[i]);
      if (!fresh) {
        return fail(
            ErrorCode::bad_input,
            fmt::format(
                "holds shard {}/{}, and so does {}.", shard.index + 1, count, position->second),
            folders[i]);
      }
    }
  }
  std::vector<std::string> missing;
  for (std::int64_t i = 0; i < count && missing.size() < 10; ++i) {
    if (!owner.contains(i)) missing.push_back(fmt::format("{}/{}", i + 1, count));
  }
  if (missing.empty()) return {};
  return fail(
      ErrorCode::bad_input,
      fmt::format("shards are missing: {}. Run them with --shard.", fmt::join(missing, ", ")),
      "merge");
}

bool same_bits(const MethodCurve& a, std::size_t row_a, const MethodCurve& b, std::size_t row_b) {
  const auto equal = [](double x, double y) { return x == y || (x != x && y != y); };
  const auto done = static_cast<std::size_t>(std::min(a.checkpoints_done, b.checkpoints_done));
  for (std::size_t c = 0; c < done; ++c) {
    const ReplicaError& x = a.errors[row_a * a.checkpoints.size() + c];
    const ReplicaError& y = b.errors[row_b * b.checkpoints.size() + c];
    if (!equal(x.hypergradient, y.hypergradient) || !equal(x.lower, y.lower) ||
        !equal(x.linear, y.linear)) {
      return false;
    }
    if (!a.certificates.empty() && !equal(a.certificates[row_a * a.checkpoints.size() + c],
                                          b.certificates[row_b * b.checkpoints.size() + c])) {
      return false;
    }
  }
  return true;
}

/// One row of `from` to the end of `out`.
void append_rows(const ConditionalErrors& from,
                 std::size_t row,
                 std::size_t columns,
                 ConditionalErrors& out) {
  if (from.empty()) return;
  out.dim = from.dim;
  out.inner = from.inner;
  const auto copy = [row](const std::vector<double>& values, std::size_t width, auto& to) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(row * width);
    to.insert(to.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
  };
  copy(from.within, columns, out.within);
  copy(from.means, columns * static_cast<std::size_t>(from.dim), out.means);
}

/// The rows of one curve from all runs, in order of replica number.
Result<MethodCurve> join_curve(const std::vector<RecordedRun>& runs,
                               std::size_t position,
                               const std::vector<std::string>& folders) {
  MethodCurve out = runs.front().snapshot.curves[position];
  out.errors.clear();
  out.certificates.clear();
  out.conditional.within.clear();
  out.conditional.means.clear();
  out.replica_numbers.clear();
  out.checkpoints_done = static_cast<std::int64_t>(out.checkpoints.size());
  out.first_diverged_t = -1;
  std::map<std::int64_t, std::pair<std::size_t, std::size_t>> rows;  // replica -> run, row
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const MethodCurve& curve = runs[r].snapshot.curves[position];
    if (curve.replica_numbers.empty()) continue;  // deterministic methods live in one shard
    out.checkpoints_done = std::min(out.checkpoints_done, curve.checkpoints_done);
    if (curve.steps_taken) {
      out.steps_taken =
          out.steps_taken ? most_steps(*out.steps_taken, *curve.steps_taken) : *curve.steps_taken;
    }
    if (curve.first_diverged_t >= 0 &&
        (out.first_diverged_t < 0 || curve.first_diverged_t < out.first_diverged_t)) {
      out.first_diverged_t = curve.first_diverged_t;
      out.linear_diverged = curve.linear_diverged;
    }
    for (std::size_t row = 0; row < curve.replica_numbers.size(); ++row) {
      const auto [entry, fresh] = rows.emplace(curve.replica_numbers[row], std::pair(r, row));
      const auto [other, other_row] = entry->second;
      if (fresh || same_bits(runs[other].snapshot.curves[position], other_row, curve, row))
        continue;
      return fail(ErrorCode::bad_input,
                  fmt::format("replica {} of '{}' is also in {}, with other values.",
                              curve.replica_numbers[row],
                              curve.label,
                              folders[other]),
                  folders[r]);
    }
  }
  for (const auto& [replica, source] : rows) {
    const MethodCurve& curve = runs[source.first].snapshot.curves[position];
    const auto begin =
        curve.errors.begin() + static_cast<std::ptrdiff_t>(source.second * out.checkpoints.size());
    out.errors.insert(
        out.errors.end(), begin, begin + static_cast<std::ptrdiff_t>(out.checkpoints.size()));
    if (!curve.certificates.empty()) {
      const auto first = curve.certificates.begin() + (begin - curve.errors.begin());
      out.certificates.insert(out.certificates.end(),
                              first,
                              first + static_cast<std::ptrdiff_t>(out.checkpoints.size()));
    }
    append_rows(curve.conditional, source.second, out.checkpoints.size(), out.conditional);
    out.replica_numbers.push_back(replica);
  }
  out.replicas = static_cast<std::int64_t>(out.replica_numbers.size());
  recompute_points(out);
  return out;
}

/// Status, message and times of the whole from those of its parts.
void join_endings(const std::vector<RecordedRun>& runs, RunSnapshot& out, RunInfo& info) {
  out.status = RunStatus::finished;
  out.elapsed_seconds = 0.0;
  out.solver_steps = 0;
  info.shards.clear();
  info.threads = 0;
  bool stopped = false, diverged = false;
  for (const RecordedRun& run : runs) {
    stopped = stopped || run.snapshot.status == RunStatus::stopped;
    diverged = diverged || run.snapshot.status == RunStatus::diverged;
    out.elapsed_seconds += run.snapshot.elapsed_seconds;
    out.solver_steps += run.snapshot.solver_steps;
    info.threads = std::max(info.threads, run.info.threads);
    info.shards.insert(info.shards.end(), run.info.shards.begin(), run.info.shards.end());
  }
  std::sort(info.shards.begin(), info.shards.end(), [](const Shard& a, const Shard& b) {
    return a.index < b.index;
  });
  if (stopped) {
    out.status = RunStatus::stopped;
  } else if (diverged) {
    out.status = RunStatus::diverged;
  }
  out.message = fmt::format("Merged from {} shards.", info.shards.size());
}

}  // namespace

Result<ResultTables> merge_results(const std::vector<std::string>& folders) {
  if (folders.empty()) return fail(ErrorCode::bad_input, "name the folders to merge.", "merge");
  std::vector<RecordedRun> runs;
  for (const std::string& folder : folders) {
    Result<RecordedRun> run = read_results(folder);
    if (!run) return tl::unexpected(run.error());
    if (run->info.shards.empty()) {
      return fail(ErrorCode::bad_input, "its run.json names no shard.", folder);
    }
    runs.push_back(std::move(*run));
  }
  if (const auto checked = check_shards(runs, folders); !checked) {
    return tl::unexpected(checked.error());
  }
  RunSnapshot merged = runs.front().snapshot;
  RunInfo info = runs.front().info;
  join_endings(runs, merged, info);
  for (std::size_t i = 0; i < merged.curves.size(); ++i) {
    Result<MethodCurve> curve = join_curve(runs, i, folders);
    if (!curve) return tl::unexpected(curve.error());
    merged.curves[i] = std::move(*curve);
  }
  return ResultTables{.curves = write_curves_csv(merged),
                      .parts = write_parts_csv(merged),
                      .conditional = write_conditional_csv(merged),
                      .summary = write_summary_csv(merged, runs.front().theory),
                      .theory = runs.front().theory_text,
                      .spec = runs.front().spec_text,
                      .run = write_run_json(merged, info)};
}

}  // namespace sid
