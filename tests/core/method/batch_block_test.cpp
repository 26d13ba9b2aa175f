#include "sid/method/batch_block.hpp"

#include <stop_token>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/method/batch_oracle.hpp"

#include "core/method/block_scene.hpp"

namespace sid {
namespace {

using namespace testing;

std::unique_ptr<SidPath> alone(const Scene& scene, std::size_t c) {
  const DataProblem& problem = *scene.columns[c].problem;
  return std::make_unique<SidPath>(problem,
                                   std::make_unique<BatchOracle>(problem),
                                   std::make_unique<BatchOracle>(problem),
                                   scene.columns[c].settings);
}

/// Windows of 1, 1, 2, 4 and 2 checkpoints, with steps that neither ascend nor stay.
const std::vector<Checkpoint> kCheckpoints = {{.t = 0, .k = 2},
                                              {.t = 1, .k = 3},
                                              {.t = 1, .k = 0},
                                              {.t = 2, .k = 9},
                                              {.t = 5, .k = 4},
                                              {.t = 6, .k = 4},
                                              {.t = 7, .k = 1},
                                              {.t = 8, .k = 12},
                                              {.t = 9, .k = 2},
                                              {.t = 20, .k = 5}};

void compare(const Scene& scene) {
  const auto block = std::make_shared<BatchBlock>(scene.columns, scene.rows, kCheckpoints);
  for (int turn = 0; turn < 2; ++turn) {  // the second one after a new start
    std::vector<std::unique_ptr<HypergradientPath>> shared;
    std::vector<std::unique_ptr<SidPath>> single;
    for (std::size_t c = 0; c < scene.columns.size(); ++c) {
      shared.push_back(std::make_unique<BatchBlockPath>(block, static_cast<Index>(c)));
      shared.back()->start(11, 0);
      single.push_back(alone(scene, c));
      single.back()->start(11, 0);
    }
    for (std::size_t i = 0; i < kCheckpoints.size(); ++i) {
      const auto index = static_cast<std::uint32_t>(i);
      for (std::size_t c = 0; c < scene.columns.size(); ++c) {
        SCOPED_TRACE(::testing::Message() << "checkpoint " << i << " column " << c);
        const PathStatus expected = single[c]->run_to(kCheckpoints[i], index, {});
        ASSERT_EQ(shared[c]->run_to(kCheckpoints[i], index, {}), expected);
        ASSERT_EQ(shared[c]->divergence(), single[c]->divergence());
        ASSERT_EQ(shared[c]->solver_steps(), single[c]->solver_steps());
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
  }
}

TEST(BatchBlock, GivesEachColumnTheBitsOfItsOwnPath) {
  std::uint64_t seed = 1;
  for (const DataProblemShape& shape : shapes()) {
    for (const Kind kind : {Kind::bytes, Kind::floats, Kind::doubles, Kind::sparse}) {
      for (const Index columns : {1, 4, 8, 11}) {
        SCOPED_TRACE(::testing::Message() << "seed " << seed);
        // Also more rows than are worked on at once.
        compare(
            make_scene(seed, kind, shape, columns, {.training_rows = seed % 3 == 0 ? 300 : 30}));
        if (HasFatalFailure()) return;
        ++seed;
      }
    }
  }
}

TEST(BatchBlock, LeavesTheOthersAloneWhenColumnsDiverge) {
  for (const std::uint64_t seed : {900U, 901U, 902U}) {
    Scene scene = make_scene(seed, Kind::doubles, shapes()[1], 10);
    scene.columns[2].settings.lower_step = StepSizeSchedule(ConstantStep{.eta = 1e40});
    scene.columns[5].settings.linear_step = StepSizeSchedule(ConstantStep{.eta = 1e30});
    scene.columns[8].settings.linear_step = StepSizeSchedule(ConstantStep{.eta = 1e170});
    scene.columns[9].settings.lower_step = StepSizeSchedule(ConstantStep{.eta = 1e12});
    compare(scene);
    BatchBlock block(scene.columns, scene.rows, kCheckpoints);
    block.start();
    const std::size_t last = kCheckpoints.size() - 1;
    for (std::size_t i = 0; i <= last; ++i) block.run_to(i, {});
    ASSERT_TRUE(block.column(2, last).divergence);
    EXPECT_EQ(block.column(2, last).divergence->role, Role::lower_level);
    ASSERT_TRUE(block.column(8, last).divergence);
    EXPECT_EQ(block.column(8, last).divergence->role, Role::linear_system);
    EXPECT_FALSE(block.column(0, last).divergence);
    EXPECT_TRUE(block.column(0, last).hypergradient.allFinite());
  }
}

TEST(BatchBlock, GoesOnWhenAllColumnsAreLost) {
  Scene scene = make_scene(950, Kind::bytes, shapes()[1], 3);
  for (SidColumn& column : scene.columns)
    column.settings.lower_step = StepSizeSchedule(ConstantStep{.eta = 1e200});
  compare(scene);
}

TEST(BatchBlock, LooksAsFarAheadAsItHasCome) {
  const Scene scene = make_scene(70, Kind::sparse, shapes()[0], 4);
  std::vector<Checkpoint> checkpoints;
  for (std::int64_t t = 1; t <= 100; ++t) checkpoints.push_back({.t = t, .k = 1});
  BatchBlock block(scene.columns, scene.rows, checkpoints);
  block.start();
  std::vector<std::size_t> counts;
  for (std::size_t i = 0; i < checkpoints.size(); i += counts.back()) {
    block.run_to(i, {});
    EXPECT_EQ(block.known().first, i);
    counts.push_back(block.known().count);
  }
  // Four columns each, so sixteen fill the block.
  EXPECT_EQ(counts, (std::vector<std::size_t>{1, 1, 2, 4, 8, 16, 16, 16, 16, 16, 4}));
}

TEST(BatchBlock, GivesWholeEstimatesHoweverItIsStopped) {
  const Scene scene = make_scene(78, Kind::doubles, shapes()[4], 9, {.training_rows = 600});
  BatchBlock whole(scene.columns, scene.rows, kCheckpoints);
  whole.start();
  for (std::size_t i = 0; i <= 4; ++i) ASSERT_EQ(whole.run_to(i, {}), PathStatus::reached);
  for (int turn = 0; turn < 40; ++turn) {
    BatchBlock block(scene.columns, scene.rows, kCheckpoints);
    block.start();
    std::stop_source stop;
    {
      // Wherever the stop comes, before, in the midst or not at all.
      const std::jthread other([&] { stop.request_stop(); });
      for (std::size_t i = 0; i <= 4; ++i) {
        if (block.run_to(i, stop.get_token()) == PathStatus::stopped) {
          ASSERT_EQ(block.run_to(i, {}), PathStatus::reached);
        }
      }
    }
    for (Index c = 0; c < block.columns(); ++c) {
      expect_equal(block.column(c, 4).hypergradient, whole.column(c, 4).hypergradient);
    }
  }
}

TEST(BatchBlock, RefusesWhatDoesNotFit) {
  const Scene scene = make_scene(5, Kind::bytes, shapes()[0], 2);
  const Scene other = make_scene(6, Kind::bytes, shapes()[0], 2);
  EXPECT_THROW(BatchBlock({}, scene.rows, kCheckpoints), ContractViolation);
  std::vector<SidColumn> mixed = scene.columns;
  mixed.push_back(other.columns.front());
  EXPECT_THROW(BatchBlock(mixed, scene.rows, kCheckpoints), ContractViolation);
  const auto block = std::make_shared<BatchBlock>(scene.columns, scene.rows, kCheckpoints);
  EXPECT_THROW(block->run_to(0, {}), ContractViolation);
  block->start();
  EXPECT_THROW(block->column(0, 0), ContractViolation);
  block->run_to(1, {});
  EXPECT_THROW(block->run_to(0, {}), ContractViolation);
  EXPECT_THROW(block->run_to(kCheckpoints.size(), {}), ContractViolation);
  BatchBlockPath path(block, 1);
  EXPECT_THROW(path.run_to({.t = 17, .k = 3}, 1, {}), ContractViolation);
}

}  // namespace
}  // namespace sid
