#include "sid/app/state/session.hpp"

#include <atomic>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/app/state/figure_book.hpp"
#include "sid/app/state/messages.hpp"

#include "app/driver.hpp"
#include "support/temporary_folder.hpp"

namespace sid::app {
namespace {

/// All of its theory takes much longer than a frame; its bounds do not.
RunSpec long_spec(double eta = 0.5) {
  RunSpec spec = start_spec();
  spec.run.iterations = 2'000'000;
  spec.methods[1].step.eta = eta;
  return spec;
}

/// Even its bounds take much longer than a frame, unless it is short.
RunSpec wide_spec(std::int64_t iterations) {
  RunSpec spec = start_spec();
  std::vector<double> lambdas;
  for (int i = 1; i <= 20; ++i) lambdas.push_back(0.1 * i);
  spec.problem.lambda = lambdas;
  spec.run.iterations = iterations;
  return spec;
}

void poll_until(Session& session, const std::function<bool()>& there) {
  while (!there()) {
    std::this_thread::yield();
    session.poll();
  }
}

const std::vector<double>& exact_of(const Theory& theory) {
  return theory.at(0).at(1).find("exact")->values;
}

Theory fresh(const RunSpec& spec) {
  return evaluate_theory(spec, *prepare_bench(spec).value());
}

const Series* series_of(FigureBook& book, const std::string& key) {
  for (const Series& series : book.plot(Quantity::hypergradient, 0)->series) {
    if (series.key == key) return &series;
  }
  return nullptr;
}

TEST(Session, EvaluatesCheapTheoriesAtOnceAndDearOnesInTheBackground) {
  std::atomic<int> news = 0;
  Session session(
      {.threads = 1, .on_news = [&] { ++news; }, .autorun = false, .theory_patience = 60.0});
  session.set_spec(start_spec());
  EXPECT_FALSE(session.theory_pending());
  EXPECT_EQ(exact_of(session.theory()), exact_of(fresh(start_spec())));
  EXPECT_EQ(news, 0);
  session.set_spec(long_spec());
  const Theory whole = fresh(long_spec());
  EXPECT_TRUE(session.theory_pending());
  EXPECT_FALSE(session.theory_stale()) << "the bounds are there at once";
  EXPECT_EQ(session.theory().at(0).at(1).find("bound_sharp")->values,
            whole.at(0).at(1).find("bound_sharp")->values);
  EXPECT_TRUE(exact_of(session.theory()).empty());
  EXPECT_EQ(session.theory().at(0).at(1).find("exact")->reason,
            "Exact expectations are not computed yet.");
  poll_until(session, [&] { return !session.theory_pending(); });
  EXPECT_EQ(exact_of(session.theory()), exact_of(whole));
  while (news < 1) std::this_thread::yield();
  session.poll();
  EXPECT_EQ(news, 1) << "one event wakes the window, then it sleeps";
}

TEST(Session, DoesNotWaitLongerThanItMay) {
  Session session({.threads = 1, .autorun = false, .theory_patience = 0.0});
  session.set_spec(start_spec());  // cheap, but no time at all is granted
  EXPECT_TRUE(session.theory_pending());
  EXPECT_TRUE(session.theory_stale());
  poll_until(session, [&] { return !session.theory_pending(); });
  EXPECT_FALSE(session.theory_stale());
  EXPECT_EQ(exact_of(session.theory()), exact_of(fresh(start_spec())));
}

TEST(Session, KeepsEarlierCurvesFadedUntilTheNewOnesAreThere) {
  Session session({.threads = 1, .autorun = false, .theory_patience = 60.0});
  FigureBook book;
  session.set_spec(wide_spec(10));
  poll_until(session, [&] { return !session.theory_pending(); });
  const Theory before = session.theory();
  RunSpec spec = wide_spec(500'000);
  session.set_spec(spec);
  ASSERT_TRUE(session.theory_stale());
  EXPECT_EQ(exact_of(session.theory()), exact_of(before));
  EXPECT_EQ(session.checkpoints(0, 1).back().t, 10);
  book.update(session, {}, {});
  ASSERT_NE(series_of(book, "1/exact"), nullptr);
  EXPECT_TRUE(series_of(book, "1/exact")->faded);
  EXPECT_TRUE(series_of(book, "1/bound_sharp")->faded);
  EXPECT_EQ(series_of(book, "1/exact")->y, exact_of(before));
  EXPECT_NEAR(series_of(book, "1/exact")->x.back(), 1.0, 1e-9) << "at their own checkpoints";
  EXPECT_THAT(collect_messages(session, 0, 1, {}).at(0).text, ::testing::HasSubstr("faded"));
  poll_until(session, [&] { return !session.theory_pending(); });
  book.update(session, {}, {});
  EXPECT_FALSE(series_of(book, "1/exact")->faded);
  EXPECT_EQ(series_of(book, "1/exact")->y, exact_of(fresh(spec)));
  EXPECT_EQ(session.checkpoints(0, 1).back().t, spec.run.iterations);
}

TEST(Session, KeepsTheBoundsWhereTheRestFails) {
  const auto without_rest = [](EvaluatedTheory wanted, const std::stop_token& stop) {
    if (wanted.scope == TheoryScope::bounds) return evaluate(std::move(wanted), stop);
    wanted.trouble = "No memory.";
    return wanted;
  };
  Session session(
      {.threads = 1, .autorun = false, .theory_patience = 60.0, .evaluate = without_rest});
  session.set_spec(long_spec());
  ASSERT_FALSE(session.theory_stale());
  poll_until(session, [&] { return !session.theory_pending(); });
  EXPECT_EQ(session.evaluated().trouble, "No memory.");
  ASSERT_FALSE(session.theory().empty());
  EXPECT_TRUE(session.theory().at(0).at(1).find("bound_sharp")->drawn());
}

TEST(Session, DropsEarlierCurvesThatBelongToOtherMethods) {
  Session session({.threads = 1, .autorun = false, .theory_patience = 60.0});
  session.set_spec(wide_spec(10));
  RunSpec other = wide_spec(500'000);
  std::swap(other.methods[0], other.methods[1]);
  session.set_spec(other);
  EXPECT_TRUE(session.theory_stale());
  EXPECT_TRUE(session.theory().empty());
  EXPECT_EQ(session.checkpoints(0, 0).back().t, other.run.iterations);
}

TEST(Session, TheLatestOfManyDearTheoriesWins) {
  Session session({.threads = 1, .autorun = false, .theory_patience = 60.0});
  RunSpec last;
  for (const double eta : {0.1, 0.2, 0.3, 0.4}) {
    last = long_spec(eta);
    session.set_spec(last);
    session.poll();
  }
  poll_until(session, [&] { return !session.theory_pending(); });
  EXPECT_EQ(session.evaluated().spec, last);
  EXPECT_EQ(exact_of(session.theory()), exact_of(fresh(last)));
  // A cheap one while a dear one is under way: nothing older follows it.
  session.set_spec(long_spec(0.5));
  session.set_spec(start_spec());
  EXPECT_FALSE(session.theory_pending());
  session.set_spec(long_spec(0.6));
  poll_until(session, [&] {
    EXPECT_NE(session.evaluated().spec, long_spec(0.5));
    return !session.theory_pending();
  });
}

TEST(Session, GoesWhileATheoryIsBeingEvaluated) {
  for (int i = 0; i < 3; ++i) {
    Session session({.threads = 1, .autorun = false, .theory_patience = 60.0});
    RunSpec spec = long_spec();
    spec.run.iterations = 10'000'000;  // about a second
    session.set_spec(spec);
    EXPECT_TRUE(session.theory_pending());
  }
}

TEST(Session, AMendedNameBringsTheTheoryBack) {
  Session session({.threads = 1, .autorun = false, .theory_patience = 60.0});
  RunSpec spec = start_spec();
  spec.methods[0].name = "one";
  spec.methods[1].name = "two";
  session.set_spec(spec);
  RunSpec doubled = spec;
  doubled.methods[1].name = "one";
  session.set_spec(doubled);
  ASSERT_FALSE(session.issues().empty());
  ASSERT_TRUE(session.theory().empty());
  spec.methods[1].name = "another";
  ASSERT_EQ(classify(doubled, spec), Change::labels);
  session.set_spec(spec);
  EXPECT_TRUE(session.issues().empty());
  ASSERT_FALSE(session.theory().empty());
  EXPECT_EQ(exact_of(session.theory()), exact_of(fresh(spec)));
}

TEST(Session, ANewNameWaitsForTheTheoryThatIsUnderWay) {
  Session session({.threads = 1, .autorun = false, .theory_patience = 60.0});
  RunSpec spec = long_spec();
  session.set_spec(spec);
  ASSERT_TRUE(session.theory_pending());
  spec.title = "renamed";
  session.set_spec(spec);
  poll_until(session, [&] { return !session.theory_pending(); });
  EXPECT_EQ(session.evaluated().spec, long_spec()) << "asked for once";
}

TEST(Session, AStoppedRunKeepsNobodyFromStartingTheNext) {
  Session session({.threads = 2});
  // Its digits take a while to draw, and the worker stays busy until they are drawn.
  session.set_spec(preset_spec("figure-1"));
  ASSERT_TRUE(session.running());
  session.stop();
  EXPECT_FALSE(session.running());
  session.poll();
  ASSERT_NE(session.snapshot(), nullptr);
  EXPECT_EQ(session.snapshot()->status, RunStatus::stopped);
  session.set_spec(start_spec());
  EXPECT_TRUE(session.running());
  poll_until(session, [&] { return session.snapshot() && session.snapshot()->done(); });
  EXPECT_EQ(session.snapshot()->status, RunStatus::finished);
  EXPECT_FALSE(session.running());
}

TEST(Session, ARetryForgetsTheTroubleOfTheFirstTry) {
  const test::TemporaryFolder folder;
  RunSpec spec = preset_spec("figure-1");
  spec.problem.lambda = std::vector<double>{1.0};
  spec.data.source = DataSource::csv;
  spec.data.path = folder.file("late.csv");
  spec.data.train = spec.data.validation = 20;
  spec.run.iterations = 20;
  spec.run.replicas = 2;
  for (MethodSpec& method : spec.methods) method.minibatch = 5;
  Session session({.threads = 1, .theory_patience = 60.0});
  session.set_spec(spec);
  poll_until(session, [&] { return session.snapshot() && session.snapshot()->done(); });
  ASSERT_EQ(session.snapshot()->status, RunStatus::failed);
  EXPECT_THAT(session.trouble(), ::testing::HasSubstr("late.csv"));
  std::string rows;
  for (int i = 0; i < 60; ++i) {
    rows += std::to_string(i % 7) + "," + std::to_string(i % 5) + (i % 2 == 0 ? ",1\n" : ",-1\n");
  }
  folder.write("late.csv", rows);
  session.start();
  EXPECT_EQ(session.trouble(), "");
  poll_until(session, [&] { return session.snapshot() && session.snapshot()->done(); });
  EXPECT_EQ(session.snapshot()->status, RunStatus::finished) << session.snapshot()->message;
  EXPECT_EQ(session.trouble(), "");
}

TEST(Messages, AmongEquallySeriousOnesTheOneWithARemedyLeads) {
  Session session({.threads = 1, .autorun = false, .theory_patience = 60.0});
  RunSpec spec = start_spec();
  spec.methods[1].step.eta = 1.9;
  session.set_spec(spec);
  const std::vector<Message> messages =
      collect_messages(session, 0, 1, {{Severity::warning, "No remedy.", "", "", 0.0}});
  ASSERT_GE(messages.size(), 2U);
  bool bare = false;
  for (const Message& message : messages) {
    if (message.severity != messages.front().severity) break;
    EXPECT_FALSE(bare && !message.action.empty()) << message.text;
    bare = bare || message.action.empty();
  }
  EXPECT_FALSE(messages.front().action.empty());
}

}  // namespace
}  // namespace sid::app
