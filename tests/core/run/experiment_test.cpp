#include "sid/run/experiment.hpp"

#include <cmath>
#include <stop_token>
#include <string>

#include <gtest/gtest.h>

#include "core/run/test_specs.hpp"
#include "support/reference_accuracy.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

std::shared_ptr<const ProblemBench> bench_of(const RunSpec& spec) {
  Result<std::shared_ptr<const ProblemBench>> bench = prepare_bench(spec);
  EXPECT_TRUE(bench) << (bench ? "" : to_string(bench.error()));
  return bench ? *bench : nullptr;
}

std::vector<ResolvedMethod> resolve(const RunSpec& spec) {
  const auto bench = bench_of(spec);
  return resolve_methods(spec, *bench, bench->panels.front());
}

TEST(Checkpoints, BatchGetsTheEpochsOfTheLongestStochasticMethod) {
  RunSpec spec = test::small_quadratic();  // n = 200, b = 10, 120 steps on each subproblem
  std::vector<ResolvedMethod> methods = resolve(spec);
  const std::vector<Checkpoint>& batch = methods[0].checkpoints;
  ASSERT_EQ(batch.size(), 6U);  // 12 epochs
  for (std::size_t i = 0; i < batch.size(); ++i) {
    EXPECT_EQ(batch[i].t, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(batch[i].k, batch[i].t);
    EXPECT_DOUBLE_EQ(batch[i].epochs, 2.0 * static_cast<double>(i + 1));
  }
  EXPECT_EQ(methods[1].checkpoints.size(), 8U);
  EXPECT_EQ(methods[1].checkpoints.back().t, 120);
  EXPECT_DOUBLE_EQ(methods[1].checkpoints.back().epochs, 12.0);

  spec.methods[2].t = 1000;
  spec.methods[2].k = 200;
  methods = resolve(spec);
  EXPECT_EQ(methods[0].checkpoints.back().t, 30);  // (1000 + 200) 10/200/2
  EXPECT_EQ(methods[2].checkpoints.back().t, 1000);
  EXPECT_EQ(methods[2].checkpoints.back().k, 200);

  spec.methods = {test::batch()};
  EXPECT_EQ(resolve(spec)[0].checkpoints.size(), 120U);
  spec.methods = {test::batch(), test::constant(0.5, 1)};
  spec.run.iterations = 1;
  EXPECT_EQ(resolve(spec)[0].checkpoints.size(), 1U);  // never none
  spec.methods = {test::batch()};
  spec.run.iterations = 1'000'000;
  EXPECT_LE(resolve(spec)[0].checkpoints.size(), 2000U);
  EXPECT_EQ(resolve(spec)[0].checkpoints.back().t, 1'000'000);
}

TEST(Checkpoints, ListsAreSortedCutAndNeverEmpty) {
  RunSpec spec = test::small_quadratic();
  spec.run.checkpoints = {CheckpointSpec::Spacing::list, 40, {50, 1, 50, 7, 120}};
  spec.methods[2].t = 20;
  const std::vector<ResolvedMethod> methods = resolve(spec);
  const auto times = [](const ResolvedMethod& method) {
    std::vector<std::int64_t> t;
    for (const Checkpoint& at : method.checkpoints) t.push_back(at.t);
    return t;
  };
  EXPECT_EQ(times(methods[1]), (std::vector<std::int64_t>{1, 7, 50, 120}));
  EXPECT_EQ(times(methods[2]), (std::vector<std::int64_t>{1, 7}));
  spec.run.checkpoints.list = {100};
  EXPECT_EQ(times(resolve(spec)[2]), (std::vector<std::int64_t>{20}));
}

TEST(Experiment, SumConventionScalesLambdaAndHypergradientsByN) {
  RunSpec mean = test::small_logistic();
  RunSpec sum = mean;
  sum.problem.lower_loss = LossScale::sum;
  sum.problem.lambda = std::vector<double>{6.0, 60.0};  // n = 60
  const auto a = bench_of(mean);
  const auto b = bench_of(sum);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(b->panels[0].hypergradient_scale, 1.0 / 60.0);
  EXPECT_EQ(b->panels[0].label, "6");
  for (std::size_t p = 0; p < 2; ++p) {
    EXPECT_NEAR(
        (a->panels[p].reference.hypergradient - b->panels[p].reference.hypergradient).norm(),
        0.0,
        1e-10 * a->panels[p].reference.hypergradient.norm());
    const auto theory_a = evaluate_theory(mean, *a);
    const auto theory_b = evaluate_theory(sum, *b);
    for (std::size_t m = 0; m < theory_a[p].size(); ++m) {
      const TheoryCurve* full = theory_a[p][m].find("bound_3_4");
      const TheoryCurve* scaled = theory_b[p][m].find("bound_3_4");
      ASSERT_EQ(full->values.size(), scaled->values.size());
      for (std::size_t i = 0; i < full->values.size(); ++i) {
        EXPECT_NEAR(scaled->values[i] * 3600.0 / full->values[i], 1.0, 1e-9);
        EXPECT_NEAR(scaled->terms[1].values[i] * 3600.0 / full->terms[1].values[i], 1.0, 1e-9);
      }
      const TheoryCurve* lower = theory_a[p][m].find("bound_lower");
      const TheoryCurve* same = theory_b[p][m].find("bound_lower");
      ASSERT_EQ(lower->values.size(), same->values.size());
      for (std::size_t i = 0; i < lower->values.size(); ++i) {
        EXPECT_NEAR(same->values[i] / lower->values[i], 1.0, 1e-9);
      }
    }
  }
}

TEST(Experiment, BenchFitsWhereOnlyMethodsAndBudgetsDiffer) {
  RunSpec spec = test::small_quadratic();
  const auto bench = bench_of(spec);
  spec.run.iterations = 7;
  spec.run.replicas = 99;
  spec.methods.pop_back();
  spec.ladder = Ladder::paper;
  spec.data.train = 17;  // the teaching problem has no data
  EXPECT_TRUE(fits(*bench, spec));
  spec.problem.lambda = std::vector<double>{0.25};
  EXPECT_FALSE(fits(*bench, spec));
}

TEST(Experiment, OtherHyperparametersReuseDataAndKnownPanels) {
  RunSpec spec = test::small_logistic();
  const auto first = bench_of(spec);
  spec.problem.lambda = std::vector<double>{1.0, 0.5};
  const auto fresh = bench_of(spec);
  const auto reused = prepare_bench(spec, {}, {}, {}, first.get());
  ASSERT_TRUE(reused);
  EXPECT_EQ((*reused)->family, first->family);
  EXPECT_EQ((*reused)->panels[0].problem, first->panels[1].problem);
  EXPECT_EQ((*reused)->panels[0].label, "1");
  ASSERT_EQ((*reused)->panels.size(), 2U);
  for (std::size_t p = 0; p < 2; ++p) {
    EXPECT_EQ((*reused)->panels[p].reference.hypergradient,
              fresh->panels[p].reference.hypergradient);
    EXPECT_EQ((*reused)->panels[p].lambda, fresh->panels[p].lambda);
  }
  // Another split, another loss: nothing is taken over.
  spec.data.split_seed = 2;
  EXPECT_NE((*prepare_bench(spec, {}, {}, {}, first.get()))->family, first->family);
  spec.data.split_seed = 1;
  spec.problem.upper_loss = LossScale::mean;
  EXPECT_NE((*prepare_bench(spec, {}, {}, {}, first.get()))->family, first->family);
}

TEST(Experiment, VariedSplitsHavePanelsOfTheirOwn) {
  RunSpec spec = test::small_logistic();
  spec.run.vary_split = true;
  const auto bench = bench_of(spec);
  ASSERT_EQ(bench->varied_panels.size(), 3U);
  EXPECT_TRUE(fits(*bench, spec));
  spec.run.replicas = 4;
  EXPECT_FALSE(fits(*bench, spec));
  spec.run.replicas = 3;
  EXPECT_EQ(bench->varied_panels[0][1].reference.w, bench->panels[1].reference.w);
  EXPECT_NE(bench->varied_panels[1][1].reference.w, bench->panels[1].reference.w);
  // Replica 1 is what split_seed + 1 gives.
  RunSpec next = test::small_logistic();
  next.data.split_seed += 1;
  EXPECT_EQ(bench_of(next)->panels[1].reference.w, bench->varied_panels[1][1].reference.w);
  for (const auto& panel : evaluate_theory(spec, *bench)) {
    for (const MethodTheory& theory : panel) {
      for (const TheoryCurve& curve : theory.curves) {
        if (curve.kind == CurveKind::bound) {
          EXPECT_FALSE(curve.drawn()) << curve.id;
        }
      }
    }
  }
  // A shard prepares the splits of its own replicas alone.
  const auto shard = prepare_bench(spec, {}, {}, {.index = 1, .count = 3});
  ASSERT_TRUE(shard);
  EXPECT_TRUE((*shard)->varied_panels[2].empty());
  EXPECT_EQ((*shard)->varied_panels[1][0].reference.w, bench->varied_panels[1][0].reference.w);
}

TEST(Experiment, RandomLambdaVariesWithTheSplit) {
  RunSpec spec = test::small_logistic();
  spec.problem.kind = ProblemKind::logistic_multi;
  spec.problem.lambda = RandomLambda{-1.0, 1.0, 3};
  spec.run.vary_split = true;
  const auto bench = bench_of(spec);
  EXPECT_EQ(bench->panels[0].lambda.size(), 7);
  EXPECT_NE(bench->varied_panels[1][0].lambda, bench->varied_panels[2][0].lambda);
}

TEST(Experiment, ReportsWhatOnlyTheDataCanTell) {
  RunSpec spec = test::small_logistic();
  spec.data.source = DataSource::libsvm;
  spec.data.path = "/no/such/file.svm";
  auto bench = prepare_bench(spec);
  ASSERT_FALSE(bench);
  EXPECT_NE(to_string(bench.error()).find("/no/such/file.svm"), std::string::npos);

  const test::TemporaryFolder folder;
  spec.data.path = folder.write("experiment.svm", "1 1:0.5 2:1\n-1 1:-0.5\n1 2:2\n-1 1:1 2:-1\n");
  bench = prepare_bench(spec);
  ASSERT_FALSE(bench);
  EXPECT_EQ(bench.error().place, "data.train");
  EXPECT_NE(bench.error().message.find("must be ≤ 4"), std::string::npos);
  spec.data.train = 3;
  spec.data.validation = 1;
  bench = prepare_bench(spec);
  ASSERT_TRUE(bench) << to_string(bench.error());
  EXPECT_EQ((*bench)->sample_count, 3);

  spec = test::small_logistic();
  spec.data.source = DataSource::digits;
  spec.data.path.clear();
  spec.data.train = 300'000;
  bench = prepare_bench(spec);
  ASSERT_FALSE(bench);
  EXPECT_NE(bench.error().message.find("must be ≤ 200000"), std::string::npos);
}

TEST(Experiment, PreparesTheBuiltInDigits) {
  RunSpec spec = test::small_logistic();
  spec.data.source = DataSource::digits;
  spec.data.path.clear();
  const auto bench = bench_of(spec);
  ASSERT_TRUE(bench);
  EXPECT_EQ(bench->sample_count, 60);
  EXPECT_EQ(bench->panels[0].problem->lower_dim(), 784);
  EXPECT_TRUE(testing::certified_to(bench->panels[1].reference, 1e-6));
  EXPECT_FALSE(bench->data_description.empty());
  EXPECT_FALSE(bench->data_fingerprint.empty());
}

TEST(Experiment, StopsWhilePreparing) {
  std::stop_source stop;
  int calls = 0;
  const ProgressHook progress = [&](double, const std::string&) {
    if (++calls == 2) stop.request_stop();
  };
  const auto bench = prepare_bench(test::small_logistic(), stop.get_token(), progress);
  ASSERT_FALSE(bench);
  EXPECT_EQ(bench.error().code, ErrorCode::stopped);
}

TEST(Experiment, TheoryOfTheTeachingProblemHasExactCurves) {
  const RunSpec spec = test::small_quadratic();
  const auto bench = bench_of(spec);
  const auto theory = evaluate_theory(spec, *bench);
  ASSERT_EQ(theory.size(), 1U);
  ASSERT_EQ(theory[0].size(), 3U);
  for (std::size_t m = 1; m < 3; ++m) {
    for (const char* id : {"exact", "exact_lower", "exact_linear"}) {
      const TheoryCurve* curve = theory[0][m].find(id);
      ASSERT_NE(curve, nullptr) << id;
      EXPECT_EQ(curve->values.size(), 8U) << id;
    }
  }
}

}  // namespace
}  // namespace sid
