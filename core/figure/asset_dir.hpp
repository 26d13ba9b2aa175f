#pragma once

#include <filesystem>

#include "sid/math/result.hpp"

namespace sid {

/// The folder with presets/ and formulas/. In this order: the environment variable SIDLAB_ASSETS;
/// the nearest folder above the executable that holds assets/presets or assets/formulas (a source
/// tree); the folder where `cmake --install` puts them. Looks at the file system on every call.
Result<std::filesystem::path> asset_dir();

}  // namespace sid
