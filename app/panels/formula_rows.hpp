#pragma once

#include <string>

#include "sid/app/panels/ui.hpp"

namespace sid::app {

/// A formula in the ink of the window, or faded, its marked terms in the hue of the selected
/// method.
FormulaRequest formula_request(const Ui& ui, const std::string& id, double em, bool faded);

/// What stands behind the theorem, typeset, one formula a row with its name: the sharp form
/// or the solution-based bound where it is the one that is drawn, the algorithm with the step rule
/// of the selected method, the problem. From `at`, as many rows as end above `bottom`. All in
/// pixels.
void draw_formula_rows(
    const Ui& ui, const MethodTheory* theory, ImVec2 at, float width, float bottom);

}  // namespace sid::app
