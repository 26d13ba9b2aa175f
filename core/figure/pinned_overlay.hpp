#pragma once

#include <span>

#include "sid/figure/build_figure.hpp"
#include "sid/figure/figure.hpp"
#include "sid/run/run_comparison.hpp"

namespace sid {

/// Draws the measured curves of pinned runs into the figure of the present one: thin, half
/// transparent, with the run's letter at their end, in the colour of their method (by label, as in
/// `spec`). At the same hyperparameters, or where both runs have one, at that. A curve is hidden
/// with the method of `spec` that match_methods() holds it against. Axes that are fitted grow to
/// show pinned curves too; those with limits in `options` stay. Legend key and caption name the
/// runs. Series::key is "<letter>/<method>/measured". Nothing where errors are not what is drawn
/// (looseness).
///   figure: build_figure() of `spec` on `bench` with `options`.
void add_pinned(Figure& figure,
                std::span<const ComparedRun> pinned,
                const RunSpec& spec,
                const ProblemBench* bench,
                const FigureOptions& options);

}  // namespace sid
