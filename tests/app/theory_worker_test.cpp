#include "sid/app/state/theory_worker.hpp"

#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "app/driver.hpp"

namespace sid::app {
namespace {

EvaluatedTheory titled(const char* title) {
  EvaluatedTheory wanted;
  wanted.spec.title = title;
  return wanted;
}

std::shared_ptr<const EvaluatedTheory> wait_for(TheoryWorker& worker) {
  for (;;) {
    if (auto theory = worker.take()) return theory;
    std::this_thread::yield();
  }
}

TEST(TheoryWorker, HandsOutEachResultOnceAndSaysSoOnce) {
  std::atomic<int> news = 0;
  TheoryWorker worker([&] { ++news; },
                      [](EvaluatedTheory wanted, const std::stop_token&) {
                        wanted.trouble = "seen";
                        return wanted;
                      });
  EXPECT_EQ(worker.take(), nullptr);
  worker.request(titled("a"));
  EXPECT_EQ(wait_for(worker)->trouble, "seen");
  EXPECT_EQ(worker.take(), nullptr);
  worker.request(titled("b"));
  EXPECT_EQ(wait_for(worker)->spec.title, "b");
  while (news < 2) std::this_thread::yield();
  EXPECT_EQ(news, 2);
}

TEST(TheoryWorker, NeverHandsOutAnOutdatedResult) {
  std::latch begun(1), go_on(1);
  std::atomic<int> news = 0;
  std::atomic<bool> told_to_stop = false;
  TheoryWorker worker([&] { ++news; },
                      [&](EvaluatedTheory wanted, const std::stop_token& stop) {
                        if (wanted.spec.title == "old") {
                          begun.count_down();
                          go_on.wait();  // finishes although nobody wants it any more
                          told_to_stop = stop.stop_requested();
                        }
                        return wanted;
                      });
  worker.request(titled("old"));
  begun.wait();
  worker.request(titled("skipped"));
  worker.request(titled("new"));
  go_on.count_down();
  EXPECT_EQ(wait_for(worker)->spec.title, "new");
  EXPECT_EQ(worker.take(), nullptr);
  EXPECT_TRUE(told_to_stop);
  while (news < 1) std::this_thread::yield();
  EXPECT_EQ(news, 1);
}

TEST(TheoryWorker, GivesUpWaitingAndTellsLater) {
  using std::chrono::duration;
  std::latch go_on(1), told(1);
  TheoryWorker worker([&] { told.count_down(); },
                      [&](EvaluatedTheory wanted, const std::stop_token&) {
                        if (wanted.spec.title == "slow") go_on.wait();
                        return wanted;
                      });
  const auto quick = worker.request(titled("quick"), duration<double>(60.0));
  ASSERT_NE(quick, nullptr);
  EXPECT_EQ(quick->spec.title, "quick");
  EXPECT_EQ(worker.take(), nullptr);
  EXPECT_FALSE(told.try_wait()) << "whoever waits needs no call";
  EXPECT_EQ(worker.request(titled("slow"), duration<double>(1e-3)), nullptr);
  EXPECT_FALSE(told.try_wait());
  go_on.count_down();
  told.wait();
  EXPECT_EQ(worker.take()->spec.title, "slow");
}

TEST(TheoryWorker, ForgetsWhatIsNotWantedAnyMore) {
  std::latch begun(1), go_on(1), looked(1);
  bool told_to_stop = false;
  TheoryWorker worker(nullptr, [&](EvaluatedTheory wanted, const std::stop_token& stop) {
    if (wanted.spec.title == "old") {
      begun.count_down();
      go_on.wait();
      told_to_stop = stop.stop_requested();
      looked.count_down();
    }
    return wanted;
  });
  worker.request(titled("old"));
  begun.wait();
  worker.forget();
  go_on.count_down();
  looked.wait();
  EXPECT_TRUE(told_to_stop);
  EXPECT_EQ(worker.take(), nullptr);
  worker.request(titled("new"));
  EXPECT_EQ(wait_for(worker)->spec.title, "new");
}

TEST(TheoryWorker, StopsItsWorkWhenItGoes) {
  std::latch begun(1);
  bool stopped = false;
  {
    TheoryWorker worker(nullptr, [&](EvaluatedTheory wanted, const std::stop_token& stop) {
      begun.count_down();
      while (!stop.stop_requested()) std::this_thread::yield();
      stopped = true;
      return wanted;
    });
    worker.request(titled("endless"));
    begun.wait();
  }
  EXPECT_TRUE(stopped);
}

TEST(Evaluate, TurnsExceptionsIntoASentence) {
  EvaluatedTheory broken;
  broken.spec = start_spec();
  broken.spec.methods[1].minibatch = 0;  // no bench accepts that
  broken.bench = prepare_bench(start_spec()).value();
  const EvaluatedTheory evaluated = evaluate(broken);
  EXPECT_TRUE(evaluated.curves.empty());
  EXPECT_NE(evaluated.trouble.find("could not be computed"), std::string::npos);
}

}  // namespace
}  // namespace sid::app
