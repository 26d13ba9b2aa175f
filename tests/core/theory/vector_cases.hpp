#pragma once

#include <string>
#include <vector>

#include "sid/method/noisy_contraction.hpp"
#include "sid/problem/bilevel_problem.hpp"
#include "sid/problem/constants.hpp"

#include "support/vectors.hpp"

namespace sid::testing {

/// One case of the reference file: an alpha rule and a way of sampling on one problem.
struct VectorCase {
  std::string name;
  const Json* json = nullptr;     ///< the case
  const Json* problem = nullptr;  ///< the problem it belongs to
  AlphaRule rule = AlphaRule::optimal;

  double constant(const char* key) const;
};

std::vector<VectorCase> cases_of(const char* group);

/// P1 .. P5 in all cases.
std::vector<VectorCase> data_cases();
/// T1, T2 in all cases.
std::vector<VectorCase> teaching_cases();

/// The lower level of a case with the constants of Assumption F.
NoisyContraction lower_level_map(const VectorCase& c);

/// ProblemConstants of a data problem, from the reference file alone.
ProblemConstants data_constants(const VectorCase& c);

}  // namespace sid::testing
