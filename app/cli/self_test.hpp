#pragma once

#include <string>
#include <vector>

namespace sid::cli {

/// One thing that this installation must be able to do.
struct SelfCheck {
  std::string name;
  bool passed = false;
  std::string detail;  ///< what was found, or what to do
};

/// Known answers of the random generator, a tiny run whose bits are known, presets and fonts.
std::vector<SelfCheck> run_self_checks();

/// `sidlab self-test`: a line a check; exit code 1 if one fails.
int self_test_command();

}  // namespace sid::cli
