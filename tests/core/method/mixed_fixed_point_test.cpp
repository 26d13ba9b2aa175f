#include "sid/method/mixed_fixed_point.hpp"

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/method/batch_oracle.hpp"

#include "core/method/stopping_oracles.hpp"
#include "support/data_vectors.hpp"
#include "support/listed_minibatches.hpp"
#include "support/vector_sample.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::ListedMinibatches;

constexpr std::array kProblems = {"P1", "P2", "P3", "P4", "P5"};
constexpr double kTolerance = 1e-11;

struct Scene {
  std::shared_ptr<const DataProblem> problem;
  Vector w, c;
};

Scene scene(const std::string& name) {
  Scene s;
  s.problem = testing::data_problem(name, AlphaRule::optimal);
  s.w = testing::vector(testing::theory_vectors()["data_problems"][name]["at_point"]["w"]);
  s.c = Vector::Zero(s.w.size());
  s.problem->upper_gradient(s.w, s.c);
  return s;
}

MixedFixedPoint solver(const DataProblem& problem, const MixedFixedPointSettings& settings) {
  const OracleSettings oracle{.minibatch = settings.minibatch};
  return {problem, problem.make_oracle(oracle), problem.make_oracle(oracle), settings};
}

TEST(MixedFixedPoint, FollowsTheReferenceTrace) {
  for (const char* name : kProblems) {
    SCOPED_TRACE(name);
    const Json& trace = testing::theory_vectors()["data_problems"][name]["fpkm_trace"];
    const Scene s = scene(name);
    const double eta = testing::number(trace["eta"]), a = testing::number(trace["a"]);
    const auto lists = trace["idx"].get<ListedMinibatches::Lists>();
    ListedMinibatches first(*s.problem, lists), second(*s.problem, lists);
    first.freeze(s.w);
    second.freeze(s.w);
    MixedFixedPointState state(s.w.size());
    state.start(s.c);
    std::vector<StreamKey> keys;
    MixedFixedPoint whole(
        *s.problem,
        std::make_unique<ListedMinibatches>(*s.problem, lists, &keys),
        std::make_unique<ListedMinibatches>(*s.problem, lists, &keys),
        {.step = StepSizeSchedule(ConstantStep{eta}), .mixing = a, .minibatch = 2});
    Vector v(s.w.size());
    const Vector zero = Vector::Zero(s.w.size());
    const StreamKey key{.seed = 9, .role = Role::linear_system, .checkpoint = 2};
    std::int64_t samples = 0;
    for (std::size_t k = 0; k < trace["steps"].size(); ++k) {
      const Json& step = trace["steps"][k];
      state.step(first, second, s.c, zero, s.problem->alpha(), eta, a);
      EXPECT_VECTOR_REL(state.z, testing::vector(step["z"]), kTolerance);
      EXPECT_VECTOR_REL(state.x, testing::vector(step["w"]), kTolerance);
      EXPECT_VECTOR_REL(state.u, testing::vector(step["u"]), kTolerance);
      const auto steps = static_cast<std::int64_t>(k) + 1;
      ASSERT_EQ(whole.solve({key, s.w, s.c, steps}, v, {}).status, PathStatus::reached);
      EXPECT_VECTOR_REL(v, testing::vector(step["z"]), kTolerance);
      samples += 2 * steps;
      EXPECT_EQ(whole.samples(), samples) << "both vectors share a minibatch";
    }
    ASSERT_EQ(keys.size(), 2 * trace["steps"].size());
    for (const StreamKey& used : keys) EXPECT_EQ(used, key);
  }
}

TEST(MixedFixedPoint, WholeSteppingIsUnbiasedForTheFixedPointSteps) {
  // 20,000 estimates; 5 problems, 2 or 3 entries, 3 mixings: 33 two-sided tests beyond 5.5
  // deviations, false alarm below 2e-6.
  constexpr std::int64_t kSteps = 5;
  for (const char* name : kProblems) {
    const Scene s = scene(name);
    BatchOracle batch(*s.problem);
    Vector expected(s.w.size()), v(s.w.size());
    solve_linear_system(
        batch, {}, StepSizeSchedule(), s.problem->alpha(), s.w, s.c, kSteps, expected, {});
    for (const double mixing : {1.0, 0.3, 0.05}) {
      SCOPED_TRACE(std::string(name) + ", mixing " + std::to_string(mixing));
      auto mixed = solver(*s.problem, {.mixing = mixing});
      testing::VectorSample sample(s.w.size());
      for (std::uint32_t i = 0; i < 20000; ++i) {
        const StreamKey key{.seed = 3, .role = Role::linear_system, .replica = i};
        ASSERT_EQ(mixed.solve({key, s.w, s.c, kSteps}, v, {}).status, PathStatus::reached);
        sample.add(v);
      }
      EXPECT_LT(sample.worst_z(expected), 5.5);
    }
  }
}

TEST(MixedFixedPoint, LessMixingLeavesLessVariance) {
  // Stationary spread at a fixed step: 1,500 estimates each, a factor of two between neighbours.
  const Scene s = scene("P1");
  const Vector solution = s.problem->solve_linear_system(s.w);
  std::vector<double> errors;
  for (const double mixing : {1.0, 0.3, 0.1}) {
    auto mixed =
        solver(*s.problem, {.step = StepSizeSchedule(ConstantStep{0.3}), .mixing = mixing});
    Vector v(s.w.size());
    double sum = 0.0;
    for (std::uint32_t i = 0; i < 1500; ++i) {
      const StreamKey key{.seed = 5, .role = Role::linear_system, .replica = i};
      ASSERT_EQ(mixed.solve({key, s.w, s.c, 500}, v, {}).status, PathStatus::reached);
      sum += (v - solution).squaredNorm() / 1500.0;
    }
    errors.push_back(sum);
  }
  EXPECT_LT(errors[1], errors[0]);
  EXPECT_LT(errors[2], 0.7 * errors[1]);
}

TEST(MixedFixedPoint, StopsDivergesAndHandlesNoSteps) {
  const Scene s = scene("P3");
  Vector v = Vector::Constant(s.w.size(), 7.0);
  const StreamKey key{.seed = 1, .role = Role::linear_system};
  auto mixed = solver(*s.problem, {.mixing = 0.5});
  EXPECT_EQ(mixed.solve({key, s.w, s.c, 0}, v, {}).status, PathStatus::reached);
  EXPECT_EQ(v, Vector::Zero(s.w.size()));
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(mixed.solve({key, s.w, s.c, 3}, v, source.get_token()).status, PathStatus::stopped);
  auto wild = solver(*s.problem, {.step = StepSizeSchedule(ConstantStep{1e9}), .mixing = 0.5});
  const LinearSolve lost = wild.solve({key, s.w, s.c, 100}, v, {});
  EXPECT_EQ(lost.status, PathStatus::diverged);
  EXPECT_GE(lost.steps, 12);
  EXPECT_LE(lost.steps, 19);
  EXPECT_THROW(solver(*s.problem, {.mixing = 0.0}), ContractViolation);
  EXPECT_THROW(solver(*s.problem, {.mixing = 1.5}), ContractViolation);
}

TEST(MixedFixedPoint, PollsAtEveryStep) {
  const Scene s = scene("P3");
  testing::StopAfter stop{.calls_left = 6};
  MixedFixedPoint mixed(*s.problem,
                        std::make_unique<testing::StoppingOracle>(s.problem->make_oracle({}), stop),
                        s.problem->make_oracle({}),
                        {.mixing = 0.5});
  Vector v(s.w.size());
  const StreamKey key{.seed = 1, .role = Role::linear_system};
  const LinearSolve left = mixed.solve({key, s.w, s.c, 50}, v, stop.source.get_token());
  EXPECT_EQ(left.status, PathStatus::stopped);
  EXPECT_EQ(left.steps, 6);
}

}  // namespace
}  // namespace sid
