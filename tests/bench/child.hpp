#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sid/math/result.hpp"

namespace sid::bench {

/// What a child process printed: one "name value" a line. Other lines are left out.
using Answers = std::vector<std::pair<std::string, double>>;

/// Runs a program, waits for it, and reads its standard output. A process of its own so that its
/// memory, threads and environment are. `variables` ("NAME=value") are added to the environment.
/// Fails with what the program said last if it does not end with 0, and where it cannot be started.
Result<Answers> ask(const std::vector<std::string>& command,
                    const std::vector<std::string>& variables = {});

/// This program.
std::string own_path();

/// The largest part of memory that this process has held, in bytes; 0 where the system does not
/// say.
double peak_memory();

/// Seconds of processor time that all threads of this process have used.
double cpu_seconds();

/// 0 if there is none of this name.
double answer(const Answers& answers, const std::string& name);

}  // namespace sid::bench
