#pragma once

#include <array>
#include <cstddef>

#include "sid/figure/figure.hpp"
#include "sid/figure/painter.hpp"

namespace sid {

/// Method colours there are; figures with more methods repeat them with other markers.
inline constexpr std::size_t kMethodColours = 5;

/// Every colour of window and figure. Contrast of ink, muted, accents and method colours against
/// `panel` is at least 3:1, and method colours stay apart under protanopia, deuteranopia and
/// tritanopia (checked by a test, with the matrices of Machado et al. 2009, in CIE76 distance).
struct Theme {
  // Chrome
  Colour window;      ///< behind panels
  Colour panel;       ///< panels and figures: what curves are drawn on
  Colour raised;      ///< frames of inputs, buttons
  Colour hovered;     ///< the same, under the pointer
  Colour border;      ///< separators, outlines of inputs
  Colour axis;        ///< frame and ticks of a plot
  Colour grid;        ///< major grid lines
  Colour grid_minor;  ///< minor grid lines
  Colour ink;         ///< text; exact curves, truth, reference
  Colour muted;       ///< secondary text, tick labels
  Colour accent;      ///< the one accent: primary button, focus
  Colour on_accent;   ///< text on the accent
  Colour good;        ///< a hypothesis holds
  Colour warning;     ///< it holds partly, or a limit is exceeded
  Colour stop;        ///< divergence, failure

  /// By method slot: Batch, Const, Dec, Two-phase, Drawn.
  std::array<Colour, kMethodColours> method{};
  double band_alpha = 0.18;
  bool dark = false;

  /// Colour of a series or legend row: the method colour, or ink for negative indices.
  Colour of(int index) const {
    return index < 0 ? ink : method[static_cast<std::size_t>(index) % kMethodColours];
  }
};

const Theme& light_theme();
const Theme& dark_theme();

/// How a role is stroked, at scale 1 (widths and dash lengths in points).
struct RoleStroke {
  double width = 1.0;
  DashPattern dash;
  double alpha = 1.0;
};
RoleStroke role_stroke(SeriesRole role);

/// Marker of a method slot: square, circle, triangle, diamond, cross.
Marker slot_marker(int slot);

/// WCAG 2 contrast ratio of two opaque colours, in [1, 21].
double contrast_ratio(Colour a, Colour b);

enum class ColourVision { normal, protanopia, deuteranopia, tritanopia };
/// How an opaque colour looks, by the matrices of Machado, Oliveira and Fernandes (2009), severity
/// 1, applied to linear RGB.
Colour simulate(Colour colour, ColourVision vision);

/// CIE76 distance: Euclidean in CIELAB, D65.
double colour_distance(Colour a, Colour b);

}  // namespace sid
