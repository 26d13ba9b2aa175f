#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "sid/problem/teaching_problem.hpp"

#include "support/vectors.hpp"

namespace sid::testing {

/// One entry of teaching_problems[..].cases: a problem with its alpha rule and minibatch.
struct TeachingCase {
  std::string name;
  TeachingParameters parameters;
  AlphaRule rule = AlphaRule::optimal;
  std::int64_t minibatch = 1;
  const Json* json = nullptr;
};

inline AlphaRule alpha_rule(const Json& name) {
  return name.get<std::string>() == "opt" ? AlphaRule::optimal : AlphaRule::inverse_smoothness;
}

inline std::vector<TeachingCase> teaching_cases() {
  std::vector<TeachingCase> out;
  for (const auto& [key, problem] : theory_vectors()["teaching_problems"].items()) {
    const Json& in = problem["inputs"];
    for (const Json& entry : problem["cases"]) {
      TeachingCase c;
      c.name = key + "_" + entry["rule"].get<std::string>();
      c.parameters.h = vector(in["h"]);
      c.parameters.b = vector(in["b"]);
      c.parameters.target = vector(in["wbar"]);
      c.parameters.lambda = number(in["lam"]);
      c.parameters.noise_multiplicative = number(in["sm"]);
      c.parameters.noise_additive = number(in["sa"]);
      c.parameters.noise_lambda = number(in["sl"]);
      c.rule = alpha_rule(entry["rule"]);
      c.minibatch = in["nb"].get<std::int64_t>();
      c.json = &entry;
      out.push_back(c);
    }
  }
  return out;
}

/// For readable test names on failure.
inline void PrintTo(const TeachingCase& c, std::ostream* os) {
  *os << c.name;
}
}  // namespace sid::testing
