#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sid::test {

/// What a finished program left behind.
struct Outcome {
  int code = -1;  ///< exit code; 128 + signal if it was killed
  std::string out, err;
};

/// How to start it.
struct Start {
  std::string folder = ".";                   ///< working folder
  std::vector<std::string> environment = {};  ///< NAME=VALUE, beside an environment without display
  std::string output = {};                    ///< file that stdout goes to; empty: captured
  std::string errors = {};                    ///< the same for stderr
  std::vector<int> closed = {};               ///< streams that are closed: 0, 1, 2
  std::int64_t file_size_limit = 0;           ///< bytes a file may have; 0: no limit
  int signal = 0;                             ///< sent after `signal_after` seconds; 0: none
  double signal_after = 0.0;
  std::string signal_on = {};  ///< sent, besides, not before stderr has this
};

/// Runs the sidlab of this build with `arguments` and waits for it.
Outcome run_sidlab(const std::vector<std::string>& arguments, const Start& start = {});

/// A quick experiment on the teaching problem.
inline const std::vector<std::string> kQuick = {
    "--set", "run.iterations=40", "--set", "run.checkpoints.count=5", "--set", "run.replicas=6"};

/// `first`, then `more`.
std::vector<std::string> words(std::vector<std::string> first,
                               const std::vector<std::string>& more);

}  // namespace sid::test
