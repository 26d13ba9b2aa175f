#include "sid/app/state/export_choice.hpp"

#include <cstddef>
#include <filesystem>

namespace sid::app {
namespace {

std::string ending(FigureFormat format) {
  return std::string(".") + kFigureFormats[static_cast<std::size_t>(format)];
}

bool has_known_ending(const std::filesystem::path& path) {
  return path.has_extension() && parse_figure_format(path.extension().string()).has_value();
}

}  // namespace

void set_format(ExportChoice& choice, FigureFormat format) {
  std::filesystem::path path(choice.path);
  if (has_known_ending(path)) path.replace_extension();
  choice.path = path.string() + ending(format);
  choice.file.format = format;
}

void set_path(ExportChoice& choice, const std::string& path) {
  choice.path = path;
  if (path.empty()) return;
  const std::filesystem::path named(path);
  if (has_known_ending(named)) {
    choice.file.format = *parse_figure_format(named.extension().string());
  } else {
    choice.path += ending(choice.file.format);
  }
}

FigureOptions exported_options(const FigureOptions& shown, const ExportChoice& choice) {
  FigureOptions options = shown;
  if (choice.all_plots) {
    options.quantities = {Quantity::hypergradient, Quantity::lower_level, Quantity::linear_system};
  }
  return options;
}

}  // namespace sid::app
