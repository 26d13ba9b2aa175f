#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "sid/run/sweep.hpp"

namespace sid::internal {

/// The errors of one spec at the last checkpoint of its method. Nothing where stopped.
std::optional<SweepCell> sweep_cell(const RunSpec& spec,
                                    std::size_t method,
                                    const ProblemBench& bench,
                                    std::size_t panel,
                                    Quantity quantity,
                                    const std::stop_token& stop);

/// The largest step that the bounds of a ladder allow the request's method, as `spec` has it: of
/// both solvers for the hypergradient and the linear system, unless that has steps of its own. 0
/// where there is none.
double largest_bounded_step(const SweepRequest& request,
                            const RunSpec& spec,
                            const Panel& panel,
                            Ladder ladder);

/// What Unit::of_limit multiplies: by the spec's ladder, where that has bounds, else sharpened.
double limit_of_spec(const SweepRequest& request, const RunSpec& spec, const Panel& panel);

/// The bench of a spec; null if it has none.
using BenchOf = std::function<std::shared_ptr<const ProblemBench>(const RunSpec&)>;

/// Edges of `request`; none where stopped.
std::vector<SweepEdge> sweep_edges(const SweepRequest& request,
                                   const BenchOf& bench_of,
                                   const std::stop_token& stop);

}  // namespace sid::internal
