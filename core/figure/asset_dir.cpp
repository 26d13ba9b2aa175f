#include "sid/figure/asset_dir.hpp"

#include <cstdlib>
#include <string>
#include <system_error>

namespace sid {

namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool holds_assets(const fs::path& path) {
  return is_folder(path / "presets") || is_folder(path / "formulas");
}

}  // namespace

Result<fs::path> asset_dir() {
  if (const char* chosen = std::getenv("SIDLAB_ASSETS"); chosen != nullptr && *chosen != '\0') {
    if (holds_assets(chosen)) return fs::path(chosen);
    return fail(ErrorCode::not_found,
                "SIDLAB_ASSETS names a folder without presets/ and formulas/; set it to the "
                "program's assets folder or unset it.",
                chosen);
  }
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    for (fs::path folder = program.parent_path();; folder = folder.parent_path()) {
      if (holds_assets(folder / "assets")) return folder / "assets";
      if (folder == folder.root_path() || folder.empty()) break;
    }
  }
  if (holds_assets(SID_INSTALLED_ASSETS)) return fs::path(SID_INSTALLED_ASSETS);
  return fail(ErrorCode::not_found,
              "The program's assets folder is neither above the program nor at " +
                  std::string(SID_INSTALLED_ASSETS) +
                  "; set the environment variable SIDLAB_ASSETS to it.",
              program.string());
}

}  // namespace sid
