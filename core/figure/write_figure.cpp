#include "sid/figure/write_figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <fmt/format.h>
#include <zlib.h>

#include "sid/figure/build_figure.hpp"
#include "sid/figure/cairo_painter.hpp"
#include "sid/figure/internal/pgfplots.hpp"
#include "sid/figure/internal/raster_of.hpp"
#include "sid/files/output_files.hpp"

namespace sid {

namespace {

constexpr double kPointsPerInch = 72.0;
constexpr double kPixelsPerPoint = 96.0 / 72.0;  ///< at scale 1

/// Surface and context that clean up after themselves.
struct Canvas {
  cairo_surface_t* surface = nullptr;
  cairo_t* context = nullptr;
  explicit Canvas(cairo_surface_t* s) : surface(s), context(cairo_create(s)) {}
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;
  ~Canvas() {
    cairo_destroy(context);
    cairo_surface_destroy(surface);
  }
};

cairo_status_t append_bytes(void* closure, const unsigned char* data, unsigned int length) {
  // An exception must not cross cairo's C frames.
  try {
    static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
  } catch (...) {
    return CAIRO_STATUS_NO_MEMORY;
  }
  return CAIRO_STATUS_SUCCESS;
}

Result<void> check(cairo_status_t status) {
  if (status == CAIRO_STATUS_SUCCESS) return {};
  return fail(ErrorCode::breakdown,
              fmt::format("The figure cannot be drawn: {}. Choose a smaller size.",
                          cairo_status_to_string(status)));
}

Result<void> check_range(double value, double low, double high, const char* what) {
  if (value >= low && value <= high) return {};
  return fail(ErrorCode::bad_input,
              fmt::format("{} is {}, must be between {} and {}.", what, value, low, high));
}

struct Size {
  double width = 0.0, height = 0.0;  ///< points
};

Size page_size(const Figure& figure,
               const FigureFileOptions& options,
               const DrawOptions& draw,
               Painter& painter,
               double margin) {
  const double inches = options.width_inches > 0.0 ? options.width_inches
                        : figure.panels.size() > 1 ? 6.75
                                                   : 4.5;
  Size size{inches * kPointsPerInch, options.height_inches * kPointsPerInch};
  if (size.height <= 0.0) {
    size.height =
        preferred_height(painter, figure, size.width - 2.0 * margin, draw, options.layout) +
        2.0 * margin;
    size.height = std::clamp(size.height, kPointsPerInch, 40.0 * kPointsPerInch);
  }
  return {std::ceil(size.width), std::ceil(size.height)};
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        // Other control characters are not allowed in XML at all.
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out += c;
    }
  }
  return out;
}

/// Puts title and metadata behind the opening tag of the root element.
void embed_in_svg(std::string& svg, const Figure& figure) {
  const std::size_t root = svg.find("<svg");
  const std::size_t end = root == std::string::npos ? root : svg.find('>', root);
  if (end == std::string::npos) return;
  std::string extra = "\n";
  if (!figure.title.empty()) extra += "<title>" + escaped(figure.title) + "</title>\n";
  if (!figure.caption.empty()) extra += "<desc>" + escaped(figure.caption) + "</desc>\n";
  if (!figure.metadata.empty()) {
    extra += "<metadata>\n" + escaped(figure.metadata) + "\n</metadata>";
  }
  svg.insert(end + 1, extra);
}

/// cairo numbers its surfaces through the life of the program; the file counts from 1.
void renumber_surfaces(std::string& svg) {
  constexpr std::string_view kName = "surface";
  std::map<std::string, std::string> numbers;
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = svg.find(kName); at != std::string::npos; at = svg.find(kName, at)) {
    const bool reference = at > 0 && (svg[at - 1] == '"' || svg[at - 1] == '#');
    at += kName.size();
    std::size_t end = at;
    while (end < svg.size() && svg[end] >= '0' && svg[end] <= '9') ++end;
    if (!reference || end == at) continue;
    const auto number =
        numbers.emplace(svg.substr(at, end - at), std::to_string(numbers.size() + 1)).first;
    out.append(svg, done, at - done);
    out += number->second;
    done = end;
  }
  out.append(svg, done);
  svg = std::move(out);
}

void append_word(std::string& out, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>((value >> shift) & 0xFFu);
}

/// Inserts an international text chunk (iTXt, "Comment", not compressed) behind the header.
void embed_in_png(std::string& png, const std::string& text) {
  constexpr std::size_t kHeaderEnd = 8 + 25;  // signature and IHDR
  if (text.empty() || png.size() < kHeaderEnd) return;
  std::string body = "iTXtComment";
  body.append(5, '\0');
  body += text;
  std::string chunk;
  append_word(chunk, static_cast<std::uint32_t>(body.size() - 4));
  chunk += body;
  append_word(chunk,
              static_cast<std::uint32_t>(crc32(
                  0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()))));
  png.insert(kHeaderEnd, chunk);
}

void embed_in_pdf(cairo_surface_t* surface, const Figure& figure) {
  const auto set = [&](cairo_pdf_metadata_t key, const std::string& value) {
    if (!value.empty()) cairo_pdf_surface_set_metadata(surface, key, value.c_str());
  };
  set(CAIRO_PDF_METADATA_TITLE, figure.title);
  set(CAIRO_PDF_METADATA_SUBJECT, figure.caption);
  set(CAIRO_PDF_METADATA_KEYWORDS, figure.metadata);
  set(CAIRO_PDF_METADATA_CREATOR, "SID Lab");
  // A fixed date: the same figure gives the same file.
  set(CAIRO_PDF_METADATA_CREATE_DATE, "2021-04-13T00:00:00Z");
}

tl::unexpected<Error> no_picture() {
  return fail(ErrorCode::bad_input, "csv, json and npz files hold numbers and have no picture.");
}

class Renderer {
 public:
  Renderer(Figure figure, const FigureFileOptions& options)
      : figure_(std::move(figure)),
        options_(options),
        draw_(print_options(options.font_points > 0.0 ? options.font_points : 8.0)),
        theme_(options.dark ? dark_theme() : light_theme()),
        margin_(0.6 * draw_.fonts.label) {}

  Result<std::string> run() {
    Canvas scratch(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1));
    CairoPainter measuring(scratch.context, fonts_, formulas_, 0.0);
    if (auto ok = lay_out(measuring); !ok) return tl::unexpected<Error>(ok.error());
    switch (options_.format) {
      case FigureFormat::svg:
        return svg();
      case FigureFormat::pdf:
        return pdf();
      case FigureFormat::png:
        return png();
      case FigureFormat::tex:
        return tex(measuring);
      case FigureFormat::csv:
      case FigureFormat::json:
      case FigureFormat::npz:
        break;
    }
    return no_picture();
  }

  Result<FigurePreview> preview(int width, int height) {
    Canvas scratch(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1));
    CairoPainter measuring(scratch.context, fonts_, formulas_, 0.0);
    if (auto ok = lay_out(measuring); !ok) return tl::unexpected<Error>(ok.error());
    const double scale = std::min(width / size_.width, height / size_.height);
    const auto pixels = [&](double points) {
      return std::max(1, static_cast<int>(std::floor(points * scale)));
    };
    Canvas canvas(
        cairo_image_surface_create(CAIRO_FORMAT_ARGB32, pixels(size_.width), pixels(size_.height)));
    cairo_scale(canvas.context, scale, scale);
    draw(canvas.context, 1.0 / scale);
    if (auto ok = check(cairo_status(canvas.context)); !ok) {
      return tl::unexpected<Error>(ok.error());
    }
    return FigurePreview{internal::raster_of(canvas.surface),
                         size_.width / kPointsPerInch,
                         size_.height / kPointsPerInch};
  }

 private:
  void draw(cairo_t* context, double pixel) {
    CairoPainter painter(context, fonts_, formulas_, pixel);
    if (!options_.transparent) {
      painter.fill_rect({0.0, 0.0, size_.width, size_.height}, theme_.panel, 0.0);
    }
    draw_figure(painter, figure_, area(), theme_, draw_, options_.layout);
  }

  Rect area() const {
    return {margin_, margin_, size_.width - 2.0 * margin_, size_.height - 2.0 * margin_};
  }

  /// Ticks for the size the axes have in this file. Their labels change the margins a little, hence
  /// the second round.
  void fit_ticks(CairoPainter& painter) {
    for (int round = 0; round < 2; ++round) {
      const auto axes = draw_figure(painter, figure_, area(), theme_, draw_, options_.layout);
      for (std::size_t i = 0; i < axes.size(); ++i) {
        set_ticks(figure_.panels[i], axes[i].plot.width, axes[i].plot.height, draw_.fonts.tick);
      }
    }
  }

  Result<void> lay_out(CairoPainter& measuring) {
    if (fonts_.family(FontRole::regular).empty()) {
      return fail(ErrorCode::not_found,
                  "No font was found: install the packages fonts-inter and fonts-dejavu-core.");
    }
    size_ = page_size(figure_, options_, draw_, measuring, margin_);
    fit_ticks(measuring);
    return {};
  }

  Result<std::string> svg() {
    std::string bytes;
    {
      Canvas canvas(
          cairo_svg_surface_create_for_stream(append_bytes, &bytes, size_.width, size_.height));
      cairo_svg_surface_set_document_unit(canvas.surface, CAIRO_SVG_UNIT_PT);
      draw(canvas.context, 0.0);
      if (auto ok = finish(canvas); !ok) return tl::unexpected<Error>(ok.error());
    }
    renumber_surfaces(bytes);
    embed_in_svg(bytes, figure_);
    return bytes;
  }

  Result<std::string> pdf() {
    std::string bytes;
    Canvas canvas(
        cairo_pdf_surface_create_for_stream(append_bytes, &bytes, size_.width, size_.height));
    embed_in_pdf(canvas.surface, figure_);
    draw(canvas.context, 0.0);
    cairo_show_page(canvas.context);
    if (auto ok = finish(canvas); !ok) return tl::unexpected<Error>(ok.error());
    return bytes;
  }

  Result<std::string> png() {
    const double scale = options_.png_scale * kPixelsPerPoint;
    Canvas canvas(cairo_image_surface_create(CAIRO_FORMAT_ARGB32,
                                             static_cast<int>(std::ceil(size_.width * scale)),
                                             static_cast<int>(std::ceil(size_.height * scale))));
    cairo_scale(canvas.context, scale, scale);
    draw(canvas.context, 1.0 / scale);
    if (auto ok = check(cairo_status(canvas.context)); !ok) {
      return tl::unexpected<Error>(ok.error());
    }
    cairo_surface_flush(canvas.surface);
    std::string bytes;
    const cairo_status_t status =
        cairo_surface_write_to_png_stream(canvas.surface, append_bytes, &bytes);
    if (auto ok = check(status); !ok) return tl::unexpected<Error>(ok.error());
    embed_in_png(bytes, figure_.metadata);
    return bytes;
  }

  std::string tex(CairoPainter& painter) {
    const double width = size_.width - 2.0 * margin_, height = size_.height - 2.0 * margin_;
    const PanelGrid grid = lay_out_plots(painter, figure_, width, height, draw_, options_.layout);
    return internal::pgfplots_document(figure_,
                                       {.grid = grid,
                                        .width = width,
                                        .theme = theme_,
                                        .draw = draw_,
                                        .title = options_.layout.title,
                                        .key = options_.layout.key,
                                        .caption = options_.layout.caption,
                                        .background = !options_.transparent});
  }

  static Result<void> finish(Canvas& canvas) {
    if (auto ok = check(cairo_status(canvas.context)); !ok) return ok;
    cairo_surface_finish(canvas.surface);
    return check(cairo_surface_status(canvas.surface));
  }

  Figure figure_;  // a copy: ticks are fitted to the size
  const FigureFileOptions& options_;
  DrawOptions draw_;
  const Theme& theme_;
  double margin_;
  FontSet fonts_;
  FormulaLibrary formulas_;
  Size size_;
};

Result<void> check_options(const FigureFileOptions& o) {
  if (o.width_inches != 0.0) {
    if (auto ok = check_range(o.width_inches, 1.0, 40.0, "The width in inches"); !ok) return ok;
  }
  if (o.height_inches != 0.0) {
    if (auto ok = check_range(o.height_inches, 1.0, 40.0, "The height in inches"); !ok) return ok;
  }
  if (o.font_points != 0.0) {
    if (auto ok = check_range(o.font_points, 4.0, 40.0, "The font size in points"); !ok) return ok;
  }
  return check_range(o.png_scale, 1.0, 4.0, "The PNG scale");
}

}  // namespace

std::optional<DataFormat> data_format(FigureFormat format) {
  switch (format) {
    case FigureFormat::csv:
      return DataFormat::csv;
    case FigureFormat::json:
      return DataFormat::json;
    case FigureFormat::npz:
      return DataFormat::npz;
    case FigureFormat::svg:
    case FigureFormat::pdf:
    case FigureFormat::png:
    case FigureFormat::tex:
      break;
  }
  return std::nullopt;
}

Result<FigureFormat> parse_figure_format(const std::string& text) {
  std::string name;
  for (const char c : text) {
    if (c != '.') name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  for (std::size_t i = 0; i < kFigureFormats.size(); ++i) {
    if (name == kFigureFormats[i]) return static_cast<FigureFormat>(i);
  }
  std::string known;
  for (std::size_t i = 0; i < kFigureFormats.size(); ++i) {
    const bool last = i + 1 == kFigureFormats.size();
    known += i == 0 ? "" : last ? " and " : ", ";
    known += kFigureFormats[i];
  }
  return fail(ErrorCode::bad_input, "'" + text + "' is no figure format; known are " + known + ".");
}

DrawOptions print_options(double font_points) {
  DrawOptions options;
  options.fonts.label = font_points;
  options.fonts.title = 1.06 * font_points;
  options.fonts.tick = 0.88 * font_points;
  options.fonts.exponent = 0.66 * font_points;
  options.fonts.caption = 0.84 * font_points;
  options.stroke_scale = 0.65 * font_points / 8.0;
  return options;
}

Result<std::string> render_figure(const Figure& figure, const FigureFileOptions& options) {
  if (const auto data = data_format(options.format)) {
    return figure_data(figure, *data, options.data);
  }
  if (auto ok = check_options(options); !ok) return tl::unexpected<Error>(ok.error());
  return Renderer(figure, options).run();
}

Result<FigurePreview> preview_figure(const Figure& figure,
                                     const FigureFileOptions& options,
                                     int width,
                                     int height) {
  if (data_format(options.format)) return no_picture();
  if (auto ok = check_options(options); !ok) return tl::unexpected<Error>(ok.error());
  return Renderer(figure, options).preview(std::max(width, 1), std::max(height, 1));
}

Result<void> write_figure(const Figure& figure,
                          const std::filesystem::path& path,
                          const FigureFileOptions& options) {
  const Result<std::string> bytes = render_figure(figure, options);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  return write_file(path.string(), *bytes);
}

}  // namespace sid
