#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sid/run/method_label.hpp"
#include "sid/run/run_spec.hpp"

namespace sid {

/// Limits of a spec. They are far beyond use and keep a slip of the keyboard from filling the
/// memory or running for years.
inline constexpr std::int64_t kMaxPanels = 64;
inline constexpr std::int64_t kMaxMethods = 64;
inline constexpr std::int64_t kMaxIterations = 10'000'000;
inline constexpr std::int64_t kMaxReplicas = 1'000'000;
inline constexpr std::int64_t kMaxCheckpoints = 10'000;
inline constexpr std::int64_t kMaxOuterSteps = 100'000;
/// Points of paths of lambda: replicas x outer steps x methods (40 bytes each, of
/// which a loop that goes on is shown copies).
inline constexpr std::int64_t kMaxOuterValues = 1'000'000;
inline constexpr std::int64_t kMaxInnerReplicas = 1000;
inline constexpr std::int64_t kMaxSamples = 2'147'483'647;  ///< minibatch indices have 32 bits
/// Measured values a run may keep: replicas x checkpoints x methods x panels (24 bytes each).
inline constexpr std::int64_t kMaxMeasuredValues = 100'000'000;
/// What methods that differentiate their own paths may keep of them, over all methods, panels and
/// the replicas that advance side by side.
inline constexpr std::int64_t kMaxPathBytes = std::int64_t{2} << 30;
/// lambda, smoothness and similar scales lie between these; beyond them products of constants
/// overflow or lose every digit.
inline constexpr double kSmallestScale = 1e-12;
inline constexpr double kLargestScale = 1e12;

/// One thing wrong with a spec, in words a user can act on.
struct SpecIssue {
  /// Key as written in the file, "method[1].step.eta". Methods, panels and list entries count from
  /// 1: method[1] is the first [[method]] block, problem.lambda[2] the second number.
  std::string field;
  std::string value;              ///< "-0.5"; empty where there is no single value
  std::string violated;           ///< "must be > 0"
  std::string remedy;             ///< "Use a value in (0, 2]."
  std::string to_string() const;  ///< "method[1].step.eta = -0.5: must be > 0. Use ..."
  bool operator==(const SpecIssue&) const = default;
};

/// Everything wrong with `spec` that can be seen without reading data, in file order; empty if it
/// can run. Pure; allocates only for what it reports.
std::vector<SpecIssue> validate(const RunSpec& spec);

/// What is wrong with `spec` once the number of training rows, columns is known (minibatch > n,
/// length of lambda, split sizes). `train_rows` is the size of the training part.
std::vector<SpecIssue> validate_against_data(const RunSpec& spec,
                                             std::int64_t train_rows,
                                             std::int64_t columns);

/// All issues as one text, one line each; empty for none.
std::string to_string(const std::vector<SpecIssue>& issues);

}  // namespace sid
