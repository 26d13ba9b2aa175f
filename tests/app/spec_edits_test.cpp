#include "sid/app/state/spec_edits.hpp"

#include <array>
#include <utility>

#include <gtest/gtest.h>

#include "sid/app/state/session.hpp"
#include "sid/run/problem_kind.hpp"
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

constexpr std::array kAllKinds = {ProblemKind::quadratic,
                                  ProblemKind::ridge,
                                  ProblemKind::ridge_multi,
                                  ProblemKind::logistic,
                                  ProblemKind::logistic_multi,
                                  ProblemKind::data_weights,
                                  ProblemKind::equilibrium};

/// Every form of lambda that `kind` understands.
std::vector<LambdaSpec> lambdas_of(ProblemKind kind) {
  const double other = lambda_regularises(kind) ? 2.0 : -2.0;
  std::vector<LambdaSpec> forms = {std::vector<double>{0.25, other}};
  if (lambda_shape(kind) != LambdaShape::one) {
    forms.emplace_back(std::vector<std::vector<double>>{{0.25, other}, {1.0, 3.0}});
    forms.emplace_back(RandomLambda{});
    forms.emplace_back(LambdaFile{"lambda.csv"});
  }
  return forms;
}

std::vector<RunSpec> examples_of(ProblemKind kind) {
  std::vector<RunSpec> specs;
  for (const LossScale scale : {LossScale::mean, LossScale::sum}) {
    if (scale == LossScale::sum && !is_gradient_map(kind)) continue;  // there is no loss to sum
    for (const LambdaSpec& lambda : lambdas_of(kind)) {
      RunSpec spec = example();
      spec.problem.kind = kind;
      spec.problem.lambda = lambda;
      spec.problem.lower_loss = scale;
      spec.outer.emplace();
      spec.outer->coordinate =
          lambda_regularises(kind) ? OuterCoordinate::logarithm : OuterCoordinate::lambda;
      spec.outer->low = lambda_regularises(kind) ? 0.01 : -5.0;
      spec.outer->start = 0.25;
      spec.outer->high = 4.0;
      spec.outer->step = 0.1;
      if (has_data(kind)) {
        spec.methods[0].minibatch = 4000;
        spec.methods[1].sampling = Sampling::reshuffle;
        spec.run.vary_split = true;
        spec.problem.upper = UpperLevel::pseudo_huber;
      }
      specs.push_back(spec);
    }
  }
  return specs;
}

TEST(SpecEdits, KeepsEverySpecRunnableWhenTheProblemChangesAndChangesBack) {
  for (const ProblemKind from : kAllKinds) {
    for (const RunSpec& spec : examples_of(from)) {
      ASSERT_TRUE(validate(spec).empty()) << to_string(validate(spec));
      for (const ProblemKind to : kAllKinds) {
        const RunSpec there = with_problem(spec, to);
        EXPECT_EQ(there.problem.kind, to);
        EXPECT_TRUE(validate(there).empty()) << to_string(validate(there));
        const RunSpec back = with_problem(there, from);
        EXPECT_TRUE(validate(back).empty()) << to_string(validate(back));
        const bool sums = has_data(from) && has_data(to);
        EXPECT_TRUE(!sums || back.problem.lower_loss == spec.problem.lower_loss);
      }
    }
  }
}

TEST(SpecEdits, SwitchesTextFilesAmongAllKinds) {
  for (const ProblemKind from : kAllKinds) {
    for (RunSpec spec : examples_of(from)) {
      spec.data.source = DataSource::csv;
      spec.data.path = "houses.csv";
      if (is_regression(from)) {
        spec.data.labels = LabelRule::as_given;
      } else {
        spec.data.label_noise = 0.2;
      }
      ASSERT_TRUE(validate(spec).empty()) << to_string(validate(spec));
      for (const ProblemKind to : kAllKinds) {
        const RunSpec there = with_problem(spec, to);
        EXPECT_TRUE(validate(there).empty()) << to_string(validate(there));
        const bool real = is_regression(to) && !there.data.labels;
        EXPECT_TRUE(!real || there.data.label_noise == 0.0) << "real numbers have no opposite";
      }
    }
  }
}

TEST(SpecEdits, ReplacesMethodsThatNeedALossWhereThereIsNone) {
  RunSpec spec = example();
  const std::vector<std::pair<MethodKind, MethodKind>> expected = {
      {MethodKind::aid_cg, MethodKind::aid_cgnr},
      {MethodKind::saga, MethodKind::sid},
      {MethodKind::stochastic_itd, MethodKind::sid},
      {MethodKind::inexact, MethodKind::aid_cgnr},
      {MethodKind::itd, MethodKind::itd},
      {MethodKind::neumann, MethodKind::neumann}};
  for (const auto& [before, after] : expected) {
    spec.methods.resize(1);
    RunSpec one = with_kind(spec, 0, before);
    if (before == MethodKind::itd) one.methods[0].lower_solver = LowerIteration::accelerated;
    one = with_problem(one, ProblemKind::equilibrium);
    EXPECT_EQ(one.methods[0].kind, after);
    EXPECT_EQ(one.methods[0].lower_solver, LowerIteration::gradient);
    EXPECT_TRUE(validate(one).empty()) << to_string(validate(one));
  }
}

double first_lambda(const RunSpec& spec) {
  return std::get<std::vector<double>>(spec.problem.lambda).at(0);
}

TEST(SpecEdits, CarriesNumbersOfOneConventionIntoTheOther) {
  const RunSpec sums = with_lower_loss(example(), LossScale::sum);
  ASSERT_EQ(first_lambda(sums), 500.0);
  EXPECT_EQ(first_lambda(with_problem(sums, ProblemKind::ridge)), 500.0);
  EXPECT_EQ(first_lambda(with_problem(sums, ProblemKind::quadratic)), 0.1);
  const RunSpec weights = with_problem(sums, ProblemKind::data_weights);
  EXPECT_EQ(weights.problem.lower_loss, LossScale::sum);
  EXPECT_EQ(first_lambda(weights), 0.0);
  EXPECT_EQ(weights.problem.weight_decay, 50.0) << "0.01 beside the mean over 5000 examples";
  const RunSpec back = with_problem(weights, ProblemKind::logistic);
  EXPECT_EQ(first_lambda(back), 500.0) << "0.1 beside the mean";
  EXPECT_EQ(back.problem.weight_decay, 0.01);
  EXPECT_EQ(with_problem(back, ProblemKind::data_weights).problem.weight_decay, 50.0);
  const RunSpec teaching = with_problem(weights, ProblemKind::quadratic);
  EXPECT_EQ(with_problem(teaching, ProblemKind::data_weights).problem.weight_decay, 0.01);
}

TEST(SpecEdits, CarriesTheOuterLoopIntoTheOtherConvention) {
  RunSpec spec = example();
  spec.outer.emplace();
  spec.outer->coordinate = OuterCoordinate::lambda;
  spec.outer->start = 0.1;
  spec.outer->high = 2.0;
  spec.outer->step = 0.5;
  const RunSpec sums = with_lower_loss(spec, LossScale::sum);
  EXPECT_EQ(sums.outer->start, 500.0);
  EXPECT_EQ(sums.outer->high, 10'000.0);
  EXPECT_FALSE(sums.outer->low.has_value());
  EXPECT_EQ(sums.outer->step, 0.5 * 5000 * 5000) << "lambda is 5000 times as long, its slope short";
  const RunSpec back = with_lower_loss(sums, LossScale::mean);
  EXPECT_DOUBLE_EQ(*back.outer->start, 0.1);
  EXPECT_DOUBLE_EQ(*back.outer->step, 0.5);
  spec.outer->coordinate = OuterCoordinate::logarithm;
  EXPECT_EQ(with_lower_loss(spec, LossScale::sum).outer->step, 0.5) << "factors are the same";
}

TEST(SpecEdits, ForgetsABoxThatMeansSomethingElse) {
  RunSpec spec = with_problem(example(), ProblemKind::data_weights);
  spec.outer.emplace();
  spec.outer->low = -5.0;
  const RunSpec equilibrium = with_problem(spec, ProblemKind::equilibrium);
  EXPECT_FALSE(equilibrium.outer->low.has_value()) << "an input of a network is no weight";
  EXPECT_EQ(first_lambda(equilibrium), usual_lambda(ProblemKind::equilibrium));
  EXPECT_FALSE(with_problem(spec, ProblemKind::ridge).outer->low.has_value());
}

TEST(SpecEdits, NeverConvertsBeyondTheLimitsOfASpec) {
  RunSpec spec = example();
  spec.problem.lower_loss = LossScale::sum;
  spec.problem.lambda = std::vector<double>{1e-12, 2e-12, 1.0};
  const RunSpec means = with_lower_loss(spec, LossScale::mean);
  EXPECT_TRUE(validate(means).empty()) << to_string(validate(means));
  spec.problem.kind = ProblemKind::logistic_multi;
  spec.problem.lambda = RandomLambda{-27.0, -26.0, 1};
  EXPECT_TRUE(validate(with_lower_loss(spec, LossScale::mean)).empty());
  spec.problem.kind = ProblemKind::data_weights;
  spec.problem.lambda = std::vector<double>{0.0};
  spec.problem.weight_decay = 1e-12;
  EXPECT_TRUE(validate(with_lower_loss(spec, LossScale::mean)).empty());
}

TEST(SpecEdits, TurnsLabelsOnlyForHyperCleaningOfBuiltInDigits) {
  const RunSpec weights = with_problem(example(), ProblemKind::data_weights);
  EXPECT_EQ(weights.data.label_noise, 0.3);
  EXPECT_EQ(with_problem(weights, ProblemKind::ridge).data.label_noise, 0.0);
  RunSpec own = example();
  own.data.label_noise = 0.1;
  EXPECT_EQ(with_problem(own, ProblemKind::data_weights).data.label_noise, 0.1);
  EXPECT_EQ(with_problem(own, ProblemKind::logistic_multi).data.label_noise, 0.1)
      << "no business of this switch";
  for (const DataSource source : {DataSource::mnist, DataSource::csv, DataSource::libsvm}) {
    RunSpec real = example();
    real.data.source = source;
    real.data.path = "real";
    EXPECT_EQ(with_problem(real, ProblemKind::data_weights).data.label_noise, 0.0);
  }
}

TEST(SpecEdits, AnUpperLevelThatIsTheKindsOwnGoesUnsaid) {
  RunSpec spec = example();
  spec.problem.kind = ProblemKind::ridge;
  const RunSpec logistic = with_upper_level(spec, UpperLevel::logistic);
  EXPECT_EQ(logistic.problem.upper, UpperLevel::logistic);
  EXPECT_EQ(with_upper_level(logistic, UpperLevel::squares), spec);
  spec.problem.kind = ProblemKind::data_weights;
  EXPECT_EQ(with_upper_level(spec, UpperLevel::logistic), spec);
}

TEST(SpecEdits, PartsOfTheErrorAndVariedSplitsExcludeEachOther) {
  RunSpec spec = example();
  spec.run.vary_split = true;
  spec = with_decomposition(spec, DecompositionRoute::nested);
  EXPECT_FALSE(spec.run.vary_split);
  EXPECT_TRUE(validate(spec).empty()) << to_string(validate(spec));
  spec = with_varied_split(spec, true);
  EXPECT_EQ(spec.run.decomposition, DecompositionRoute::none);
  EXPECT_TRUE(validate(spec).empty()) << to_string(validate(spec));
}

TEST(SpecEdits, AddsALambdaThatIsNotThereYet) {
  const auto longer = [](ProblemKind kind, std::vector<double> list) {
    RunSpec spec = example();
    spec.problem.kind = kind;
    spec.problem.lambda = std::move(list);
    const auto more = with_one_more_lambda(spec);
    return more ? std::get<std::vector<double>>(more->problem.lambda) : std::vector<double>{};
  };
  EXPECT_EQ(longer(ProblemKind::ridge, {0.5}), (std::vector<double>{0.5, 5}));
  EXPECT_EQ(longer(ProblemKind::ridge, {5, 50, 0.5}), (std::vector<double>{5, 50, 0.5, 500}));
  EXPECT_TRUE(longer(ProblemKind::ridge, {1e12}).empty());
  EXPECT_EQ(longer(ProblemKind::data_weights, {0}), (std::vector<double>{0, 1}));
  EXPECT_EQ(longer(ProblemKind::data_weights, {-1}), (std::vector<double>{-1, 0}));
  EXPECT_TRUE(longer(ProblemKind::data_weights, {50}).empty());
  RunSpec random = example();
  random.problem.lambda = RandomLambda{};
  EXPECT_EQ(with_one_more_lambda(random), std::nullopt);
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
  const LambdaRange positive = lambda_range(ProblemKind::logistic);
  EXPECT_EQ(parse_list("0.1, 2;3  4", positive), (std::vector<double>{0.1, 2, 3, 4}));
  EXPECT_EQ(format_list({0.1, 2}), "0.1, 2");
  for (const char* bad : {"", " , ", "a", "1, -2", "0", "nan", "inf", "1e999", "1 2 x", "1e-13"}) {
    EXPECT_EQ(parse_list(bad, positive), std::nullopt) << bad;
  }
  const LambdaRange any = lambda_range(ProblemKind::data_weights);
  EXPECT_EQ(parse_list("-1.5, 0, 50", any), (std::vector<double>{-1.5, 0, 50}));
  for (const char* bad : {"", "a", "nan", "-inf", "51", "0, -50.5"}) {
    EXPECT_EQ(parse_list(bad, any), std::nullopt) << bad;
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
