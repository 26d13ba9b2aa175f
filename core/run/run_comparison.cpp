#include "sid/run/run_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "sid/math/contract.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/method_label.hpp"

namespace sid {

namespace {

using Runs = std::span<const ComparedRun>;

std::size_t panel_count(const RunSnapshot& run) {
  return run.bench ? run.bench->panels.size() : 0;
}

const std::string& panel_label(const ComparedRun& run, std::size_t panel) {
  return run.snapshot->bench->panels[panel].label;
}

/// "A", "A and B", "A, B and C".
std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    out += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  }
  return out;
}

std::optional<std::size_t> panel_like(const ComparedRun& run, const Panel& panel) {
  for (std::size_t p = 0; p < panel_count(*run.snapshot); ++p) {
    if (same_lambda(run.snapshot->bench->panels[p], panel)) return p;
  }
  return std::nullopt;
}

/// λ as numbers have labels that say what they are; those of vectors count.
bool plain_lambda(const ComparedRun& run) {
  const auto& panels = run.snapshot->bench->panels;
  return std::all_of(
      panels.begin(), panels.end(), [](const Panel& p) { return p.lambda.size() <= 1; });
}

std::string lambda_title(Runs runs, const std::vector<std::size_t>& panels) {
  const std::string& first = panel_label(runs[0], panels[0]);
  bool same = true;
  std::string each;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const std::string& label = panel_label(runs[r], panels[r]);
    same = same && label == first;
    each += (each.empty() ? "" : ", ") + label + " (" + runs[r].letter + ")";
  }
  const bool plain = std::all_of(runs.begin(), runs.end(), plain_lambda);
  return (plain ? "λ = " : "λ, vector ") + (same ? first : each);
}

void match_lambdas(Runs runs, RunComparison& out) {
  std::size_t least = panel_count(*runs[0].snapshot), most = least;
  for (const ComparedRun& run : runs) {
    least = std::min(least, panel_count(*run.snapshot));
    most = std::max(most, panel_count(*run.snapshot));
  }
  if (least == 0) return;  // a run without its problem yet
  const auto add = [&](std::vector<std::size_t> panels) {
    LambdaMatch match;
    match.title = lambda_title(runs, panels);
    match.panels = std::move(panels);
    out.lambdas.push_back(std::move(match));
  };
  for (std::size_t p = 0; p < panel_count(*runs[0].snapshot); ++p) {
    std::vector<std::size_t> panels;
    for (const ComparedRun& run : runs) {
      const auto panel = panel_like(run, runs[0].snapshot->bench->panels[p]);
      if (panel) panels.push_back(*panel);
    }
    if (panels.size() == runs.size()) add(std::move(panels));
  }
  if (out.lambdas.empty()) {
    for (std::size_t p = 0; p < least; ++p) add(std::vector<std::size_t>(runs.size(), p));
    const bool plain = std::all_of(runs.begin(), runs.end(), plain_lambda);
    out.remarks.push_back(
        most == 1 && plain ? "The runs are at different " + out.lambdas.front().title + "."
        : most == 1        ? "The runs are at different λ, which are vectors."
                    : "No λ is in all runs: they are compared in the order of their lists.");
    if (least == most) return;
  }
  std::vector<std::string> left;
  for (const ComparedRun& run : runs) {
    const std::size_t more = panel_count(*run.snapshot) - out.lambdas.size();
    if (more > 0) left.push_back(fmt::format("{} of {}", more, run.letter));
  }
  if (!left.empty()) {
    out.remarks.push_back("λ that are not in all runs are left out: " + listed(left) + ".");
  }
}

const MethodCurve* curve_of(const RunSnapshot& run, std::size_t panel, std::size_t method) {
  for (const MethodCurve& curve : run.curves) {
    if (curve.panel != panel || curve.method != method || curve.points.empty()) continue;
    return &curve;
  }
  return nullptr;
}

/// Replicas of the method differ; else the one that there is tells all.
bool random_method(const RunSpec& spec, std::size_t method) {
  return traits_of(spec.methods[method].kind).random || spec.run.vary_split;
}

/// Problem and data but for λ.
bool same_problem(const RunSpec& a, const RunSpec& b) {
  ProblemSpec mine = a.problem;
  mine.lambda = b.problem.lambda;
  return mine == b.problem && a.data == b.data && a.run.vary_split == b.run.vary_split;
}

void remark_on_runs(Runs runs, RunComparison& out) {
  std::vector<std::string> other;
  for (const ComparedRun& run : runs) {
    if (!same_problem(run.snapshot->spec, runs[0].snapshot->spec)) other.push_back(run.letter);
  }
  if (!other.empty()) {
    out.remarks.push_back(listed(other) + (other.size() == 1 ? " is" : " are") +
                          " of another problem than " + runs[0].letter +
                          ", so the errors are of different hypergradients.");
  }
  for (const ComparedRun& run : runs) {
    const RunSnapshot& s = *run.snapshot;
    if (s.status == RunStatus::finished) continue;
    out.remarks.push_back(
        s.done() ? fmt::format("{} was not run to its end.", run.letter)
                 : fmt::format("{} is of a run at {:.0f} %.", run.letter, 100.0 * s.progress));
  }
}

void remark_on_methods(Runs runs, RunComparison& out) {
  constexpr std::size_t kMost = 3;
  std::vector<std::string> pairs;
  if (out.rows.empty()) return;
  for (const ComparedRow& row : out.rows) {
    if (row.lambda > 0) break;
    for (std::size_t r = 1; r < runs.size(); ++r) {
      const ComparedCell &base = row.cells[0], &cell = row.cells[r];
      if (base.label.empty() || cell.label.empty() || base.label == cell.label) continue;
      pairs.push_back(fmt::format(
          "{} of {} with {} of {}", cell.label, runs[r].letter, base.label, runs[0].letter));
    }
  }
  if (pairs.empty()) return;
  const std::size_t more = pairs.size() > kMost ? pairs.size() - kMost : 0;
  pairs.resize(pairs.size() - more);
  if (more > 0) pairs.push_back(fmt::format("{} more", more));
  out.remarks.push_back("Matched by place, for their names differ: " + listed(pairs) + ".");
}

void remark_on_ratios(Runs runs, RunComparison& out) {
  std::vector<std::string> paired, independent, single;
  std::int64_t interpolated = 0, diverged = 0, without = 0;
  for (std::size_t r = 1; r < runs.size(); ++r) {
    bool some_paired = false, some = false, some_single = false;
    for (const ComparedRow& row : out.rows) {
      const ErrorRatio& ratio = row.cells[r].ratio;
      if (!row.cells[r].last_ratio()) continue;
      interpolated += ratio.interpolated;
      some_single = some_single || ratio.single > 0;
      // Two deterministic curves have no interval.
      const bool sampled = ratio.single == 0 &&
                           (row.cells[r].curve->replicas > 1 || row.cells[0].curve->replicas > 1);
      some_paired = some_paired || (sampled && ratio.paired);
      some = some || (sampled && !ratio.paired);
    }
    for (const ComparedRow& row : out.rows) {
      diverged += row.cells[r].ratio.diverged;
      without += row.cells[r].ratio.without_base;
    }
    if (some_paired) paired.push_back(runs[r].letter);
    if (some) independent.push_back(runs[r].letter);
    if (some_single) single.push_back(runs[r].letter);
  }
  const std::string& base = runs[0].letter;
  if (!paired.empty()) {
    out.ratio_remarks.push_back(
        fmt::format("95 % intervals of {} ÷ {} are of differences replica by replica: equal seeds, "
                    "hence the same random numbers.",
                    listed(paired),
                    base));
  }
  if (!independent.empty()) {
    out.ratio_remarks.push_back(
        fmt::format("95 % intervals of {} ÷ {} combine those of both means, as of independent "
                    "runs.",
                    listed(independent),
                    base));
  }
  if (!single.empty()) {
    out.ratio_remarks.push_back(fmt::format(
        "No interval of {} ÷ {} where one of them has one replica.", listed(single), base));
  }
  if (interpolated > 0) {
    out.ratio_remarks.push_back(
        fmt::format("Where checkpoints differ, {} is interpolated on logarithmic axes.", base));
  }
  if (without > 0) {
    out.ratio_remarks.push_back(fmt::format("No ratio where {} has no checkpoint near.", base));
  }
  if (diverged > 0) out.ratio_remarks.emplace_back("No ratio where replicas overflowed.");
}

}  // namespace

bool same_lambda(const Panel& a, const Panel& b) {
  const Vector &x = a.lambda, &y = b.lambda;
  if (x.size() == 0 || y.size() == 0) return false;
  if (x.size() == y.size()) return x == y;
  return x[0] == y[0] && (x.array() == x[0]).all() && (y.array() == y[0]).all();
}

std::string run_letter(std::size_t number) {
  SID_EXPECTS(number < 26, "letters end at Z");
  std::string letter("A");
  letter[0] = static_cast<char>(letter[0] + static_cast<char>(number));
  return letter;
}

std::optional<std::size_t> ComparedCell::last_ratio() const {
  for (std::size_t i = ratio.ratio.size(); i-- > 0;) {
    if (std::isfinite(ratio.ratio[i])) return i;
  }
  return std::nullopt;
}

RunComparison compare_runs(std::span<const ComparedRun> runs, Quantity quantity, RatioAxis axis) {
  RunComparison out;
  if (runs.empty()) return out;
  std::vector<RunSpec> specs;
  std::vector<std::vector<std::string>> labels;
  specs.reserve(runs.size());
  labels.reserve(runs.size());
  for (const ComparedRun& run : runs) {
    specs.push_back(run.snapshot->spec);
    labels.push_back(method_labels(specs.back()));
  }
  out.slots = match_methods(specs);
  match_lambdas(runs, out);
  for (std::size_t l = 0; l < out.lambdas.size(); ++l) {
    for (std::size_t s = 0; s < out.slots.size(); ++s) {
      ComparedRow row;
      row.lambda = l;
      row.slot = s;
      for (std::size_t r = 0; r < runs.size(); ++r) {
        ComparedCell cell;
        if (const auto method = out.slots[s].methods[r]) {
          cell.curve = curve_of(*runs[r].snapshot, out.lambdas[l].panels[r], *method);
          cell.label = labels[r][*method];
        }
        const MethodCurve* const base = r == 0 ? cell.curve : row.cells[0].curve;
        if (cell.curve != nullptr && base != nullptr) {
          const RatioReplicas replicas{.common_numbers = specs[r].run.seed == specs[0].run.seed,
                                       .curve_random = random_method(specs[r], cell.curve->method),
                                       .base_random = random_method(specs[0], base->method)};
          cell.ratio = error_ratio(*cell.curve, *base, quantity, axis, replicas);
        }
        row.cells.push_back(std::move(cell));
      }
      out.rows.push_back(std::move(row));
    }
  }
  remark_on_runs(runs, out);
  remark_on_methods(runs, out);
  remark_on_ratios(runs, out);
  return out;
}

}  // namespace sid
