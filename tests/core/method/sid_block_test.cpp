#include "sid/method/sid_block.hpp"

#include <cmath>
#include <stop_token>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "core/method/block_scene.hpp"

namespace sid {
namespace {

using namespace testing;

std::unique_ptr<SidPath> alone(const Scene& scene, std::size_t c) {
  const DataProblem& problem = *scene.columns[c].problem;
  return std::make_unique<SidPath>(problem,
                                   problem.make_oracle(scene.draws),
                                   problem.make_oracle(scene.draws),
                                   scene.columns[c].settings);
}

const std::vector<Checkpoint> kCheckpoints = {
    {.t = 1, .k = 1}, {.t = 1, .k = 3}, {.t = 4, .k = 0}, {.t = 9, .k = 9}, {.t = 40, .k = 25}};

void compare(const Scene& scene) {
  const auto block = std::make_shared<SidBlock>(scene.columns, scene.draws, scene.rows);
  for (const std::uint32_t replica : {3U, 0U}) {
    std::vector<std::unique_ptr<HypergradientPath>> shared;
    std::vector<std::unique_ptr<SidPath>> single;
    for (std::size_t c = 0; c < scene.columns.size(); ++c) {
      shared.push_back(std::make_unique<SidBlockPath>(block, static_cast<Index>(c)));
      shared.back()->start(11, replica);
      single.push_back(alone(scene, c));
      single.back()->start(11, replica);
    }
    const std::int64_t before = block->column(0).solver_steps;
    for (std::size_t i = 0; i < kCheckpoints.size(); ++i) {
      const auto index = static_cast<std::uint32_t>(i);
      for (std::size_t c = 0; c < scene.columns.size(); ++c) {
        SCOPED_TRACE(::testing::Message() << "checkpoint " << i << " column " << c);
        const PathStatus expected = single[c]->run_to(kCheckpoints[i], index, {});
        ASSERT_EQ(shared[c]->run_to(kCheckpoints[i], index, {}), expected);
        ASSERT_EQ(shared[c]->divergence(), single[c]->divergence());
        if (replica == 3U) {
          ASSERT_EQ(shared[c]->solver_steps(), single[c]->solver_steps());
        }
        const auto& lost = single[c]->divergence();
        if (lost && lost->role == Role::lower_level) continue;
        expect_equal(shared[c]->w(), single[c]->w());
        expect_equal(shared[c]->upper_gradient(), single[c]->upper_gradient());
        ASSERT_EQ(shared[c]->linear_steps(), kCheckpoints[i].k);
        if (expected != PathStatus::reached) continue;
        expect_equal(shared[c]->v(), single[c]->v());
        expect_equal(shared[c]->hypergradient(), single[c]->hypergradient());
      }
    }
    EXPECT_GT(block->column(0).solver_steps, before);
  }
}

TEST(SidBlock, GivesEachColumnTheBitsOfItsOwnPath) {
  std::uint64_t seed = 1;
  for (const DataProblemShape& shape : shapes()) {
    for (const Kind kind : {Kind::bytes, Kind::floats, Kind::doubles, Kind::sparse}) {
      for (const Index columns : {1, 2, 8, 9, 19}) {
        SCOPED_TRACE(::testing::Message() << "seed " << seed);
        compare(make_scene(seed++, kind, shape, columns));
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(SidBlock, LeavesTheOthersAloneWhenColumnsDiverge) {
  for (const std::uint64_t seed : {900U, 901U, 902U}) {
    DataProblemShape shape = shapes()[1];
    Scene scene = make_scene(seed, Kind::doubles, shape, 10);
    scene.columns[2].settings.lower_step = StepSizeSchedule(ConstantStep{.eta = 1e40});
    scene.columns[5].settings.linear_step = StepSizeSchedule(ConstantStep{.eta = 1e30});
    scene.columns[8].settings.linear_step = StepSizeSchedule(ConstantStep{.eta = 1e170});
    scene.columns[9].settings.lower_step = StepSizeSchedule(ConstantStep{.eta = 1e12});
    compare(scene);
    SidBlock block(scene.columns, scene.draws, scene.rows);
    block.start(11, 3);
    for (std::uint32_t i = 0; i < kCheckpoints.size(); ++i) block.run_to(kCheckpoints[i], i, {});
    ASSERT_TRUE(block.column(2).divergence);
    EXPECT_EQ(block.column(2).divergence->role, Role::lower_level);
    ASSERT_TRUE(block.column(5).divergence);
    EXPECT_EQ(block.column(5).divergence->role, Role::linear_system);
    EXPECT_FALSE(block.column(0).divergence);
    EXPECT_TRUE(block.column(0).hypergradient.allFinite());
  }
}

TEST(SidBlock, GoesOnWhenAllColumnsAreLost) {
  Scene scene = make_scene(950, Kind::bytes, shapes()[1], 3);
  for (SidColumn& column : scene.columns)
    column.settings.lower_step = StepSizeSchedule(ConstantStep{.eta = 1e200});
  compare(scene);
}

/// w_1 is below the limit of 10^150, and grad_1 E(w_1) = X^T (X w_1 - y) is not in range. A step of
/// size zero times it is no number, so such a column overflows anew at every step of the others.
TEST(SidBlock, NotesAnInfiniteUpperGradientOnce) {
  Scene scene = make_scene(960, Kind::doubles, shapes()[3], 10, {.validation_scale = 1e81});
  const StepSizeSchedule half(ConstantStep{.eta = 0.5});
  for (SidColumn& column : scene.columns) {
    // So strong a regulariser leaves a w of 10^-20, whose upper gradient is in range.
    column.problem = *scene.family->at(1e20, AlphaRule::optimal);
    column.settings.lower_step = column.settings.linear_step = half;
  }
  for (const std::size_t c : {std::size_t{1}, std::size_t{9}}) {
    scene.columns[c].problem = *scene.family->at(1.0, AlphaRule::optimal);
    scene.columns[c].settings.lower_step = StepSizeSchedule(ConstantStep{.eta = 1e148});
  }
  SidBlock block(scene.columns, scene.draws, scene.rows);
  block.start(11, 3);
  const Checkpoint at{.t = 1, .k = 6};
  ASSERT_EQ(block.run_to(at, 0, {}), PathStatus::reached);
  for (std::size_t c = 0; c < scene.columns.size(); ++c) {
    SCOPED_TRACE(::testing::Message() << "column " << c);
    const auto single = alone(scene, c);
    single->start(11, 3);
    const SidBlock::Column& column = block.column(static_cast<Index>(c));
    ASSERT_EQ(column.status, single->run_to(at, 0, {}));
    EXPECT_EQ(column.divergence, single->divergence());
    EXPECT_EQ(column.solver_steps, single->solver_steps());
    expect_equal(column.w, single->w());
    if (c == 1 || c == 9) {
      EXPECT_FALSE(column.upper_gradient.allFinite());
      ASSERT_TRUE(column.divergence);
      EXPECT_EQ(*column.divergence, (Divergence{.role = Role::linear_system, .iteration = 1}));
      continue;
    }
    ASSERT_EQ(column.status, PathStatus::reached);
    expect_equal(column.v, single->v());
    EXPECT_GT(column.v.norm(), 0.0);
  }
}

TEST(SidBlock, GivesWholeEstimatesHoweverItIsStopped) {
  const Scene scene = make_scene(78, Kind::doubles, shapes()[4], 32);
  const Checkpoint at{.t = 3, .k = 1};
  SidBlock whole(scene.columns, scene.draws, scene.rows);
  whole.start(4, 1);
  ASSERT_EQ(whole.run_to(at, 0, {}), PathStatus::reached);
  for (int turn = 0; turn < 40; ++turn) {
    SidBlock block(scene.columns, scene.draws, scene.rows);
    block.start(4, 1);
    std::stop_source stop;
    {
      // Wherever the stop comes, before, in the midst or not at all.
      const std::jthread other([&] { stop.request_stop(); });
      block.run_to(at, 0, stop.get_token());
    }
    ASSERT_EQ(block.run_to(at, 0, {}), PathStatus::reached);
    for (Index c = 0; c < block.columns(); ++c) {
      expect_equal(block.column(c).hypergradient, whole.column(c).hypergradient);
    }
  }
}

TEST(SidBlock, StopsAndGoesOn) {
  const Scene scene = make_scene(77, Kind::bytes, shapes()[0], 5);
  SidBlock block(scene.columns, scene.draws, scene.rows);
  block.start(4, 1);
  std::stop_source stop;
  stop.request_stop();
  const Checkpoint at{.t = 12, .k = 7};
  EXPECT_EQ(block.run_to(at, 0, stop.get_token()), PathStatus::stopped);
  EXPECT_EQ(block.run_to(at, 0, {}), PathStatus::reached);
  const auto path = alone(scene, 4);
  path->start(4, 1);
  ASSERT_EQ(path->run_to(at, 0, {}), PathStatus::reached);
  expect_equal(block.column(4).hypergradient, path->hypergradient());
}

TEST(SidBlock, RefusesWhatDoesNotFit) {
  const Scene scene = make_scene(5, Kind::bytes, shapes()[0], 2);
  const Scene other = make_scene(6, Kind::bytes, shapes()[0], 2);
  EXPECT_THROW(SidBlock({}, scene.draws, scene.rows), ContractViolation);
  std::vector<SidColumn> mixed = scene.columns;
  mixed.push_back(other.columns.front());
  EXPECT_THROW(SidBlock(mixed, scene.draws, scene.rows), ContractViolation);
  SidBlock block(scene.columns, scene.draws, scene.rows);
  EXPECT_THROW(block.run_to({.t = 1, .k = 1}, 0, {}), ContractViolation);
  block.start(1, 0);
  block.run_to({.t = 5, .k = 1}, 0, {});
  EXPECT_THROW(block.run_to({.t = 4, .k = 1}, 1, {}), ContractViolation);
}

}  // namespace
}  // namespace sid
