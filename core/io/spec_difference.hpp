#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "sid/run/method_slots.hpp"
#include "sid/run/run_spec.hpp"

namespace sid {

/// One setting in which specs differ.
struct SpecDifferenceRow {
  std::string key;  ///< as in spec files and --set: "run.replicas", "method[2].step.eta"
  /// One per spec: the value as TOML writes it, texts without quotes; kDefaultSetting where the
  /// spec leaves the setting to its default; kNoMethod where it has no such method.
  std::vector<std::string> values;
  bool operator==(const SpecDifferenceRow&) const = default;
};

inline constexpr const char* kDefaultSetting = "default";
inline constexpr const char* kNoMethod = "–";

/// What differs between specs, in the order of spec files.
struct SpecDifference {
  std::vector<SpecDifferenceRow> rows;
  std::vector<MethodSlot> slots;
  bool operator==(const SpecDifference& other) const { return rows == other.rows; }
};

/// The settings whose values are not the same in all specs. Keys and values are those of
/// write_spec(), so that a new setting needs no line here. A setting that a file leaves out in some
/// specs differs only if writing it there would change the spec.
///   names: how to call the specs ("A"), one each, for methods that the first spec lacks
///          ("method[4] of B"); empty: "1", "2", ...
/// Methods are numbered as in the first spec; one that some spec lacks is one row with its label.
/// Specs that differ in the order of methods alone have a row "method order". Of a setting that is
/// a table in some specs and something else in others (checkpoints, lambda, linear_step), the whole
/// is one row. No rows: the specs are equal.
SpecDifference spec_difference(std::span<const RunSpec> specs,
                               std::span<const std::string> names = {});

/// For each spec a few words that tell it from the others, made from the first differences: "eta =
/// 0.5, replicas = 64". Where nothing differs, the title, or "same settings" without one.
///   most: differences named; an ellipsis stands for further ones.
std::vector<std::string> telling_names(const SpecDifference& difference,
                                       std::span<const RunSpec> specs,
                                       std::size_t most = 2);

}  // namespace sid
