#pragma once

#include <vector>

#include "sid/theory/evaluate.hpp"

#include "core/theory/solution_constants.hpp"

namespace sid::testing {

/// A data problem of the reference file as theory looks at it. P1, P2, P5: logistic; P3: squares in
/// both levels, so A(iv) holds on a ball only; P4: squares below a pseudo-Huber upper level.
struct DataBench {
  std::vector<Checkpoint> checkpoints = {{0, 0, 0.0},
                                         {1, 1, 1.0},
                                         {5, 5, 5.0},
                                         {50, 50, 50.0},
                                         {2000, 2000, 2000.0},
                                         {100'000, 100'000, 1e5}};
  TheoryInput input;

  explicit DataBench(const VectorCase& c);
  DataBench(const DataBench&) = delete;
  DataBench& operator=(const DataBench&) = delete;

  void set_step(const StepSizeSchedule& step) { input.lower_step = input.linear_step = step; }
  void set_effective_step(double s);
  MethodTheory evaluate() const;
};

/// Case `index` (0 to 5) of P`problem`.
VectorCase data_case(int problem, int index = 0);

}  // namespace sid::testing
