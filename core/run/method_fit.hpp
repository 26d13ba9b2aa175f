#pragma once

#include <string>

#include "sid/run/method_kind.hpp"

namespace sid {

/// Why a method does not go with a kind of problem: what it needs and what to do, in the words of
/// SpecIssue. Both empty where it does.
struct MethodMisfit {
  std::string violated;
  std::string remedy;

  explicit operator bool() const { return !violated.empty(); }
};

MethodMisfit method_misfit(const MethodSpec& method, ProblemKind problem);

}  // namespace sid
