#include "sid/figure/colour_map.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace sid {

namespace {

double linear(std::uint8_t component) {
  const double c = static_cast<double>(component) / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

std::uint8_t encoded(double light) {
  const double l = std::clamp(light, 0.0, 1.0);
  const double c = l <= 0.0031308 ? 12.92 * l : 1.055 * std::pow(l, 1.0 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(255.0 * c));
}

double cube(double x) {
  return x * x * x;
}

/// OKLab to sRGB: cone responses are cubes of linear forms, linear light a linear form of those.
Colour from_oklab(double lightness, double a, double b) {
  const double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
  const double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
  const double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
  return {encoded(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          encoded(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          encoded(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s),
          255};
}

}  // namespace

Colour heat_colour(double share) {
  const double t = std::isnan(share) ? 0.0 : std::clamp(share, 0.0, 1.0);
  const double bend = 2.0 * t - 1.0;
  const double chroma = 0.097 + 0.045 * bend * bend;
  const double hue = (302.0 + (105.0 - 302.0) * t) * std::numbers::pi / 180.0;
  return from_oklab(0.28 + 0.64 * t, chroma * std::cos(hue), chroma * std::sin(hue));
}

double lightness(Colour c) {
  const double y = 0.2126729 * linear(c.r) + 0.7151522 * linear(c.g) + 0.0721750 * linear(c.b);
  return y > 216.0 / 24389.0 ? 116.0 * std::cbrt(y) - 16.0 : 24389.0 / 27.0 * y;
}

double colour_share(const Axis& axis, double value) {
  const bool log = axis.scale == AxisScale::log;
  if (std::isnan(value) || (log && !(value > 0.0))) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const double share =
      log ? (std::log(value) - std::log(axis.min)) / (std::log(axis.max) - std::log(axis.min))
          : (value / 2.0 - axis.min / 2.0) / (axis.max / 2.0 - axis.min / 2.0);
  return std::clamp(share, 0.0, 1.0);
}

}  // namespace sid
