#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>

#include "sid/figure/draw_figure.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/figure_data.hpp"
#include "sid/figure/raster.hpp"
#include "sid/math/result.hpp"

namespace sid {

enum class FigureFormat {
  svg,
  pdf,
  png,
  tex,  ///< LaTeX with pgfplots, to be compiled or edited
  csv,  ///< the numbers it shows (figure_data.hpp), as are the next two
  json,
  npz,
};

/// The data format behind a file format; nothing for pictures.
std::optional<DataFormat> data_format(FigureFormat format);

/// One of kFigureFormats (any case, with or without a dot); the error names the known ones.
Result<FigureFormat> parse_figure_format(const std::string& text);

/// Names and file endings of all formats, in the order of the enumerators.
inline constexpr std::array<const char*, 7> kFigureFormats = {
    "svg", "pdf", "png", "tex", "csv", "json", "npz"};

/// Size and look of a figure file.
struct FigureFileOptions {
  FigureFormat format = FigureFormat::svg;
  /// Inches, in [1, 40]; 0: 4.5 for one panel, 6.75 (two columns of a journal) for several. A
  /// single column is 3.25.
  double width_inches = 0.0;
  double height_inches = 0.0;  ///< inches, in [1, 40]; 0: from the width
  double font_points = 0.0;    ///< of labels, in [4, 40]; 0: 8, as captions in journals
  double png_scale = 2.0;      ///< [1, 4]; 1 is 96 pixels per inch
  bool dark = false;
  bool transparent = false;  ///< no background
  FigureLayout layout;
  DataRange data = DataRange::all;  ///< of csv, json and npz, which heed nothing else here
  bool operator==(const FigureFileOptions&) const = default;
};

/// The file's bytes. Needs no display. The same figure, options, fonts and libraries give the same
/// bytes. `figure.metadata` is embedded: SVG metadata element, PDF keywords, PNG text chunk,
/// comments in LaTeX and CSV, a member of JSON, an array of NPZ.
/// Errors: a size out of range, no usable font, cairo out of memory.
Result<std::string> render_figure(const Figure& figure, const FigureFileOptions& options = {});

/// What a file will look like, and how large it is.
struct FigurePreview {
  Raster picture;
  double width_inches = 0.0, height_inches = 0.0;
};

/// The figure of render_figure() with these options, as large as fits into `width` x `height`
/// pixels. Errors as there, and that csv, json and npz have no picture.
Result<FigurePreview> preview_figure(const Figure& figure,
                                     const FigureFileOptions& options,
                                     int width,
                                     int height);

/// Renders and writes under a temporary name, then renames: `path` is the old file or the whole new
/// one. Errors are sentences: missing folder, a folder in the way, no permission, full disk.
Result<void> write_figure(const Figure& figure,
                          const std::filesystem::path& path,
                          const FigureFileOptions& options = {});

/// Settings for drawing at `font_points`: font sizes and strokes in proportion.
DrawOptions print_options(double font_points);

}  // namespace sid
