#include "sid/app/state/theory_study_desk.hpp"

#include <atomic>
#include <cmath>
#include <latch>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

#include "app/driver.hpp"

namespace sid::app {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

StudyRequest request_for(std::size_t checkpoint) {
  static const auto theory = std::make_shared<const EvaluatedTheory>();
  return {theory, {0, 0, checkpoint}, {kNaN, kNaN, kNaN}};
}

/// Says where it was asked for.
TheoryStudy echo(const StudyRequest& wanted, const std::stop_token&) {
  TheoryStudy study;
  study.place = wanted.place;
  return study;
}

void wait_for(TheoryStudyDesk& desk) {
  while (desk.pending()) {
    desk.poll();
    std::this_thread::yield();
  }
}

TEST(TheoryStudyDesk, EvaluatesOnceForEachRequest) {
  std::atomic<int> news = 0;
  TheoryStudyDesk desk([&] { ++news; }, echo);
  EXPECT_EQ(desk.latest(), nullptr);
  for (int i = 0; i < 3; ++i) desk.want(request_for(4));
  EXPECT_TRUE(desk.pending());
  wait_for(desk);
  ASSERT_NE(desk.latest(), nullptr);
  EXPECT_EQ(desk.latest()->study.place.checkpoint, 4U);
  for (int i = 0; i < 3; ++i) desk.want(request_for(4));
  EXPECT_FALSE(desk.pending());
  EXPECT_EQ(desk.evaluations(), 1);
  desk.want(request_for(5));
  EXPECT_EQ(desk.latest()->study.place.checkpoint, 4U) << "kept until the next one is there";
  wait_for(desk);
  EXPECT_EQ(desk.latest()->study.place.checkpoint, 5U);
  EXPECT_EQ(desk.evaluations(), 2);
  while (news < 2) std::this_thread::yield();
  desk.want(std::nullopt);
  EXPECT_EQ(desk.latest(), nullptr);
  EXPECT_FALSE(desk.pending());
}

TEST(TheoryStudyDesk, LatestRequestWins) {
  std::latch begun(1), go_on(1);
  std::atomic<bool> told_to_stop = false;
  TheoryStudyDesk desk({}, [&](const StudyRequest& wanted, const std::stop_token& stop) {
    if (wanted.place.checkpoint == 1) {
      begun.count_down();
      go_on.wait();
      told_to_stop = stop.stop_requested();
    }
    return echo(wanted, stop);
  });
  desk.want(request_for(1));
  begun.wait();
  desk.want(request_for(2));
  desk.want(request_for(3));
  go_on.count_down();
  wait_for(desk);
  EXPECT_EQ(desk.latest()->study.place.checkpoint, 3U);
  EXPECT_TRUE(told_to_stop);
  EXPECT_LE(desk.evaluations(), 3);
}

TEST(StudyRequest, IsTheSameOnlyWithTheSameErrors) {
  StudyRequest a = request_for(0), b = a;
  EXPECT_TRUE(same(a, b)) << "NaN means not known, and equals itself";
  b.measured.lower = 0.5;
  EXPECT_FALSE(same(a, b));
  b = a;
  b.place.method = 1;
  EXPECT_FALSE(same(a, b));
  b = a;
  b.theory = std::make_shared<const EvaluatedTheory>();
  EXPECT_FALSE(same(a, b));
}

TEST(StudyRequest, TakesTheLastCheckpointAndNoMeasuredValueThatIsKnownExactly) {
  Session session({.threads = 2, .on_news = {}, .autorun = false});
  EXPECT_FALSE(study_request(session, 0, 0, std::nullopt)) << "no theory yet";
  session.set_spec(start_spec());
  while (session.theory_pending()) session.poll();
  const std::size_t last = session.checkpoints(0, 1).size() - 1;
  const auto at_end = study_request(session, 0, 1, std::nullopt);
  ASSERT_TRUE(at_end);
  EXPECT_EQ(at_end->place.checkpoint, last);
  EXPECT_EQ(study_request(session, 0, 1, last + 7)->place.checkpoint, last);
  EXPECT_EQ(study_request(session, 0, 1, 0)->place.checkpoint, 0U);
  EXPECT_FALSE(study_request(session, 0, 99, std::nullopt));
  EXPECT_TRUE(std::isnan(at_end->measured.hypergradient));
  session.start();
  while (session.running()) session.poll();
  session.poll();
  // The teaching problem's expectation is known, so the runs change nothing.
  EXPECT_TRUE(same(*at_end, *study_request(session, 0, 1, std::nullopt)));
}

}  // namespace
}  // namespace sid::app
