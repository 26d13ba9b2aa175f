#include "sid/app/state/spec_edits.hpp"

#include <gtest/gtest.h>

#include "sid/app/state/session.hpp"
#include "sid/run/validation.hpp"

namespace sid::app {
namespace {

RunSpec example() {
  RunSpec spec;
  spec.problem.kind = ProblemKind::logistic;
  spec.problem.lambda = std::vector<double>{0.1, 2.0};
  spec.methods.resize(2);
  spec.methods[0].name = "A";
  spec.methods[1].name = "B";
  return spec;
}

TEST(SpecEdits, WritesSumsForMeansAndBackWithoutChangingTheExperiment) {
  const RunSpec spec = example();
  const RunSpec sums = with_lower_loss(spec, LossScale::sum);
  EXPECT_EQ(std::get<std::vector<double>>(sums.problem.lambda),
            (std::vector<double>{0.1 * 5000, 2.0 * 5000}));
  const auto back =
      std::get<std::vector<double>>(with_lower_loss(sums, LossScale::mean).problem.lambda);
  EXPECT_DOUBLE_EQ(back[0], 0.1);
  EXPECT_DOUBLE_EQ(back[1], 2.0);
}

TEST(SpecEdits, LeavesNothingOfAFileBehindWhenImagesReplaceIt) {
  RunSpec spec = example();
  spec.data.source = DataSource::libsvm;
  spec.data.path = "train.svm";
  spec.data.validation_path = "validation.svm";
  const RunSpec digits = with_data_source(spec, DataSource::digits);
  EXPECT_EQ(digits.data.source, DataSource::digits);
  EXPECT_TRUE(digits.data.validation_path.empty());
  EXPECT_EQ(with_data_source(spec, DataSource::libsvm), spec);
}

TEST(SpecEdits, KeepsEverySpecRunnableWhenTheProblemChanges) {
  for (const ProblemKind from :
       {ProblemKind::quadratic, ProblemKind::logistic, ProblemKind::logistic_multi}) {
    for (const ProblemKind to :
         {ProblemKind::quadratic, ProblemKind::logistic, ProblemKind::logistic_multi}) {
      RunSpec spec = example();
      spec.problem.kind = from;
      if (from == ProblemKind::logistic_multi) spec.problem.lambda = RandomLambda{};
      spec.methods[0].minibatch = 4000;
      if (from != ProblemKind::quadratic) {
        spec.methods[1].sampling = Sampling::reshuffle;
        spec.run.vary_split = true;
      }
      const auto issues = validate(with_problem(spec, to));
      EXPECT_TRUE(from == to || issues.empty()) << to_string(issues);
    }
  }
}

TEST(SpecEdits, DuplicatesUnderAFreeName) {
  const RunSpec once = with_duplicate(example(), 0);
  ASSERT_EQ(once.methods.size(), 3U);
  EXPECT_EQ(once.methods[1].name, "A 2");
  EXPECT_EQ(with_duplicate(once, 0).methods[1].name, "A 3");
}

TEST(SpecEdits, KeepsTheLastMethod) {
  RunSpec spec = without_method(example(), 0);
  ASSERT_EQ(spec.methods.size(), 1U);
  EXPECT_EQ(spec.methods[0].name, "B");
  EXPECT_EQ(without_method(spec, 0).methods.size(), 1U);
  EXPECT_EQ(without_method(example(), 7).methods.size(), 2U);
}

TEST(SpecEdits, ReadsLists) {
  EXPECT_EQ(parse_list("0.1, 2;3  4"), (std::vector<double>{0.1, 2, 3, 4}));
  EXPECT_EQ(format_list({0.1, 2}), "0.1, 2");
  for (const char* bad : {"", " , ", "a", "1, -2", "0", "nan", "inf", "1e999", "1 2 x"}) {
    EXPECT_EQ(parse_list(bad), std::nullopt) << bad;
  }
}

TEST(Session, ClassifiesWhatAChangeNeeds) {
  const RunSpec spec = example();
  RunSpec other = spec;
  EXPECT_EQ(classify(spec, other), Change::nothing);
  other.title = "new";
  other.methods[0].name = "C";
  EXPECT_EQ(classify(spec, other), Change::labels);
  other.ladder = Ladder::paper;
  EXPECT_EQ(classify(spec, other), Change::formulas);
  other.methods[0].step.gamma_theorem = true;
  EXPECT_EQ(classify(spec, other), Change::sampling);
  other = spec;
  other.run.seed = 7;
  EXPECT_EQ(classify(spec, other), Change::sampling);
  other = spec;
  other.problem.lambda = std::vector<double>{0.2};
  EXPECT_EQ(classify(spec, other), Change::problem);
  other = spec;
  other.run.vary_split = true;
  EXPECT_EQ(classify(spec, other), Change::problem);
}

}  // namespace
}  // namespace sid::app
