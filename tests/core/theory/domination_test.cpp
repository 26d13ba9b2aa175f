#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sid/method/cg_path.hpp"
#include "sid/method/sid_path.hpp"
#include "sid/theory/evaluate.hpp"

#include "support/data_vectors.hpp"

namespace sid {
namespace {

// Sampled errors of SID on small data problems of every kind, against every bound that is drawn.
// A bound is violated if the measured mean less four standard errors lies above it. With a true
// bound the chance of that is below 3.2e-5 a comparison, and far lower where the bound is not
// tight; the seed is fixed, so the outcome does not change from run to run.

constexpr std::int64_t kReplicas = 300;

struct Errors {
  std::vector<double> lower, linear, hypergradient;  // one entry per replica
};

std::vector<Errors> sample(const BilevelProblem& problem,
                           const Reference& reference,
                           const OracleSettings& oracle,
                           const SidSettings& settings,
                           const std::vector<Checkpoint>& checkpoints) {
  std::vector<Errors> errors(checkpoints.size());
  SidPath path(problem, problem.make_oracle(oracle), problem.make_oracle(oracle), settings);
  for (std::uint32_t r = 0; r < kReplicas; ++r) {
    path.start(31, r);
    for (std::uint32_t i = 0; i < checkpoints.size(); ++i) {
      EXPECT_EQ(path.run_to(checkpoints[i], i, {}), PathStatus::reached);
      errors[i].lower.push_back((path.w() - reference.w).squaredNorm());
      errors[i].linear.push_back((path.v() - problem.solve_linear_system(path.w())).squaredNorm());
      errors[i].hypergradient.push_back(
          (path.hypergradient() - reference.hypergradient).squaredNorm());
    }
  }
  return errors;
}

struct Mean {
  double mean = 0.0;
  double standard_error = 0.0;
};

Mean mean_of(const std::vector<double>& values) {
  const Eigen::Map<const Vector> x(values.data(), static_cast<Index>(values.size()));
  const auto n = static_cast<double>(values.size());
  const double mean = x.mean();
  return {mean, std::sqrt((x.array() - mean).square().sum() / (n - 1.0) / n)};
}

const std::vector<double>& measured(const Errors& errors, Quantity quantity) {
  if (quantity == Quantity::lower_level) return errors.lower;
  return quantity == Quantity::linear_system ? errors.linear : errors.hypergradient;
}

/// Compares every drawn bound of both ladders; returns the smallest ratio bound/measured seen.
double compare(const TheoryInput& settings,
               const std::vector<Errors>& errors,
               std::map<std::string, int>& comparisons) {
  double closest = kInfinity;
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
    TheoryInput input = settings;
    input.ladder = ladder;
    for (const TheoryCurve& curve : evaluate_method_theory(input).curves) {
      // 3.1 to 3.3 bound parts of the error, which plain sampling does not separate.
      const bool part = curve.id.starts_with("bound_3_") && curve.id != "bound_3_4";
      if (curve.kind != CurveKind::bound || part || !curve.drawn()) continue;
      for (std::size_t i = 0; i < errors.size(); ++i) {
        if (std::isnan(curve.values[i])) continue;
        const Mean mean = mean_of(measured(errors[i], curve.quantity));
        ++comparisons[curve.id];
        EXPECT_GE(curve.values[i], mean.mean - 4.0 * mean.standard_error)
            << curve.id << " at t = " << input.checkpoints[i].t << ", "
            << input.lower_step.formula();
        closest = std::min(closest, curve.values[i] / mean.mean);
      }
    }
  }
  return closest;
}

TEST(Domination, NoDrawnBoundLiesBelowASampledErrorOfADataProblem) {
  const std::vector<Checkpoint> checkpoints = {{1, 1}, {4, 4}, {20, 20}, {60, 40}};
  std::map<std::string, int> comparisons;
  double closest = kInfinity;
  for (const char* name : {"P1", "P2", "P3", "P4", "P5"}) {
    for (const AlphaRule rule : {AlphaRule::optimal, AlphaRule::inverse_smoothness}) {
      const auto problem = testing::data_problem(name, rule);
      const Reference reference = problem->solve_reference();
      for (const Sampling sampling : {Sampling::iid, Sampling::without_replacement}) {
        const OracleSettings oracle{.minibatch = 2, .sampling = sampling};
        const ProblemConstants constants = problem->constants(reference, oracle);
        const double beta = 2.0 / (1.0 - constants.q * constants.q);
        const double gamma = beta * (1.0 + constants.sigma2_theorem43);
        for (const StepSizeSchedule& step :
             {StepSizeSchedule(ConstantStep{0.02}),
              StepSizeSchedule(ConstantStep{0.4}),
              StepSizeSchedule(DecreasingStep{beta, beta}),
              StepSizeSchedule(DecreasingStep{beta, gamma}),
              StepSizeSchedule(TwoPhaseStep{0.4, beta, beta / 0.4, 10})}) {
          SCOPED_TRACE(std::string(name) + " " + step.formula());
          const SidSettings settings{
              .lower_step = step, .linear_step = step, .jacobian_samples = 2};
          const auto errors = sample(*problem, reference, oracle, settings, checkpoints);
          TheoryInput input;
          input.constants = constants;
          input.alpha_rule = rule;
          input.lower_step = input.linear_step = step;
          input.checkpoints = checkpoints;
          input.jacobian_samples = 2;
          closest = std::min(closest, compare(input, errors, comparisons));
        }
      }
    }
  }
  int total = 0;
  for (const auto& [id, count] : comparisons) total += count;
  EXPECT_GT(total, 5000);
  for (const char* id : {"bound_lower",
                         "bound_linear",
                         "bound_3_4",
                         "bound_sharp",
                         "bound_5_1",
                         "bound_solution",
                         "bound_radius",
                         "bound_expected_smoothness"}) {
    EXPECT_GT(comparisons[id], 20) << id;
  }
  EXPECT_LT(closest, 1.5) << "a bound within half of the truth: the comparison has teeth";
}

/// The first steps go beyond 2/L, so w_t is for a while farther away than w_0.
TEST(Domination, OfExactStepsThatLeaveTheirBall) {
  const auto problem = testing::data_problem("P4", AlphaRule::optimal);
  const Reference reference = problem->solve_reference();
  const std::vector<Checkpoint> checkpoints = {{1, 1}, {2, 2}, {4, 4}, {8, 8}, {300, 60}};
  constexpr double kRounding = 1e-24;
  const StepSizeSchedule step(DecreasingStep{.beta = 30.0, .gamma = 5.0});
  TheoryInput input;
  input.constants = problem->constants(reference, {.minibatch = problem->sample_count()});
  input.batch = true;
  input.lower_step = step;
  input.checkpoints = checkpoints;
  input.jacobian_samples = 0;
  ASSERT_GT(step.largest() * input.constants.alpha, 2.0 / input.constants.L);
  for (const auto& [family, method] :
       {std::pair(MethodFamily::conjugate_gradients, KrylovMethod::conjugate_gradients),
        std::pair(MethodFamily::normal_equations, KrylovMethod::normal_equations)}) {
    CgPath path(*problem, {.lower_step = step, .linear_method = method});
    path.start(1, 0);
    std::vector<double> errors;
    double farthest = 0.0;
    for (std::uint32_t i = 0; i < checkpoints.size(); ++i) {
      ASSERT_EQ(path.run_to(checkpoints[i], i, {}), PathStatus::reached);
      errors.push_back((path.hypergradient() - reference.hypergradient).squaredNorm());
      farthest = std::max(farthest, (path.w() - reference.w).norm());
    }
    EXPECT_GT(farthest, reference.w.norm());
    input.family = family;
    for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
      input.ladder = ladder;
      const MethodTheory theory = evaluate_method_theory(input);
      for (const TheoryCurve& curve : theory.curves) {
        const bool whole = !curve.id.starts_with("bound_3_") || curve.id == "bound_3_4";
        if (curve.kind != CurveKind::bound || !whole || !curve.drawn()) continue;
        if (curve.quantity != Quantity::hypergradient) continue;
        for (std::size_t i = 0; i < errors.size(); ++i) {
          if (std::isnan(curve.values[i])) continue;
          EXPECT_LE(errors[i], curve.values[i] + kRounding)
              << curve.id << " at t = " << checkpoints[i].t;
        }
      }
      for (const char* id : {"bound_aid_cg", "bound_inexact"}) {
        ASSERT_NE(theory.find(id), nullptr);
        EXPECT_FALSE(theory.find(id)->drawn()) << id;
        EXPECT_FALSE(theory.find(id)->reason.empty()) << id;
      }
    }
    const std::string reason = evaluate_method_theory(input).find("bound_aid_cg")->reason;
    EXPECT_NE(reason.find("exceed 2/L"), std::string::npos) << reason;
  }
}

}  // namespace
}  // namespace sid
