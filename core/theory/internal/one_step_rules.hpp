#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sid/method/noisy_contraction.hpp"
#include "sid/method/step_size_schedule.hpp"
#include "sid/theory/direct_bound.hpp"
#include "sid/theory/internal/step_range.hpp"

namespace sid::internal {

/// A bound of M_{t+1} by a bound of M_t, increasing in it.
class OneStepRule {
 public:
  virtual ~OneStepRule() = default;

  /// After one step of size eta.
  virtual double step(double bound, double eta) = 0;
  /// After all steps of the range at once: not below what step() by step() proves, and above it by
  /// second order in the width of the range and in the change of the bound only.
  virtual double steps(double bound, const StepRange& range) = 0;
  /// Equal steps lose nothing when taken at once: step() is affine in the bound with coefficients
  /// that depend on eta alone.
  virtual bool affine() const = 0;
};

/// M' <= (1 - loss(eta)) M + noise eta^2 in every step of a range, for a concave loss of which the
/// values at the two ends are given.
struct AffineStep {
  double loss_first = 0.0;
  double loss_last = 0.0;
  double noise = 0.0;
};

/// After all steps of the range at once.
double over_range(double bound, const StepRange& range, const AffineStep& step);

/// recursion_step(): M' <= (1 - rate eta) M + noise eta^2 with rate = 1 - q^2 and noise = sigma1.
/// Any other bound of this form runs by it, too.
class ProofRule final : public OneStepRule {
 public:
  ProofRule(double rate, double noise) : rate_(rate), noise_(noise) {}
  explicit ProofRule(const NoisyContraction& map) : ProofRule(map.rate(), map.sigma1) {}
  double step(double bound, double eta) override;
  double steps(double bound, const StepRange& range) override;
  bool affine() const override { return true; }

 private:
  double rate_, noise_;
};

/// sharp_loss().
class SharpRule final : public OneStepRule {
 public:
  explicit SharpRule(const NoisyContraction& map) : map_(map) {}
  double step(double bound, double eta) override;
  double steps(double bound, const StepRange& range) override;
  bool affine() const override { return true; }
  bool adds_noise() const { return map_.sigma1 > 0.0; }

 private:
  NoisyContraction map_;
};

/// DirectBound with the best theta in every step; over many steps, with the theta that is best at
/// their beginning. Keeps a reference to the bound.
class DirectRule final : public OneStepRule {
 public:
  DirectRule(const DirectBound& bound, double alpha) : bound_(bound), alpha_(alpha) {}
  double step(double bound, double eta) override;
  double steps(double bound, const StepRange& range) override;
  bool affine() const override { return !(bound_.V_star() > 0.0); }

 private:
  const DirectBound& bound_;
  double alpha_;
  DirectBound::Guess guess_;
};

/// The smaller of two rules, chosen anew each time.
class SmallerRule final : public OneStepRule {
 public:
  SmallerRule(DirectRule first, SharpRule second)
      : first_(std::move(first)), second_(std::move(second)) {}
  double step(double bound, double eta) override;
  double steps(double bound, const StepRange& range) override;
  /// Of two factors the smaller one is the same in every equal step.
  bool affine() const override { return first_.affine() && !second_.adds_noise(); }

 private:
  DirectRule first_;
  SharpRule second_;
};

/// B_t at each of the ascending t in `at`, from B_0 = initial. The first thousand steps are taken
/// one by one; later ones together where they are alike, so that ten million steps take about a
/// millisecond for an affine rule and a few for the others. What that costs is of the order of 1e-5
/// of the bound.
std::vector<double> run_rule(OneStepRule& rule,
                             double initial,
                             const StepSizeSchedule& schedule,
                             std::span<const std::int64_t> at);

}  // namespace sid::internal
