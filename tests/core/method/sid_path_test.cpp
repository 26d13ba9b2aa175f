#include "sid/method/sid_path.hpp"

#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/method/batch_oracle.hpp"

#include "core/method/template_problem.hpp"
#include "support/data_vectors.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::TemplateOracle;
using testing::TemplateProblem;

using Lists = std::vector<std::vector<std::int32_t>>;

constexpr std::array kProblems = {"P1", "P2", "P3", "P4", "P5"};

const Json& data_problem(const std::string& name) {
  return testing::theory_vectors()["data_problems"][name];
}

TemplateProblem make_problem(const std::string& name) {
  const Json& json = data_problem(name);
  return TemplateProblem(json["inputs"], testing::number(json["sid_trace"]["alpha"]));
}

Lists lists(const Json& json) {
  return json.get<Lists>();
}

/// Plays the reference file's index lists, one per role; counts and names what was asked for.
struct Playlist {
  std::map<Role, Lists> lists;
  std::map<Role, std::size_t> played;
  std::vector<StreamKey> keys;
  Role role = Role::data;

  std::unique_ptr<StochasticOracle> oracle(const TemplateProblem& problem) {
    return std::make_unique<TemplateOracle>(
        problem,
        TemplateOracle::Source{
            [this](const StreamKey& key) {
              keys.push_back(key);
              role = key.role;
              played[role] = 0;
            },
            [this]() -> TemplateProblem::Batch { return lists.at(role).at(played[role]++); }});
  }
};

/// eta_t as the reference lists them: 0.8, 0.8, 0.8, 0.5, 0.4, 0.3 is no schedule of ours, so the
/// trace is taken one step at a time with constant ones.
TEST(SidPath, FollowsTheReferenceTraceStepByStep) {
  for (const char* name : kProblems) {
    SCOPED_TRACE(name);
    const Json& trace = data_problem(name)["sid_trace"];
    const TemplateProblem problem = make_problem(name);
    const std::vector<double> etas = testing::numbers(trace["etas"]);
    Playlist playlist;
    playlist.lists = {{Role::lower_level, lists(trace["idx_w"])},
                      {Role::linear_system, lists(trace["idx_v"])}};
    const auto oracle = playlist.oracle(problem);
    Vector w = Vector::Zero(problem.lower_dim());
    oracle->start({.role = Role::lower_level});
    for (std::size_t t = 0; t < etas.size(); ++t) {
      oracle->lower_level_step(w, etas[t] * problem.alpha());
      EXPECT_VECTOR_REL(w, testing::vector(trace["w"][t]), 1e-12);
    }
    Vector c = Vector::Zero(problem.lower_dim());
    problem.upper_gradient(w, c);
    oracle->start({.role = Role::linear_system});
    oracle->freeze(w);
    Vector v = Vector::Zero(problem.lower_dim());
    for (std::size_t k = 0; k < etas.size(); ++k) {
      oracle->linear_system_step(v, c, problem.alpha(), etas[k]);
      EXPECT_VECTOR_REL(v, testing::vector(trace["v"][k]), 1e-12);
    }
  }
}

/// Where the reference's steps are constant (the first three), SidPath itself takes them.
TEST(SidPath, TakesTheReferenceStepsFromCheckpointToCheckpoint) {
  for (const char* name : kProblems) {
    SCOPED_TRACE(name);
    const Json& trace = data_problem(name)["sid_trace"];
    const TemplateProblem problem = make_problem(name);
    Playlist lower;
    Playlist linear;
    lower.lists = {{Role::lower_level, lists(trace["idx_w"])}};
    linear.lists = {{Role::linear_system, lists(trace["idx_v"])},
                    {Role::jacobian_product, lists(trace["idx_zeta"])}};
    SidPath path(problem,
                 lower.oracle(problem),
                 linear.oracle(problem),
                 {.lower_step = StepSizeSchedule(ConstantStep{0.8}),
                  .linear_step = StepSizeSchedule(ConstantStep{0.8})});
    path.start(7, 3);
    for (std::uint32_t i = 0; i < 3; ++i) {
      const std::int64_t t = i + 1;
      ASSERT_EQ(path.run_to({.t = t, .k = t}, i, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(path.w(), testing::vector(trace["w"][i]), 1e-12);
      EXPECT_EQ(lower.played[Role::lower_level], static_cast<std::size_t>(t));
      EXPECT_EQ(linear.played[Role::jacobian_product], 1U);
      const std::vector<StreamKey> last(linear.keys.end() - 2, linear.keys.end());
      EXPECT_EQ(last[0], (StreamKey{7, Role::linear_system, 3, i + 1}));
      EXPECT_EQ(last[1], (StreamKey{7, Role::jacobian_product, 3, i + 1}));
    }
    EXPECT_EQ(lower.keys, (std::vector<StreamKey>{{7, Role::lower_level, 3, 0}}));
    EXPECT_EQ(path.solver_steps(), 3 + (1 + 2 + 3));
  }
}

/// The estimate from the reference's own w and v, for one and three samples of the derivative.
TEST(SidPath, EstimatesTheReferenceHypergradient) {
  for (const char* name : kProblems) {
    SCOPED_TRACE(name);
    const Json& trace = data_problem(name)["sid_trace"];
    const TemplateProblem problem = make_problem(name);
    const Vector w = testing::vector(trace["w"].back());
    const Vector v = testing::vector(trace["v"].back());
    for (const std::int64_t samples : {1, 3}) {
      Playlist playlist;
      playlist.lists = {{Role::jacobian_product, lists(trace["idx_zeta"])}};
      const auto oracle = playlist.oracle(problem);
      oracle->start({.role = Role::jacobian_product});
      Vector out(problem.upper_dim());
      oracle->cross_transpose(w, v, samples, out);
      out *= -problem.alpha();
      EXPECT_VECTOR_REL(out, testing::vector(trace["hg_J" + std::to_string(samples)]), 1e-12);
    }
  }
}

SidSettings settings_with(double eta, std::int64_t samples = 1) {
  return {.lower_step = StepSizeSchedule(ConstantStep{eta}),
          .linear_step = StepSizeSchedule(DecreasingStep{.beta = 3.0, .gamma = 5.0}),
          .jacobian_samples = samples};
}

struct Point {
  Vector w, v, hypergradient;
};

std::vector<Point> run(const TemplateProblem& problem,
                       const OracleSettings& oracle,
                       const SidSettings& settings,
                       const std::vector<Checkpoint>& checkpoints,
                       std::uint64_t seed = 5,
                       std::uint32_t replica = 0) {
  SidPath path(problem, problem.make_oracle(oracle), problem.make_oracle(oracle), settings);
  path.start(seed, replica);
  std::vector<Point> points;
  for (std::uint32_t i = 0; i < checkpoints.size(); ++i) {
    EXPECT_EQ(path.run_to(checkpoints[i], i, {}), PathStatus::reached);
    points.push_back({path.w(), path.v(), path.hypergradient()});
  }
  return points;
}

TEST(SidPath, LowerLevelIsOneStreamWhereverItPauses) {
  const TemplateProblem problem = make_problem("P5");
  const OracleSettings oracle{.minibatch = 2};
  const auto often = run(problem, oracle, settings_with(0.5), {{1, 1}, {2, 1}, {5, 2}, {9, 4}});
  const auto once = run(problem, oracle, settings_with(0.5), {{9, 4}});
  EXPECT_EQ(often.back().w, once.back().w) << "bit for bit";
  EXPECT_NE(often.back().v, once.back().v) << "the last solve is number 4, not number 1";
}

TEST(SidPath, LinearSystemDrawsDoNotDependOnLowerLevelDraws) {
  // Same checkpoint numbers, other lower-level step counts and minibatch sizes of that level: with
  // a quadratic lower level H_B does not depend on w, so equal draws and equal c give equal v.
  const TemplateProblem problem = make_problem("P3");
  const Vector c = Vector::LinSpaced(problem.lower_dim(), 1.0, 2.0);
  const auto solve = [&](std::int64_t lower_draws) {
    const auto oracle = problem.make_oracle({.minibatch = 2});
    oracle->start({.seed = 5, .role = Role::lower_level});
    Vector w = Vector::Zero(problem.lower_dim());
    for (std::int64_t t = 0; t < lower_draws; ++t) oracle->lower_level_step(w, 0.1);
    Vector v(problem.lower_dim());
    const StreamKey key{.seed = 5, .role = Role::linear_system, .checkpoint = 1};
    const LinearSolve result = solve_linear_system(
        *oracle, key, StepSizeSchedule(ConstantStep{0.5}), problem.alpha(), w, c, 12, v, {});
    EXPECT_EQ(result.status, PathStatus::reached);
    EXPECT_EQ(result.steps, 12);
    return v;
  };
  const Vector after_none = solve(0);
  EXPECT_EQ(solve(1), after_none);
  EXPECT_EQ(solve(1000), after_none);
}

/// The minibatch sequences of the three roles at one replica: index numbers as they are drawn.
std::vector<double> drawn(Role role, std::uint32_t checkpoint, std::int64_t count) {
  MinibatchSampler sampler(Sampling::iid, 100, 1);
  sampler.start({.seed = 99, .role = role, .replica = 4, .checkpoint = checkpoint});
  std::vector<double> out;
  for (std::int64_t i = 0; i < count; ++i) out.push_back(sampler.next().front());
  return out;
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const Eigen::Map<const Vector> a(x.data(), static_cast<Index>(x.size()));
  const Eigen::Map<const Vector> b(y.data(), static_cast<Index>(y.size()));
  const Vector da = a.array() - a.mean();
  const Vector db = b.array() - b.mean();
  return da.dot(db) / (da.norm() * db.norm());
}

TEST(SidPath, StreamsOfTheRolesAreUncorrelated) {
  // Under independence a sample correlation of N pairs is normal with deviation 1/sqrt(N). Seven
  // deviations over 60 pairs: false alarm below 2e-10. Power: a shared stream gives 1, a
  // stream shifted by a few draws gives 1 at that lag.
  constexpr std::int64_t kCount = 20000;
  const std::vector<std::vector<double>> streams = {drawn(Role::lower_level, 0, kCount),
                                                    drawn(Role::linear_system, 1, kCount),
                                                    drawn(Role::linear_system, 2, kCount),
                                                    drawn(Role::jacobian_product, 1, kCount)};
  for (std::size_t a = 0; a < streams.size(); ++a) {
    for (std::size_t b = a + 1; b < streams.size(); ++b) {
      for (std::ptrdiff_t lag = 0; lag < 10; ++lag) {
        const std::vector<double> x(streams[a].begin(), streams[a].end() - lag);
        const std::vector<double> y(streams[b].begin() + lag, streams[b].end());
        EXPECT_LT(std::abs(correlation(x, y)) * std::sqrt(static_cast<double>(x.size())), 7.0);
      }
    }
  }
}

TEST(SidPath, EachRoleChangesOnlyWhatItDraws) {
  // Swapping the stream of one role by an oracle that renames keys leaves what other roles drew.
  const TemplateProblem problem = make_problem("P5");
  const auto estimate = [&](Role renamed) {
    const auto renaming = [&] {
      const auto sampler =
          std::make_shared<MinibatchSampler>(Sampling::iid, problem.sample_count(), 2);
      return std::make_unique<TemplateOracle>(
          problem,
          TemplateOracle::Source{
              [sampler, renamed](StreamKey key) {
                if (key.role == renamed) key.seed += 1000;
                sampler->start(key);
              },
              [sampler]() -> TemplateProblem::Batch { return sampler->next(); }});
    };
    SidPath path(problem, renaming(), renaming(), settings_with(0.5, 2));
    path.start(1, 0);
    EXPECT_EQ(path.run_to({.t = 6, .k = 6}, 0, {}), PathStatus::reached);
    return Point{path.w(), path.v(), path.hypergradient()};
  };
  const Point plain = estimate(Role::data);
  const Point other_jacobian = estimate(Role::jacobian_product);
  EXPECT_EQ(other_jacobian.w, plain.w);
  EXPECT_EQ(other_jacobian.v, plain.v);
  EXPECT_NE(other_jacobian.hypergradient, plain.hypergradient);
  const Point other_linear = estimate(Role::linear_system);
  EXPECT_EQ(other_linear.w, plain.w);
  EXPECT_NE(other_linear.v, plain.v);
  const Point other_lower = estimate(Role::lower_level);
  EXPECT_NE(other_lower.w, plain.w);
}

TEST(SidPath, ReplicasAndSeedsDiffer) {
  const TemplateProblem problem = make_problem("P1");
  const OracleSettings oracle{.minibatch = 2};
  const std::vector<Checkpoint> grid = {{8, 8}};
  const Vector w = run(problem, oracle, settings_with(0.5), grid, 1, 0).back().w;
  EXPECT_EQ(run(problem, oracle, settings_with(0.5), grid, 1, 0).back().w, w);
  EXPECT_NE(run(problem, oracle, settings_with(0.5), grid, 1, 1).back().w, w);
  EXPECT_NE(run(problem, oracle, settings_with(0.5), grid, 2, 0).back().w, w);
}

TEST(SidPath, WholeSetWithoutReplacementIsTheBatchMethod) {
  for (const char* name : kProblems) {
    SCOPED_TRACE(name);
    const TemplateProblem problem = make_problem(name);
    const std::vector<Checkpoint> grid = {{1, 1}, {3, 3}, {20, 20}};
    const SidSettings settings{.lower_step = StepSizeSchedule(ConstantStep{1.0}),
                               .linear_step = StepSizeSchedule(ConstantStep{1.0})};
    const auto stochastic =
        run(problem,
            {.minibatch = problem.sample_count(), .sampling = Sampling::without_replacement},
            settings,
            grid);
    SidPath batch(problem,
                  std::make_unique<BatchOracle>(problem),
                  std::make_unique<BatchOracle>(problem),
                  settings);
    batch.start(0, 0);
    for (std::uint32_t i = 0; i < grid.size(); ++i) {
      ASSERT_EQ(batch.run_to(grid[i], i, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(stochastic[i].w, batch.w(), 1e-13);
      EXPECT_VECTOR_REL(stochastic[i].v, batch.v(), 1e-13);
      EXPECT_VECTOR_REL(stochastic[i].hypergradient, batch.hypergradient(), 1e-12);
    }
  }
}

TEST(SidPath, WholeSetWithoutReplacementIsTheBatchMethodOnRealOracles) {
  for (const char* name : kProblems) {
    SCOPED_TRACE(name);
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const OracleSettings everything{.minibatch = problem->sample_count(),
                                    .sampling = Sampling::without_replacement};
    const SidSettings settings{.lower_step = StepSizeSchedule(ConstantStep{1.0}),
                               .linear_step = StepSizeSchedule(ConstantStep{1.0})};
    SidPath stochastic(
        *problem, problem->make_oracle(everything), problem->make_oracle(everything), settings);
    SidPath batch(*problem,
                  std::make_unique<BatchOracle>(*problem),
                  std::make_unique<BatchOracle>(*problem),
                  settings);
    stochastic.start(3, 1);
    batch.start(3, 1);
    for (std::uint32_t i = 0; i < 4; ++i) {
      const Checkpoint at{.t = 1 + 9 * i, .k = 1 + 7 * i};
      ASSERT_EQ(stochastic.run_to(at, i, {}), PathStatus::reached);
      ASSERT_EQ(batch.run_to(at, i, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(stochastic.w(), batch.w(), 1e-13);
      EXPECT_VECTOR_REL(stochastic.v(), batch.v(), 1e-13);
      EXPECT_VECTOR_REL(stochastic.hypergradient(), batch.hypergradient(), 1e-12);
    }
  }
}

/// Deterministic iterates of the reference file: w_t, v_k and the estimate by fixed-point steps.
TEST(SidPath, BatchAgreesWithTheReferenceIterates) {
  for (const char* name : kProblems) {
    SCOPED_TRACE(name);
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const Json& rows = data_problem(name)["deterministic"]["rows"];
    for (const Json& row : rows) {
      const Checkpoint at{.t = row["t"].get<std::int64_t>(), .k = row["k"].get<std::int64_t>()};
      SidPath batch(*problem,
                    std::make_unique<BatchOracle>(*problem),
                    std::make_unique<BatchOracle>(*problem),
                    {.lower_step = StepSizeSchedule(ConstantStep{1.0}),
                     .linear_step = StepSizeSchedule(ConstantStep{1.0})});
      batch.start(0, 0);
      ASSERT_EQ(batch.run_to(at, 0, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(batch.w(), testing::vector(row["w_t"]), 1e-11);
      EXPECT_VECTOR_REL(batch.v(), testing::vector(row["v_fp"]), 1e-11);
      EXPECT_VECTOR_REL(batch.hypergradient(), testing::vector(row["hg_fp"]), 1e-11);
    }
  }
}

TEST(SidPath, ExactDerivativeDrawsNothing) {
  const TemplateProblem problem = make_problem("P5");
  Playlist lower;
  Playlist linear;
  const Json& trace = data_problem("P5")["sid_trace"];
  lower.lists = {{Role::lower_level, lists(trace["idx_w"])}};
  linear.lists = {{Role::linear_system, lists(trace["idx_v"])}};
  SidPath path(problem, lower.oracle(problem), linear.oracle(problem), settings_with(0.8, 0));
  path.start(1, 0);
  ASSERT_EQ(path.run_to({.t = 2, .k = 2}, 0, {}), PathStatus::reached);
  EXPECT_EQ(linear.keys.size(), 1U) << "no stream of the Jacobian product was started";
  Vector exact(problem.upper_dim());
  problem.cross_transpose(path.w(), path.v(), exact);
  EXPECT_VECTOR_REL(path.hypergradient(), Vector(-problem.alpha() * exact), 1e-15);
}

TEST(SidPath, ReportsTheIterationThatOverflows) {
  const TemplateProblem problem = make_problem("P3");
  SidPath path(problem,
               std::make_unique<BatchOracle>(problem),
               std::make_unique<BatchOracle>(problem),
               {.lower_step = StepSizeSchedule(ConstantStep{1e6}),
                .linear_step = StepSizeSchedule(ConstantStep{1.0})});
  path.start(0, 0);
  ASSERT_EQ(path.run_to({.t = 3, .k = 3}, 0, {}), PathStatus::reached);
  ASSERT_EQ(path.run_to({.t = 1000, .k = 3}, 1, {}), PathStatus::diverged);
  ASSERT_TRUE(path.divergence().has_value());
  const Divergence divergence = *path.divergence();
  EXPECT_EQ(divergence.role, Role::lower_level);
  // Each step multiplies the error by 1e6 times at most, so 1e150 is met after 25 to 27 steps.
  EXPECT_GE(divergence.iteration, 24);
  EXPECT_LE(divergence.iteration, 28);
  EXPECT_GT(path.w().norm(), kDivergenceNorm);
  EXPECT_EQ(path.run_to({.t = 2000, .k = 3}, 2, {}), PathStatus::diverged) << "it stays so";
  EXPECT_EQ(path.divergence(), divergence);
  path.start(0, 0);
  EXPECT_FALSE(path.divergence().has_value());
  EXPECT_EQ(path.run_to({.t = 3, .k = 3}, 0, {}), PathStatus::reached);
}

TEST(SidPath, OverflowOfTheLinearSystemNamesItsStep) {
  const TemplateProblem problem = make_problem("P3");
  SidPath path(problem,
               std::make_unique<BatchOracle>(problem),
               std::make_unique<BatchOracle>(problem),
               {.lower_step = StepSizeSchedule(ConstantStep{1.0}),
                .linear_step = StepSizeSchedule(ConstantStep{1e9})});
  path.start(0, 0);
  EXPECT_EQ(path.run_to({.t = 5, .k = 400}, 0, {}), PathStatus::diverged);
  ASSERT_TRUE(path.divergence().has_value());
  EXPECT_EQ(path.divergence()->role, Role::linear_system);
  EXPECT_GE(path.divergence()->iteration, 15);
  EXPECT_LE(path.divergence()->iteration, 19);
  EXPECT_EQ(path.run_to({.t = 6, .k = 2}, 1, {}), PathStatus::reached) << "w is still fine";
  EXPECT_FALSE(path.divergence().has_value());
}

TEST(SidPath, InfiniteStepIsDivergenceAndNotNan) {
  const TemplateProblem problem = make_problem("P1");
  SidPath path(problem,
               std::make_unique<BatchOracle>(problem),
               std::make_unique<BatchOracle>(problem),
               {.lower_step = StepSizeSchedule(ConstantStep{kInfinity}),
                .linear_step = StepSizeSchedule(ConstantStep{1.0})});
  path.start(0, 0);
  EXPECT_EQ(path.run_to({.t = 5, .k = 5}, 0, {}), PathStatus::diverged);
  EXPECT_EQ(path.divergence()->iteration, 1);
}

TEST(SidPath, StopsBetweenStepsAndGoesOnToTheSameBits) {
  const TemplateProblem problem = make_problem("P1");
  const OracleSettings oracle{.minibatch = 2};
  const Vector straight = run(problem, oracle, settings_with(0.5), {{40, 10}}).back().w;
  SidPath path(
      problem, problem.make_oracle(oracle), problem.make_oracle(oracle), settings_with(0.5));
  path.start(5, 0);
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(path.run_to({.t = 40, .k = 10}, 0, source.get_token()), PathStatus::stopped);
  EXPECT_EQ(path.solver_steps(), 0);
  EXPECT_EQ(path.run_to({.t = 40, .k = 10}, 0, {}), PathStatus::reached);
  EXPECT_EQ(path.w(), straight);
}

TEST(SidPath, GoesForwardOnly) {
  const TemplateProblem problem = make_problem("P1");
  SidPath path(problem,
               std::make_unique<BatchOracle>(problem),
               std::make_unique<BatchOracle>(problem),
               settings_with(0.5));
  path.start(0, 0);
  ASSERT_EQ(path.run_to({.t = 4, .k = 1}, 0, {}), PathStatus::reached);
  EXPECT_THROW(path.run_to({.t = 3, .k = 1}, 1, {}), ContractViolation);
}

}  // namespace
}  // namespace sid
