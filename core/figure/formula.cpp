#include "sid/figure/formula.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <cairo.h>
#include <fmt/format.h>
#include <librsvg/rsvg.h>

#include "sid/figure/asset_dir.hpp"
#include "sid/figure/internal/raster_of.hpp"

namespace sid {

namespace {

constexpr double kUnitsPerEm = 1000.0;
constexpr double kLargestSide = 8192.0;

std::string hex(Colour c) {
  return fmt::format("#{:02x}{:02x}{:02x}", c.r, c.g, c.b);
}

std::string stylesheet(const FormulaColours& colours,
                       const std::map<std::string, Colour>& classes) {
  // The root group carries stroke and fill as attributes, which any rule overrides.
  std::string css = fmt::format(
      "svg{{color:{0}}} svg>g{{stroke-width:{1:.3f}px;opacity:{2:.4f}}}"
      " .hole rect{{fill:none;stroke:none}}",
      hex(colours.ink),
      colours.weight,
      static_cast<double>(colours.ink.a) / 255.0);
  for (const auto& [name, colour] : classes) {
    css += fmt::format(" .{0}{{fill:{1};stroke:{1};color:{1}}}", name, hex(colour));
  }
  return css;
}

std::string take_message(GError* error) {
  std::string message = error == nullptr ? "unknown reason" : error->message;
  g_clear_error(&error);
  return message;
}

bool plain_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

struct Formula::Handle {
  RsvgHandle* rsvg = nullptr;
  double width = 0.0, height = 0.0;  // thousandths of an em
  FormulaColours styled;
  bool has_style = false;
  std::map<std::string, Colour> classes;  // every class ever coloured

  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (rsvg != nullptr) g_object_unref(rsvg);
  }

  void apply(const FormulaColours& colours) {
    if (has_style && styled == colours) return;
    // A stylesheet adds to earlier ones: classes that have no colour any more must be reset.
    for (auto& [name, colour] : classes) colour = colours.ink;
    for (const auto& [name, colour] : colours.classes) classes[name] = colour;
    const std::string css = stylesheet(colours, classes);
    GError* error = nullptr;
    // Only a bug in stylesheet() could fail here; the formula is then drawn in black.
    if (rsvg_handle_set_stylesheet(
            rsvg, reinterpret_cast<const guint8*>(css.data()), css.size(), &error) == 0) {
      g_clear_error(&error);
    }
    styled = colours;
    has_style = true;
  }
};

Formula::Formula(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Formula::Formula(Formula&&) noexcept = default;
Formula& Formula::operator=(Formula&&) noexcept = default;
Formula::~Formula() = default;

Result<Formula> Formula::load(const std::filesystem::path& svg) {
  auto handle = std::make_unique<Handle>();
  GError* error = nullptr;
  handle->rsvg = rsvg_handle_new_from_file(svg.c_str(), &error);
  if (handle->rsvg == nullptr) {
    return fail(ErrorCode::not_found,
                "The formula cannot be read (" + take_message(error) + ").",
                svg.string());
  }
  gboolean has_width = 0, has_height = 0, has_box = 0;
  RsvgLength width{}, height{};
  RsvgRectangle box{};
  rsvg_handle_get_intrinsic_dimensions(
      handle->rsvg, &has_width, &width, &has_height, &height, &has_box, &box);
  if (has_box == 0 || !(box.width > 0.0) || !(box.height > 0.0)) {
    return fail(ErrorCode::bad_input, "The formula has no viewBox.", svg.string());
  }
  handle->width = box.width;
  handle->height = box.height;
  return Formula(std::move(handle));
}

FormulaExtent Formula::extent(double em) const {
  return {handle_->width * em / kUnitsPerEm, handle_->height * em / kUnitsPerEm};
}

std::optional<Rect> Formula::element(std::string_view id, double em) const {
  const std::string selector = "#" + std::string(id);
  if (!plain_id(id) || rsvg_handle_has_sub(handle_->rsvg, selector.c_str()) == 0) {
    return std::nullopt;
  }
  const RsvgRectangle viewport{0.0, 0.0, handle_->width, handle_->height};
  RsvgRectangle ink{}, logical{};
  GError* error = nullptr;
  if (rsvg_handle_get_geometry_for_layer(
          handle_->rsvg, selector.c_str(), &viewport, &ink, &logical, &error) == 0) {
    g_clear_error(&error);
    return std::nullopt;
  }
  // A hole has no ink; boxes of stretched braces are larger than what is drawn of them.
  const double left = std::max(0.0, logical.x), top = std::max(0.0, logical.y);
  const double right = std::min(handle_->width, logical.x + logical.width);
  const double bottom = std::min(handle_->height, logical.y + logical.height);
  const double scale = em / kUnitsPerEm;
  return Rect{left * scale,
              top * scale,
              std::max(0.0, right - left) * scale,
              std::max(0.0, bottom - top) * scale};
}

void Formula::draw(_cairo* context,
                   Point top_left,
                   double em,
                   const FormulaColours& colours,
                   bool vertical) const {
  handle_->apply(colours);
  const FormulaExtent size = extent(em);
  cairo_save(context);
  cairo_translate(context, top_left.x, top_left.y);
  if (vertical) {
    cairo_translate(context, 0.0, size.width);
    cairo_rotate(context, -std::acos(-1.0) / 2.0);
  }
  const RsvgRectangle viewport{0.0, 0.0, size.width, size.height};
  GError* error = nullptr;
  if (rsvg_handle_render_document(handle_->rsvg, context, &viewport, &error) == 0) {
    g_clear_error(&error);
  }
  cairo_restore(context);
}

Raster Formula::raster(double em, const FormulaColours& colours, bool vertical) const {
  FormulaExtent size = extent(em);
  if (vertical) std::swap(size.width, size.height);
  if (!(size.width > 0.0 && size.width <= kLargestSide && size.height <= kLargestSide)) return {};
  cairo_surface_t* const surface =
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32,
                                 static_cast<int>(std::ceil(size.width)),
                                 static_cast<int>(std::ceil(size.height)));
  cairo_t* const context = cairo_create(surface);
  draw(context, {0.0, 0.0}, em, colours, vertical);
  cairo_destroy(context);
  Raster out = internal::raster_of(surface);
  cairo_surface_destroy(surface);
  return out;
}

struct FormulaLibrary::State {
  std::filesystem::path folder;
  std::map<std::string, std::optional<Formula>, std::less<>> known;
  std::string error;
};

FormulaLibrary::FormulaLibrary() : state_(std::make_unique<State>()) {
  const Result<std::filesystem::path> assets = asset_dir();
  if (assets) {
    state_->folder = *assets / "formulas";
  } else {
    state_->error = to_string(assets.error());
  }
}

FormulaLibrary::FormulaLibrary(std::filesystem::path folder) : state_(std::make_unique<State>()) {
  state_->folder = std::move(folder);
}

FormulaLibrary::FormulaLibrary(FormulaLibrary&&) noexcept = default;
FormulaLibrary& FormulaLibrary::operator=(FormulaLibrary&&) noexcept = default;
FormulaLibrary::~FormulaLibrary() = default;

const Formula* FormulaLibrary::find(std::string_view id) {
  if (!plain_id(id) || state_->folder.empty()) return nullptr;
  auto known = state_->known.find(id);
  if (known == state_->known.end()) {
    std::optional<Formula> loaded;
    Result<Formula> formula = Formula::load(state_->folder / (std::string(id) + ".svg"));
    if (formula) {
      loaded = std::move(*formula);
    } else {
      state_->error = to_string(formula.error());
    }
    known = state_->known.emplace(std::string(id), std::move(loaded)).first;
  }
  return known->second ? &*known->second : nullptr;
}

const std::string& FormulaLibrary::last_error() const {
  return state_->error;
}

}  // namespace sid
