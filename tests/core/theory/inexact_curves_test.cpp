// Curves of methods that choose their solvers: bounds above the errors of paths, or reasons.

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/method/inexact_solvers.hpp"
#include "sid/theory/evaluate.hpp"

#include "contract/problem_zoo.hpp"

namespace sid {
namespace {

const std::vector<Checkpoint> kCheckpoints = {
    {1, 1}, {2, 1}, {4, 3}, {8, 8}, {20, 15}, {60, 60}, {150, 150}};

TheoryInput input_of(const BilevelProblem& problem,
                     const Reference& reference,
                     const InexactSettings& solvers) {
  TheoryInput input;
  input.constants = problem.constants(reference, {.minibatch = problem.sample_count()});
  input.batch = true;
  input.lower_step = input.linear_step = StepSizeSchedule(ConstantStep{1.0});
  input.checkpoints = kCheckpoints;
  input.jacobian_samples = 0;
  input.family = MethodFamily::inexact;
  input.lower_solver = solvers.lower;
  input.linear_solver = solvers.linear;
  input.lower_tolerance = solvers.lower_tolerance;
  input.linear_tolerance = solvers.linear_tolerance;
  return input;
}

/// Squared errors at the checkpoints.
std::map<Quantity, std::vector<double>> errors_of(const BilevelProblem& problem,
                                                  const Reference& reference,
                                                  const InexactSettings& solvers) {
  std::map<Quantity, std::vector<double>> out;
  InexactPath path(problem, solvers);
  path.start(0, 0);
  for (std::uint32_t i = 0; i < kCheckpoints.size(); ++i) {
    EXPECT_EQ(path.run_to(kCheckpoints[i], i, {}), PathStatus::reached);
    out[Quantity::lower_level].push_back((path.w() - reference.w).squaredNorm());
    const Vector v = problem.solve_linear_system(path.w(), {});
    out[Quantity::linear_system].push_back((path.v() - v).squaredNorm());
    out[Quantity::hypergradient].push_back(
        (path.hypergradient() - reference.hypergradient).squaredNorm());
  }
  return out;
}

TEST(InexactCurves, BoundThePathsOfEveryPairOfSolversAndAccuracy) {
  int compared = 0;
  std::map<std::string, int> drawn;
  double closest = 1e300;
  for (const testing::ProblemEntry& entry : testing::problem_zoo()) {
    const auto problem = entry.make(entry.lambda, AlphaRule::optimal);
    if (!problem->is_gradient_map()) continue;
    const Reference reference = problem->solve_reference();
    for (int choice = 0; choice < 27; ++choice) {
      InexactSettings solvers{.lower = static_cast<LowerIteration>(choice % 3),
                              .linear = static_cast<LinearIteration>(choice / 3 % 3)};
      if (choice / 9 > 0) solvers.lower_tolerance = choice / 9 == 1 ? 1e-2 : 0.5;
      if (choice / 9 > 0) solvers.linear_tolerance = choice / 9 == 1 ? 0.3 : 1e-3;
      SCOPED_TRACE(entry.name + " " + std::to_string(choice));
      auto errors = errors_of(*problem, reference, solvers);
      TheoryInput input = input_of(*problem, reference, solvers);
      const double rounding =
          std::pow(1e-11 * problem->curvature().L / problem->curvature().tau, 2);
      for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
        input.ladder = ladder;
        int primary = 0;
        for (const TheoryCurve& curve : evaluate_method_theory(input).curves) {
          if (curve.kind != CurveKind::bound) continue;
          primary += curve.primary && curve.quantity == Quantity::hypergradient ? 1 : 0;
          EXPECT_TRUE(curve.drawn() || !curve.reason.empty()) << curve.id;
          if (!curve.drawn() || curve.id == "bound_3_1_squared" || curve.id == "bound_3_2" ||
              curve.id == "bound_3_3") {
            continue;
          }
          ++drawn[curve.id];
          const std::vector<double>& measured = errors[curve.quantity];
          const double size = measured.front() + reference.hypergradient.squaredNorm() +
                              reference.w.squaredNorm() + reference.v.squaredNorm();
          for (std::size_t i = 0; i < measured.size(); ++i) {
            if (std::isnan(curve.values[i])) continue;
            EXPECT_LE(measured[i], curve.values[i] * (1.0 + 1e-9) + rounding * size)
                << curve.id << " at t = " << kCheckpoints[i].t;
            if (measured[i] > rounding * size) {
              closest = std::min(closest, std::sqrt(curve.values[i] / measured[i]));
            }
            ++compared;
          }
        }
        EXPECT_EQ(primary, 1);
      }
    }
  }
  EXPECT_GT(compared, 5000);
  EXPECT_LT(closest, 1.5) << "the comparison has teeth";
  for (const char* id : {"bound_lower", "bound_linear", "bound_aid", "bound_inexact"}) {
    EXPECT_GT(drawn[id], 100) << id;
  }
}

TEST(InexactCurves, OfHeavyBallAreThereForQuadraticsAlone) {
  int with = 0, without = 0;
  for (const testing::ProblemEntry& entry : testing::problem_zoo()) {
    const auto problem = entry.make(entry.lambda, AlphaRule::optimal);
    if (!problem->is_gradient_map()) continue;
    const Reference reference = problem->solve_reference();
    TheoryInput input = input_of(*problem, reference, {.lower = LowerIteration::heavy_ball});
    const bool quadratic = input.constants.nu1 == 0.0;
    const MethodTheory theory = evaluate_method_theory(input);
    EXPECT_EQ(theory.find("bound_lower")->drawn(), quadratic) << entry.name;
    EXPECT_EQ(theory.find("bound_inexact")->drawn(), quadratic) << entry.name;
    if (quadratic) {
      ++with;
    } else {
      ++without;
      EXPECT_NE(theory.find("bound_lower")->reason.find("quadratic lower levels"),
                std::string::npos);
    }
  }
  EXPECT_GT(with, 0);
  EXPECT_GT(without, 0);
}

/// The smallest of the candidates at the last checkpoint is the one that is shown.
TEST(InexactCurves, ShowTheSmallest) {
  const testing::ProblemEntry& entry = testing::problem_zoo().front();
  const auto problem = entry.make(entry.lambda, AlphaRule::optimal);
  const Reference reference = problem->solve_reference();
  const MethodTheory theory =
      evaluate_method_theory(input_of(*problem, reference, {.lower = LowerIteration::accelerated}));
  const TheoryCurve* shown = nullptr;
  for (const TheoryCurve& curve : theory.curves) {
    if (curve.primary && curve.quantity == Quantity::hypergradient &&
        curve.kind == CurveKind::bound) {
      shown = &curve;
    }
  }
  ASSERT_NE(shown, nullptr);
  for (const char* id : {"bound_sharp", "bound_aid", "bound_inexact"}) {
    const TheoryCurve* const curve = theory.find(id);
    ASSERT_NE(curve, nullptr) << id;
    if (!curve->drawn()) continue;
    EXPECT_LE(shown->values.back(), curve->values.back()) << id;
  }
}

TEST(InexactCurves, OfReverseModeThroughMomentumSayThatNoBoundIsKnown) {
  const testing::ProblemEntry& entry = testing::problem_zoo().front();
  const auto problem = entry.make(entry.lambda, AlphaRule::optimal);
  const Reference reference = problem->solve_reference();
  TheoryInput input = input_of(*problem, reference, {.lower = LowerIteration::accelerated});
  input.family = MethodFamily::iterative_differentiation;
  const MethodTheory theory = evaluate_method_theory(input);
  EXPECT_TRUE(theory.find("bound_lower")->drawn());
  EXPECT_FALSE(theory.find("bound_itd")->drawn());
  EXPECT_NE(theory.find("bound_itd")->reason.find("momentum"), std::string::npos);
  EXPECT_EQ(theory.find("bound_4_1"), nullptr) << "theorems about steps of a schedule";
}

}  // namespace
}  // namespace sid
