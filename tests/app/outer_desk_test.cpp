#include "sid/app/state/outer_desk.hpp"

#include <atomic>
#include <latch>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

namespace sid::app {
namespace {

RunSpec spec_of(std::int64_t steps) {
  RunSpec spec;
  spec.outer.emplace();
  spec.outer->steps = steps;
  return spec;
}

std::shared_ptr<const OuterSnapshot> snapshot_of(const RunSpec& spec, RunStatus status) {
  auto out = std::make_shared<OuterSnapshot>();
  out->spec = spec;
  out->status = status;
  return out;
}

/// Publishes one snapshot on the way and one at the end.
std::shared_ptr<const OuterSnapshot> echo(const RunSpec& spec,
                                          const OuterRunOptions&,
                                          const std::stop_token& stop,
                                          const OuterPublish& publish) {
  publish(snapshot_of(spec, RunStatus::running));
  auto last = snapshot_of(spec, stop.stop_requested() ? RunStatus::stopped : RunStatus::finished);
  publish(last);
  return last;
}

void wait_for(OuterDesk& desk) {
  while (desk.running()) {
    desk.poll();
    std::this_thread::yield();
  }
}

TEST(OuterDesk, RunsOnceForEachSpecThatCounts) {
  std::atomic<int> runs = 0;
  OuterDesk desk(
      {}, 1, [&](const auto& spec, const auto& options, const auto& stop, const auto& publish) {
        ++runs;
        return echo(spec, options, stop, publish);
      });
  EXPECT_EQ(desk.latest(), nullptr);
  desk.want(OuterRequest{spec_of(3), nullptr});
  wait_for(desk);
  EXPECT_EQ(desk.latest()->status, RunStatus::finished);
  RunSpec same = spec_of(3);
  same.ladder = Ladder::paper;
  desk.want(OuterRequest{same, nullptr});
  EXPECT_FALSE(desk.running()) << "the ladder does not matter to the loop";
  EXPECT_EQ(runs, 1);
  desk.want(OuterRequest{spec_of(4), nullptr});
  wait_for(desk);
  EXPECT_EQ(desk.latest()->spec.outer->steps, 4);
  EXPECT_EQ(runs, 2);
  desk.restart();
  wait_for(desk);
  EXPECT_EQ(runs, 3);
}

TEST(OuterDesk, TheLatestRequestWinsAndStopsTheOneBefore) {
  std::latch begun(1);
  OuterDesk desk({},
                 1,
                 [&](const RunSpec& spec,
                     const auto& options,
                     const std::stop_token& stop,
                     const auto& publish) {
                   if (spec.outer->steps == 1) {
                     begun.count_down();
                     while (!stop.stop_requested()) std::this_thread::yield();
                   }
                   return echo(spec, options, stop, publish);
                 });
  desk.want(OuterRequest{spec_of(1), nullptr});
  begun.wait();
  desk.want(OuterRequest{spec_of(2), nullptr});
  wait_for(desk);
  EXPECT_EQ(desk.latest()->spec.outer->steps, 2);
  EXPECT_EQ(desk.latest()->status, RunStatus::finished);
}

TEST(OuterDesk, WhatNobodyWantsStopsAndBeginsAgainWhenWanted) {
  std::latch begun(1);
  std::atomic<int> runs = 0;
  OuterDesk desk({},
                 1,
                 [&](const RunSpec& spec,
                     const auto& options,
                     const std::stop_token& stop,
                     const auto& publish) {
                   if (++runs == 1) {
                     begun.count_down();
                     while (!stop.stop_requested()) std::this_thread::yield();
                   }
                   return echo(spec, options, stop, publish);
                 });
  desk.want(OuterRequest{spec_of(5), nullptr});
  begun.wait();
  desk.want(std::nullopt);
  wait_for(desk);
  EXPECT_EQ(desk.latest()->status, RunStatus::stopped);
  desk.want(OuterRequest{spec_of(5), nullptr});
  wait_for(desk);
  EXPECT_EQ(desk.latest()->status, RunStatus::finished);
  EXPECT_EQ(runs, 2);
  desk.want(std::nullopt);
  desk.want(OuterRequest{spec_of(5), nullptr});
  EXPECT_FALSE(desk.running()) << "it is whole";
}

TEST(OuterDesk, DoesNotTakeAnOlderLoopForThePresentOne) {
  std::latch begun(1);
  OuterDesk desk({},
                 1,
                 [&](const RunSpec& spec,
                     const auto& options,
                     const std::stop_token& stop,
                     const auto& publish) {
                   if (spec.outer->steps == 2 && !begun.try_wait()) {
                     begun.count_down();
                     while (!stop.stop_requested()) std::this_thread::yield();
                   }
                   return echo(spec, options, stop, publish);
                 });
  desk.want(OuterRequest{spec_of(1), nullptr});
  wait_for(desk);
  desk.want(OuterRequest{spec_of(2), nullptr});
  begun.wait();
  desk.want(std::nullopt);
  desk.want(OuterRequest{spec_of(2), nullptr});  // the latest snapshot is still of the first
  wait_for(desk);
  EXPECT_EQ(desk.latest()->spec.outer->steps, 2);
  EXPECT_EQ(desk.latest()->status, RunStatus::finished);
}

}  // namespace
}  // namespace sid::app
