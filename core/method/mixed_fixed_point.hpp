#pragma once

#include <cstdint>
#include <memory>

#include "sid/method/solver_path.hpp"

namespace sid {

struct MixedFixedPointSettings {
  StepSizeSchedule step = {};  ///< eta_k
  double mixing = 1.0;         ///< a in (0, 1]
  std::int64_t minibatch = 1;  ///< examples a minibatch of the oracles, for samples()
};

/// The state of FP-KM (Terashita and Hara, TMLR 2025): a mean z of two iterations that share every
/// minibatch. From x_0 = u_0 = c, z_0 = 0, and with the old u and x on the right,
///   z <- z + eta ((1 - a)(u + z) + a x - z)
///   x <- x + eta (c - alpha H_B x)           the iterate (29) of SID
///   u <- u - eta alpha H_B u                 the product of a Neumann series
struct MixedFixedPointState {
  Vector z, x, u;  // d

  explicit MixedFixedPointState(Index dim)
      : z(Vector::Zero(dim)), x(Vector::Zero(dim)), u(Vector::Zero(dim)) {}
  void start(const ConstVectorRef& c);
  /// `first` and `second` are frozen at the same w and give the same minibatch; `zero` (d) is zero.
  void step(StochasticOracle& first,
            StochasticOracle& second,
            const ConstVectorRef& c,
            const Vector& zero,
            double alpha,
            double eta,
            double mixing);
};

/// z_k in place of v_k. a = 1: an exponential average of SID's iterate with weight eta; a = 0 would
/// be the unrolled Neumann sum. For eta = 1, E[z_k | w] is the k-th full-batch fixed-point iterate
/// from 0 for every a: E[u_k] = (I - alpha H)^k c =: r_k and E[x_k] = sum_{j<=k} r_j, so by
/// induction E[z_{k+1}] = (1-a)(E[u_k] + E[z_k]) + a E[x_k] = sum_{j<=k} r_j. No bound is known to
/// us. k minibatches are drawn and each multiplies two vectors: samples() counts draws, the work is
/// twice that of SID. Two oracles run on one stream. Allocates nothing after construction.
class MixedFixedPoint final : public LinearSolver {
 public:
  /// Two oracles of the same kind.
  MixedFixedPoint(const BilevelProblem& problem,
                  std::unique_ptr<StochasticOracle> first,
                  std::unique_ptr<StochasticOracle> second,
                  const MixedFixedPointSettings& settings);

  LinearSolve solve(const LinearTask& task, VectorRef v, const std::stop_token& stop) override;
  std::int64_t samples() const override { return samples_; }

 private:
  std::unique_ptr<StochasticOracle> first_;
  std::unique_ptr<StochasticOracle> second_;
  MixedFixedPointSettings settings_;
  double alpha_;
  Vector zero_;
  MixedFixedPointState state_;
  std::int64_t samples_ = 0;
};

}  // namespace sid
