#pragma once

#include <algorithm>
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

/// Step sizes of the reference schedules, by name.
inline std::vector<double> reference_schedule(const TeachingCase& tc,
                                              const std::string& name,
                                              std::size_t count) {
  const std::vector<double> first = numbers((*tc.json)["schedules"][name]["etas_first"]);
  std::vector<double> etas(count);
  // Decreasing: min(eta_0, beta/(gamma + t)), fitted to the values at t = 1 and 2.
  const double gamma = name == "dec" ? first[2] / (first[1] - first[2]) - 1.0 : 0.0;
  const double beta = first[1] * (gamma + 1.0);
  for (std::size_t t = 0; t < count; ++t) {
    etas[t] =
        name == "dec" ? std::min(first[0], beta / (gamma + static_cast<double>(t))) : first[0];
  }
  for (std::size_t t = 0; t < first.size(); ++t) EXPECT_REL(etas[t], first[t], 1e-13);
  return etas;
}

/// For readable test names on failure.
inline void PrintTo(const TeachingCase& c, std::ostream* os) {
  *os << c.name;
}
}  // namespace sid::testing
