#include "sid/figure/tick_label.hpp"

#include <algorithm>

namespace sid {

namespace {

constexpr double kRaise = 0.36;  ///< of exponents
constexpr double kApart = 0.06;  ///< between base and exponent

TextStyle small(double size, Colour colour) {
  return {FontRole::small, size, colour, false};
}

}  // namespace

double tick_label_width(Painter& painter, const Tick& tick, const FontSizes& fonts) {
  double width = painter.measure(tick.text, small(fonts.tick, {})).width;
  if (!tick.exponent.empty()) {
    width += painter.measure(tick.exponent, small(fonts.exponent, {})).width + kApart * fonts.tick;
  }
  return width;
}

double widest_tick_label(Painter& painter, const Axis& axis, const FontSizes& fonts) {
  double width = 0.0;
  for (const Tick& tick : axis.ticks) {
    if (tick.major) width = std::max(width, tick_label_width(painter, tick, fonts));
  }
  return width;
}

void draw_tick_label(
    Painter& painter, const Tick& tick, Point start, Colour colour, const FontSizes& fonts) {
  const TextStyle base = small(fonts.tick, colour);
  painter.text(start, tick.text, base);
  if (tick.exponent.empty()) return;
  const double width = painter.measure(tick.text, base).width + kApart * fonts.tick;
  painter.text({start.x + width, start.y - kRaise * fonts.tick},
               tick.exponent,
               small(fonts.exponent, colour));
}

}  // namespace sid
