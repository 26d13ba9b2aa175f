#pragma once

#include "sid/app/panels/ui.hpp"

namespace sid::app {

/// Rows of problems with data that say what the two levels minimise.

/// Loss of the upper level, with the width of pseudo-Huber.
void draw_upper_level(const Ui& ui);
/// Weight decay of data hyper-cleaning; nothing for other kinds.
void draw_weight_decay(const Ui& ui);
/// Fraction of training labels that are turned; nothing unless the problem is about them or has
/// some.
void draw_wrong_labels(const Ui& ui);

}  // namespace sid::app
