#pragma once

#include "sid/app/panels/panels.hpp"
#include "sid/app/state/compare_book.hpp"

namespace sid::app {

/// Where the compare view finds what it draws.
struct CompareSources {
  const CompareBook& book;
  PlotCache& cache;
  GridCache& grids;
};

/// Compared runs: plots above, below them the table of what differs, errors and ratios. Without a
/// pinned run, a sentence on how to get one. Registers
///   "compare/arrangement/...", "compare/value/..."    what is shown
///   "compare/hint"                                    what to do with fewer than two runs
///   "compare/shown/<letter>"                          shows or hides a pinned run
///   "compare/column/<letter>"                         its state
///   "compare/<line>/<column>"                         cells, both from 0
///   "compare/load/<letter>", "compare/remove/<letter>", "compare/restore"
///   "compare/remarks"                                 the sentences below
/// and plots as others do.
void draw_compare_view(const Ui& ui, const CompareSources& sources, ImVec2 size);

/// Height at which the table shows all its lines, in pixels.
float compare_table_height(const Ui& ui, const CompareBook& book);
/// The table alone, in a card.
void draw_compare_table(const Ui& ui, const CompareBook& book, ImVec2 size);

}  // namespace sid::app
