#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sid/run/run_spec.hpp"

namespace sid {

/// Names of the methods shown in tables and legend, one per method: the given name, or one made
/// from the settings ("Batch", "SID const η = 1", "SID dec"). Made names are unique: where two
/// would agree, the settings in which they differ are added (", b = 50"), then a number. Given
/// names are kept as they are, so two equal ones stay equal (validate() reports that).
std::vector<std::string> method_labels(const RunSpec& spec);

/// method_labels(spec)[method]; requires method < spec.methods.size().
std::string method_label(const RunSpec& spec, std::size_t method);

}  // namespace sid
