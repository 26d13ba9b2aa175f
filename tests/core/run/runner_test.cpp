#include "sid/run/runner.hpp"

#include <atomic>
#include <bit>
#include <cmath>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

/// All measured numbers as bits, so that NaN equals NaN.
std::vector<std::uint64_t> bits(const RunSnapshot& run) {
  std::vector<std::uint64_t> out;
  const auto add = [&](double value) { out.push_back(std::bit_cast<std::uint64_t>(value)); };
  for (const MethodCurve& curve : run.curves) {
    for (const ReplicaError& e : curve.errors) {
      add(e.hypergradient);
      add(e.lower);
      add(e.linear);
    }
    for (const CurvePoint& p : curve.points) {
      for (const MeanEstimate* m : {&p.hypergradient, &p.lower, &p.linear}) {
        add(m->mean);
        add(m->std);
        add(m->ci_low);
        add(m->ci_high);
      }
    }
  }
  return out;
}

/// Whatever happened, a snapshot is whole: every point has data for all of its replicas.
void expect_whole(const RunSnapshot& run) {
  for (const MethodCurve& curve : run.curves) {
    const std::size_t columns = curve.checkpoints.size();
    EXPECT_EQ(curve.points.size(), static_cast<std::size_t>(curve.checkpoints_done));
    EXPECT_EQ(curve.replica_numbers.size(), static_cast<std::size_t>(curve.replicas));
    EXPECT_EQ(curve.errors.size(), static_cast<std::size_t>(curve.replicas) * columns);
    for (std::size_t c = 0; c < columns; ++c) {
      const bool done = c < curve.points.size();
      for (std::size_t r = 0; r < static_cast<std::size_t>(curve.replicas); ++r) {
        EXPECT_EQ(std::isfinite(curve.errors[r * columns + c].lower), done) << c;
      }
      if (!done) continue;
      const CurvePoint again = curve_point(curve, c);
      EXPECT_EQ(again.hypergradient.mean, curve.points[c].hypergradient.mean);
      EXPECT_EQ(again.replicas, curve.points[c].replicas);
    }
  }
}

TEST(Runner, SameBitsForOneTwoAndSevenThreads) {
  for (const RunSpec& spec : {test::small_quadratic(), test::small_logistic()}) {
    const RunSnapshot one = run_to_end(spec, {.threads = 1});
    ASSERT_EQ(one.status, RunStatus::finished) << one.message;
    expect_whole(one);
    EXPECT_EQ(bits(one), bits(run_to_end(spec, {.threads = 2})));
    EXPECT_EQ(bits(one), bits(run_to_end(spec, {.threads = 7})));
  }
}

TEST(Runner, WorkerGivesTheSameBitsAsTheCallingThread) {
  const RunSpec spec = test::small_quadratic();
  Runner runner({.threads = 2});
  EXPECT_EQ(runner.snapshot()->status, RunStatus::not_started);
  const std::uint64_t generation = runner.start(spec);
  runner.wait();
  const auto snapshot = runner.snapshot();
  EXPECT_EQ(snapshot->generation, generation);
  EXPECT_EQ(snapshot->status, RunStatus::finished);
  EXPECT_FALSE(runner.busy());
  EXPECT_EQ(bits(*snapshot), bits(run_to_end(spec)));
}

TEST(Runner, MoreReplicasThanABlockKeepTheFirstOnesBits) {
  RunSpec spec = test::small_quadratic();
  spec.run.iterations = 20;
  const auto few = run_to_end(spec);
  spec.run.replicas = 150;
  const auto many = run_to_end(spec, {.threads = 2});
  expect_whole(many);
  ASSERT_EQ(many.status, RunStatus::finished);
  for (std::size_t c = 1; c < 3; ++c) {
    EXPECT_EQ(many.curves[c].replicas, 150);
    for (std::size_t i = 0; i < few.curves[c].errors.size(); ++i) {
      EXPECT_EQ(many.curves[c].errors[i].hypergradient, few.curves[c].errors[i].hypergradient);
    }
  }
  EXPECT_EQ(bits(many), bits(run_to_end(spec, {.threads = 1})));
}

TEST(Runner, DeterministicMethodsRunOnceUnlessSplitsVary) {
  RunSpec spec = test::small_logistic();
  EXPECT_EQ(run_to_end(spec).curves[0].replicas, 1);
  spec.run.vary_split = true;
  const RunSnapshot varied = run_to_end(spec);
  ASSERT_EQ(varied.status, RunStatus::finished) << varied.message;
  EXPECT_EQ(varied.curves[0].replicas, 3);
  const std::size_t columns = varied.curves[0].checkpoints.size();
  EXPECT_NE(varied.curves[0].errors[0].hypergradient,
            varied.curves[0].errors[columns].hypergradient);
  expect_whole(varied);
}

TEST(Runner, ShardsPutTogetherEqualOneRun) {
  for (const bool vary : {false, true}) {
    RunSpec spec = test::small_logistic();
    spec.run.vary_split = vary;
    const RunSnapshot whole = run_to_end(spec);
    std::vector<RunSnapshot> shards;
    for (std::int64_t i = 0; i < 2; ++i) shards.push_back(run_to_end(spec, {}, {}, {}, {i, 2}));
    RunSnapshot merged = shards[0];
    for (std::size_t c = 0; c < merged.curves.size(); ++c) {
      MethodCurve& curve = merged.curves[c];
      const std::size_t columns = curve.checkpoints.size();
      curve.errors.clear();
      curve.replica_numbers.clear();
      for (std::int64_t replica = 0; replica < whole.curves[c].replicas; ++replica) {
        const MethodCurve& part = shards[static_cast<std::size_t>(replica % 2)].curves[c];
        const auto row = static_cast<std::size_t>(replica / 2);
        ASSERT_EQ(part.replica_numbers.at(row), replica);
        curve.errors.insert(curve.errors.end(),
                            part.errors.begin() + static_cast<std::ptrdiff_t>(row * columns),
                            part.errors.begin() + static_cast<std::ptrdiff_t>((row + 1) * columns));
        curve.replica_numbers.push_back(replica);
      }
      curve.replicas = whole.curves[c].replicas;
      recompute_points(curve);
    }
    EXPECT_EQ(bits(merged), bits(whole));
  }
}

TEST(Runner, MethodsAndLambdasSeeTheSameMinibatches) {
  // Two constant-step methods with the same minibatch size, one alone and one in company.
  RunSpec together = test::small_logistic();
  together.methods = {test::constant(0.5), test::constant(1.0)};
  RunSpec alone = together;
  alone.methods = {test::constant(1.0)};
  alone.problem.lambda = std::vector<double>{1.0};
  const RunSnapshot a = run_to_end(together);
  const RunSnapshot b = run_to_end(alone);
  const MethodCurve& in_company = a.curves[3];  // second lambda, second method
  ASSERT_EQ(in_company.errors.size(), b.curves[0].errors.size());
  for (std::size_t i = 0; i < in_company.errors.size(); ++i) {
    EXPECT_EQ(in_company.errors[i].hypergradient, b.curves[0].errors[i].hypergradient);
  }
}

TEST(Runner, BatchFollowsThePlainRecursion) {
  RunSpec spec = test::small_logistic();
  spec.methods = {test::batch()};
  spec.run.iterations = 6;
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  for (const MethodCurve& curve : run.curves) {
    const Panel& panel = run.bench->panels[curve.panel];
    const BilevelProblem& problem = *panel.problem;
    const double alpha = problem.alpha();
    Vector w = Vector::Zero(problem.lower_dim());
    Vector scratch = w;
    for (std::size_t i = 0; i < curve.checkpoints.size(); ++i) {
      problem.lower_gradient(w, scratch);
      w -= alpha * scratch;
      Vector c = w;
      problem.upper_gradient(w, c);
      Vector v = Vector::Zero(w.size());
      for (std::size_t k = 0; k <= i; ++k) {
        problem.hessian_vector(w, v, scratch);
        v += c - alpha * scratch;
      }
      Vector g(problem.upper_dim());
      problem.cross_transpose(w, v, g);
      const double expected = (-alpha * g - panel.reference.hypergradient).squaredNorm();
      const ReplicaError& error = curve.errors[i];
      EXPECT_NEAR(error.hypergradient / expected, 1.0, 1e-9);
      EXPECT_NEAR(error.lower / (w - panel.reference.w).squaredNorm(), 1.0, 1e-9);
      EXPECT_NEAR(error.linear / (v - problem.solve_linear_system(w)).squaredNorm(), 1.0, 1e-6);
    }
  }
}

TEST(Runner, StopKeepsTheLastWholeCheckpoint) {
  RunSpec spec = test::small_quadratic();
  spec.run.iterations = 20'000;
  spec.run.checkpoints.count = 30;
  spec.run.replicas = 20;
  std::stop_source stop;
  int publishes = 0;
  const RunSnapshot run = run_to_end(spec,
                                     {.threads = 2, .publishes_per_second = 1e9},
                                     stop.get_token(),
                                     [&](const RunSnapshot& s) {
                                       expect_whole(s);
                                       if (s.status == RunStatus::running && ++publishes == 12)
                                         stop.request_stop();
                                     });
  ASSERT_EQ(run.status, RunStatus::stopped) << run.message;
  expect_whole(run);
  EXPECT_GT(run.curves[1].checkpoints_done, 0);
  EXPECT_LT(run.curves[1].checkpoints_done, 30);
  EXPECT_NE(run.message.find("Stopped after"), std::string::npos);
  // What is kept is what a whole run has there.
  const RunSnapshot whole = run_to_end(spec);
  const auto last = static_cast<std::size_t>(run.curves[1].checkpoints_done) - 1;
  EXPECT_EQ(run.curves[1].points[last].hypergradient.mean,
            whole.curves[1].points[last].hypergradient.mean);
}

TEST(Runner, StopKeepsWholeReplicasOnceCurvesAreDrawn) {
  RunSpec spec = test::small_quadratic();
  spec.run.replicas = 3000;
  std::stop_source stop;
  const RunSnapshot run = run_to_end(spec,
                                     {.threads = 2, .publishes_per_second = 1e9},
                                     stop.get_token(),
                                     [&](const RunSnapshot& s) {
                                       if (s.status != RunStatus::running) return;
                                       expect_whole(s);
                                       if (s.curves[1].replicas > 70) stop.request_stop();
                                     });
  ASSERT_EQ(run.status, RunStatus::stopped) << run.message;
  expect_whole(run);
  EXPECT_EQ(run.curves[1].checkpoints_done, 8);
  EXPECT_GT(run.curves[1].replicas, 70);
  EXPECT_LT(run.curves[1].replicas, 3000);
  spec.run.replicas = run.curves[1].replicas;
  const RunSnapshot shorter = run_to_end(spec);
  EXPECT_EQ(run.curves[1].points.back().hypergradient.mean,
            shorter.curves[1].points.back().hypergradient.mean);
}

TEST(Runner, StopBeforeTheFirstCheckpointLeavesAnEmptyRun) {
  std::stop_source stop;
  stop.request_stop();
  const RunSnapshot run = run_to_end(test::small_quadratic(), {}, stop.get_token());
  EXPECT_EQ(run.status, RunStatus::stopped);
  expect_whole(run);
}

TEST(Runner, NewestStartWins) {
  RunSpec endless = test::small_quadratic();
  endless.run.iterations = 5'000'000;
  endless.run.replicas = 64;
  std::atomic<int> published = 0;
  Runner runner({.threads = 2, .on_publish = [&] { ++published; }});
  runner.start(endless);
  RunSpec quick = test::small_quadratic();
  std::uint64_t last = 0;
  for (int i = 0; i < 5; ++i) {
    quick.run.seed = 100 + i;
    last = runner.start(quick);
    EXPECT_EQ(runner.snapshot()->generation, last);
  }
  runner.wait();
  EXPECT_EQ(runner.snapshot()->generation, last);
  EXPECT_EQ(runner.snapshot()->status, RunStatus::finished);
  EXPECT_EQ(bits(*runner.snapshot()), bits(run_to_end(quick)));
  EXPECT_GT(published, 0);

  runner.start(endless);
  runner.stop();
  runner.wait();
  EXPECT_EQ(runner.snapshot()->status, RunStatus::stopped);
  runner.start(endless);  // the destructor stops it
}

TEST(Runner, TellsOnceMoreWhenItIsNoLongerBusy) {
  std::atomic<int> told_of_the_end = 0;
  {
    Runner* asked = nullptr;
    Runner runner({.threads = 2, .on_publish = [&] {
                     if (asked->snapshot()->done()) ++told_of_the_end;
                   }});
    asked = &runner;
    runner.start(test::small_quadratic());
    runner.wait();
  }
  EXPECT_EQ(told_of_the_end, 2) << "of the last snapshot, and of the worker's end";
}

TEST(Runner, UsesABenchThatFitsAndPreparesAnotherElse) {
  RunSpec spec = test::small_quadratic();
  const auto bench = prepare_bench(spec);
  ASSERT_TRUE(bench);
  Runner runner;
  runner.start(spec, *bench);
  runner.wait();
  EXPECT_EQ(runner.snapshot()->bench, *bench);
  spec.problem.lambda = std::vector<double>{2.0};
  runner.start(spec, *bench);
  runner.wait();
  EXPECT_EQ(runner.snapshot()->status, RunStatus::finished);
  EXPECT_NE(runner.snapshot()->bench, *bench);
  EXPECT_EQ(runner.snapshot()->bench->panels[0].label, "2");
}

TEST(Runner, DivergenceIsAStatusWithCountAndIteration) {
  RunSpec spec = test::small_quadratic();
  spec.run.iterations = 4000;
  spec.run.checkpoints.count = 30;
  spec.methods = {test::constant(0.5), test::constant(8.0)};
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::diverged);
  const MethodCurve& good = run.curves[0];
  const MethodCurve& bad = run.curves[1];
  EXPECT_EQ(good.first_diverged_t, -1);
  EXPECT_EQ(good.points.back().diverged, 0);
  EXPECT_TRUE(std::isfinite(good.points.back().hypergradient.mean));
  EXPECT_EQ(bad.points.back().diverged, 12);
  EXPECT_EQ(bad.points.back().replicas, 0);
  EXPECT_GT(bad.first_diverged_t, 0);
  EXPECT_LE(bad.first_diverged_t, 4000);
  // Once diverged, a replica stays so, and no earlier checkpoint counts it.
  std::int64_t before = 0;
  for (const CurvePoint& point : bad.points) {
    EXPECT_GE(point.diverged, before);
    before = point.diverged;
    if (point.at.t < bad.first_diverged_t && point.at.k < bad.first_diverged_t) {
      EXPECT_EQ(point.diverged, 0) << point.at.t;
    }
  }
  EXPECT_NE(run.message.find("SID const η = 8: 12 of 12 runs overflowed"), std::string::npos)
      << run.message;
  EXPECT_NE(run.message.find("Means shown up to t = "), std::string::npos) << run.message;
}

TEST(Runner, BadSpecsFailWithAllIssues) {
  RunSpec spec = test::small_quadratic();
  spec.run.replicas = 0;
  spec.methods[1].step.eta = -1.0;
  Runner runner;
  runner.start(spec);
  runner.wait();
  const auto run = runner.snapshot();
  EXPECT_EQ(run->status, RunStatus::failed);
  EXPECT_NE(run->message.find("run.replicas = 0"), std::string::npos);
  EXPECT_NE(run->message.find("method[2].step.eta = -1"), std::string::npos);
  EXPECT_TRUE(run->curves.empty());
}

TEST(Runner, ProgressGrowsToOneAndCurvesFromLeftToRight) {
  RunSpec spec = test::small_quadratic();
  double progress = -1.0;
  std::vector<std::int64_t> done(3, 0);
  bool first = true;
  const auto watch = [&](const RunSnapshot& s) {
    if (s.status != RunStatus::running && s.status != RunStatus::finished) return;
    EXPECT_GE(s.progress, progress);
    progress = s.progress;
    for (std::size_t c = 0; c < 3; ++c) {
      EXPECT_GE(s.curves[c].checkpoints_done, done[c]);
      done[c] = s.curves[c].checkpoints_done;
      if (first) {
        EXPECT_GE(done[c], 1);  // the first snapshot has a point of every method
      }
    }
    first = false;
  };
  run_to_end(spec, {.threads = 2, .publishes_per_second = 1e9}, {}, watch);
  EXPECT_EQ(progress, 1.0);
  EXPECT_EQ(done, (std::vector<std::int64_t>{6, 8, 8}));
}

}  // namespace
}  // namespace sid
