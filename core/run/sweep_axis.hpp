#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sid/math/result.hpp"
#include "sid/run/run_spec.hpp"

namespace sid {

/// Most values of one axis; two such axes are some 160,000 cells.
inline constexpr std::int64_t kMaxSweepValues = 400;

/// One of the two things that a sweep varies.
struct SweepAxis {
  /// How `set` is to be given a value.
  enum class Unit {
    plain,     ///< as it is
    eta,       ///< as it is; it is the step size, so limits of steps are places on this axis
    of_limit,  ///< times the largest step that the bounds of the spec's ladder allow; is set last
  };

  std::string key;             ///< "eta", "minibatch", "problem.quadratic.condition"
  std::string label;           ///< for axes of plots: "step size η"
  std::string symbol;          ///< the same in sentences: "η"
  std::vector<double> values;  ///< ascending, distinct, at least one; positive where `log`
  bool log = true;             ///< spaced and drawn on a log scale
  bool whole = false;          ///< integers
  Unit unit = Unit::plain;
  /// `spec` with this value; an error says why it cannot have it.
  std::function<Result<RunSpec>(const RunSpec& spec, double value)> set = {};
  /// What `spec` has; nothing where that is not one number. May be empty.
  std::function<std::optional<double>(const RunSpec& spec)> get = {};
};

/// Where the values of an axis lie.
struct SweepRange {
  double from = 1e-3, to = 1.0;  ///< finite, from <= to; positive where `log`
  std::int64_t count = 48;       ///< in [1, kMaxSweepValues]
  bool log = true;
};

/// `count` values from one end of the range to the other, evenly spaced on its scale; `whole` ones
/// are rounded, and those that coincide are taken once. Errors are sentences: what is wrong with
/// the range, and the limit.
Result<std::vector<double>> sweep_values(const SweepRange& range, bool whole);

/// The quantities with names of their own, in the order in which they are offered:
///   eta           step size of a constant step, or of the first phase of a two-phase one; of the
///                 linear system too, unless it has steps of its own
///   eta_factor    the same as a multiple of the largest step that the bounds allow
///   minibatch     b
///   lambda        the hyperparameter, the same for every coordinate where it is a vector
///   split         t/(t + k), at the budget t + k that the method has
///   beta_factor, gamma_factor      of decreasing and two-phase steps: β(1−q²) and γ/β
///   t, k          iterations of the lower level and of the linear system
const std::vector<std::string>& known_sweep_keys();

/// The axis of a known key for method number `method`, without values.
/// Errors: not_found for other keys; bad_input where the method has no such quantity, with what it
/// has instead.
Result<SweepAxis> known_sweep_axis(const std::string& key, const RunSpec& spec, std::size_t method);

/// A range for a known key in which something happens, for 48 columns or 12 rows.
SweepRange usual_range(const std::string& key,
                       const RunSpec& spec,
                       std::size_t method,
                       std::int64_t count);

/// The method that is swept unless another is chosen: the first stochastic one with a constant
/// step, else the first stochastic one, else the first.
std::size_t usual_sweep_method(const RunSpec& spec);
/// What is swept of a method unless told otherwise, along x: "eta" where it has that, else
/// "beta_factor", else "lambda".
std::string usual_sweep_key(const RunSpec& spec, std::size_t method);

}  // namespace sid
