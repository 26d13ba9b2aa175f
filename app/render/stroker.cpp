#include "sid/app/render/stroker.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <vector>

#include <imgui_internal.h>

#include "sid/math/contract.hpp"

namespace sid::app {
namespace {

constexpr std::size_t kChunk = 4000;   // segments a reservation
constexpr float kShortest = 1e-3F;     // pixels; shorter segments have no direction
constexpr float kMitreCosine = 0.70F;  // gentler turns than 45 degrees share a mitre
constexpr float kPi = 3.14159265F;

struct Direction {
  float x, y;
};

ImU32 transparent(ImU32 colour) {
  return colour & ~IM_COL32_A_MASK;
}

/// Collects triangles and hands them to the draw list in one reservation.
class Mesh {
 public:
  Mesh(ImDrawList& list, ImU32 colour)
      : list_(list),
        colour_(colour),
        clear_(transparent(colour)),
        uv_(list._Data->TexUvWhitePixel) {}
  ~Mesh() { flush(); }
  Mesh(const Mesh&) = delete;
  Mesh& operator=(const Mesh&) = delete;

  unsigned vertex(float x, float y, bool edge) {
    ImDrawVert v;
    v.pos = {x, y};
    v.uv = uv_;
    v.col = edge ? clear_ : colour_;
    vertices_.push_back(v);
    return static_cast<unsigned>(vertices_.size() - 1);
  }
  void triangle(unsigned a, unsigned b, unsigned c) {
    indices_.push_back(a);
    indices_.push_back(b);
    indices_.push_back(c);
  }
  void quad(unsigned a, unsigned b, unsigned c, unsigned d) {
    triangle(a, b, c);
    triangle(a, c, d);
  }
  std::size_t size() const { return vertices_.size(); }

  void flush() {
    if (indices_.empty()) {
      vertices_.clear();
      return;
    }
    list_.PrimReserve(static_cast<int>(indices_.size()), static_cast<int>(vertices_.size()));
    const unsigned base = list_._VtxCurrentIdx;
    list_._VtxWritePtr = std::copy(vertices_.begin(), vertices_.end(), list_._VtxWritePtr);
    for (const unsigned i : indices_) *list_._IdxWritePtr++ = static_cast<ImDrawIdx>(base + i);
    list_._VtxCurrentIdx = base + static_cast<unsigned>(vertices_.size());
    vertices_.clear();
    indices_.clear();
  }

 private:
  ImDrawList& list_;
  ImU32 colour_, clear_;
  ImVec2 uv_;
  std::vector<ImDrawVert> vertices_;
  std::vector<unsigned> indices_;
};

struct Profile {
  float core;   ///< half width of the opaque part
  float outer;  ///< half width with the fringe
};

Profile profile(float width) {
  const float half = 0.5F * std::max(width, 1.0F);
  return {std::max(half - 0.5F, 0.0F), half + 0.5F};
}

/// A cross-section at p along the unit-ish normal (x, y): fringe, core, core, fringe.
unsigned section(Mesh& mesh, ImVec2 p, Direction normal, const Profile& w) {
  const unsigned first = mesh.vertex(p.x + normal.x * w.outer, p.y + normal.y * w.outer, true);
  mesh.vertex(p.x + normal.x * w.core, p.y + normal.y * w.core, false);
  mesh.vertex(p.x - normal.x * w.core, p.y - normal.y * w.core, false);
  mesh.vertex(p.x - normal.x * w.outer, p.y - normal.y * w.outer, true);
  return first;
}

void connect(Mesh& mesh, unsigned a, unsigned b) {
  for (unsigned row = 0; row < 3; ++row) {
    mesh.quad(a + row, a + row + 1, b + row + 1, b + row);
  }
}

/// Fills the outer side of a sharp turn with a fan from normal `from` to normal `to`.
void round_joint(Mesh& mesh, ImVec2 p, Direction from, Direction to, const Profile& w) {
  const float cross = from.x * to.y - from.y * to.x;
  const float side = cross > 0 ? -1.0F : 1.0F;  // the outer side lies opposite to the turn
  const float start = std::atan2(side * from.y, side * from.x);
  float turn = std::atan2(side * to.y, side * to.x) - start;
  if (turn > kPi) turn -= 2 * kPi;
  if (turn < -kPi) turn += 2 * kPi;
  const int steps = std::max(2, static_cast<int>(std::ceil(std::abs(turn) * w.outer / 1.5F)));
  const unsigned centre = mesh.vertex(p.x, p.y, false);
  unsigned core = 0, fringe = 0;
  for (int i = 0; i <= steps; ++i) {
    const float angle = start + turn * static_cast<float>(i) / static_cast<float>(steps);
    const float c = std::cos(angle), s = std::sin(angle);
    const unsigned next_core = mesh.vertex(p.x + c * w.core, p.y + s * w.core, false);
    const unsigned next_fringe = mesh.vertex(p.x + c * w.outer, p.y + s * w.outer, true);
    if (i > 0) {
      mesh.triangle(centre, core, next_core);
      mesh.quad(core, fringe, next_fringe, next_core);
    }
    core = next_core;
    fringe = next_fringe;
  }
}

/// Of pixels: nothing here over- or underflows.
float length(float x, float y) {
  return std::sqrt(x * x + y * y);
}

std::vector<ImVec2> without_repeats(std::span<const ImVec2> points) {
  std::vector<ImVec2> kept;
  kept.reserve(points.size());
  for (const ImVec2& p : points) {
    if (kept.empty() || length(p.x - kept.back().x, p.y - kept.back().y) > kShortest) {
      kept.push_back(p);
    }
  }
  return kept;
}

Direction normal_of(ImVec2 a, ImVec2 b) {
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float size = length(dx, dy);
  return {dy / size, -dx / size};
}

void stroke_solid(Mesh& mesh, std::span<const ImVec2> points, const Profile& w) {
  const std::vector<ImVec2> p = without_repeats(points);
  if (p.size() < 2) return;
  Direction normal = normal_of(p[0], p[1]);
  unsigned previous = section(mesh, p[0], normal, w);
  for (std::size_t i = 1; i < p.size(); ++i) {
    if (i + 1 == p.size()) {
      connect(mesh, previous, section(mesh, p[i], normal, w));
      return;
    }
    const Direction next = normal_of(p[i], p[i + 1]);
    const float cosine = normal.x * next.x + normal.y * next.y;
    if (cosine > kMitreCosine) {
      const float stretch = 1.0F / (1.0F + cosine);
      const Direction mitre{(normal.x + next.x) * stretch, (normal.y + next.y) * stretch};
      const unsigned shared = section(mesh, p[i], mitre, w);
      connect(mesh, previous, shared);
      previous = shared;
    } else {
      connect(mesh, previous, section(mesh, p[i], normal, w));
      round_joint(mesh, p[i], normal, next, w);
      previous = section(mesh, p[i], next, w);
    }
    normal = next;
    if (mesh.size() > 4 * kChunk) {
      mesh.flush();
      previous = section(mesh, p[i], normal, w);
    }
  }
}

/// A row across a strip, from its upper to its lower edge: fringe, core, core, fringe.
unsigned strip_row(Mesh& mesh, float x, float top, float bottom) {
  const unsigned first = mesh.vertex(x, top - 0.5F, true);
  const float inset = std::min(0.5F, 0.5F * (bottom - top));
  mesh.vertex(x, top + inset, false);
  mesh.vertex(x, bottom - inset, false);
  mesh.vertex(x, bottom + 0.5F, true);
  return first;
}

/// One column of pixels that a line goes up and down in.
struct Column {
  float x = 0.0F;  ///< its left edge
  float top = 0.0F, bottom = 0.0F;
  std::size_t first = 0, end = 0;  ///< of its points
};

/// The column of points[first], with the points after it that lie in the same one.
Column column_at(std::span<const ImVec2> points, std::size_t first) {
  Column c{std::floor(points[first].x), points[first].y, points[first].y, first, first};
  for (; c.end < points.size() && std::floor(points[c.end].x) == c.x; ++c.end) {
    c.top = std::min(c.top, points[c.end].y);
    c.bottom = std::max(c.bottom, points[c.end].y);
  }
  return c;
}

/// Neighbouring columns from points[first] on in which the line turns at least once.
std::vector<Column> crowded_columns(std::span<const ImVec2> points, std::size_t first) {
  std::vector<Column> columns;
  while (first < points.size()) {
    const Column next = column_at(points, first);
    const bool joins = columns.empty() || next.x == columns.back().x + 1.0F;
    if (next.end - next.first < 3 || !joins) break;
    columns.push_back(next);
    first = next.end;
  }
  return columns;
}

/// The ground that a line of this width covers in columns it crosses many times, each once.
void fill_columns(Mesh& mesh, std::span<const Column> columns, float width) {
  const float half = 0.5F * std::max(width, 1.0F);
  // Between two columns the strip is as high as the highest of those within half the width.
  const auto reach = std::max(1L, std::lround(half));
  const auto count = static_cast<long>(columns.size());
  unsigned previous = 0;
  for (long edge = 0; edge <= count; ++edge) {
    float top = FLT_MAX, bottom = -FLT_MAX;
    for (long k = std::max(0L, edge - reach); k < std::min(count, edge + reach); ++k) {
      top = std::min(top, columns[static_cast<std::size_t>(k)].top);
      bottom = std::max(bottom, columns[static_cast<std::size_t>(k)].bottom);
    }
    const float x = columns.front().x + static_cast<float>(edge);
    const unsigned row = strip_row(mesh, x, top - half, bottom + half);
    if (edge > 0) connect(mesh, previous, row);
    previous = row;
    if (mesh.size() > 4 * kChunk) {
      mesh.flush();
      previous = strip_row(mesh, x, top - half, bottom + half);
    }
  }
}

/// Strokes a line; where it crosses columns of pixels many times, fills them instead.
void stroke_dense(Mesh& mesh, std::span<const ImVec2> points, float width) {
  constexpr std::size_t kFewest = 4;  // columns worth a strip
  std::size_t begin = 0;
  for (std::size_t i = 0; i < points.size();) {
    const std::vector<Column> columns = crowded_columns(points, i);
    if (columns.size() < kFewest) {
      i = columns.empty() ? column_at(points, i).end : columns.back().end;
      continue;
    }
    // The ways in and out belong to the strokes before and after.
    stroke_solid(mesh, points.subspan(begin, i + 1 - begin), profile(width));
    fill_columns(mesh, columns, width);
    i = columns.back().end;
    begin = i - 1;
    if (mesh.size() > 4 * kChunk) mesh.flush();
  }
  stroke_solid(mesh, points.subspan(begin), profile(width));
}

ImU32 thinned(ImU32 colour, float width) {
  if (width >= 1.0F) return colour;
  const float alpha = static_cast<float>(colour >> IM_COL32_A_SHIFT) * std::max(width, 0.0F);
  return transparent(colour) | (static_cast<ImU32>(std::lround(alpha)) << IM_COL32_A_SHIFT);
}

}  // namespace

void stroke_polyline(ImDrawList& list, std::span<const ImVec2> points, ImU32 colour, float width) {
  if (points.size() < 2 || (colour & IM_COL32_A_MASK) == 0) return;
  Mesh mesh(list, thinned(colour, width));
  stroke_dense(mesh, points, width);
}

void stroke_dashed(ImDrawList& list,
                   std::span<const ImVec2> points,
                   ImU32 colour,
                   float width,
                   std::span<const float> lengths) {
  if (lengths.empty()) {
    stroke_polyline(list, points, colour, width);
    return;
  }
  SID_EXPECTS(lengths.size() % 2 == 0, "a dash pattern alternates on and off");
  float period = 0.0F;
  for (const float length : lengths) period += length;
  if (points.size() < 2 || !(period > 0.1F) || (colour & IM_COL32_A_MASK) == 0) return;
  Mesh mesh(list, thinned(colour, width));
  const Profile w = profile(width);
  std::size_t phase = 0;
  float left = lengths[0];
  std::vector<ImVec2> dash{points[0]};
  for (std::size_t i = 1; i < points.size(); ++i) {
    ImVec2 from = points[i - 1];
    const ImVec2 to = points[i];
    float rest = length(to.x - from.x, to.y - from.y);
    while (rest > left) {
      const float share = left / rest;
      from = {from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share};
      rest -= left;
      if (phase % 2 == 0) {
        dash.push_back(from);
        stroke_solid(mesh, dash, w);
        if (mesh.size() > 4 * kChunk) mesh.flush();
      }
      phase = (phase + 1) % lengths.size();
      left = lengths[phase];
      dash.assign(1, from);
    }
    left -= rest;
    if (phase % 2 == 0) dash.push_back(to);
  }
  if (phase % 2 == 0 && dash.size() > 1) stroke_solid(mesh, dash, w);
}

void fill_band(ImDrawList& list,
               std::span<const ImVec2> upper,
               std::span<const ImVec2> lower,
               ImU32 colour) {
  SID_EXPECTS(upper.size() == lower.size(), "a band needs two chains of equal length");
  if (upper.size() < 2 || (colour & IM_COL32_A_MASK) == 0) return;
  Mesh mesh(list, colour);
  const auto row = [&](std::size_t i) {
    return strip_row(
        mesh, upper[i].x, std::min(upper[i].y, lower[i].y), std::max(upper[i].y, lower[i].y));
  };
  unsigned previous = row(0);
  for (std::size_t i = 1; i < upper.size(); ++i) {
    const unsigned next = row(i);
    connect(mesh, previous, next);
    previous = next;
    if (mesh.size() > 4 * kChunk) {
      mesh.flush();
      previous = row(i);
    }
  }
}

}  // namespace sid::app
