#include "sid/figure/theme.hpp"

#include <algorithm>
#include <cmath>

namespace sid {

namespace {

constexpr Colour rgb(std::uint32_t hex) {
  return {static_cast<std::uint8_t>((hex >> 16) & 0xFFu),
          static_cast<std::uint8_t>((hex >> 8) & 0xFFu),
          static_cast<std::uint8_t>(hex & 0xFFu),
          255};
}

Theme make_light() {
  Theme t;
  t.window = rgb(0xF3F5F8);
  t.panel = rgb(0xFFFFFF);
  t.raised = rgb(0xF0F2F5);
  t.hovered = rgb(0xE4E8EE);
  t.border = rgb(0xD5DAE1);
  t.axis = rgb(0x6F7885);
  t.grid = rgb(0xDDE1E7);
  t.grid_minor = rgb(0xF0F2F5);
  t.ink = rgb(0x111111);
  t.muted = rgb(0x566070);
  t.accent = rgb(0x2563EB);
  t.on_accent = rgb(0xFFFFFF);
  t.good = rgb(0x1A7F37);
  t.warning = rgb(0x9A6700);
  t.stop = rgb(0xCF222E);
  t.method = {rgb(0x0072B2), rgb(0xD55E00), rgb(0x009E73), rgb(0x7014CC), rgb(0x663300)};
  t.band_alpha = 0.18;
  t.dark = false;
  return t;
}

Theme make_dark() {
  Theme t;
  t.window = rgb(0x0D0F12);
  t.panel = rgb(0x15181C);
  t.raised = rgb(0x23272E);
  t.hovered = rgb(0x2E343D);
  t.border = rgb(0x2B3038);
  t.axis = rgb(0x7A8491);
  t.grid = rgb(0x2B3037);
  t.grid_minor = rgb(0x1D2126);
  t.ink = rgb(0xE8E8E8);
  t.muted = rgb(0x9CA5B2);
  t.accent = rgb(0x5B9CFF);
  t.on_accent = rgb(0x0B0D10);
  t.good = rgb(0x3FB950);
  t.warning = rgb(0xD9A032);
  t.stop = rgb(0xF85149);
  t.method = {rgb(0x56B4E9), rgb(0xE8601C), rgb(0x009E73), rgb(0xCC79A7), rgb(0xF0E442)};
  t.band_alpha = 0.20;
  t.dark = true;
  return t;
}

/// sRGB component in [0, 255] to linear light in [0, 1].
double linear(std::uint8_t component) {
  const double c = static_cast<double>(component) / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

std::uint8_t encoded(double light) {
  const double l = std::clamp(light, 0.0, 1.0);
  const double c = l <= 0.0031308 ? 12.92 * l : 1.055 * std::pow(l, 1.0 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(255.0 * c));
}

double luminance(Colour c) {
  return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b);
}

using Triple = std::array<double, 3>;

Triple lab(Colour colour) {
  const double r = linear(colour.r), g = linear(colour.g), b = linear(colour.b);
  // sRGB to XYZ, divided by the D65 white point.
  const double x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047;
  const double y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b;
  const double z = (0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883;
  const auto f = [](double t) {
    return t > 216.0 / 24389.0 ? std::cbrt(t) : (24389.0 / 27.0 * t + 16.0) / 116.0;
  };
  return {116.0 * f(y) - 16.0, 500.0 * (f(x) - f(y)), 200.0 * (f(y) - f(z))};
}

}  // namespace

const Theme& light_theme() {
  static const Theme theme = make_light();
  return theme;
}

const Theme& dark_theme() {
  static const Theme theme = make_dark();
  return theme;
}

RoleStroke role_stroke(SeriesRole role) {
  switch (role) {
    case SeriesRole::measured:
      return {2.0, {}, 1.0};
    case SeriesRole::exact:
      return {1.5, {{1.0, 3.0}, 2}, 1.0};
    case SeriesRole::bound:
      return {1.5, {{8.0, 5.0}, 2}, 1.0};
    case SeriesRole::floor:
      return {1.0, {{8.0, 3.0, 1.0, 3.0}, 4}, 1.0};
    case SeriesRole::trust:
      return {1.0, {}, 0.45};
    case SeriesRole::ghost:
      return {1.0, {}, 0.25};
    case SeriesRole::pinned:
      return {1.2, {}, 0.55};
  }
  return {};
}

Marker slot_marker(int slot) {
  static constexpr std::array<Marker, kMethodColours> kMarkers = {
      Marker::square, Marker::circle, Marker::triangle, Marker::diamond, Marker::cross};
  return slot < 0 ? Marker::none : kMarkers[static_cast<std::size_t>(slot) % kMarkers.size()];
}

double contrast_ratio(Colour a, Colour b) {
  const double la = luminance(a) + 0.05, lb = luminance(b) + 0.05;
  return std::max(la, lb) / std::min(la, lb);
}

Colour simulate(Colour colour, ColourVision vision) {
  static constexpr std::array<std::array<Triple, 3>, 3> kMatrices = {{
      {{{0.152286, 1.052583, -0.204868},
        {0.114503, 0.786281, 0.099216},
        {-0.003882, -0.048116, 1.051998}}},
      {{{0.367322, 0.860646, -0.227968},
        {0.280085, 0.672501, 0.047413},
        {-0.011820, 0.042940, 0.968881}}},
      {{{1.255528, -0.076749, -0.178779},
        {-0.078411, 0.930809, 0.147602},
        {0.004733, 0.691367, 0.303900}}},
  }};
  if (vision == ColourVision::normal) return colour;
  const auto& m = kMatrices[static_cast<std::size_t>(vision) - 1];
  const Triple in = {linear(colour.r), linear(colour.g), linear(colour.b)};
  const auto row = [&](std::size_t i) {
    return encoded(m[i][0] * in[0] + m[i][1] * in[1] + m[i][2] * in[2]);
  };
  return {row(0), row(1), row(2), colour.a};
}

double colour_distance(Colour a, Colour b) {
  const Triple x = lab(a), y = lab(b);
  return std::hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

}  // namespace sid
