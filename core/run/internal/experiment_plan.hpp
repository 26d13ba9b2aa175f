#pragma once

#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "sid/run/method_kind.hpp"
#include "sid/run/snapshot.hpp"

namespace sid::internal {

/// What a run has to compute: curves with their replicas, and the order of the work.
class ExperimentPlan {
 public:
  /// Curves panel-major, without data. Replicas are those of `shard`; deterministic methods have
  /// replica 0 alone unless splits vary.
  ExperimentPlan(const RunSpec& spec, const ProblemBench& bench, Shard shard);

  const std::vector<MethodCurve>& curves() const { return curves_; }
  const std::vector<std::int64_t>& replicas(std::size_t curve) const { return replicas_[curve]; }
  const Panel& panel(std::size_t curve, std::int64_t replica) const;
  const ResolvedMethod& method(std::size_t curve, std::int64_t replica) const;

  /// Computes what certificates need of every problem; returns soon after a stop request.
  void prepare_certificates(const std::stop_token& stop);
  /// Null unless prepare_certificates() was called.
  const DerivativeLipschitz* lipschitz(std::size_t curve, std::int64_t replica) const;

  /// Work in rounds: after round r, curve c has targets(r)[c] checkpoints. The first round has one
  /// checkpoint of every curve; later ones follow the epochs, so that curves grow side by side.
  std::size_t rounds() const { return targets_.size(); }
  const std::vector<std::size_t>& targets(std::size_t round) const { return targets_[round]; }

  /// Replicas that advance together checkpoint by checkpoint, at first. All (up to 64) where a
  /// checkpoint is cheap; on real data only as many as keep `threads` busy, so that the first
  /// points come soon.
  std::size_t rows_side_by_side(std::size_t threads) const;

  /// Work of one replica for one checkpoint, in samples: steps since the last checkpoint, a fresh
  /// linear system, and the exact solve that it is compared with.
  std::int64_t cost(std::size_t curve, std::size_t checkpoint) const;
  std::int64_t total_cost() const { return total_cost_; }
  /// Of one replica of `curves`, which have the same checkpoints, in each round; -1 where it has no
  /// checkpoint in a round.
  std::vector<std::int64_t> costs_of_rounds(const std::vector<std::size_t>& curves) const;
  /// Values that errors will hold, over all curves, and conditional errors with them.
  std::int64_t measured_values() const;
  /// The parts of the error are measured: asked for, and the estimate is random given w_t.
  bool with_parts(std::size_t curve) const {
    return route_ != DecompositionRoute::none && traits_of(kinds_[curve]).repeats;
  }
  bool with_certificates() const { return certificate_; }
  std::int64_t upper_dim() const;  ///< m

 private:
  void plan_rounds();
  std::size_t place(std::size_t curve, std::int64_t replica) const;  // of problem and methods

  const ProblemBench& bench_;
  std::vector<MethodCurve> curves_;
  std::vector<MethodKind> kinds_;                      // [curve]
  std::vector<std::vector<std::int64_t>> replicas_;    // [curve]
  std::vector<std::vector<ResolvedMethod>> resolved_;  // [panel]; varied: [replica x panel]
  std::vector<DerivativeLipschitz> lipschitz_;         // as resolved_, or empty
  std::vector<std::vector<std::size_t>> targets_;      // [round][curve]
  std::int64_t total_cost_ = 0;
  std::int64_t solve_cost_ = 0;  // of one exact linear system
  DecompositionRoute route_ = DecompositionRoute::none;
  std::int64_t inner_replicas_ = 1;
  bool certificate_ = false;
};

}  // namespace sid::internal
