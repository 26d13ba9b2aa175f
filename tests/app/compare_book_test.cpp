#include "sid/app/state/compare_book.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/math/numbers.hpp"
#include "sid/run/runner.hpp"

#include "core/run/test_specs.hpp"

namespace sid::app {
namespace {

using ::testing::HasSubstr;

RunSpec spec_with(double eta) {
  RunSpec spec = test::small_quadratic();
  spec.run.iterations = 30;
  spec.run.checkpoints.count = 4;
  spec.run.replicas = 5;
  spec.methods = {test::batch(), test::constant(eta)};
  spec.methods[1].name = "Const";
  return spec;
}

class CompareBookTest : public ::testing::Test {
 protected:
  CompareBookTest() : session_({.threads = 1, .autorun = false, .theory_patience = 60.0}) {
    session_.set_spec(spec_with(0.5));
  }
  void pin(double eta) {
    const auto run =
        std::make_shared<const RunSnapshot>(run_to_end(spec_with(eta), {.threads = 1}));
    ASSERT_TRUE(pins_.pin(run, nullptr));
  }
  const CompareLine* line(CompareLine::Kind kind, const std::string& label) const {
    for (const CompareLine& one : book_.table().lines) {
      if (one.kind == kind && one.label == label) return &one;
    }
    return nullptr;
  }

  Session session_;
  Pins pins_;
  CompareBook book_;
  ComparePage page_;
};

TEST_F(CompareBookTest, IsMadeAnewOnlyWhenSomethingChanged) {
  EXPECT_TRUE(book_.update(pins_, session_, page_));
  EXPECT_EQ(book_.runs(), 0U);
  EXPECT_FALSE(book_.update(pins_, session_, page_));
  pin(0.5);
  EXPECT_TRUE(book_.update(pins_, session_, page_));
  EXPECT_FALSE(book_.update(pins_, session_, page_));
  page_.value = CompareValue::ratio;
  EXPECT_TRUE(book_.update(pins_, session_, page_));
  pins_.show("A", false);
  EXPECT_TRUE(book_.update(pins_, session_, page_));
  EXPECT_EQ(book_.runs(), 0U);
}

TEST_F(CompareBookTest, TheTableHoldsDifferencesErrorsAndRatios) {
  pin(0.5);
  pin(0.25);
  book_.update(pins_, session_, page_);
  ASSERT_EQ(book_.runs(), 2U) << "the present run has no point yet";
  EXPECT_EQ(book_.base(), "A");
  const CompareLine* eta = line(CompareLine::Kind::setting, "method[2].step.eta");
  ASSERT_NE(eta, nullptr);
  EXPECT_EQ(eta->cells[0].text, "0.5");
  EXPECT_EQ(eta->cells[1].text, "0.25");
  const auto last = [&](const char* letter) {
    return pins_.find(letter)->run->curves[1].points.back().hypergradient;
  };
  const CompareLine* error = line(CompareLine::Kind::error, "Const");
  ASSERT_NE(error, nullptr);
  EXPECT_EQ(error->cells[0].text, format_for_reading(last("A").mean));
  EXPECT_EQ(error->cells[1].text, format_for_reading(last("B").mean));
  EXPECT_EQ(error->cells[1].series, "B/1/measured");
  const CompareLine* ratio = line(CompareLine::Kind::ratio, "Const");
  ASSERT_NE(ratio, nullptr);
  EXPECT_EQ(ratio->cells[0].text, "1");
  EXPECT_EQ(ratio->cells[1].text, format_for_reading(last("B").mean / last("A").mean));
  EXPECT_THAT(ratio->cells[1].tip, HasSubstr("replica by replica"));
  EXPECT_THAT(book_.table().remarks, HasSubstr("equal seeds"));
  EXPECT_THAT(book_.metadata(), HasSubstr("# run B"));
}

TEST_F(CompareBookTest, ThePresentRunIsTheLastColumnUnlessItIsPinned) {
  pin(0.25);
  session_.start();
  while (session_.running()) session_.poll();
  session_.poll();
  book_.update(pins_, session_, page_);
  ASSERT_EQ(book_.runs(), 2U);
  EXPECT_EQ(book_.table().columns[1].letter, "now");
  EXPECT_TRUE(book_.table().columns[1].present);
  ASSERT_TRUE(pins_.pin(session_.snapshot(), nullptr));
  book_.update(pins_, session_, page_);
  ASSERT_EQ(book_.runs(), 2U);
  EXPECT_EQ(book_.table().columns[1].letter, "B");
  EXPECT_TRUE(book_.table().columns[1].present);
}

TEST_F(CompareBookTest, HiddenMethodsAreHiddenInAllRuns) {
  pin(0.5);
  pin(0.25);
  page_.figure.hidden = {"1/measured"};
  book_.update(pins_, session_, page_);
  for (const Series& s : book_.figure().panels[0].series) {
    EXPECT_EQ(s.visible, s.key.find("/1/") == std::string::npos) << s.key;
  }
}

TEST_F(CompareBookTest, TheTableCanBeCopied) {
  pin(0.5);
  pin(0.25);
  book_.update(pins_, session_, page_);
  const std::string text = table_text(book_.table());
  EXPECT_THAT(text, HasSubstr("\tA\tB\n"));
  EXPECT_THAT(text, HasSubstr("method[2].step.eta\t0.5\t0.25\n"));
}

}  // namespace
}  // namespace sid::app
