#pragma once

#include <string>

#include "sid/io/results.hpp"
#include "sid/run/sweep.hpp"

namespace sid {

/// sweep.csv: a line for every cell, rows of the lowest y first:
///     <x key>,<y key>,t,k,mean_squared_error,ci_low,ci_high,state,kind,replicas,
///     lower_squared_error,linear_squared_error
/// state: value, diverged, refused or pending; kind: exact or measured, empty where there is
/// neither. t or k is left out where it is an axis. The interval is that of measured means. Of a
/// diverged cell the exact value at this t, or nothing. mean_squared_error is that of the request's
/// quantity. Same request, same bytes.
std::string write_sweep_csv(const SweepSnapshot& sweep);

/// edges.csv: edge,label,<x key>,<y key>; the limits and the edge of stability.
std::string write_sweep_edges_csv(const SweepSnapshot& sweep);

/// sweep.json: how a sweep was made and how it ended: version, compiler, status, message, method,
/// quantity, panel (from 1) and panel_label, both axes, seed, threads, elapsed_seconds, cells,
/// data, data_fingerprint.
std::string write_sweep_json(const SweepSnapshot& sweep, const RunInfo& info);

/// "hypergradient", "lower" or "linear".
const char* sweep_quantity_name(Quantity quantity);

}  // namespace sid
