#include "sid/theory/gaps.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/theory/data_bench.hpp"
#include "core/theory/teaching_bench.hpp"

namespace sid {
namespace {

TEST(PaperNotes, AreWholeAndInOrder) {
  int number = 0;
  for (const PaperNote& note : paper_notes()) {
    EXPECT_EQ(note.id, "G" + std::to_string(++number));
    for (const std::string_view text : {note.where, note.printed, note.holds, note.why}) {
      EXPECT_GE(text.size(), 8U) << note.id;
    }
    EXPECT_FALSE(note.matters_to.empty()) << note.id;
  }
  EXPECT_EQ(number, 12);
}

TEST(PaperNotes, NameCurvesAndChecksThatExist) {
  const MethodTheory theory = testing::Bench().evaluate();
  std::set<std::string, std::less<>> known;
  for (const TheoryCurve& curve : theory.curves) known.insert(curve.id);
  for (const AssumptionCheck& check : theory.checks) known.insert(check.id);
  for (const PaperNote& note : paper_notes()) {
    for (const std::string_view id : note.matters_to) {
      EXPECT_TRUE(known.contains(id)) << note.id << ": " << id;
    }
  }
}

TEST(PaperNotes, AreFoundByWhatTheyMatterTo) {
  const ProblemConstants any;
  const auto about = notes_about("bound_bottou", any);
  ASSERT_EQ(about.size(), 1U);
  EXPECT_EQ(about[0]->id, "G1");
  EXPECT_GE(notes_about("bound_5_1", any).size(), 3U);
  EXPECT_TRUE(notes_about("no such curve", any).empty());
}

// Labels are those of classes; ridge regression and the teaching problem have none.
TEST(PaperNotes, AboutLabelsSpeakOfLogisticLosses) {
  const auto found = [](const ProblemConstants& c) {
    const std::vector<const PaperNote*> notes = notes_about("bound_4_1", c);
    return std::ranges::any_of(notes, [](const PaperNote* note) { return note->id == "G6"; });
  };
  EXPECT_TRUE(found(testing::DataBench(testing::data_case(1)).input.constants));
  EXPECT_FALSE(found(testing::DataBench(testing::data_case(3)).input.constants));
  EXPECT_FALSE(found(testing::Bench().input.constants));
}

}  // namespace
}  // namespace sid
