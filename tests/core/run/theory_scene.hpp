#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "sid/run/experiment.hpp"

namespace sid::test {

/// A spec with its bench and all theory on it.
struct TheoryScene {
  explicit TheoryScene(RunSpec wanted)
      : spec(std::move(wanted)),
        bench(*prepare_bench(spec)),
        theory(evaluate_theory(spec, *bench)) {}

  RunSpec spec;
  std::shared_ptr<const ProblemBench> bench;
  std::vector<std::vector<MethodTheory>> theory;  ///< [panel][method]
};

}  // namespace sid::test
