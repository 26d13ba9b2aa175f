#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sid/run/run_spec.hpp"

namespace sid::internal {

/// One setting of a share string: its key with how it is written and read.
template <class Spec>
struct Setting {
  std::string key;
  /// std::nullopt where the setting has its default and is left out.
  std::function<std::optional<std::string>(const Spec&)> write;
  /// False if the text is malformed.
  std::function<bool(Spec&, std::string_view)> read;
};

const std::vector<Setting<RunSpec>>& run_settings();
const std::vector<Setting<MethodSpec>>& method_settings();  ///< all but kind and steps
const std::vector<Setting<StepSpec>>& step_settings();

/// A finite number, whole text.
bool decode_number(std::string_view text, double& out);

/// The parts of `text` between separators; always at least one.
std::vector<std::string_view> pieces(std::string_view text, char separator);

}  // namespace sid::internal
