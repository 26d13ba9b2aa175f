#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace sid::app {

/// `utf8` with lines of at most `width`, as `measure` gives it, broken at spaces. What belongs
/// together stays together: "q = 0.76 < 1" is broken only where it is wider than a line itself. A
/// word wider than a line has one of its own. Dear ImGui breaks after any full stop, inside numbers
/// too.
std::string break_lines(std::string_view utf8,
                        float width,
                        const std::function<float(const std::string&)>& measure);

}  // namespace sid::app
