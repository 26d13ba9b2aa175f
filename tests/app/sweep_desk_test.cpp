#include "sid/app/state/sweep_desk.hpp"

#include <atomic>
#include <latch>
#include <thread>

#include <gtest/gtest.h>

#include "sid/app/state/sweep_book.hpp"

#include "app/driver.hpp"

namespace sid::app {
namespace {

SweepJob job_for(const RunSpec& spec) {
  Session session({.threads = 2, .on_news = {}, .autorun = false});
  session.set_spec(spec);
  return map_job(session, 0, 1).value();
}

void wait_for(SweepDesk& desk) {
  while (desk.pending()) {
    desk.poll();
    std::this_thread::yield();
  }
}

TEST(MapJob, SweepsStepSizeAndMinibatchOfTheMethod) {
  const SweepJob job = job_for(start_spec());
  EXPECT_EQ(job.request.x.key, "eta");
  EXPECT_EQ(job.request.y.key, "minibatch");
  EXPECT_EQ(job.request.columns(), 48U);
  EXPECT_GE(job.request.rows(), 8U);
  Session session({.threads = 2, .on_news = {}, .autorun = false});
  EXPECT_FALSE(map_job(session, 0, 1)) << "no bench yet";
  RunSpec spec = start_spec();
  session.set_spec(spec);
  for (std::size_t m = 0; m < spec.methods.size(); ++m) {
    const auto any = map_job(session, 0, m);
    ASSERT_TRUE(any) << m;
    EXPECT_NE(any->request.x.key, any->request.y.key);
  }
  EXPECT_FALSE(map_job(session, 0, 99));
  spec.run.replicas = 0;
  session.set_spec(spec);
  EXPECT_FALSE(map_job(session, 0, 1)) << "nothing of settings that cannot run";
}

TEST(MapJob, IsTheSameWhateverTheAxesSay) {
  const SweepJob job = job_for(start_spec());
  RunSpec other = start_spec();
  other.methods[1].step.eta *= 0.5;
  other.methods[1].minibatch += 3;
  other.methods[2].minibatch += 1;
  other.title = "Another";
  EXPECT_TRUE(same_map(job.request, job_for(other).request));
  other.problem.quadratic.condition += 1.0;
  EXPECT_FALSE(same_map(job.request, job_for(other).request));
  other = start_spec();
  other.run.iterations += 1;
  EXPECT_FALSE(same_map(job.request, job_for(other).request));
}

TEST(SweepDesk, ComputesOnceForEachMap) {
  std::atomic<int> news = 0;
  SweepDesk desk([&] { ++news; }, 2);
  const SweepJob job = job_for(start_spec());
  for (int i = 0; i < 3; ++i) desk.want(job);
  EXPECT_TRUE(desk.pending());
  wait_for(desk);
  ASSERT_TRUE(desk.latest());
  EXPECT_EQ(desk.latest()->status, RunStatus::finished) << desk.latest()->message;
  EXPECT_TRUE(desk.current());
  EXPECT_GT(news, 0);
  desk.want(job);
  EXPECT_FALSE(desk.pending());
  EXPECT_EQ(desk.evaluations(), 1);
  SweepJob later = job;
  later.request.spec.run.iterations += 1;
  later.waits = true;
  desk.want(later);
  EXPECT_FALSE(desk.pending()) << "not while it waits";
  EXPECT_FALSE(desk.current()) << "but the map is of other settings";
  EXPECT_TRUE(desk.latest());
  desk.clear();
  EXPECT_FALSE(desk.latest());
  EXPECT_FALSE(desk.pending());
}

TEST(SweepDesk, KeepsTheMapBeforeUntilTheNextSaysMore) {
  std::latch shown(1), hold(1);
  std::atomic<int> calls = 0;
  SweepDesk desk({}, [&](const SweepJob& job, const std::stop_token& stop, const SweepHook& hook) {
    if (++calls == 1) return sweep(job.request, job.bench, {.threads = 1}, stop, hook);
    auto first = std::make_shared<SweepSnapshot>();
    first->of = std::make_shared<const SweepRequest>(job.request);
    first->status = RunStatus::running;
    first->cells.resize(100);
    first->cells_done = 1;
    hook(first);
    shown.count_down();
    hold.wait();
    return sweep(job.request, job.bench, {.threads = 1}, stop, hook);
  });
  desk.want(job_for(start_spec()));
  wait_for(desk);
  const auto before = desk.latest();
  RunSpec other = start_spec();
  other.run.iterations += 1;
  desk.want(job_for(other));
  EXPECT_FALSE(desk.current());
  shown.wait();
  desk.poll();
  EXPECT_EQ(desk.latest(), before) << "one cell of a hundred";
  SweepBook book;
  book.update(desk, other);
  EXPECT_TRUE(book.plot()->heat->faded);
  hold.count_down();
  wait_for(desk);
  EXPECT_NE(desk.latest(), before);
  EXPECT_TRUE(desk.current());
}

TEST(SweepDesk, StopsForARunThatNeedsTheProcessors) {
  std::latch begun(1), over(1);
  std::atomic<int> calls = 0;
  SweepDesk desk({}, [&](const SweepJob& job, const std::stop_token& stop, const SweepHook& hook) {
    if (++calls > 1) return sweep(job.request, job.bench, {.threads = 1}, stop, hook);
    begun.count_down();
    while (!stop.stop_requested()) std::this_thread::yield();
    over.count_down();
    return sweep(job.request, job.bench, {.threads = 1}, stop, hook);
  });
  const SweepJob job = job_for(start_spec());
  SweepJob waiting = job;
  waiting.waits = true;
  desk.want(job);
  begun.wait();
  desk.want(waiting);  // the same map, but a run has begun
  over.wait();
  EXPECT_FALSE(desk.pending());
  desk.want(job);
  wait_for(desk);
  ASSERT_TRUE(desk.latest());
  EXPECT_EQ(desk.latest()->status, RunStatus::finished) << "once the run is over";
  desk.want(waiting);
  EXPECT_TRUE(desk.current()) << "a finished map of the same settings stays";
  EXPECT_EQ(desk.evaluations(), 2);
}

TEST(SweepBook, GivesAnIntervalOnlyOfSeveralRuns) {
  for (const std::int64_t replicas : {1, 4}) {
    SweepDesk desk(
        {}, [&](const SweepJob& job, const std::stop_token& stop, const SweepHook& hook) {
          auto done =
              std::make_shared<SweepSnapshot>(*sweep(job.request, job.bench, {.threads = 1}, stop));
          for (SweepCell& cell : done->cells) {
            cell.exact = false;
            cell.replicas = replicas;
          }
          hook(done);
          return std::shared_ptr<const SweepSnapshot>(done);
        });
    desk.want(job_for(start_spec()));
    wait_for(desk);
    SweepBook book;
    book.update(desk, start_spec());
    const SweepRequest& of = *desk.latest()->of;
    const auto cell = book.cell(of.x.values[7], of.y.values[2]);
    ASSERT_TRUE(cell);
    const bool interval = cell->value.find(" – ") != std::string::npos;
    EXPECT_EQ(interval, replicas > 1) << cell->value;
  }
}

TEST(SweepDesk, LatestRequestWins) {
  std::latch begun(1), go_on(1);
  std::atomic<bool> told_to_stop = false;
  std::atomic<int> calls = 0;
  SweepDesk desk({}, [&](const SweepJob& job, const std::stop_token& stop, const SweepHook& hook) {
    if (++calls == 1) {
      begun.count_down();
      go_on.wait();
      told_to_stop = stop.stop_requested();
    }
    return sweep(job.request, job.bench, {.threads = 1}, stop, hook);
  });
  RunSpec spec = start_spec();
  desk.want(job_for(spec));
  begun.wait();
  spec.run.iterations += 5;
  desk.want(job_for(spec));
  go_on.count_down();
  wait_for(desk);
  EXPECT_TRUE(told_to_stop);
  EXPECT_EQ(desk.latest()->of->spec.run.iterations, spec.run.iterations);
}

TEST(SweepBook, ReadsCellsAndChoosesThem) {
  SweepDesk desk({}, 2);
  const RunSpec spec = start_spec();
  desk.want(job_for(spec));
  wait_for(desk);
  SweepBook book;
  EXPECT_EQ(book.plot(), nullptr);
  book.update(desk, spec);
  const std::uint64_t version = book.version();
  book.update(desk, spec);
  EXPECT_EQ(book.version(), version) << "nothing changed";
  const SweepRequest& of = *desk.latest()->of;
  const auto cell = book.cell(of.x.values[7] * 1.001, of.y.values[2]);
  ASSERT_TRUE(cell);
  EXPECT_EQ(cell->x, of.x.values[7]);
  EXPECT_EQ(cell->y, of.y.values[2]);
  EXPECT_NE(cell->value.find("exact"), std::string::npos);
  const RunSpec chosen = book.choose(spec, *cell).value();
  EXPECT_EQ(chosen.methods[1].step.eta, cell->x);
  EXPECT_EQ(static_cast<double>(chosen.methods[1].minibatch), cell->y);
  EXPECT_FALSE(book.cell(1e9, 1.0));
  for (const SweepEdge& edge : desk.latest()->edges) {
    EXPECT_EQ(book.edge_at(edge, 0.0, edge.y[1]), edge.x[1]);
  }
  book.update(desk, chosen);
  EXPECT_GT(book.version(), version) << "the diamond moved";
}

}  // namespace
}  // namespace sid::app
