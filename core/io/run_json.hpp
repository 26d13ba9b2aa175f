#pragma once

#include <string>
#include <string_view>

#include "sid/io/results.hpp"
#include "sid/math/result.hpp"

namespace sid {

/// run.json: how a run was made and how it ended: version, compiler, status, message, seed, shards
/// (pairs [number from 1, count]), threads, elapsed_seconds, solver_steps, data, data_fingerprint,
/// diverged (method, lambda, iteration, solver); where methods have tolerances also steps_taken
/// (method, lambda, t, k, lower_tolerance_met, linear_tolerance_met).
std::string write_run_json(const RunSnapshot& snapshot, const RunInfo& info);

/// Fills status, message, times and where curves diverged in `snapshot`, whose spec, bench and
/// curves must be there.
Result<RunInfo> read_run_json(std::string_view text,
                              const std::string& name,
                              RunSnapshot& snapshot);

}  // namespace sid
