#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include "sid/math/types.hpp"
#include "sid/method/checkpoint.hpp"
#include "sid/random/stream.hpp"

namespace sid {

/// An iterate whose norm is above this, or not a number, has diverged.
inline constexpr double kDivergenceNorm = 1e150;

/// ||x|| > kDivergenceNorm, or an entry of x is not a number.
bool overflowed(const ConstVectorRef& x);

enum class PathStatus {
  reached,   ///< all steps asked for were taken
  diverged,  ///< an iterate overflowed; the iteration is reported, nothing is estimated
  stopped,   ///< a stop was requested in between; calling again continues
};

/// Where an iteration overflowed.
struct Divergence {
  Role role = Role::lower_level;  ///< lower_level or linear_system
  std::int64_t iteration = 0;     ///< steps taken when the iterate first was beyond the limit

  bool operator==(const Divergence&) const = default;
};

/// One method that estimates the hypergradient at one lambda, followed from checkpoint to
/// checkpoint, one replica after the other:
///
///   path.start(seed, replica);
///   for (i = 0; i < checkpoints.size(); ++i)
///     if (path.run_to(checkpoints[i], i, stop) == PathStatus::reached) use(path.hypergradient());
///
/// What a method does between two checkpoints, what it restarts there and what it draws is said by
/// the class that implements it. Used by one thread; the problem must outlive the path.
class HypergradientPath {
 public:
  virtual ~HypergradientPath() = default;
  HypergradientPath(const HypergradientPath&) = delete;  // paths refer to their own parts
  HypergradientPath& operator=(const HypergradientPath&) = delete;

  /// Back to the initial point, with the random streams of (seed, replica). A deterministic method
  /// draws nothing and ignores both. Every other one requires a start before the first run_to.
  virtual void start(std::uint64_t seed, std::uint32_t replica) = 0;

  /// Goes to `checkpoint`, number `index` (< 2^24 - 1) of its curve; checkpoints come with
  /// ascending t. Polls `stop` and checks for overflow at every step. `diverged` leaves the
  /// estimate meaningless and names the place in divergence(); a diverged w stays diverged, a
  /// diverged v is tried again at the next checkpoint.
  virtual PathStatus run_to(const Checkpoint& checkpoint,
                            std::uint32_t index,
                            const std::stop_token& stop) = 0;

  /// Whether the estimate is random when w_t is given, and repeat() draws it again. False for
  /// deterministic methods and for those whose randomness is that of the path itself.
  virtual bool can_repeat() const { return false; }

  /// Estimates again at the w_t of the last run_to, which returned `reached`, with the streams of
  /// `repetition` (1, 2, ... below 2^16) of that checkpoint: v() and hypergradient() then are, with
  /// w_t given, an independent sample. Requires can_repeat().
  virtual PathStatus repeat(std::uint32_t repetition, const std::stop_token& stop);

  virtual std::int64_t linear_steps() const = 0;  ///< k of the last checkpoint
  virtual const Vector& w() const = 0;            ///< d, w_t
  /// d, v_k(w_t), which approximates v(w_t) = (alpha H(w_t))^-1 grad_1 E(w_t); empty where a method
  /// makes no such vector.
  virtual const Vector& v() const = 0;
  virtual const Vector& upper_gradient() const = 0;  ///< d, grad_1 E(w_t)
  virtual const Vector& hypergradient() const = 0;   ///< m, the estimate
  virtual const std::optional<Divergence>& divergence() const = 0;
  /// Steps taken by all solvers since construction.
  virtual std::int64_t solver_steps() const = 0;
  /// Of a method with tolerances: the steps that the solvers took for the last checkpoint, and
  /// whether they ended because they had met them.
  virtual std::optional<StepsTaken> steps_taken() const { return std::nullopt; }

 protected:
  HypergradientPath() = default;
};

}  // namespace sid
