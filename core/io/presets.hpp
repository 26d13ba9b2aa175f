#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sid/io/spec_file.hpp"

namespace sid {

/// A ready-made experiment: a spec file in the presets folder of the assets.
struct Preset {
  std::string name;   ///< file name without ".toml": "figure-1"
  std::string title;  ///< the spec's title
  std::string shows;  ///< the text of its line "# shows: ..."
  std::string path;
};

/// All presets of a folder, "start" first, then by name. Files that are no valid spec are listed
/// with an empty title. Empty if there is no such folder.
std::vector<Preset> list_presets(const std::string& folder);
/// All presets that came with the program.
std::vector<Preset> list_presets();

/// The preset called `name`, or what the user may have meant.
tl::expected<SpecDocument, Errors> load_preset(std::string_view name,
                                               std::span<const std::string> overrides = {});

/// What a command line calls SPEC: a share string, an existing file, else the name of a preset. A
/// share string with settings that this version does not know is refused.
tl::expected<SpecDocument, Errors> open_spec(const std::string& text,
                                             std::span<const std::string> overrides = {});

}  // namespace sid
