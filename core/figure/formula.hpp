#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sid/figure/painter.hpp"
#include "sid/figure/raster.hpp"
#include "sid/math/result.hpp"

struct _cairo;  // NOLINT(bugprone-reserved-identifier): the name that Cairo gave it

namespace sid {

/// Colours of a formula: ink for everything, and one for each class of marked terms
/// ("term-lower": the summand of the lower-level error).
struct FormulaColours {
  Colour ink;
  std::vector<std::pair<std::string, Colour>> classes;
  /// Extra stroke in thousandths of an em; about 12 lifts thin strokes on dark backgrounds.
  double weight = 0.0;
  bool operator==(const FormulaColours&) const = default;
};

/// One typeset formula, drawn from an SVG file whose units are thousandths of an em. Marked terms
/// have ids "t-<name>", rooms for live numbers "h-<name>" (never drawn themselves). Movable; used
/// by one thread at a time.
class Formula {
 public:
  static Result<Formula> load(const std::filesystem::path& svg);
  Formula(Formula&&) noexcept;
  Formula& operator=(Formula&&) noexcept;
  ~Formula();

  /// Size at `em` points, with a small margin around the ink.
  FormulaExtent extent(double em) const;

  /// Box of the element with this id, from the formula's top left corner; std::nullopt if there is
  /// none.
  std::optional<Rect> element(std::string_view id, double em) const;

  /// Draws with the top left corner (after turning) at `top_left`; stays vector in SVG and PDF.
  void draw(_cairo* context,
            Point top_left,
            double em,
            const FormulaColours& colours,
            bool vertical = false) const;

  /// Pixels at `em` device pixels, for textures. At most 8192 pixels a side; empty beyond.
  Raster raster(double em, const FormulaColours& colours, bool vertical = false) const;

 private:
  struct Handle;
  explicit Formula(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

/// Formulas of a folder by id (file name without ".svg"), loaded when first asked for and kept.
/// Used by one thread at a time.
class FormulaLibrary {
 public:
  /// <asset_dir()>/formulas; without assets every lookup finds nothing.
  FormulaLibrary();
  explicit FormulaLibrary(std::filesystem::path folder);
  FormulaLibrary(FormulaLibrary&&) noexcept;
  FormulaLibrary& operator=(FormulaLibrary&&) noexcept;
  ~FormulaLibrary();

  /// Null if there is no such formula; the id holds letters, digits and '-' only.
  const Formula* find(std::string_view id);
  /// Why the last find() gave null.
  const std::string& last_error() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sid
