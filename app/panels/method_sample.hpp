#pragma once

#include <cstddef>

#include <imgui_internal.h>

#include "sid/app/panels/ui.hpp"

namespace sid::app {

/// Stroke and marker of method `index` as its curves have them, in the present window.
void draw_method_sample(const Ui& ui, std::size_t index, const ImRect& area);

}  // namespace sid::app
