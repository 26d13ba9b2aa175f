#pragma once

#include <optional>

#include "sid/app/panels/ui.hpp"
#include "sid/run/run_spec.hpp"

namespace sid::app {

/// A popup with every kind of method and a line on each, which `open` opens below the item `name`
/// just drawn, `width` wide at least. Kinds that the problem of the spec does not allow are grey
/// and say why. Entries are recorded as "name/AID-CG". The kind that was chosen in this frame.
std::optional<MethodKind> kind_menu(
    const Ui& ui, const char* name, bool open, std::optional<MethodKind> selected, float width);

}  // namespace sid::app
