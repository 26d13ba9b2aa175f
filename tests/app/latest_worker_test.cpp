#include "sid/app/state/latest_worker.hpp"

#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace sid::app {
namespace {

using Worker = LatestWorker<std::string, std::string>;

std::shared_ptr<const std::string> text(const std::string& what) {
  return std::make_shared<const std::string>(what);
}

std::string wait_for(Worker& worker) {
  for (;;) {
    if (const auto news = worker.take()) return *news;
    std::this_thread::yield();
  }
}

TEST(LatestWorker, HandsOutTheNewestNewsOnce) {
  std::latch published(1);
  std::atomic<int> told = 0;
  Worker worker(
      [&] { ++told; },
      [&](const std::string& job, const std::stop_token&, const Worker::Publish& publish) {
        for (const char* part : {" 1", " 2", " 3"}) publish(text(job + part));
        published.count_down();
      });
  EXPECT_EQ(worker.take(), nullptr);
  worker.request("a");
  published.wait();
  EXPECT_EQ(told, 3);
  EXPECT_EQ(*worker.take(), "a 3");
  EXPECT_EQ(worker.take(), nullptr);
}

TEST(LatestWorker, DropsNewsOfARequestThatWasReplaced) {
  std::latch begun(1), go_on(1);
  Worker worker(
      {}, [&](const std::string& job, const std::stop_token& stop, const Worker::Publish& publish) {
        if (job == "old") {
          publish(text("old, in time"));
          begun.count_down();
          go_on.wait();
          EXPECT_TRUE(stop.stop_requested());
          // From a thread of its own, as pools do.
          std::jthread([&] { publish(text("old, too late")); }).join();
          return;
        }
        EXPECT_FALSE(stop.stop_requested());
        publish(text(job));
      });
  worker.request("old");
  begun.wait();
  worker.request("skipped");
  EXPECT_EQ(worker.take(), nullptr) << "not picked up before the request that replaced it";
  worker.request("new");
  go_on.count_down();
  EXPECT_EQ(wait_for(worker), "new");
  EXPECT_EQ(worker.begun(), 2) << "what was replaced before its turn is never begun";
}

TEST(LatestWorker, StopsWithoutForgetting) {
  std::latch begun(1);
  Worker worker(
      {}, [&](const std::string& job, const std::stop_token& stop, const Worker::Publish& publish) {
        begun.count_down();
        while (!stop.stop_requested()) std::this_thread::yield();
        publish(text(job + ", stopped"));
      });
  worker.request("a");
  begun.wait();
  worker.stop();
  EXPECT_EQ(wait_for(worker), "a, stopped");
}

TEST(LatestWorker, StopsWhatHasNotBegun) {
  std::latch first(1), go_on(1);
  Worker worker(
      {}, [&](const std::string& job, const std::stop_token& stop, const Worker::Publish& publish) {
        if (job == "first") {
          first.count_down();
          go_on.wait();
        }
        publish(text(stop.stop_requested() ? job + ", stopped" : job));
      });
  worker.request("first");
  first.wait();
  worker.request("second");
  worker.stop();
  go_on.count_down();
  EXPECT_EQ(wait_for(worker), "second, stopped");
  worker.request("third");
  EXPECT_EQ(wait_for(worker), "third") << "a stop is of one request";
}

TEST(LatestWorker, TellsNobodyWhatTheRequestWaitsFor) {
  using std::chrono::duration;
  std::latch go_on(1), told(1);
  Worker worker(
      [&] { told.count_down(); },
      [&](const std::string& job, const std::stop_token&, const Worker::Publish& publish) {
        if (job == "slow") go_on.wait();
        publish(text(job));
      });
  const auto quick = worker.request("quick", duration<double>(60.0));
  ASSERT_NE(quick, nullptr);
  EXPECT_EQ(*quick, "quick");
  EXPECT_EQ(worker.take(), nullptr);
  EXPECT_EQ(worker.request("slow", duration<double>(1e-3)), nullptr);
  EXPECT_FALSE(told.try_wait());
  go_on.count_down();
  told.wait();
  EXPECT_EQ(*worker.take(), "slow");
}

TEST(LatestWorker, StopsItsWorkWhenItGoes) {
  std::latch begun(1);
  bool stopped = false;
  {
    Worker worker({}, [&](const std::string&, const std::stop_token& stop, const Worker::Publish&) {
      begun.count_down();
      while (!stop.stop_requested()) std::this_thread::yield();
      stopped = true;
    });
    worker.request("endless");
    begun.wait();
    worker.request("never begun");
  }
  EXPECT_TRUE(stopped);
}

}  // namespace
}  // namespace sid::app
