#include "sid/method/checkpoint_grid.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

using Grid = std::vector<std::int64_t>;

TEST(CheckpointGrid, IsDistinctAscendingAndEndsAtTheLast) {
  for (const GridSpacing spacing : {GridSpacing::log, GridSpacing::linear}) {
    for (const std::int64_t last : {1, 2, 3, 7, 40, 41, 100, 3000, 1'000'000}) {
      for (const std::int64_t count : {1, 2, 3, 10, 40, 200}) {
        const Grid grid = spaced_grid(spacing, count, last);
        ASSERT_EQ(static_cast<std::int64_t>(grid.size()), std::min(count, last));
        EXPECT_EQ(grid.back(), last);
        EXPECT_GE(grid.front(), 1);
        EXPECT_TRUE(std::adjacent_find(grid.begin(), grid.end(), std::greater_equal<>()) ==
                    grid.end());
        if (count > 1) {
          EXPECT_EQ(grid.front(), 1);
        }
      }
    }
  }
}

TEST(CheckpointGrid, LinearSpacingIsEven) {
  EXPECT_EQ(spaced_grid(GridSpacing::linear, 5, 101), (Grid{1, 26, 51, 76, 101}));
  EXPECT_EQ(spaced_grid(GridSpacing::linear, 9, 4), (Grid{1, 2, 3, 4}));
}

TEST(CheckpointGrid, LogSpacingHasEvenRatios) {
  EXPECT_EQ(spaced_grid(GridSpacing::log, 4, 1000), (Grid{1, 10, 100, 1000}));
  const Grid grid = spaced_grid(GridSpacing::log, 40, 3000);
  const double ratio = std::pow(3000.0, 1.0 / 39.0);
  for (std::size_t i = 25; i < grid.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(grid[i]) / static_cast<double>(grid[i - 1]), ratio, 0.04);
  }
}

TEST(CheckpointGrid, CountsEpochsAsTheFiguresDo) {
  // 100 + 100 steps with minibatches of 50 out of 5000 are two epochs; so is one batch step each.
  const auto sid = make_checkpoints(Grid{1, 100}, 100, 50, 5000);
  EXPECT_EQ(sid[0], (Checkpoint{1, 1, 0.02}));
  EXPECT_EQ(sid[1], (Checkpoint{100, 100, 2.0}));
  const auto batch = make_checkpoints(Grid{1, 30}, 30, 5000, 5000);
  EXPECT_EQ(batch[0], (Checkpoint{1, 1, 2.0}));
  EXPECT_EQ(batch[1], (Checkpoint{30, 30, 60.0}));
}

TEST(CheckpointGrid, SplitsTheBudgetInProportion) {
  const auto points = make_checkpoints(Grid{1, 10, 100}, 25, 2, 10);
  EXPECT_EQ(points[0], (Checkpoint{1, 1, 0.4})) << "at least one step";
  EXPECT_EQ(points[1].k, 3);
  EXPECT_EQ(points[2], (Checkpoint{100, 25, 25.0}));
  const auto more = make_checkpoints(Grid{1, 2, 3}, 300, 1, 10);
  EXPECT_EQ(more[0].k, 100);
  EXPECT_EQ(more[2].k, 300);
}

TEST(CheckpointGrid, RefusesNonsense) {
  EXPECT_THROW(spaced_grid(GridSpacing::log, 0, 10), ContractViolation);
  EXPECT_THROW(spaced_grid(GridSpacing::log, 3, 0), ContractViolation);
  EXPECT_THROW(make_checkpoints(Grid{}, 1, 1, 1), ContractViolation);
  EXPECT_THROW(make_checkpoints(Grid{5, 3}, 1, 1, 1), ContractViolation);
  EXPECT_THROW(make_checkpoints(Grid{1}, 0, 1, 1), ContractViolation);
}

}  // namespace
}  // namespace sid
