#pragma once

#include <span>
#include <string>

#include "sid/figure/draw_panel.hpp"
#include "sid/figure/figure.hpp"
#include "sid/figure/panel_grid.hpp"
#include "sid/figure/theme.hpp"

namespace sid::internal {

/// How a figure is laid out on its page.
struct PgfplotsPage {
  const PanelGrid& grid;
  double width = 0.0;  ///< of everything, in points
  const Theme& theme;
  const DrawOptions& draw;
  bool title = true, key = true, caption = true;
  bool background = true;  ///< a page in the theme's colour
};

/// `figure` as a LaTeX document that compiles alone, with pgfplots axes of the sizes and at the
/// places of `page.grid`, whose curves hold their values, so that authors can edit it. Curves are
/// cut and thinned by the code that draws them elsewhere; numbers have ten digits. Axis titles with
/// a formula take its TeX source from assets/formulas where that is at hand, else their words.
/// `figure.metadata` stands in comments at the top.
std::string pgfplots_document(const Figure& figure, const PgfplotsPage& page);

}  // namespace sid::internal
