#include "sid/figure/axis_title.hpp"

namespace sid {

namespace {

constexpr double kCapHalf = 0.365;     ///< half the height of a capital
constexpr double kFormulaScale = 1.1;  ///< formulas look smaller than words of their size

FormulaExtent formula_of(Painter& painter, const Axis& axis, const FontSizes& fonts) {
  return axis.formula.empty() ? FormulaExtent{}
                              : painter.formula_extent(axis.formula, kFormulaScale * fonts.label);
}

TextStyle words(const FontSizes& fonts, Colour colour, bool vertical) {
  return {FontRole::regular, fonts.label, colour, vertical};
}

}  // namespace

AxisTitleExtent axis_title_extent(Painter& painter, const Axis& axis, const FontSizes& fonts) {
  const FormulaExtent formula = formula_of(painter, axis, fonts);
  if (formula.height > 0.0) return {formula.width, formula.height};
  if (axis.label.empty()) return {};
  return {painter.measure(axis.label, words(fonts, {}, false)).width, 1.2 * fonts.label};
}

void draw_axis_title(Painter& painter,
                     const Axis& axis,
                     Point centre,
                     bool vertical,
                     const Theme& theme,
                     const FontSizes& fonts) {
  const FormulaExtent formula = formula_of(painter, axis, fonts);
  if (formula.height > 0.0) {
    const double w = vertical ? formula.height : formula.width;
    const double h = vertical ? formula.width : formula.height;
    painter.formula({centre.x - w / 2.0, centre.y - h / 2.0},
                    axis.formula,
                    {kFormulaScale * fonts.label, theme.ink, vertical});
    return;
  }
  if (axis.label.empty()) return;
  const TextStyle style = words(fonts, theme.ink, vertical);
  const double half = painter.measure(axis.label, style).width / 2.0;
  const double drop = kCapHalf * fonts.label;
  painter.text(
      vertical ? Point{centre.x + drop, centre.y + half} : Point{centre.x - half, centre.y + drop},
      axis.label,
      style);
}

}  // namespace sid
