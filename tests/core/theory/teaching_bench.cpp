#include "core/theory/teaching_bench.hpp"

#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "sid/method/checkpoint_grid.hpp"

namespace sid::testing {

Bench::Bench(double noise_lambda, std::int64_t last) {
  TeachingShape shape;
  shape.dim = 4;
  shape.condition = 8.0;
  shape.smoothness = 2.0;
  shape.noise_multiplicative = 0.3;
  shape.noise_additive = 0.3;
  shape.noise_lambda = noise_lambda;
  shape.samples = 200;
  shape.seed = 1;
  problem = make_teaching_problem(shape, 0.5, AlphaRule::inverse_smoothness);
  reference = problem->solve_reference();
  checkpoints = make_checkpoints(spaced_grid(GridSpacing::log, 12, last), last, 10, 200);
  input.constants = problem->constants(reference, oracle);
  input.alpha_rule = problem->alpha_rule();
  input.checkpoints = checkpoints;
  set_step(StepSizeSchedule(ConstantStep{0.5}));
}

MethodTheory Bench::evaluate() const {
  return evaluate_method_theory(input);
}

TheoryCurve curve(const MethodTheory& theory, const std::string& id) {
  const TheoryCurve* found = theory.find(id);
  EXPECT_NE(found, nullptr) << id;
  return found == nullptr ? TheoryCurve{} : *found;
}

AssumptionCheck check(const MethodTheory& theory,
                      const std::string& id,
                      const std::string& subject) {
  for (const AssumptionCheck& entry : theory.checks) {
    if (entry.id == id && entry.subject == subject) return entry;
  }
  ADD_FAILURE() << "no check " << id << " of " << subject;
  return {};
}

void expect_well_formed(const MethodTheory& theory, std::size_t checkpoints) {
  std::set<std::string> ids;
  for (const TheoryCurve& c : theory.curves) {
    SCOPED_TRACE(c.id);
    EXPECT_TRUE(ids.insert(c.id).second) << "ids are column names";
    EXPECT_FALSE(c.label.empty());
    EXPECT_FALSE(c.source.empty());
    if (c.drawn()) {
      EXPECT_EQ(c.values.size(), checkpoints);
      EXPECT_TRUE(c.verdict == Verdict::holds || c.verdict == Verdict::holds_on_ball);
      for (const double value : c.values) EXPECT_FALSE(std::isinf(value));
    } else {
      EXPECT_FALSE(c.reason.empty()) << "an absent curve says why";
    }
  }
  for (const AssumptionCheck& entry : theory.checks) {
    EXPECT_FALSE(entry.sentence.empty()) << entry.id << " " << entry.subject;
  }
}

}  // namespace sid::testing
