#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "sid/figure/figure.hpp"

namespace sid::app {

/// Which curves are switched off, by Series::key: what clicks, double clicks and keys do to them.

/// Hides the curve, or shows it again.
void toggle_curve(std::set<std::string>& hidden, const std::string& key);
/// Shows this curve alone; if it is the only one that is left, all of them again. What it was
/// itself does not matter: the first click of a double click has hidden it already.
void solo_curve(std::set<std::string>& hidden, const Figure& figure, const std::string& key);

/// Shows or hides every curve of a method.
void toggle_method(std::set<std::string>& hidden, const Figure& figure, std::size_t method);
/// Shows this method alone of `count`; if it is alone already, all of them again.
void solo_method(std::set<std::string>& hidden,
                 const Figure& figure,
                 std::size_t method,
                 std::size_t count);

}  // namespace sid::app
