#include "sid/app/cli/inspect_commands.hpp"

#include <fmt/format.h>

#include "sid/app/cli/arguments.hpp"
#include "sid/data/readers.hpp"
#include "sid/io/presets.hpp"
#include "sid/io/version.hpp"

namespace sid::cli {

int data_command(const std::string& path) {
  Result<std::string> description = describe_data_file(path);
  if (!description) {
    print_error(description.error());
    return kBadInput;
  }
  if (!description->ends_with('\n')) *description += '\n';
  print(*description);
  return flush_output();
}

int presets_command() {
  const std::vector<Preset> presets = list_presets();
  if (presets.empty()) {
    print_error({ErrorCode::not_found,
                 "no presets were found; set the environment variable SIDLAB_ASSETS to the "
                 "program's assets folder.",
                 ""});
    return kBadInput;
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(presets.size());
  for (const Preset& preset : presets) rows.push_back({preset.name, preset.shows});
  print(align_columns(rows, 2));
  return flush_output();
}

int version_command() {
  print(fmt::format("sidlab {} ({})\n", program_version(), compiler_name()));
  return flush_output();
}

}  // namespace sid::cli
