#include "sid/run/outer_run.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/run/test_specs.hpp"
#include "support/temporary_folder.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

using testing::Json;

/// The teaching problem from a lambda that is too small; h, the first step and all are defaults.
RunSpec teaching_loop() {
  RunSpec spec = test::small_quadratic();
  spec.problem.lambda = std::vector<double>{0.02};
  spec.problem.quadratic.seed = 2;  // its best lambda lies inside the box
  spec.outer.emplace();
  spec.outer->steps = 60;
  spec.outer->t = 40;
  spec.outer->replicas = 5;
  return spec;
}

/// Least squares on the small data set.
RunSpec ridge_loop() {
  RunSpec spec = test::small_logistic();
  spec.problem.kind = ProblemKind::ridge;
  spec.problem.lambda = std::vector<double>{0.02, 1.0};
  spec.data.labels = LabelRule::two_values;
  spec.outer.emplace();
  spec.outer->steps = 30;
  spec.outer->t = 60;
  return spec;
}

std::vector<std::uint64_t> bits(const OuterSnapshot& run) {
  std::vector<std::uint64_t> out;
  const auto add = [&](double value) { out.push_back(std::bit_cast<std::uint64_t>(value)); };
  const auto add_replica = [&](const OuterReplica& r) {
    for (const auto* list : {&r.theta, &r.gradient, &r.value, &r.distance, &r.samples}) {
      for (const double value : *list) add(value);
    }
    for (const double value : r.end) add(value);
  };
  for (const OuterCurve& curve : run.curves) {
    for (const OuterReplica& r : curve.replicas) add_replica(r);
    for (const OuterStatistics& p : curve.points) {
      for (const MeanEstimate* m : {&p.distance_squared, &p.excess}) {
        add(m->mean);
        add(m->ci_low);
        add(m->ci_high);
      }
      add(p.samples);
    }
  }
  if (run.exact) add_replica(*run.exact);
  if (run.optimum) add(run.optimum->theta(0));
  return out;
}

/// Every list of every replica has a point for each point of its curve.
void expect_whole(const OuterSnapshot& run) {
  for (const OuterCurve& curve : run.curves) {
    for (const OuterReplica& r : curve.replicas) {
      if (r.diverged_at >= 0) continue;
      EXPECT_EQ(r.samples.size(), curve.points.size());
      EXPECT_EQ(r.gradient.size(), curve.points.size());
      EXPECT_EQ(r.value.size(), curve.points.size());
      EXPECT_EQ(r.distance.size(), curve.points.size());
    }
  }
}

/// The data of a case of the reference vectors as files of a folder.
RunSpec vector_spec(const std::string& name, const test::TemporaryFolder& folder) {
  const Json& inputs = testing::theory_vectors()["data_problems"][name]["inputs"];
  const auto write = [&](const Json& rows, const Json& labels, const std::string& file) {
    std::string text;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      text += fmt::format("{}", testing::number(labels[i]));
      std::size_t column = 0;
      for (const double x : testing::numbers(rows[i])) text += fmt::format(" {}:{}", ++column, x);
      text += '\n';
    }
    return folder.write(file, text);
  };
  RunSpec spec;
  spec.methods = {test::batch()};
  spec.data.source = DataSource::libsvm;
  spec.data.path = write(inputs["X"], inputs["y"], name + "-train.svm");
  const Json& upper = inputs["upper"];
  spec.data.validation_path = write(upper["X"], upper["y"], name + "-validation.svm");
  return spec;
}

TEST(OuterRun, FollowsTheReferenceTraceWithExactGradients) {
  const test::TemporaryFolder folder;
  for (const char* name : {"P1", "P3"}) {
    SCOPED_TRACE(name);
    const Json& inputs = testing::theory_vectors()["data_problems"][name]["inputs"];
    const Json& trace = testing::theory_vectors()["data_problems"][name]["bilevel_loop"];
    RunSpec spec = vector_spec(name, folder);
    const bool squares = inputs["kind"] == "squares";
    spec.problem.kind = squares ? ProblemKind::ridge : ProblemKind::logistic;
    spec.problem.upper_loss =
        inputs["upper"]["mean"].get<bool>() ? LossScale::mean : LossScale::sum;
    if (squares) spec.data.labels = LabelRule::as_given;
    const Vector start = testing::vector(trace["iterates"][0]["theta"]);
    spec.problem.lambda = std::vector<double>{std::exp(start(0))};
    spec.outer.emplace();
    spec.outer->steps = 3;
    spec.outer->step = testing::number(trace["step"]);
    spec.outer->low = std::exp(testing::number(trace["box"][0]));
    spec.outer->high = std::exp(testing::number(trace["box"][1]));
    const auto run = run_outer(spec, {.threads = 2});
    ASSERT_EQ(run->status, RunStatus::finished) << run->message;
    ASSERT_TRUE(run->curve->accurate()) << run->curve->slope_error();
    ASSERT_EQ(run->exact->theta.size(), 4U);
    for (std::size_t s = 0; s < 3; ++s) {
      const Json& iterate = trace["iterates"][s];
      EXPECT_NEAR(run->exact->theta[s], testing::vector(iterate["theta"])(0), 1e-7) << s;
      EXPECT_NEAR(run->exact->gradient[s], testing::vector(iterate["grad_theta"])(0), 1e-6) << s;
      EXPECT_NEAR(run->exact->value[s], testing::number(iterate["f"]), 1e-6) << s;
    }
    EXPECT_NEAR(run->exact->theta[3], testing::vector(trace["theta_final"])(0), 1e-7);
  }
}

TEST(OuterRun, FindsTheOptimumOfTheTeachingProblemAndOfRidge) {
  for (RunSpec spec : {teaching_loop(), ridge_loop()}) {
    spec.methods = {test::batch()};
    spec.methods[0].t = spec.methods[0].k = 2000;
    spec.outer->steps = 150;
    const auto run = run_outer(spec, {.threads = 2});
    ASSERT_EQ(run->status, RunStatus::finished) << run->message;
    ASSERT_TRUE(run->optimum && run->optimum->certified);
    ASSERT_FALSE(run->optimum->at_wall);
    EXPECT_LE(run->optimum->width, 1e-10);
    const double theta = run->optimum->theta(0);
    // Exact values on both sides are larger, exact slopes point to it.
    for (const double side : {-1.0, 1.0}) {
      const auto beside = run->problem->exact(Vector::Constant(1, theta + 1e-4 * side));
      ASSERT_TRUE(beside);
      EXPECT_GT(beside->value, run->optimum->value);
      EXPECT_GT(side * beside->gradient(0), 0.0);
    }
    EXPECT_NEAR(run->exact->theta.back(), theta, 1e-6) << "exact gradients";
    EXPECT_NEAR(run->curves[0].replicas[0].theta.back(), theta, 1e-6) << "batch, solved well";
    EXPECT_NEAR(run->curves[0].points.back().distance_squared.mean, 0.0, 1e-12);
    EXPECT_LT(run->curves[0].points.back().excess.mean, 1e-10);
  }
}

TEST(OuterRun, SidComesAsNearAsItsNoiseLetsIt) {
  RunSpec spec = teaching_loop();
  spec.methods = {test::decreasing()};
  spec.outer->steps = 400;
  spec.outer->decay = 20.0;
  spec.outer->replicas = 8;
  const auto run = run_outer(spec, {.threads = 2});
  ASSERT_EQ(run->status, RunStatus::finished) << run->message;
  const auto& points = run->curves[0].points;
  EXPECT_LT(points.back().distance_squared.mean, 0.05 * 0.05);
  EXPECT_LT(points.back().distance_squared.mean, 1e-2 * points.front().distance_squared.mean);
  EXPECT_EQ(points.back().samples, 400.0 * 10.0 * 80.0) << "b (t + k) an outer step";
}

TEST(OuterRun, DigitsEndWithinTheirNoise) {
  RunSpec spec;
  spec.problem.kind = ProblemKind::logistic;
  spec.problem.upper_loss = LossScale::mean;
  spec.problem.lambda = std::vector<double>{0.5};
  spec.data.train = spec.data.validation = 150;
  spec.data.label_noise = 0.3;
  spec.methods = {test::decreasing(10)};
  spec.run.replicas = 4;
  spec.outer.emplace();
  spec.outer->steps = 40;
  spec.outer->t = 500;
  spec.outer->step = 20.0;
  spec.outer->decay = 10.0;
  spec.outer->warm_start = true;
  spec.outer->low = 0.005;
  spec.outer->high = 5.0;
  const auto run = run_outer(spec, {.threads = 2});
  ASSERT_EQ(run->status, RunStatus::finished) << run->message;
  ASSERT_TRUE(run->optimum->certified);
  const MeanEstimate& last = run->curves[0].points.back().distance_squared;
  EXPECT_LT(std::sqrt(last.mean), 0.25) << "of log λ";
}

TEST(OuterRun, SameBitsForOneTwoAndSevenThreads) {
  for (const RunSpec& spec : {teaching_loop(), ridge_loop()}) {
    const auto one = run_outer(spec, {.threads = 1});
    ASSERT_EQ(one->status, RunStatus::finished) << one->message;
    expect_whole(*one);
    EXPECT_EQ(bits(*one), bits(*run_outer(spec, {.threads = 2})));
    EXPECT_EQ(bits(*one), bits(*run_outer(spec, {.threads = 7})));
  }
}

TEST(OuterRun, DataAreSharedWithAnEarlierBench) {
  const RunSpec spec = ridge_loop();
  const auto bench = prepare_bench(spec);
  ASSERT_TRUE(bench);
  const auto run = run_outer(spec, {.threads = 2, .previous = *bench});
  ASSERT_TRUE(run->problem);
  EXPECT_EQ(run->problem->bench->family, (*bench)->family);
  EXPECT_EQ(bits(*run), bits(*run_outer(spec, {.threads = 2})));
}

TEST(OuterRun, AStopKeepsWholeStepsOfTheSamePath) {
  const RunSpec spec = teaching_loop();
  const auto whole = run_outer(spec, {.threads = 2});
  std::stop_source source;
  const auto run = run_outer(spec,
                             {.threads = 2, .publishes_per_second = 1e9},
                             source.get_token(),
                             [&](const std::shared_ptr<const OuterSnapshot>& snapshot) {
                               if (snapshot->steps_done >= 5) source.request_stop();
                             });
  EXPECT_EQ(run->status, RunStatus::stopped) << run->message;
  ASSERT_GE(run->curves[0].points.size(), 6U);
  ASSERT_LT(run->curves[0].points.size(), 61U);
  expect_whole(*run);
  for (std::size_t c = 0; c < run->curves.size(); ++c) {
    for (std::size_t s = 0; s < run->curves[c].points.size(); ++s) {
      EXPECT_EQ(run->curves[c].points[s].distance_squared.mean,
                whole->curves[c].points[s].distance_squared.mean);
    }
  }
}

TEST(OuterRun, StopsBeforeItBegins) {
  std::stop_source source;
  source.request_stop();
  const auto run = run_outer(ridge_loop(), {}, source.get_token());
  EXPECT_EQ(run->status, RunStatus::stopped);
  EXPECT_TRUE(run->curves.empty());
}

TEST(OuterRun, ReplicasThatOverflowAreCounted) {
  RunSpec spec = teaching_loop();
  spec.methods[1].step.eta = 500.0;
  spec.outer->t = 400;
  const auto run = run_outer(spec, {.threads = 2});
  EXPECT_EQ(run->status, RunStatus::diverged);
  EXPECT_NE(run->message.find("5 of 5 runs overflowed, the first in outer step 1"),
            std::string::npos)
      << run->message;
  EXPECT_EQ(run->curves[1].points.back().diverged, 5);
  EXPECT_EQ(run->curves[1].points.back().replicas, 0);
  EXPECT_EQ(run->curves[2].points.back().diverged, 0) << "the others go on";
  EXPECT_FALSE(samples_to_accuracy(run->curves[1], 10.0).mean);
  EXPECT_EQ(common_samples(*run),
            std::min(run->curves[0].points.back().samples, run->curves[2].points.back().samples));
}

TEST(OuterRun, WarmStartHelpsWhereStepsAreFew) {
  RunSpec spec = teaching_loop();
  spec.methods = {test::batch()};
  spec.methods[0].t = 3;
  spec.methods[0].k = 100;
  spec.outer->steps = 100;
  const auto cold = run_outer(spec);
  spec.outer->warm_start = true;
  const auto warm = run_outer(spec);
  EXPECT_LT(warm->curves[0].points.back().distance_squared.mean,
            1e-4 * cold->curves[0].points.back().distance_squared.mean);
}

TEST(OuterRun, SeveralLambdasAreMeasuredFromTheirOptimum) {
  RunSpec spec = ridge_loop();
  spec.problem.kind = ProblemKind::ridge_multi;
  spec.problem.lambda = std::vector<double>{0.1};
  spec.outer->low = 0.01;
  spec.outer->high = 2.0;
  const auto run = run_outer(spec, {.threads = 2});
  ASSERT_EQ(run->status, RunStatus::finished) << run->message;
  ASSERT_TRUE(run->optimum->certified) << run->optimum->stationarity;
  EXPECT_FALSE(run->curve);
  EXPECT_EQ(run->problem->dim(), 7);
  const OuterReplica& batch = run->curves[0].replicas[0];
  EXPECT_TRUE(batch.theta.empty());
  EXPECT_EQ(batch.end.size(), 7);
  EXPECT_LT(batch.distance.back(), batch.distance.front());
  EXPECT_TRUE(std::isfinite(batch.value.front()));
  EXPECT_TRUE(std::isfinite(batch.value.back()));
  EXPECT_GE(batch.value.back(), run->optimum->value);
}

TEST(OuterRun, SumsAndMeansGiveTheSamePath) {
  RunSpec mean = ridge_loop();
  RunSpec sum = mean;
  sum.problem.lower_loss = LossScale::sum;
  sum.problem.lambda = std::vector<double>{0.02 * 60.0};
  const auto a = run_outer(mean, {.threads = 2});
  const auto b = run_outer(sum, {.threads = 2});
  ASSERT_EQ(b->status, RunStatus::finished) << b->message;
  EXPECT_NEAR(a->optimum->lambda(0) * 60.0, b->optimum->lambda(0), 1e-8);
  EXPECT_NEAR(a->curves[2].points.back().distance_squared.mean,
              b->curves[2].points.back().distance_squared.mean,
              1e-9);
}

TEST(OuterRun, StartsWhereTheOuterSectionSays) {
  RunSpec spec = ridge_loop();
  spec.outer->start = 0.5;
  const auto run = run_outer(spec, {.threads = 2});
  ASSERT_EQ(run->status, RunStatus::finished) << run->message;
  EXPECT_NEAR(run->exact->theta.front(), std::log(0.5), 1e-15);
}

TEST(OuterRun, WhatIsWrongIsASentence) {
  RunSpec spec = teaching_loop();
  spec.methods[1].step.kind = StepKind::two_phase;
  auto run = run_outer(spec);
  EXPECT_EQ(run->status, RunStatus::failed);
  EXPECT_NE(run->message.find("method[2].step"), std::string::npos) << run->message;

  spec = teaching_loop();
  spec.outer->low = 0.1;
  run = run_outer(spec);
  EXPECT_EQ(run->status, RunStatus::failed);
  EXPECT_NE(run->message.find("problem.lambda[1] = 0.02"), std::string::npos) << run->message;

  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinity, 0.0, -1.0, 1e300}) {
    spec = teaching_loop();
    spec.outer->step = bad;
    EXPECT_FALSE(validate(spec).empty()) << bad;
    spec = teaching_loop();
    spec.outer->low = bad;
    EXPECT_FALSE(validate(spec).empty()) << bad;
  }
  for (const std::int64_t bad : {std::int64_t{0}, std::int64_t{-5}, std::int64_t{1} << 62}) {
    spec = teaching_loop();
    spec.outer->steps = bad;
    EXPECT_FALSE(validate(spec).empty()) << bad;
  }
  spec = teaching_loop();
  spec.outer->steps = 1000;
  spec.outer->replicas = 1'000'000 / (1000 * static_cast<std::int64_t>(spec.methods.size()));
  EXPECT_TRUE(validate(spec).empty()) << to_string(validate(spec));
  ++*spec.outer->replicas;
  const std::vector<SpecIssue> issues = validate(spec);
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_EQ(issues[0].field, "outer.steps");
  EXPECT_NE(issues[0].violated.find("must be ≤ 1000000"), std::string::npos) << issues[0].violated;
}

TEST(OuterSnapshot, SamplesToAnAccuracyCountFromWhereItStays) {
  OuterCurve curve;
  const auto add = [&](double samples, double mean, double low, double high) {
    OuterStatistics point;
    point.samples = samples;
    point.replicas = 4;
    point.distance_squared = {.mean = mean, .ci_low = low, .ci_high = high};
    curve.points.push_back(point);
  };
  add(0.0, 1.0, 0.5, 2.0);
  add(10.0, 0.005, 0.004, 0.02);  // there, but not for good
  add(20.0, 0.02, 0.009, 0.03);
  add(30.0, 0.008, 0.006, 0.012);
  add(40.0, 0.004, 0.003, 0.006);
  const SamplesToAccuracy samples = samples_to_accuracy(curve, 0.1);
  EXPECT_EQ(samples.low, 10.0);
  EXPECT_EQ(samples.mean, 30.0);
  EXPECT_EQ(samples.high, 40.0);
  EXPECT_FALSE(samples_to_accuracy(curve, 0.01).mean);
  EXPECT_EQ(point_at_samples(curve, 35.0)->samples, 30.0);
  curve.points.back().diverged = 1;
  EXPECT_FALSE(samples_to_accuracy(curve, 0.1).mean);
}

}  // namespace
}  // namespace sid
