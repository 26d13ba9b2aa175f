#pragma once

#include <span>
#include <string>

#include <toml++/toml.h>

#include "sid/io/table_reader.hpp"

namespace sid::internal {

/// Writes each "key=value" into the table. Defects of form (no '=', bad TOML, a method that does
/// not exist) go to the log; whether key and value are right is left to whoever reads the table.
void write_overrides(toml::table& root, std::span<const std::string> overrides, ReadLog& log);

}  // namespace sid::internal
