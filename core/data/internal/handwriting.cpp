#include "sid/data/internal/handwriting.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "sid/math/elementary.hpp"

namespace sid::internal {

namespace {

constexpr std::size_t kMaxPoints = 16;  // of a glyph
constexpr std::size_t kMaxTrace = 160;  // of a drawn path
constexpr int kPiecesPerSpan = 7;       // line segments between neighbouring points

struct Point {
  double x = 0.0, y = 0.0;
};

/// The path of the pen as line segments. A new stroke begins where `down` is false: the segment
/// that would lead there is not drawn.
struct Trace {
  std::array<Point, kMaxTrace> points;
  std::array<bool, kMaxTrace> down;
  std::size_t count = 0;

  void add(Point point, bool pen_down) {
    points[count] = point;
    down[count] = pen_down;
    ++count;
  }
};

double between(Stream& stream, double low, double high) {
  return low + (high - low) * stream.uniform();
}

/// A normal variable cut off at two standard deviations: no image is spoilt by one draw.
double jitter(Stream& stream, double deviation) {
  return deviation * std::clamp(stream.normal(), -2.0, 2.0);
}

const Glyph& pick_glyph(int digit, Stream& stream) {
  const std::span<const Glyph> glyphs = glyphs_of(digit);
  double total = 0.0;
  for (const Glyph& glyph : glyphs) total += glyph.weight;
  double rest = total * stream.uniform();
  for (const Glyph& glyph : glyphs) {
    rest -= glyph.weight;
    if (rest < 0.0) return glyph;
  }
  return glyphs.back();
}

Point catmull_rom(Point before, Point from, Point to, Point after, double s) {
  const auto one = [s](double a, double b, double c, double d) {
    return b +
           0.5 * s *
               ((c - a) + s * ((2.0 * a - 5.0 * b + 4.0 * c - d) + s * (3.0 * (b - c) + d - a)));
  };
  return {one(before.x, from.x, to.x, after.x), one(before.y, from.y, to.y, after.y)};
}

/// Splines through the glyph's points, each moved by a random amount.
void trace_glyph(const Glyph& glyph, Stream& stream, Trace& trace) {
  const std::size_t n = std::min(glyph.points.size(), kMaxPoints);
  std::array<Point, kMaxPoints> at;
  for (std::size_t i = 0; i < n; ++i) {
    at[i] = {glyph.points[i].x + jitter(stream, 0.030), glyph.points[i].y + jitter(stream, 0.030)};
  }
  const auto kind = [&](std::size_t i) { return glyph.points[i].kind; };
  trace.count = 0;
  trace.add(at[0], false);
  for (std::size_t i = 0; i + 1 < n; ++i) {
    if (kind(i + 1) == PenPoint::start) {
      trace.add(at[i + 1], false);
      continue;
    }
    // Ends and corners have no neighbour on the other side: continue the span straight.
    const bool free_begin = kind(i) != PenPoint::smooth;
    const bool free_end =
        kind(i + 1) == PenPoint::corner || i + 2 == n || kind(i + 2) == PenPoint::start;
    const Point before =
        free_begin ? Point{2.0 * at[i].x - at[i + 1].x, 2.0 * at[i].y - at[i + 1].y} : at[i - 1];
    const Point after =
        free_end ? Point{2.0 * at[i + 1].x - at[i].x, 2.0 * at[i + 1].y - at[i].y} : at[i + 2];
    for (int piece = 1; piece <= kPiecesPerSpan; ++piece) {
      const double s = static_cast<double>(piece) / kPiecesPerSpan;
      trace.add(catmull_rom(before, at[i], at[i + 1], after, s), true);
    }
  }
}

/// A smooth displacement: plane waves of low frequency.
struct Wave {
  double along_x, along_y, phase, amplitude_x, amplitude_y;

  explicit Wave(Stream& stream)
      : along_x(between(stream, -0.9, 0.9)),
        along_y(between(stream, -0.9, 0.9)),
        phase(stream.uniform()),
        amplitude_x(jitter(stream, 0.045)),
        amplitude_y(jitter(stream, 0.045)) {}

  void move(Point& point, const Point& from) const {
    const double turns = along_x * from.x + along_y * from.y + phase;
    const double value = cosine_of_turns(turns - std::floor(turns));
    point.x += amplitude_x * value;
    point.y += amplitude_y * value;
  }
};

/// Slant, width, rotation and bending, in units of the digit's height.
void deform(const Glyph& glyph, Stream& stream, Trace& trace) {
  const double width = glyph.width * (1.0 + jitter(stream, 0.10));
  const double slant = 0.14 + jitter(stream, 0.20);
  const double angle = jitter(stream, 0.07);
  // Sine and cosine of a small angle, to the accuracy of a pixel, from the angle alone.
  const double cosine = 1.0 - 0.5 * angle * angle;
  const double sine = angle * (1.0 - angle * angle / 6.0);
  const std::array<Wave, 3> waves = {Wave(stream), Wave(stream), Wave(stream)};
  for (std::size_t i = 0; i < trace.count; ++i) {
    const Point original = trace.points[i];
    Point bent = original;
    for (const Wave& wave : waves) wave.move(bent, original);
    const double y = bent.y - 0.5;
    const double x = width * (bent.x - 0.5) - slant * y;
    trace.points[i] = {cosine * x - sine * y, sine * x + cosine * y};
  }
}

/// Scales to a box of about 20 pixels and puts the centre of mass near the middle, as the makers
/// of MNIST did.
void place(Stream& stream, double radius, Trace& trace) {
  Point low = trace.points[0];
  Point high = low;
  Point mass;
  double length = 0.0;
  for (std::size_t i = 0; i < trace.count; ++i) {
    const Point p = trace.points[i];
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    if (!trace.down[i]) continue;
    const Point q = trace.points[i - 1];
    const double piece = std::sqrt((p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y));
    mass.x += piece * 0.5 * (p.x + q.x);
    mass.y += piece * 0.5 * (p.y + q.y);
    length += piece;
  }
  const double extent = std::max({high.x - low.x, high.y - low.y, 0.1});
  const double scale = (20.0 + jitter(stream, 0.7) - 2.0 * radius) / extent;
  const double middle = 0.5 * (kImageSide - 1);
  const double x = middle + jitter(stream, 0.5) - scale * mass.x / length;
  const double y = middle + jitter(stream, 0.5) - scale * mass.y / length;
  for (std::size_t i = 0; i < trace.count; ++i) {
    trace.points[i] = {scale * trace.points[i].x + x, scale * trace.points[i].y + y};
  }
}

using Ink = std::array<double, kImageSide * kImageSide>;

/// Ink of one line segment: full inside the pen's radius, falling to nothing over one soft edge.
void ink_segment(Point p, Point q, double radius, double edge, Ink& ink) {
  const double reach = radius + edge;
  const auto first = [](double v) {
    return std::clamp(static_cast<int>(std::ceil(v)), 0, kImageSide);
  };
  const auto last = [](double v) {
    return std::clamp(static_cast<int>(std::floor(v)), -1, kImageSide - 1);
  };
  const int x0 = first(std::min(p.x, q.x) - reach), x1 = last(std::max(p.x, q.x) + reach);
  const int y0 = first(std::min(p.y, q.y) - reach), y1 = last(std::max(p.y, q.y) + reach);
  const double dx = q.x - p.x, dy = q.y - p.y;
  const double inverse = 1.0 / std::max(dx * dx + dy * dy, 1e-12);
  for (int y = y0; y <= y1; ++y) {
    for (int x = x0; x <= x1; ++x) {
      const double ax = x - p.x, ay = y - p.y;
      const double s = std::clamp((ax * dx + ay * dy) * inverse, 0.0, 1.0);
      const double ex = ax - s * dx, ey = ay - s * dy;
      const double squared = ex * ex + ey * ey;
      if (squared >= reach * reach) continue;
      double& target = ink[static_cast<std::size_t>(y * kImageSide + x)];
      if (target >= 1.0) continue;
      target = std::max(target, std::min(1.0, (reach - std::sqrt(squared)) / edge));
    }
  }
}

}  // namespace

void draw_digit(int digit, Stream& stream, Image& image) {
  const Glyph& glyph = pick_glyph(digit, stream);
  Trace trace;
  trace_glyph(glyph, stream, trace);
  deform(glyph, stream, trace);
  const double radius = std::max(0.35, 0.85 + jitter(stream, 0.32));
  const double edge = between(stream, 0.9, 1.3);
  const double swell = jitter(stream, 0.12);
  place(stream, radius, trace);

  Ink ink{};
  for (std::size_t i = 1; i < trace.count; ++i) {
    if (!trace.down[i]) continue;
    const double along = static_cast<double>(i) / static_cast<double>(trace.count);
    const double width = radius * (1.0 + swell * (2.0 * along - 1.0));
    ink_segment(trace.points[i - 1], trace.points[i], width, edge, ink);
  }
  std::uint32_t grains = 0;
  int grains_left = 0;
  for (std::size_t i = 0; i < ink.size(); ++i) {
    image[i] = 0;
    if (ink[i] <= 0.0) continue;
    if (grains_left == 0) {
      grains = stream.next_u32();
      grains_left = 4;
    }
    const double grain = static_cast<double>(grains & 0xffu) / 255.0;
    grains >>= 8;
    --grains_left;
    image[i] = static_cast<std::uint8_t>(255.0 * ink[i] * (1.0 - 0.12 * grain) + 0.5);
  }
}

}  // namespace sid::internal
