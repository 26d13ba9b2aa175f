#include "sid/run/internal/shared_curves.hpp"

#include <bit>
#include <cmath>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sid/run/runner.hpp"

#include "core/run/test_specs.hpp"

namespace sid::internal {
namespace {

std::vector<std::uint64_t> bits(const std::vector<ReplicaError>& errors) {
  std::vector<std::uint64_t> out;
  for (const ReplicaError& e : errors) {
    for (const double value : {e.hypergradient, e.lower, e.linear}) {
      out.push_back(std::bit_cast<std::uint64_t>(value));
    }
  }
  return out;
}

/// Batch curves of a run of `spec`, which share their rows even when alone, against replicas with
/// paths of their own.
void expect_what_batch_gives_alone(const RunSpec& spec, const RunSnapshot& whole) {
  const auto bench = *prepare_bench(spec);
  const ExperimentPlan plan(spec, *bench, {});
  for (std::size_t c = 0; c < whole.curves.size(); ++c) {
    const MethodCurve& curve = whole.curves[c];
    if (spec.methods[curve.method].kind != MethodKind::batch) continue;
    std::vector<ReplicaError> errors;
    for (const std::int64_t replica : plan.replicas(c)) {
      ReplicaRun alone(plan.panel(c, replica),
                       plan.method(c, replica),
                       static_cast<std::uint64_t>(spec.run.seed),
                       static_cast<std::uint32_t>(replica),
                       spec.run);
      for (std::size_t i = 0; i < curve.checkpoints.size(); ++i) {
        ASSERT_TRUE(alone.measure(i, {}, errors.emplace_back()));
      }
    }
    EXPECT_EQ(bits(errors), bits(curve.errors)) << "curve " << c;
  }
}

/// Every curve of a run of `spec` against the run that has that curve alone, where nothing can be
/// shared.
void expect_what_curves_give_alone(const RunSpec& spec) {
  const RunSnapshot whole = run_to_end(spec, {.threads = 1});
  ASSERT_TRUE(whole.status == RunStatus::finished || whole.status == RunStatus::diverged)
      << whole.message;
  for (const int threads : {2, 7}) {
    const RunSnapshot again = run_to_end(spec, {.threads = threads});
    EXPECT_EQ(again.message.substr(0, 8), whole.message.substr(0, 8));
    EXPECT_EQ(again.solver_steps, whole.solver_steps);
    for (std::size_t c = 0; c < whole.curves.size(); ++c) {
      EXPECT_EQ(bits(again.curves[c].errors), bits(whole.curves[c].errors)) << threads;
      EXPECT_EQ(again.curves[c].first_diverged_t, whole.curves[c].first_diverged_t);
    }
  }
  const auto& scalars = std::get<std::vector<double>>(spec.problem.lambda);
  std::int64_t steps = 0;
  for (std::size_t c = 0; c < whole.curves.size(); ++c) {
    const MethodCurve& curve = whole.curves[c];
    RunSpec one = spec;
    one.problem.lambda = std::vector<double>{scalars[curve.panel]};
    one.methods = {spec.methods[curve.method]};
    const RunSnapshot alone = run_to_end(one, {.threads = 1});
    ASSERT_EQ(alone.curves.size(), 1U);
    // A batch curve takes its length from the stochastic ones.
    if (spec.methods[curve.method].kind != MethodKind::batch) {
      EXPECT_EQ(bits(alone.curves[0].errors), bits(curve.errors)) << "curve " << c;
      EXPECT_EQ(alone.curves[0].first_diverged_t, curve.first_diverged_t);
      EXPECT_EQ(alone.curves[0].linear_diverged, curve.linear_diverged);
      steps += alone.solver_steps;
    }
  }
  if (spec.methods.back().kind != MethodKind::batch) {
    EXPECT_EQ(whole.solver_steps, steps);
  }
  expect_what_batch_gives_alone(spec, whole);
}

RunSpec random_spec(std::uint64_t seed) {
  Stream stream(StreamKey{.seed = seed});
  const auto below = [&](std::uint64_t count) { return stream.index_below(count); };
  RunSpec spec = test::small_logistic();
  constexpr ProblemKind kKinds[] = {ProblemKind::ridge,
                                    ProblemKind::ridge_multi,
                                    ProblemKind::logistic,
                                    ProblemKind::logistic_multi};
  spec.problem.kind = kKinds[below(4)];
  if (below(2) == 0) spec.problem.upper = static_cast<UpperLevel>(below(3));
  spec.problem.lambda = std::vector<double>{0.05, 0.3, 2.0};
  spec.problem.lower_loss = static_cast<LossScale>(below(2));
  spec.run.vary_split = below(3) == 0;
  spec.run.replicas = static_cast<std::int64_t>(1 + below(5));
  spec.run.iterations = 60;
  spec.run.checkpoints.count = 4;
  spec.run.seed = static_cast<std::int64_t>(seed);
  const auto sampling = static_cast<Sampling>(below(3));
  spec.methods.clear();
  for (int m = 0; m < 4; ++m) {
    MethodSpec method = below(2) == 0 ? test::constant(0.2 + stream.uniform()) : test::decreasing();
    method.name = std::string(1, static_cast<char>('A' + m));
    method.minibatch = m == 3 ? 4 : 10;
    method.sampling = sampling;
    method.jacobian_samples = static_cast<std::int64_t>(below(3));
    if (m == 1) method.linear_step = test::constant(0.4).step;
    spec.methods.push_back(method);
  }
  if (below(2) == 0) spec.methods[1].step = test::constant(1000.0).step;
  if (below(4) == 0) spec.methods[2].k = 7;
  if (below(4) == 0) spec.methods.push_back(test::batch());
  return spec;
}

TEST(SharedCurves, GiveWhatEachCurveGivesAlone) {
  int diverged = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    expect_what_curves_give_alone(random_spec(seed));
    diverged += run_to_end(random_spec(seed)).status == RunStatus::diverged ? 1 : 0;
  }
  EXPECT_GT(diverged, 2);
  EXPECT_LT(diverged, 10);
}

TEST(SharedCurves, GiveWhatEachCurveGivesAloneOnImages) {
  RunSpec spec = test::small_logistic();
  spec.data = {};
  spec.data.train = 60;
  spec.data.validation = 30;
  spec.problem.lambda = std::vector<double>{0.1, 5.0};
  spec.methods = {test::constant(0.7), test::decreasing(), test::constant(3.0), test::batch()};
  spec.methods[2].name = "bold";
  spec.run.replicas = 2;
  spec.run.iterations = 20;
  spec.run.checkpoints.count = 3;
  expect_what_curves_give_alone(spec);
}

TEST(SharedCurves, GiveWhatEachCurveGivesAloneWithExampleWeights) {
  RunSpec spec = test::small_logistic();
  spec.problem.kind = ProblemKind::data_weights;
  spec.problem.lambda = std::vector<double>{-0.5, 1.0};
  spec.methods = {test::constant(0.7), test::decreasing(), test::constant(0.2)};
  spec.methods[0].jacobian_samples = 3;
  spec.methods[1].jacobian_samples = 0;
  spec.methods[2].name = "slow";
  expect_what_curves_give_alone(spec);
}

/// Of five replicas two or four threads take four side by side. The last one is divided at its
/// checkpoints: what follows an overflow must still be what one thread makes of it.
TEST(SharedCurves, DivideTheLastReplicaAtItsCheckpoints) {
  RunSpec spec = test::small_logistic();
  spec.data = {};
  spec.data.train = 300;  // too large to take all replicas side by side
  spec.data.validation = 20;
  spec.problem.lambda = std::vector<double>{0.1, 5.0};
  spec.methods = {test::batch(), test::constant(0.7), test::decreasing()};
  spec.run.replicas = 5;
  spec.run.checkpoints.spacing = CheckpointSpec::Spacing::linear;
  spec.run.checkpoints.count = 8;
  // The step of v; a large one overflows, but only after some fifty steps.
  for (const auto& [eta, threads] : {std::pair{0.7, 4}, std::pair{1000.0, 2}}) {
    spec.run.iterations = eta < 1.0 ? 24 : 140;
    SCOPED_TRACE(testing::Message() << "eta = " << eta);
    spec.methods[1].linear_step = test::constant(eta).step;
    const RunSnapshot one = run_to_end(spec, {.threads = 1});
    ASSERT_EQ(one.status, eta < 1.0 ? RunStatus::finished : RunStatus::diverged) << one.message;
    const RunSnapshot many = run_to_end(spec, {.threads = threads});
    EXPECT_EQ(many.status, one.status);
    EXPECT_EQ(many.progress, 1.0);
    EXPECT_EQ(many.solver_steps, one.solver_steps);
    for (std::size_t c = 0; c < one.curves.size(); ++c) {
      EXPECT_EQ(many.curves[c].replicas, one.curves[c].replicas);
      EXPECT_EQ(bits(many.curves[c].errors), bits(one.curves[c].errors)) << "curve " << c;
      EXPECT_EQ(many.curves[c].first_diverged_t, one.curves[c].first_diverged_t);
      EXPECT_EQ(many.curves[c].linear_diverged, one.curves[c].linear_diverged);
    }
  }
}

TEST(SharedCurves, ShardsPutTogetherEqualOneRun) {
  RunSpec spec = random_spec(3);
  spec.run.replicas = 5;
  const RunSnapshot whole = run_to_end(spec);
  for (const std::int64_t shard : {0, 1}) {
    const RunSnapshot part = run_to_end(spec, {.threads = 2}, {}, {}, {shard, 2});
    for (std::size_t c = 0; c < whole.curves.size(); ++c) {
      const std::size_t points = whole.curves[c].checkpoints.size();
      for (std::size_t r = 0; r < part.curves[c].replica_numbers.size(); ++r) {
        const auto number = static_cast<std::size_t>(part.curves[c].replica_numbers[r]);
        for (std::size_t i = 0; i < points; ++i) {
          EXPECT_EQ(bits({part.curves[c].errors[r * points + i]}),
                    bits({whole.curves[c].errors[number * points + i]}));
        }
      }
    }
  }
}

std::vector<std::vector<std::size_t>> groups_of(const RunSpec& spec, std::size_t parts) {
  const auto bench = *prepare_bench(spec);
  const ExperimentPlan plan(spec, *bench, {});
  return SharedCurves(plan, spec.run, bench->varied_replicas > 0).groups(parts);
}

using Groups = std::vector<std::vector<std::size_t>>;

TEST(SharedCurves, AreThoseWithEqualMinibatchesAndCheckpoints) {
  RunSpec spec = test::small_logistic();  // batch, constant, decreasing
  spec.problem.lambda = std::vector<double>{0.1, 0.2, 0.4, 0.8};
  const Groups together{{0, 3, 6, 9}, {1, 2, 4, 5, 7, 8, 10, 11}};
  const Groups apart{{0, 3, 6, 9}, {1, 4, 7, 10}, {2, 5, 8, 11}};
  const Groups alone{{0, 3, 6, 9}, {1}, {2}, {4}, {5}, {7}, {8}, {10}, {11}};
  EXPECT_EQ(groups_of(spec, 1), together);
  EXPECT_EQ(groups_of(spec, 2), together);  // half a strip would cost as much
  spec.methods[2].minibatch = 7;
  EXPECT_EQ(groups_of(spec, 1), apart);
  spec.methods[2].minibatch = 10;
  spec.methods[2].sampling = Sampling::reshuffle;
  EXPECT_EQ(groups_of(spec, 1), apart);
  spec.methods[2].sampling = Sampling::iid;
  spec.methods[2].k = 5;
  EXPECT_EQ(groups_of(spec, 1), apart);
  spec.methods[2].k.reset();
  spec.run.decomposition = DecompositionRoute::nested;
  EXPECT_EQ(groups_of(spec, 1), alone);
  EXPECT_EQ(groups_of(test::small_quadratic(), 1), (Groups{{0}, {1}, {2}}));
}

/// Sizes of the groups of `count` curves that could all share their rows.
std::vector<std::size_t> sizes(std::size_t count, std::size_t parts) {
  RunSpec spec = test::small_logistic();
  spec.methods = {test::constant(0.5)};
  spec.problem.lambda.emplace<std::vector<double>>(count, 0.5);
  std::set<std::size_t> seen;
  std::vector<std::size_t> out;
  for (const std::vector<std::size_t>& group : groups_of(spec, parts)) {
    out.push_back(group.size());
    for (const std::size_t c : group) EXPECT_TRUE(seen.insert(c).second);
  }
  EXPECT_EQ(seen.size(), count);
  return out;
}

TEST(SharedCurves, AreTakenInStrips) {
  using Sizes = std::vector<std::size_t>;
  EXPECT_EQ(sizes(1, 1), (Sizes{1}));
  EXPECT_EQ(sizes(3, 1), (Sizes{1, 1, 1}));
  EXPECT_EQ(sizes(4, 1), (Sizes{4}));
  EXPECT_EQ(sizes(9, 1), (Sizes{8, 1}));
  EXPECT_EQ(sizes(12, 1), (Sizes{12}));
  EXPECT_EQ(sizes(12, 5), (Sizes{8, 4}));
  EXPECT_EQ(sizes(32, 1), (Sizes{32}));
  EXPECT_EQ(sizes(32, 3), (Sizes{8, 8, 16}));
  EXPECT_EQ(sizes(50, 1), (Sizes{24, 24, 1, 1}));
}

TEST(SharedCurves, DivideWhatIsLeftOverForTheThreads) {
  const auto parts = [](std::size_t rows, std::size_t threads) {
    std::vector<std::size_t> out;
    for (std::size_t row = 0; row < rows; ++row) {
      out.push_back(SharedCurves::parts_of_row(row, rows, threads));
    }
    return out;
  };
  EXPECT_EQ(parts(3, 1), (std::vector<std::size_t>{1, 1, 1}));
  EXPECT_EQ(parts(5, 2), (std::vector<std::size_t>{1, 1, 1, 1, 2}));
  EXPECT_EQ(parts(4, 2), (std::vector<std::size_t>{1, 1, 1, 1}));
  EXPECT_EQ(parts(2, 7), (std::vector<std::size_t>{4, 4}));
  EXPECT_EQ(parts(1, 7), (std::vector<std::size_t>{7}));
}

TEST(SharedCurves, KeepWholeCheckpointsWhenStopped) {
  RunSpec spec = test::small_logistic();
  spec.run.iterations = std::int64_t{1} << 23;  // at t = 1, 2, 4, ...: never to its end
  spec.run.checkpoints.count = 24;
  spec.run.replicas = 9;
  std::stop_source stop;
  const RunSnapshot run =
      run_to_end(spec,
                 {.threads = 2, .publishes_per_second = 1e9},
                 stop.get_token(),
                 [&](const RunSnapshot& s) {
                   if (s.curves.size() > 1 && s.curves[1].checkpoints_done >= 3) {
                     stop.request_stop();
                   }
                 });
  ASSERT_EQ(run.status, RunStatus::stopped) << run.message;
  const MethodCurve& curve = run.curves[1];
  ASSERT_GE(curve.checkpoints_done, 3);
  ASSERT_LT(curve.checkpoints_done, 24);
  const auto last = static_cast<std::size_t>(curve.checkpoints_done) - 1;
  RunSpec shorter = spec;
  shorter.run.checkpoints.count = curve.checkpoints_done;
  shorter.run.iterations = curve.checkpoints[last].t;
  const RunSnapshot whole = run_to_end(shorter);
  ASSERT_EQ(whole.curves[1].points.size(), curve.points.size());
  for (std::size_t i = 0; i <= last; ++i) {
    ASSERT_EQ(curve.points[i].at.t, whole.curves[1].points[i].at.t);
    EXPECT_EQ(curve.points[i].replicas, 9);
    EXPECT_EQ(curve.points[i].hypergradient.mean, whole.curves[1].points[i].hypergradient.mean);
  }
}

}  // namespace
}  // namespace sid::internal
