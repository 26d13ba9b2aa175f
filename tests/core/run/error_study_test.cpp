#include "sid/run/error_study.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stop_token>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/run/runner.hpp"

#include "test_specs.hpp"
#include "theory_scene.hpp"

namespace sid {
namespace {

using Scene = test::TheoryScene;

Scene careful_quadratic() {
  RunSpec spec = test::small_quadratic();
  spec.problem.alpha = AlphaRule::inverse_smoothness;
  spec.methods = {test::constant(1e-3), test::batch()};
  return Scene(std::move(spec));
}

Scene careful_logistic() {
  RunSpec spec = test::small_logistic();
  spec.methods = {test::constant(1e-4), test::decreasing()};
  return Scene(std::move(spec));
}

TEST(CheckpointAt, IsTheLastOneWithinTheIterations) {
  const std::vector<Checkpoint> at = {{.t = 3}, {.t = 10}, {.t = 40}};
  EXPECT_EQ(checkpoint_at(at, std::nullopt), 2U);
  EXPECT_EQ(checkpoint_at(at, 1), 0U);
  EXPECT_EQ(checkpoint_at(at, 10), 1U);
  EXPECT_EQ(checkpoint_at(at, 39), 1U);
  EXPECT_EQ(checkpoint_at(at, 1'000'000), 2U);
}

TEST(ErrorStudy, EndsAtTheExactErrorWhereItIsKnown) {
  const Scene s = careful_quadratic();
  const ErrorStudy study =
      study_error(s.spec, *s.bench, s.theory[0][0], {.panel = 0, .method = 0, .checkpoint = 2});
  EXPECT_EQ(study.error, ErrorKnown::exact);
  ASSERT_FALSE(study.theory.looseness.empty());
  EXPECT_EQ(study.theory.looseness.back().id, "truth");
  EXPECT_EQ(study.theory.looseness.back().to, s.theory[0][0].find("exact")->values[2]);
}

TEST(ErrorStudy, EndsAtThePredictionAndSaysSo) {
  const Scene s = careful_logistic();
  const ErrorStudy study =
      study_error(s.spec, *s.bench, s.theory[0][0], {.panel = 0, .method = 0, .checkpoint = 2});
  EXPECT_EQ(study.error, ErrorKnown::predicted);
  const std::vector<LoosenessStep>& steps = study.theory.looseness;
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps.back().id, "prediction");
  EXPECT_EQ(steps.back().to, s.theory[0][0].find("prediction")->values[2]);
  for (const LoosenessStep& step : steps) {
    EXPECT_THAT(step.label, testing::Not(testing::HasSubstr("true")));
  }
}

TEST(ErrorStudy, HasNoWaterfallWhereNothingSpeaksOfTheError) {
  const Scene s = careful_quadratic();
  const ErrorStudy study =
      study_error(s.spec, *s.bench, s.theory[0][1], {.panel = 0, .method = 1, .checkpoint = 0});
  EXPECT_EQ(study.error, ErrorKnown::no);
  EXPECT_TRUE(study.theory.looseness.empty());
  EXPECT_FALSE(study.theory.statements.empty());
}

TEST(ErrorStudy, EndsAtTheMeasuredErrorOfARun) {
  const Scene s = careful_logistic();
  const RunSnapshot run = run_to_end(s.spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  const StudyPlace place{.panel = 0, .method = 1, .checkpoint = 2};
  const CurvePoint& point = run.curves[1].points[2];
  const ErrorStudy study = study_error(s.spec, *s.bench, s.theory[0][1], place, &run);
  EXPECT_EQ(study.error, ErrorKnown::measured);
  EXPECT_EQ(study.measured.hypergradient, point.hypergradient.mean);
  EXPECT_EQ(study.measured.lower, point.lower.mean);
  EXPECT_EQ(study.measured.linear, point.linear.mean);
  EXPECT_EQ(study.hypergradient.ci_high, point.hypergradient.ci_high);
  EXPECT_EQ(study.replicas, point.replicas);
  ASSERT_FALSE(study.theory.looseness.empty());
  EXPECT_EQ(study.theory.looseness.back().id, "truth");
  EXPECT_EQ(study.theory.looseness.back().to, point.hypergradient.mean);
}

TEST(ErrorStudy, PrefersTheExactExpectationToARun) {
  const Scene s = careful_quadratic();
  const RunSnapshot run = run_to_end(s.spec);
  const StudyPlace place{.panel = 0, .method = 0, .checkpoint = 2};
  const ErrorStudy study = study_error(s.spec, *s.bench, s.theory[0][0], place, &run);
  EXPECT_EQ(study.error, ErrorKnown::exact);
  EXPECT_EQ(study.exact.hypergradient, s.theory[0][0].find("exact")->values[2]);
  EXPECT_TRUE(std::isnan(study.measured.hypergradient));
  EXPECT_EQ(study.theory.looseness.back().to, study.exact.hypergradient);
  // Batch steps have no expectation to compute: their single run is it.
  const ErrorStudy batch = study_error(
      s.spec, *s.bench, s.theory[0][1], {.panel = 0, .method = 1, .checkpoint = 1}, &run);
  EXPECT_EQ(batch.error, ErrorKnown::measured);
  EXPECT_EQ(batch.replicas, 1);
}

TEST(ErrorStudy, TakesNoMeansOfWhatDivergenceHasLeft) {
  const Scene s = careful_logistic();
  RunSnapshot run = run_to_end(s.spec);
  run.curves[0].points[2].diverged = 1;
  const StudyPlace place{.panel = 0, .method = 0, .checkpoint = 2};
  EXPECT_TRUE(std::isnan(measured_errors(run, place).hypergradient));
  EXPECT_EQ(study_error(s.spec, *s.bench, s.theory[0][0], place, &run).error,
            ErrorKnown::predicted);
  run.curves[0].points.resize(2);
  EXPECT_TRUE(std::isnan(measured_errors(run, place).lower)) << "not reached";
  const auto all = study_errors_of_all(s.spec, *s.bench, s.theory, std::nullopt, &run);
  EXPECT_EQ(all[0][0].theory.place.checkpoint, 1U) << "the last one reached";
  EXPECT_EQ(all[0][1].theory.place.checkpoint, run.curves[1].points.size() - 1);
}

TEST(ErrorStudy, CoversEveryMethodUnlessItIsStopped) {
  const Scene s = careful_logistic();
  const auto all = study_errors_of_all(s.spec, *s.bench, s.theory, 1);
  ASSERT_EQ(all.size(), s.bench->panels.size());
  ASSERT_EQ(all[0].size(), 2U);
  EXPECT_EQ(all[0][1].theory.place.method, 1U);
  EXPECT_EQ(all[0][1].theory.place.checkpoint, 0U);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(
      study_errors_of_all(s.spec, *s.bench, s.theory, 1, nullptr, stop.get_token()).empty());
}

TEST(NotesThatMatter, AreThoseAboutWhatIsDrawnOrFails) {
  const auto ids = [](const Scene& s) {
    std::string out;
    for (const PaperNote* note : notes_that_matter(s.theory)) out += std::string(note->id) + " ";
    return out;
  };
  Scene s = careful_logistic();
  const std::string independent = ids(s);
  EXPECT_THAT(independent, testing::HasSubstr("G10 "));                // (13) is drawn
  EXPECT_THAT(independent, testing::Not(testing::HasSubstr("G11 ")));  // draws are independent
  RunSpec reshuffled = s.spec;
  for (MethodSpec& method : reshuffled.methods) method.sampling = Sampling::reshuffle;
  EXPECT_THAT(ids(Scene(reshuffled)), testing::HasSubstr("G11 "));
  EXPECT_TRUE(notes_that_matter({}).empty());
}

}  // namespace
}  // namespace sid
