#include "sid/method/bilevel_loop.hpp"

#include <array>
#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/method/itd_path.hpp"
#include "sid/method/variance_reduced_solvers.hpp"

#include "support/data_vectors.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::Json;

BilevelLoop::ProblemAt problems_of(const std::shared_ptr<const DataProblemFamily>& family) {
  return [family](const Vector& lambda,
                  const std::stop_token& stop) -> Result<std::shared_ptr<const BilevelProblem>> {
    auto made = family->at(lambda, AlphaRule::optimal, stop);
    if (!made) return tl::unexpected<Error>(made.error());
    return std::shared_ptr<const BilevelProblem>(*made);
  };
}

TEST(BilevelLoop, FollowsTheReferenceTraceWithExactGradients) {
  for (const char* name : {"P1", "P2", "P3", "P4"}) {
    SCOPED_TRACE(name);
    const Json& trace = testing::theory_vectors()["data_problems"][name]["bilevel_loop"];
    const OuterSettings settings{.step = testing::number(trace["step"]),
                                 .low = testing::number(trace["box"][0]),
                                 .high = testing::number(trace["box"][1])};
    BilevelLoop loop(problems_of(testing::data_family(name)),
                     exact_hypergradient,
                     settings,
                     testing::vector(trace["iterates"][0]["theta"]));
    for (const Json& iterate : trace["iterates"]) {
      const Result<OuterPoint> point = loop.step();
      ASSERT_TRUE(point.has_value()) << point.error().message;
      EXPECT_VECTOR_REL(point->theta, testing::vector(iterate["theta"]), 1e-11);
      EXPECT_VECTOR_REL(point->lambda, point->theta.array().exp().matrix().eval(), 1e-14);
      EXPECT_VECTOR_REL(point->gradient, testing::vector(iterate["grad_theta"]), 1e-11);
      ASSERT_TRUE(point->value.has_value());
      EXPECT_REL(*point->value, testing::number(iterate["f"]), 1e-11);
      EXPECT_REL(point->step_norm, point->gradient.norm(), 1e-11) << "inside the box";
    }
    EXPECT_VECTOR_REL(loop.theta(), testing::vector(trace["theta_final"]), 1e-11);
    EXPECT_EQ(loop.steps(), 3);
  }
}

TEST(BilevelLoop, StopsAtTheWallOfTheBox) {
  const OuterSettings settings{.step = 0.5, .low = -1.0, .high = 0.5};
  Vector theta(3), gradient(3);
  theta << 0.0, 0.4, -0.9;
  gradient << 0.2, -3.0, 4.0;
  Vector expected(3);
  expected << -0.1, 0.5, -1.0;
  EXPECT_VECTOR_REL(projected_step(settings, theta, gradient), expected, 1e-15);
  BilevelLoop loop(nullptr, nullptr, settings, Vector::Constant(2, 7.0));
  EXPECT_EQ(loop.theta(), Vector::Constant(2, 0.5)) << "the start too";
}

TEST(BilevelLoop, StepsShrinkWhereTheyAreAskedTo) {
  const OuterSettings constant{.step = 0.3};
  EXPECT_EQ(outer_step_size(constant, 0), 0.3);
  EXPECT_EQ(outer_step_size(constant, 1000), 0.3);
  const OuterSettings shrinking{.step = 0.3, .decay = 10.0};
  EXPECT_EQ(outer_step_size(shrinking, 0), 0.3);
  EXPECT_DOUBLE_EQ(outer_step_size(shrinking, 10), 0.15) << "half after s0 steps";
  EXPECT_DOUBLE_EQ(outer_step_size(shrinking, 90), 0.03);
  // The loop takes them, and its projected gradients are free of them.
  const auto flat = [](const BilevelProblem&, std::int64_t, const std::stop_token&) {
    return Result<HypergradientEstimate>({.hypergradient = Vector::Constant(1, 2.0)});
  };
  BilevelLoop loop(problems_of(testing::data_family("P1")),
                   flat,
                   {.coordinate = OuterCoordinate::lambda, .step = 0.1, .decay = 1.0, .low = 0.01},
                   Vector::Constant(1, 1.0));
  EXPECT_DOUBLE_EQ(loop.step()->step_norm, 2.0);
  EXPECT_DOUBLE_EQ(loop.theta()(0), 0.8);
  EXPECT_DOUBLE_EQ(loop.step()->step_norm, 2.0);
  EXPECT_DOUBLE_EQ(loop.theta()(0), 0.7);
  EXPECT_THROW(BilevelLoop(nullptr, nullptr, {.decay = -1.0}, Vector::Zero(1)), ContractViolation);
}

TEST(PathEstimator, TakesPathsThatKnowNoOtherStart) {
  const auto problem = testing::data_family("P1")->at(0.3, AlphaRule::optimal).value();
  const auto make = [](const BilevelProblem& p) { return std::make_unique<ItdPath>(p, 400); };
  PathEstimator estimator(make, {.t = 400, .k = 1, .warm_start = true, .samples = 4800});
  const auto estimate = estimator(*problem, 0, {});
  ASSERT_TRUE(estimate.has_value());
  EXPECT_EQ(estimate->samples, 4800);
  EXPECT_VECTOR_REL(estimate->hypergradient, problem->solve_reference().hypergradient, 1e-6);
}

TEST(BilevelLoop, CoordinateIsTheLogarithmOrLambdaItself) {
  Vector lambda(2), slope(2);
  lambda << 0.5, 4.0;
  slope << 3.0, -1.0;
  EXPECT_VECTOR_REL(
      lambda_of(OuterCoordinate::logarithm, lambda.array().log().matrix().eval()), lambda, 1e-14);
  EXPECT_EQ(lambda_of(OuterCoordinate::lambda, lambda), lambda);
  EXPECT_EQ(theta_gradient(OuterCoordinate::lambda, lambda, slope), slope);
  EXPECT_EQ(theta_gradient(OuterCoordinate::logarithm, lambda, slope), lambda.cwiseProduct(slope));
}

TEST(BilevelLoop, ExampleWeightsMoveOnLambdaItself) {
  const auto problem = testing::random_problem(
      {.shape = {
           {LossKind::logistic}, Hyperparameter::example_weights, 0.2, {LossKind::logistic}}});
  const OuterSettings settings{
      .coordinate = OuterCoordinate::lambda, .step = 0.7, .low = -4.0, .high = 4.0};
  BilevelLoop loop(problems_of(problem->family().shared_from_this()),
                   exact_hypergradient,
                   settings,
                   problem->lambda());
  const Reference r = problem->solve_reference();
  double last = 1e300;
  for (int s = 0; s < 15; ++s) {
    const OuterPoint point = loop.step().value();
    if (s == 0) {
      EXPECT_VECTOR_REL(loop.theta(), (point.theta - 0.7 * r.hypergradient).eval(), 1e-12);
    }
    EXPECT_LT(*point.value, last) << "every step goes downhill";
    last = *point.value;
  }
}

TEST(BilevelLoop, FindsTheMinimiserOfRidge) {
  // Noisy labels of a linear model, so that some regularisation is best. At the end df/dtheta
  // vanishes, and the values on both sides are larger.
  Stream stream({.seed = 3});
  const auto examples = [&](Index rows) {
    DenseDouble m{.rows = rows, .cols = 6, .values = {}};
    Dataset data;
    data.labels = Vector::Zero(rows);
    for (double& label : data.labels) {
      label = 1.5 * stream.normal();
      for (int j = 0; j < 6; ++j) {
        m.values.push_back(stream.normal());
        label += 0.5 * m.values.back();
      }
    }
    data.features = FeatureMatrix(std::move(m));
    return data;
  };
  auto data = std::make_shared<TrainValidation>();
  data->train = examples(20);
  data->validation = examples(200);
  const auto family = DataProblemFamily::make(data,
                                              {.lower = {LossKind::squares},
                                               .upper = {LossKind::squares},
                                               .upper_scale = UpperScale::mean})
                          .value();
  BilevelLoop loop(problems_of(family), exact_hypergradient, {.step = 2.0}, Vector::Zero(1));
  OuterPoint point;
  for (int s = 0; s < 1000; ++s) point = loop.step().value();
  ASSERT_GT(point.theta[0], -5.0) << "not at the wall";
  ASSERT_LT(point.theta[0], 2.0);
  EXPECT_LT(point.step_norm, 1e-6);
  const auto value = [&](double theta) {
    return family->at(std::exp(theta), AlphaRule::optimal).value()->solve_reference().upper_value;
  };
  EXPECT_GT(value(point.theta[0] - 0.05), *point.value);
  EXPECT_GT(value(point.theta[0] + 0.05), *point.value);
}

std::unique_ptr<SolverPath> sid_path(const BilevelProblem& problem) {
  const auto solver_oracle = [&] { return problem.make_oracle({.minibatch = 2}); };
  const StepSizeSchedule step(ConstantStep{0.3});
  return std::make_unique<SolverPath>(
      problem,
      std::make_unique<StochasticLowerSolver>(problem, solver_oracle(), 2, step),
      std::make_unique<StochasticLinearSolver>(problem, solver_oracle(), 2, step),
      JacobianSampling{solver_oracle(), 1});
}

TEST(PathEstimator, DrawsAnewAtEveryStepAndAgainTheSameInAnotherLoop) {
  const auto family = testing::data_family("P1");
  const auto problem = family->at(0.3, AlphaRule::optimal).value();
  const PathEstimator::Settings settings{.t = 20, .k = 20, .seed = 5};
  PathEstimator estimator(sid_path, settings), again(sid_path, settings);
  std::set<double> seen;
  for (std::int64_t step = 0; step < 20; ++step) {
    const auto estimate = estimator(*problem, step, {}).value();
    EXPECT_EQ(estimate.samples, 2 * 40);
    EXPECT_FALSE(estimate.value.has_value());
    EXPECT_EQ(again(*problem, step, {}).value().hypergradient, estimate.hypergradient);
    seen.insert(estimate.hypergradient[0]);
  }
  EXPECT_EQ(seen.size(), 20U);
}

TEST(PathEstimator, WarmStartGoesOnFromTheLastIterate) {
  const auto problem = testing::data_family("P1")->at(0.3, AlphaRule::optimal).value();
  const Reference r = problem->solve_reference();
  const double step = variance_reduced_step_limit(problem->curvature());
  const auto make = [&](const BilevelProblem& p) {
    return make_variance_reduced_path(p, {.step = step}, {.step = step}, {nullptr, 0});
  };
  PathEstimator cold(make, {.t = 10, .k = 400}),
      warm(make, {.t = 10, .k = 400, .warm_start = true});
  double cold_error = 0.0, warm_error = 0.0;
  for (std::int64_t s = 0; s < 40; ++s) {
    cold_error = (cold(*problem, s, {}).value().hypergradient - r.hypergradient).norm();
    warm_error = (warm(*problem, s, {}).value().hypergradient - r.hypergradient).norm();
  }
  EXPECT_LT(warm_error, 1e-3 * cold_error);
}

TEST(PathEstimator, LoopOfVarianceReductionAgreesWithExactGradients) {
  const auto family = testing::data_family("P2");
  const Vector start = Vector::Constant(2, -1.0);
  const OuterSettings settings{.step = 1.0};
  BilevelLoop exact(problems_of(family), exact_hypergradient, settings, start);
  const auto make = [](const BilevelProblem& p) {
    const double step = variance_reduced_step_limit(p.curvature());
    return make_variance_reduced_path(p, {.step = step}, {.step = step}, {nullptr, 0});
  };
  BilevelLoop stochastic(problems_of(family),
                         PathEstimator(make, {.t = 6000, .k = 6000, .warm_start = true}),
                         settings,
                         start);
  for (int s = 0; s < 8; ++s) {
    ASSERT_TRUE(exact.step().has_value());
    const auto point = stochastic.step();
    ASSERT_TRUE(point.has_value());
    EXPECT_EQ(point->samples, 12000 + family->train().rows());
  }
  EXPECT_VECTOR_REL(stochastic.theta(), exact.theta(), 1e-8);
}

TEST(BilevelLoop, ReportsStopsAndBreakdownsAndStaysWhereItIs) {
  const auto family = testing::data_family("P1");
  const Vector start = Vector::Constant(1, -1.0);
  BilevelLoop loop(problems_of(family), exact_hypergradient, {}, start);
  std::stop_source source;
  source.request_stop();
  const auto stopped = loop.step(source.get_token());
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().code, ErrorCode::stopped);
  EXPECT_EQ(loop.theta(), start);
  EXPECT_EQ(loop.steps(), 0);

  const auto make = [](const BilevelProblem& p) {
    return make_variance_reduced_path(p, {.step = 1e6}, {.step = 1e6}, {nullptr, 0});
  };
  BilevelLoop wild(problems_of(testing::data_family("P3")),
                   PathEstimator(make, {.t = 1000, .k = 10}),
                   {},
                   start);
  const auto lost = wild.step();
  ASSERT_FALSE(lost.has_value());
  EXPECT_EQ(lost.error().code, ErrorCode::breakdown);
  EXPECT_EQ(wild.theta(), start);

  const auto infinite = [](const BilevelProblem&, std::int64_t, const std::stop_token&) {
    return Result<HypergradientEstimate>({.hypergradient = Vector::Constant(1, INFINITY)});
  };
  BilevelLoop broken(problems_of(family), infinite, {}, start);
  EXPECT_EQ(broken.step().error().code, ErrorCode::breakdown);
  EXPECT_EQ(broken.theta(), start);
  EXPECT_THROW(BilevelLoop(nullptr, nullptr, {.step = 0.0}, start), ContractViolation);
  EXPECT_THROW(BilevelLoop(nullptr, nullptr, {.step = INFINITY}, start), ContractViolation);
  EXPECT_THROW(BilevelLoop(nullptr, nullptr, {.step = NAN}, start), ContractViolation);
  EXPECT_THROW(BilevelLoop(nullptr, nullptr, {}, Vector::Constant(1, NAN)), ContractViolation);
  EXPECT_THROW(BilevelLoop(nullptr, nullptr, {}, Vector::Constant(1, INFINITY)), ContractViolation);
  const auto nothing = [](const Vector&, const std::stop_token&) {
    return Result<std::shared_ptr<const BilevelProblem>>(nullptr);
  };
  BilevelLoop nowhere(nothing, infinite, {}, start);
  EXPECT_THROW((void)nowhere.step(), ContractViolation);
  EXPECT_THROW(BilevelLoop(nullptr, nullptr, {.low = 1.0, .high = 0.0}, start), ContractViolation);
}

TEST(PathEstimator, BeginsAStepThatIsTriedAgainWhereItBegan) {
  const auto family = testing::data_family("P1");
  const Vector start = Vector::Constant(1, -1.0);
  const PathEstimator::Settings settings{.t = 10, .k = 10, .warm_start = true, .seed = 5};
  PathEstimator inner(sid_path, settings);
  int calls = 0;
  const auto flaky = [&](const BilevelProblem& p, std::int64_t step, const std::stop_token& stop) {
    Result<HypergradientEstimate> estimate = inner(p, step, stop);
    if (++calls == 3) estimate->hypergradient[0] = INFINITY;
    return estimate;
  };
  BilevelLoop broken(problems_of(family), flaky, {}, start);
  BilevelLoop whole(problems_of(family), PathEstimator(sid_path, settings), {}, start);
  for (int s = 0; s < 4; ++s) {
    if (s == 2) {
      EXPECT_EQ(broken.step().error().code, ErrorCode::breakdown);
      EXPECT_EQ(broken.steps(), 2);
    }
    EXPECT_EQ(broken.step().value().gradient, whole.step().value().gradient) << s;
  }
  EXPECT_EQ(calls, 5);
}

}  // namespace
}  // namespace sid
