#include "sid/run/internal/publish_pace.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace sid::internal {
namespace {

using std::chrono::milliseconds;

constexpr PublishPace::Time kStart{std::chrono::hours(1)};

TEST(PublishPace, IsDueAtFirstAndAgainAfterAnInterval) {
  PublishPace pace(10.0);
  EXPECT_TRUE(pace.curves_due(kStart));
  EXPECT_TRUE(pace.progress_due(kStart));
  pace.sent_curves(kStart, kStart);
  EXPECT_FALSE(pace.curves_due(kStart + milliseconds(99)));
  EXPECT_FALSE(pace.progress_due(kStart + milliseconds(99)));
  EXPECT_TRUE(pace.curves_due(kStart + milliseconds(100)));
  EXPECT_TRUE(pace.progress_due(kStart + milliseconds(100)));
}

TEST(PublishPace, LetsProgressNeverDelayCurves) {
  PublishPace pace(10.0);
  pace.sent_curves(kStart, kStart);
  // Progress takes every turn, the last one right before a round of new points ends.
  for (int turn = 1; turn <= 5; ++turn) {
    const auto now = kStart + turn * milliseconds(100);
    ASSERT_TRUE(pace.progress_due(now));
    pace.sent_progress(now, now);
    EXPECT_FALSE(pace.progress_due(now));
    EXPECT_TRUE(pace.curves_due(now));
  }
}

TEST(PublishPace, PausesTenTimesAsLongAsPublishingTook) {
  PublishPace pace(1000.0);
  pace.sent_curves(kStart, kStart + milliseconds(20));
  EXPECT_FALSE(pace.curves_due(kStart + milliseconds(219)));
  EXPECT_TRUE(pace.curves_due(kStart + milliseconds(221)));
}

}  // namespace
}  // namespace sid::internal
