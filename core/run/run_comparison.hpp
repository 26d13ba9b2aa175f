#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sid/run/error_ratio.hpp"
#include "sid/run/experiment.hpp"
#include "sid/run/method_slots.hpp"
#include "sid/run/snapshot.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// Runs that are compared at a time, besides the present one: A to H.
inline constexpr std::size_t kMostRuns = 8;
/// "A" for 0, "H" for 7.
std::string run_letter(std::size_t number);

/// The same hyperparameters: equal entry by entry, or constant and equal, so that a number is the
/// vector that has it everywhere. Labels of vectors only count, so they tell nothing.
bool same_lambda(const Panel& a, const Panel& b);

/// One of several runs that are compared. What it points to outlives the comparison.
struct ComparedRun {
  std::string letter;  ///< "A"; unique among them
  std::string name;    ///< what it is, in a few words; may be empty
  const RunSnapshot* snapshot = nullptr;
  /// [panel][method] on the snapshot's bench; null or empty: without bounds.
  const std::vector<std::vector<MethodTheory>>* theory = nullptr;
};

/// A hyperparameter that is compared: its panel in each run.
struct LambdaMatch {
  std::string title;  ///< "λ = 0.1"; "λ = 0.1 (A), 0.2 (B)" where they differ
  std::vector<std::size_t> panels;
};

/// One method of one run at one hyperparameter.
struct ComparedCell {
  const MethodCurve* curve = nullptr;  ///< null: the run has no such method, or no data of it yet
  std::string label;                   ///< of the method in this run
  ErrorRatio ratio;                    ///< to the first run; empty where one of them has no curve
  /// The last point of `ratio` that has a value.
  std::optional<std::size_t> last_ratio() const;
};

/// One method over all runs.
struct ComparedRow {
  std::size_t lambda = 0, slot = 0;
  std::vector<ComparedCell> cells;  ///< one per run
};

/// Several runs side by side.
struct RunComparison {
  std::vector<MethodSlot> slots;           ///< which methods are held against each other
  std::vector<LambdaMatch> lambdas;        ///< and at which hyperparameters
  std::vector<ComparedRow> rows;           ///< by hyperparameter, then slot
  std::vector<std::string> remarks;        ///< sentences: what is not alike, not common, not whole
  std::vector<std::string> ratio_remarks;  ///< how ratios and their intervals were made
};

/// Compares runs with the first of them. Methods are matched by match_methods(), hyperparameters by
/// their values, and by their order where each run has one or where none is in all runs. Ratios are
/// error_ratio() of `quantity` at equal `axis`; those of runs with equal seeds and equal replicas
/// have paired intervals. Pure; pointers in the result are into the snapshots.
RunComparison compare_runs(std::span<const ComparedRun> runs, Quantity quantity, RatioAxis axis);

}  // namespace sid
