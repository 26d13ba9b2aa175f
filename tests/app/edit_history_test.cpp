#include "sid/app/state/edit_history.hpp"

#include <gtest/gtest.h>

namespace sid::app {
namespace {

RunSpec seeded(std::int64_t seed) {
  RunSpec spec;
  spec.run.seed = seed;
  return spec;
}

TEST(EditHistory, ReturnsToWhatWasAndBack) {
  EditHistory history;
  history.record(seeded(1), seeded(2), "seed 1 → 2", "");
  EXPECT_EQ(history.undo_name(), "seed 1 → 2");
  EXPECT_EQ(history.undo(), seeded(1));
  EXPECT_EQ(history.undo(), std::nullopt);
  EXPECT_EQ(history.redo_name(), "seed 1 → 2");
  EXPECT_EQ(history.redo(), seeded(2));
  EXPECT_EQ(history.redo(), std::nullopt);
}

TEST(EditHistory, MergesADragIntoOneEdit) {
  EditHistory history;
  history.record(seeded(1), seeded(2), "a", "seed");
  history.record(seeded(2), seeded(3), "b", "seed");
  history.close();
  history.record(seeded(3), seeded(4), "c", "seed");
  EXPECT_EQ(history.size(), 2U);
  EXPECT_EQ(history.undo(), seeded(3));
  EXPECT_EQ(history.undo(), seeded(1));
}

TEST(EditHistory, NamesADragByTheValueItBeganWith) {
  EditHistory history;
  history.record(seeded(1), seeded(2), EditName("seed", "1", "2"), "seed");
  history.record(seeded(2), seeded(3), EditName("seed", "2", "3"), "seed");
  EXPECT_EQ(history.undo_name(), "seed 1 → 3");
  history.close();
  history.record(seeded(3), seeded(4), EditName("seed", "3", "4"), "seed");
  EXPECT_EQ(history.undo_name(), "seed 3 → 4");
  history.record(seeded(4), seeded(5), "another seed", "seed");
  EXPECT_EQ(history.undo_name(), "another seed");
}

TEST(EditHistory, KeepsEditsOfDifferentControlsApart) {
  EditHistory history;
  history.record(seeded(1), seeded(2), "a", "seed");
  history.record(seeded(2), seeded(3), "b", "other");
  EXPECT_EQ(history.size(), 2U);
}

TEST(EditHistory, ForgetsADragThatEndsWhereItBegan) {
  EditHistory history;
  history.record(seeded(1), seeded(2), "a", "seed");
  history.record(seeded(2), seeded(1), "b", "seed");
  EXPECT_FALSE(history.can_undo());
}

TEST(EditHistory, DropsWhatWasUndoneOnceSomethingNewIsDone) {
  EditHistory history;
  history.record(seeded(1), seeded(2), "a", "");
  history.undo();
  history.record(seeded(1), seeded(5), "b", "");
  EXPECT_FALSE(history.can_redo());
  EXPECT_EQ(history.undo(), seeded(1));
}

TEST(EditHistory, IgnoresEditsThatChangeNothing) {
  EditHistory history;
  history.record(seeded(1), seeded(1), "a", "");
  EXPECT_FALSE(history.can_undo());
}

}  // namespace
}  // namespace sid::app
