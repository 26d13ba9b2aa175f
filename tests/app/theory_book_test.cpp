#include "sid/app/state/theory_book.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "app/driver.hpp"

namespace sid::app {
namespace {

/// A session whose theories wait while `open` is false.
class TheoryBookOfASession : public ::testing::Test {
 protected:
  TheoryBookOfASession() {
    Session::Options options;
    options.threads = 2;
    options.autorun = false;
    options.theory_patience = 0.0;
    options.evaluate = [this](EvaluatedTheory wanted, const std::stop_token& stop) {
      while (!open_ && !stop.stop_requested()) std::this_thread::yield();
      return evaluate(std::move(wanted), stop);
    };
    session_ = std::make_unique<Session>(std::move(options));
    spec_ = start_spec();
    spec_.run.decomposition = DecompositionRoute::nested;
    session_->set_spec(spec_);
    until([this] { return !session_->theory_pending(); });
    page_.method = 1;
    page_.at = session_->checkpoints(0, 1).size() - 1;
  }
  void until(const std::function<bool()>& there) {
    while (!there()) {
      std::this_thread::yield();
      session_->poll();
    }
  }
  bool over() const { return session_->snapshot() && session_->snapshot()->done(); }
  /// The words of the second part.
  const std::string& words() {
    session_->poll();
    book_.update(*session_, desk_, page_);
    return book_.part_rows()[1].words;
  }
  const Series& series(const std::string& key) {
    for (const Series& s : book_.part_plots()[1].series) {
      if (s.key == key) return s;
    }
    ADD_FAILURE() << key;
    return book_.part_plots()[1].series.front();
  }

  std::atomic<bool> open_ = true;
  RunSpec spec_;
  std::unique_ptr<Session> session_;
  TheoryStudyDesk desk_{{}};
  TheoryBook book_;
  TheoryPage page_;
};

TEST_F(TheoryBookOfASession, ComparesNoRunWithTheTheoryOfEarlierSettings) {
  session_->start();
  until([this] { return over(); });
  EXPECT_TRUE(words().starts_with("measured 0") || words().starts_with("measured below"))
      << words();
  EXPECT_FALSE(series("bound_3_2").faded);
  open_ = false;
  spec_.methods[1].step.eta *= 0.5;
  session_->set_spec(spec_);
  session_->start();
  until([this] { return over(); });
  ASSERT_TRUE(session_->theory_stale());
  EXPECT_TRUE(words().starts_with("being measured")) << words();
  EXPECT_TRUE(series("bound_3_2").faded);
  EXPECT_TRUE(series("exact_mean_of_variance").faded);
  EXPECT_FALSE(series("measured").faded);
  open_ = true;
  until([this] { return !session_->theory_pending(); });
  EXPECT_TRUE(words().starts_with("measured 0") || words().starts_with("measured below"))
      << words();
  EXPECT_FALSE(series("bound_3_2").faded);
}

TEST_F(TheoryBookOfASession, KnowsWhenNothingIsBeingMeasured) {
  EXPECT_TRUE(words().starts_with("measured when it runs")) << words();
  session_->start();
  session_->stop();  // perhaps while the problem is being prepared
  until([this] { return !session_->running() && over(); });
  EXPECT_FALSE(words().starts_with("being measured")) << words();
  spec_.run.iterations = 5'000'000;
  spec_.run.replicas = 64;
  session_->set_spec(spec_);
  until([this] { return !session_->theory_stale(); });
  session_->start();
  until([this] { return session_->snapshot() != nullptr; });
  EXPECT_TRUE(words().starts_with("being measured")) << words();
  spec_.methods[1].step.eta *= 0.5;  // the run ends, and no other begins
  session_->set_spec(spec_);
  EXPECT_TRUE(words().starts_with("measured when it runs")) << words();
  until([this] { return !session_->running(); });
  EXPECT_TRUE(words().starts_with("measured when it runs")) << words();
}

}  // namespace
}  // namespace sid::app
