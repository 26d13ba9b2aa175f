#pragma once

#include <span>

#include <imgui.h>

namespace sid::app {

/// Lines and strips as triangles with an anti-aliased fringe of one pixel, in pixels.
///
/// Dear ImGui's own AddPolyline averages the normals of neighbouring segments, which thins lines
/// at reversals and lets spikes overshoot, so it shows noisy data falsely. Here gentle turns share
/// a mitre and sharp ones get a round joint, so the drawn line is the line through the data.
/// Where a line turns within a column of pixels, column after column, the ground it covers there is
/// filled once: thousands of noisy points cost as much as a band.
/// Vertices come in chunks well below the 65,536 that one reservation may hold.

/// A connected line of `width` pixels through at least two finite points; butt ends.
void stroke_polyline(ImDrawList& list, std::span<const ImVec2> points, ImU32 colour, float width);

/// The same, dashed: `lengths` alternates on and off in pixels along the arc, carried across the
/// vertices; an even number of positive entries, or empty for solid.
void stroke_dashed(ImDrawList& list,
                   std::span<const ImVec2> points,
                   ImU32 colour,
                   float width,
                   std::span<const float> lengths);

/// The strip between two chains with the same ascending x; no seams at any opacity.
void fill_band(ImDrawList& list,
               std::span<const ImVec2> upper,
               std::span<const ImVec2> lower,
               ImU32 colour);

}  // namespace sid::app
