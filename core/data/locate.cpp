#include "sid/data/locate.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace sid {

namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// The first of the usual names that exists: plain or packed, hyphen or point before "idx".
std::optional<std::string> find_variant(const fs::path& folder,
                                        const std::string& stem,
                                        std::string_view kind) {
  for (const char separator : {'-', '.'}) {
    for (const char* packed : {"", ".gz"}) {
      const fs::path file = folder / fmt::format("{}{}{}{}", stem, separator, kind, packed);
      if (is_file(file)) return file.string();
    }
  }
  return std::nullopt;
}

std::optional<IdxFiles> find_pair(const fs::path& folder, const std::string& prefix) {
  const auto images = find_variant(folder, prefix + "-images", "idx3-ubyte");
  const auto labels = find_variant(folder, prefix + "-labels", "idx1-ubyte");
  if (!images || !labels) return std::nullopt;
  return IdxFiles{*images, *labels, prefix};
}

std::string wanted_names(const std::string& prefix) {
  const std::string stem = prefix.empty() ? "t10k" : prefix;
  return fmt::format("{0}-images-idx3-ubyte and {0}-labels-idx1-ubyte, plain or .gz{1}",
                     stem,
                     prefix.empty() ? " (or the same with train)" : "");
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.rfind(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// `name` ends where the separator before "idx" stands.
std::string stem_of(const std::string& name) {
  const std::size_t idx = name.rfind("idx");
  return idx == std::string::npos || idx == 0 ? name : name.substr(0, idx - 1);
}

Result<IdxFiles> find_partner(const fs::path& given) {
  const std::string name = given.filename().string();
  const bool is_images = name.rfind("images") != std::string::npos;
  if (!is_images && name.rfind("labels") == std::string::npos) {
    return fail(ErrorCode::bad_input,
                "The name of an IDX file must contain 'images' or 'labels', so that the other of "
                "the two can be found beside it.",
                given.string());
  }
  const std::string own = stem_of(name);
  const std::string other =
      is_images ? replaced(own, "images", "labels") : replaced(own, "labels", "images");
  const auto partner =
      find_variant(given.parent_path(), other, is_images ? "idx1-ubyte" : "idx3-ubyte");
  if (!partner) {
    return fail(ErrorCode::not_found,
                fmt::format("There is no {}-{} (plain or .gz) beside this file.",
                            other,
                            is_images ? "idx1-ubyte" : "idx3-ubyte"),
                given.string());
  }
  std::string prefix = own.substr(0, own.rfind(is_images ? "images" : "labels"));
  while (!prefix.empty() && (prefix.back() == '-' || prefix.back() == '.')) prefix.pop_back();
  return is_images ? IdxFiles{given.string(), *partner, prefix}
                   : IdxFiles{*partner, given.string(), prefix};
}

struct Place {
  std::string origin;
  fs::path path;
};

void add_variable(std::vector<Place>& places, const char* variable, const char* subfolder) {
  const char* value = std::getenv(variable);
  if (value == nullptr || *value == '\0') return;
  places.push_back({variable, fs::path(value)});
  if (*subfolder != '\0') places.push_back({variable, fs::path(value) / subfolder});
}

std::vector<Place> places_for(const std::string& path) {
  std::vector<Place> places;
  if (!path.empty()) {
    places.push_back({"path", fs::path(path)});
    return places;
  }
  add_variable(places, "SIDLAB_MNIST_DIR", "");
  add_variable(places, "SIDLAB_DATA", "mnist");
  const char* xdg = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  // The specification has relative values ignored.
  if (xdg != nullptr && fs::path(xdg).is_absolute()) {
    places.push_back({"XDG_DATA_HOME", fs::path(xdg) / "sidlab" / "mnist"});
  } else if (home != nullptr && *home != '\0') {
    places.push_back({"home", fs::path(home) / ".local" / "share" / "sidlab" / "mnist"});
  }
  return places;
}

}  // namespace

Result<IdxFiles> find_idx_files(const std::string& path, const std::string& prefix) {
  if (path.empty()) return fail(ErrorCode::not_found, "No folder was named.");
  const fs::path given(path);
  if (is_file(given)) return find_partner(given);
  if (!is_folder(given)) {
    std::error_code ignored;
    return fail(ErrorCode::not_found,
                fs::exists(given, ignored) ? "This is neither a file nor a folder."
                                           : "There is no such file or folder; check the path.",
                path);
  }
  for (const std::string& candidate : prefix.empty() ? std::vector<std::string>{"t10k", "train"}
                                                     : std::vector<std::string>{prefix}) {
    if (auto pair = find_pair(given, candidate)) return *std::move(pair);
  }
  return fail(ErrorCode::not_found,
              fmt::format("The folder does not hold {}.", wanted_names(prefix)),
              path);
}

std::vector<std::string> mnist_places(const std::string& path) {
  std::vector<std::string> out;
  for (const Place& place : places_for(path)) {
    out.push_back(fmt::format("{}: {}", place.origin, place.path.string()));
  }
  return out;
}

Result<std::string> locate_mnist(const std::string& path, const std::string& prefix) {
  if (!path.empty()) {
    return find_idx_files(path, prefix).map([&](const IdxFiles&) { return path; });
  }
  for (const Place& place : places_for({})) {
    if (find_idx_files(place.path.string(), prefix)) return place.path.string();
  }
  const std::vector<std::string> places = mnist_places();
  return fail(ErrorCode::not_found,
              fmt::format("MNIST was not found; looked for {} in {}. Set SIDLAB_MNIST_DIR to the "
                          "folder that has them.",
                          wanted_names(prefix),
                          places.empty() ? std::string("no folder")
                                         : fmt::format("{}", fmt::join(places, ", "))),
              "");
}

}  // namespace sid
