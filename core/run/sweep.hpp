#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "sid/run/experiment.hpp"
#include "sid/run/snapshot.hpp"
#include "sid/run/sweep_axis.hpp"
#include "sid/theory/report.hpp"

namespace sid {

/// A grid over two settings of one method: its errors at the end of the budget, in every cell.
struct SweepRequest {
  RunSpec spec;
  std::size_t method = 0;  ///< of spec.methods
  std::size_t panel =
      0;  ///< hyperparameter of the spec, from 0; of no account where an axis sets λ
  /// The one that matters: it decides whether a cell is known exactly, and of which error the edges
  /// of stability are.
  Quantity quantity = Quantity::hypergradient;
  SweepAxis x, y;

  std::size_t columns() const { return x.values.size(); }
  std::size_t rows() const { return y.values.size(); }
};

/// One error of a cell, in the spec's convention.
struct SweepValue {
  double mean = 0.0;             ///< NaN: not known
  double low = 0.0, high = 0.0;  ///< 95 % interval of a measured mean; = mean where exact
  /// It has overflowed in some replica, or its expectation grows without limit in t (constant steps
  /// beyond the edge of stability): what `mean` then holds is the exact value at this t, or NaN.
  bool diverged = false;
};

enum class SweepState : std::uint8_t {
  pending,  ///< not computed
  done,
  refused,  ///< the spec cannot have these values; `why` says so
};

struct SweepCell {
  SweepState state = SweepState::pending;
  bool exact = false;  ///< expectations, not means over replicas
  std::int64_t replicas = 0;
  std::int64_t t = 0, k = 0;
  std::array<SweepValue, 3> values;  ///< by Quantity
  std::string why;

  const SweepValue& value(Quantity quantity) const {
    return values[static_cast<std::size_t>(quantity)];
  }
};

/// A curve in the plane of the sweep: the largest step of some kind for each value of the other
/// axis.
struct SweepEdge {
  std::string id;     ///< "paper", "sharpened", "stability"
  std::string label;  ///< "paper's limit 1/(1+σ₂)"
  bool bound = true;  ///< a limit of a theorem; false: where the error itself ceases to settle
  std::vector<double> x, y;
};

/// What a sweep knows at a moment; immutable once published.
struct SweepSnapshot {
  RunStatus status = RunStatus::not_started;
  std::string message = "Not started.";
  std::shared_ptr<const SweepRequest> of;
  std::vector<SweepCell> cells;  ///< row * columns + column, rows ascending in y
  std::size_t cells_done = 0;    ///< not pending
  std::vector<SweepEdge> edges;
  /// Failed by what was asked for, without a cell that could be had; `message` says what is wrong.
  bool refused = false;
  std::size_t panels = 1;   ///< hyperparameters of the spec
  std::string panel_label;  ///< "λ = 0.1", "λ vector 2"; empty where an axis sets λ
  std::string data_description, data_fingerprint;
  double elapsed_seconds = 0.0;

  bool done() const {
    return status == RunStatus::finished || status == RunStatus::stopped ||
           status == RunStatus::failed;
  }
};

struct SweepOptions {
  int threads = 0;  ///< 0: all processors
  double publishes_per_second = 30.0;
};

/// Receives snapshots, from any thread but one at a time; must not block.
using SweepHook = std::function<void(std::shared_ptr<const SweepSnapshot>)>;

/// Computes every cell in the calling thread and a pool, a coarse grid first and then ever finer
/// ones; publishes what there is, and at last the whole, which is also returned.
///
/// A cell is SID with its own (t, k), the last checkpoint that a run of its spec would have.
///   exact     where the expectation is known (BilevelProblem::exact_moments): all errors of the
///             teaching problem, E||w_t - w(lambda)||^2 of small ridge regressions; 48 x 12 cells
///             of the teaching problem take some ten milliseconds
///   measured  elsewhere: spec.run.replicas runs with the streams that a run with this seed has.
///   All
///             cells share their draws, so that neighbours differ by their settings and not by
///             luck, and a cell has the bits of the run with its settings.
/// The same request gives the same bits for any number of threads.
///
/// Edges are given where one axis is a step size: 1/(1+sigma2) with the constants of the paper and
/// with the sharpened ones (for the hypergradient the smaller one of the two solvers', unless the
/// linear system has steps of its own), and the edge of mean-square stability (constant steps): of
/// fourth moments for the hypergradient of the teaching problem, else of second moments.
///
/// Refused are a panel that the spec does not have, and axes that change each other: where setting
/// one value, then the other, and then the first once more changes the spec.
///
/// `bench` is used where it fits. A stop is obeyed within 50 ms and keeps the cells that are done.
/// Throws nothing: what goes wrong is a status and a message.
std::shared_ptr<const SweepSnapshot> sweep(const SweepRequest& request,
                                           std::shared_ptr<const ProblemBench> bench = nullptr,
                                           const SweepOptions& options = {},
                                           const std::stop_token& stop = {},
                                           const SweepHook& publish = {});

/// The order of the cells: every eighth column and row first, then every fourth, ... Each index
/// once; `levels` has how many belong to each round.
struct SweepOrder {
  std::vector<std::size_t> cells;
  std::vector<std::size_t> levels;
};
SweepOrder sweep_order(std::size_t columns, std::size_t rows);

}  // namespace sid
