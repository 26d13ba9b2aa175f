#include "sid/app/render/figure_preview.hpp"

#include <cstddef>

#include <fmt/format.h>

namespace sid::app {
namespace {

constexpr std::size_t kMostLines = 60;

std::string first_lines(const std::string& text) {
  std::size_t end = 0;
  for (std::size_t line = 0; line < kMostLines && end < text.size(); ++line) {
    end = text.find('\n', end);
    if (end == std::string::npos) return text;
    ++end;
  }
  return text.substr(0, end);
}

/// What numpy.load() will find.
std::string arrays(const Figure& figure, DataRange range) {
  std::string out = "numpy.load(file) has, among others,\n";
  for (const PlotPanel& plot : figure.panels) {
    for (const Series& series : plot.series) {
      if (series.faded || (range == DataRange::visible && !series.visible)) continue;
      out += fmt::format("{}/{}/value  {} values\n", plot.id, series.key, series.x.size());
    }
  }
  return out;
}

std::string numbers(const Figure& figure, const FigureFileOptions& file) {
  if (file.format == FigureFormat::npz) return first_lines(arrays(figure, file.data));
  const auto text = render_figure(figure, file);
  return text ? first_lines(*text) : to_string(text.error());
}

}  // namespace

void PreviewPicture::update(const Key& key, const std::function<Figure()>& make) {
  if (key == key_) return;
  clear();
  key_ = key;
  const Figure figure = make();
  if (data_format(key.file.format)) {
    text_ = numbers(figure, key.file);
    return;
  }
  const Result<FigurePreview> preview = preview_figure(figure, key.file, key.width, key.height);
  if (!preview) {
    text_ = to_string(preview.error());
    return;
  }
  const Raster& picture = preview->picture;
  if (picture.width <= 0 || picture.height <= 0) return;
  texture_ = textures_.create(picture.rgba, picture.width, picture.height);
  width_ = picture.width;
  height_ = picture.height;
  width_inches_ = preview->width_inches;
  height_inches_ = preview->height_inches;
}

void PreviewPicture::clear() {
  if (texture_ != nullptr) textures_.destroy(texture_);
  texture_ = nullptr;
  width_ = height_ = 0;
  width_inches_ = height_inches_ = 0.0;
  text_.clear();
  key_ = {};
}

}  // namespace sid::app
