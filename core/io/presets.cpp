#include "sid/io/presets.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "sid/figure/asset_dir.hpp"
#include "sid/files/read_file.hpp"
#include "sid/io/nearest_word.hpp"
#include "sid/io/share_string.hpp"

namespace sid {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kShows = "# shows:";

std::string shows_line(std::string_view text) {
  const auto start = text.find(kShows);
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start + kShows.size());
  text = text.substr(0, text.find_first_of("\r\n"));
  const auto first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string() : std::string(text.substr(first));
}

Preset describe(const fs::path& path) {
  Preset preset{.name = path.stem().string(), .title = {}, .shows = {}, .path = path.string()};
  const Result<std::string> text = read_file(preset.path, 1 << 20);
  if (!text) return preset;
  preset.shows = shows_line(*text);
  if (const auto document = parse_spec(*text, preset.path)) preset.title = document->spec.title;
  return preset;
}

tl::unexpected<Errors> refuse(ErrorCode code, std::string message, std::string place) {
  return tl::unexpected(Errors{Error{code, std::move(message), std::move(place)}});
}

Result<fs::path> presets_folder() {
  auto assets = asset_dir();
  if (!assets) return tl::unexpected(assets.error());
  return *assets / "presets";
}

bool looks_like_path(const std::string& text) {
  return text.find('/') != std::string::npos || text.ends_with(".toml");
}

}  // namespace

std::vector<Preset> list_presets(const std::string& folder) {
  std::vector<Preset> out;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() == ".toml") out.push_back(describe(entry->path()));
  }
  std::sort(out.begin(), out.end(), [](const Preset& a, const Preset& b) {
    return std::pair(a.name != "start", a.name) < std::pair(b.name != "start", b.name);
  });
  return out;
}

std::vector<Preset> list_presets() {
  const auto folder = presets_folder();
  return folder ? list_presets(folder->string()) : std::vector<Preset>{};
}

tl::expected<SpecDocument, Errors> load_preset(std::string_view name,
                                               std::span<const std::string> overrides) {
  const auto folder = presets_folder();
  if (!folder) return tl::unexpected(Errors{folder.error()});
  std::vector<std::string> names;
  for (const Preset& preset : list_presets(folder->string())) {
    if (preset.name == name) return load_spec(preset.path, overrides);
    names.push_back(preset.name);
  }
  return refuse(ErrorCode::not_found,
                fmt::format("there is no such file or preset; {}", suggestion(name, names)),
                std::string(name));
}

tl::expected<SpecDocument, Errors> open_spec(const std::string& text,
                                             std::span<const std::string> overrides) {
  if (looks_like_share_string(text)) {
    const Result<ShareString> share = parse_share_string(text);
    if (!share) return tl::unexpected(Errors{share.error()});
    if (Errors unknown = unknown_settings(*share); !unknown.empty()) {
      return tl::unexpected(std::move(unknown));
    }
    auto document = parse_spec(write_spec(share->spec), "share string", overrides);
    // With other settings it is another experiment.
    if (document && overrides.empty()) document->expected_error = share->value;
    return document;
  }
  std::error_code error;
  if (text.empty()) return refuse(ErrorCode::bad_input, "name a spec file or a preset.", "SPEC");
  // A folder does not hide a preset of its name; anything else that exists is what was meant.
  const fs::file_type found = fs::symlink_status(text, error).type();
  const bool file = found != fs::file_type::not_found && found != fs::file_type::none &&
                    !fs::is_directory(text, error);
  if (looks_like_path(text) || file) return load_spec(text, overrides);
  auto preset = load_preset(text, overrides);
  if (!preset && preset.error().front().code == ErrorCode::not_found &&
      fs::is_directory(text, error)) {
    return refuse(ErrorCode::bad_input, "is a folder; name a spec file in it, or a preset.", text);
  }
  return preset;
}

}  // namespace sid
