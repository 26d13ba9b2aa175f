#pragma once

#include <string>

#include "bench/table.hpp"

namespace sid::bench {

/// Whole runs, each in a process of its own: clock time, processor time and memory with one and two
/// threads.
void add_whole_runs(Table& table);

/// What such a process does: runs the case and prints its numbers. The exit status.
int run_case(const std::string& name, int threads);

}  // namespace sid::bench
