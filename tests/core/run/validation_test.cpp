#include "sid/run/validation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

RunSpec quadratic_spec() {
  RunSpec spec;
  MethodSpec batch;
  batch.kind = MethodKind::batch;
  MethodSpec constant;
  constant.minibatch = 10;
  MethodSpec decreasing = constant;
  decreasing.step.kind = StepKind::decreasing;
  spec.methods = {batch, constant, decreasing};
  return spec;
}

RunSpec logistic_spec() {
  RunSpec spec = quadratic_spec();
  spec.problem.kind = ProblemKind::logistic;
  spec.problem.lambda = std::vector<double>{0.01, 0.1, 1.0, 10.0};
  for (MethodSpec& method : spec.methods) method.minibatch = 50;
  return spec;
}

bool has(const std::vector<SpecIssue>& issues, const std::string& field, const std::string& text) {
  return std::any_of(issues.begin(), issues.end(), [&](const SpecIssue& issue) {
    return issue.field == field && issue.to_string().find(text) != std::string::npos;
  });
}

struct BadSpec {
  std::string field;
  std::string text;  ///< must occur in the message
  std::function<void(RunSpec&)> spoil;
};

// Each entry spoils a good spec in one way; exactly that field must be reported.

std::vector<BadSpec> bad_lambdas() {
  return {
      {"problem.lambda[1]", "> 0", [](RunSpec& s) { s.problem.lambda = std::vector{0.0}; }},
      {"problem.lambda[2]",
       "> 0",
       [](RunSpec& s) {
         s.problem.lambda = std::vector{1.0, -3.0};
       }},
      {"problem.lambda[1]", "finite", [](RunSpec& s) { s.problem.lambda = std::vector{kNaN}; }},
      {"problem.lambda[1]", "≤ 1e+12", [](RunSpec& s) { s.problem.lambda = std::vector{1e308}; }},
      {"problem.lambda[1]", "≥ 1e-12", [](RunSpec& s) { s.problem.lambda = std::vector{1e-300}; }},
      {"problem.lambda",
       "at least one",
       [](RunSpec& s) { s.problem.lambda = std::vector<double>{}; }},
      {"problem.lambda",
       "at most 64",
       [](RunSpec& s) {
         std::vector<double> many(65);
         std::iota(many.begin(), many.end(), 1.0);
         s.problem.lambda = many;
       }},
      {"problem.lambda",
       "at most 64",
       // Comparing a million in pairs would take hours.
       [](RunSpec& s) { s.problem.lambda = std::vector<double>(1'000'000, 1.0); }},
      {"problem.lambda[3]",
       "equals problem.lambda[1]",
       [](RunSpec& s) {
         s.problem.lambda = std::vector<double>{0.5, 1.0, 0.5};
       }},
      {"problem.lambda", "logistic-multi", [](RunSpec& s) { s.problem.lambda = RandomLambda{}; }},
  };
}

std::vector<BadSpec> bad_quadratics() {
  return {
      {"problem.quadratic.dim", "≥ 1", [](RunSpec& s) { s.problem.quadratic.dim = 0; }},
      {"problem.quadratic.dim", "≤ 10000", [](RunSpec& s) { s.problem.quadratic.dim = 10'001; }},
      {"problem.quadratic.condition",
       "≥ 1",
       [](RunSpec& s) { s.problem.quadratic.condition = 0.5; }},
      {"problem.quadratic.smoothness",
       "> 0",
       [](RunSpec& s) { s.problem.quadratic.smoothness = -2.0; }},
      {"problem.quadratic.noise_multiplicative",
       "< 1",
       [](RunSpec& s) { s.problem.quadratic.noise_multiplicative = 1.0; }},
      {"problem.quadratic.noise_multiplicative",
       "finite",
       [](RunSpec& s) { s.problem.quadratic.noise_multiplicative = kNaN; }},
      {"problem.quadratic.noise_lambda",
       "≥ 0",
       [](RunSpec& s) { s.problem.quadratic.noise_lambda = -0.1; }},
      {"problem.quadratic.noise_additive",
       "finite",
       [](RunSpec& s) { s.problem.quadratic.noise_additive = kInf; }},
      {"problem.quadratic.samples", "≥ 1", [](RunSpec& s) { s.problem.quadratic.samples = 0; }},
      {"problem.quadratic.seed", "≥ 0", [](RunSpec& s) { s.problem.quadratic.seed = -1; }},
  };
}

std::vector<BadSpec> bad_runs() {
  return {
      {"run.iterations", "≥ 1", [](RunSpec& s) { s.run.iterations = 0; }},
      {"run.iterations", "≤ 10000000", [](RunSpec& s) { s.run.iterations = 10'000'001; }},
      {"run.replicas", "≥ 1", [](RunSpec& s) { s.run.replicas = 0; }},
      {"run.replicas",
       "≤ 1000000",
       [](RunSpec& s) {
         s.run.replicas = 1'000'001;
         s.run.checkpoints.count = 1;
       }},
      {"run.replicas", "100000000", [](RunSpec& s) { s.run.replicas = 1'000'000; }},
      {"run.seed", "≥ 0", [](RunSpec& s) { s.run.seed = -5; }},
      {"run.vary_split", "no data", [](RunSpec& s) { s.run.vary_split = true; }},
      {"run.checkpoints.count", "≥ 1", [](RunSpec& s) { s.run.checkpoints.count = 0; }},
      {"run.checkpoints",
       "at least one",
       [](RunSpec& s) { s.run.checkpoints.spacing = CheckpointSpec::Spacing::list; }},
      {"run.checkpoints[2]",
       "≥ 1",
       [](RunSpec& s) {
         s.run.checkpoints = {CheckpointSpec::Spacing::list, 40, {1, 0, 5}};
       }},
      {"run.checkpoints[1]",
       "≤ 3000",
       [](RunSpec& s) {
         s.run.checkpoints = {CheckpointSpec::Spacing::list, 40, {3001}};
       }},
  };
}

std::vector<BadSpec> bad_methods() {
  return {
      {"title", "control", [](RunSpec& s) { s.title = "\x1b[31m"; }},
      {"title", "at most 1000", [](RunSpec& s) { s.title = std::string(1001, 'x'); }},
      {"method", "at least one", [](RunSpec& s) { s.methods.clear(); }},
      {"method", "at most 64", [](RunSpec& s) { s.methods.resize(65, s.methods[1]); }},
      {"method[2].minibatch", "≥ 1", [](RunSpec& s) { s.methods[1].minibatch = 0; }},
      {"method[2].minibatch", "≤ 200", [](RunSpec& s) { s.methods[1].minibatch = 201; }},
      {"method[2].t", "≥ 1", [](RunSpec& s) { s.methods[1].t = 0; }},
      {"method[2].k", "≥ 1", [](RunSpec& s) { s.methods[1].k = -4; }},
      {"method[2].jacobian_samples", "≥ 0", [](RunSpec& s) { s.methods[1].jacobian_samples = -1; }},
      {"method[2].sampling",
       "iid",
       [](RunSpec& s) { s.methods[1].sampling = Sampling::reshuffle; }},
      {"method[3].name",
       "differ from the name of method[2]",
       [](RunSpec& s) { s.methods[1].name = s.methods[2].name = "A"; }},
      {"method[2].name", "control", [](RunSpec& s) { s.methods[1].name = "a\nb"; }},
      {"method[2].name",
       "at most 200",
       [](RunSpec& s) { s.methods[1].name = std::string(201, 'x'); }},
  };
}

std::vector<BadSpec> bad_steps() {
  return {
      {"method[2].step.eta", "> 0", [](RunSpec& s) { s.methods[1].step.eta = 0.0; }},
      {"method[2].step.eta", "> 0", [](RunSpec& s) { s.methods[1].step.eta = -0.5; }},
      {"method[2].step.eta", "finite", [](RunSpec& s) { s.methods[1].step.eta = kNaN; }},
      {"method[2].step.eta", "≤ 1000", [](RunSpec& s) { s.methods[1].step.eta = 1e308; }},
      {"method[3].step.beta_factor",
       "> 0",
       [](RunSpec& s) { s.methods[2].step.beta_factor = 0.0; }},
      {"method[3].step.beta", "> 0", [](RunSpec& s) { s.methods[2].step.beta = -1.0; }},
      {"method[3].step.gamma", "> 0", [](RunSpec& s) { s.methods[2].step.gamma = 0.0; }},
      {"method[3].step.gamma_factor",
       "finite",
       [](RunSpec& s) { s.methods[2].step.gamma_factor = kNaN; }},
      {"method[3].step.switch_at",
       "≥ 0",
       [](RunSpec& s) {
         s.methods[2].step.kind = StepKind::two_phase;
         s.methods[2].step.switch_at = -1;
       }},
      {"method[2].linear_step.eta",
       "> 0",
       [](RunSpec& s) {
         s.methods[1].linear_step = StepSpec{};
         s.methods[1].linear_step->eta = -1.0;
       }},
  };
}

SparseSpec& sparse(RunSpec& s) {
  s.data.source = DataSource::sparse;
  return s.data.sparse;
}

std::vector<BadSpec> bad_data() {
  return {
      {"data.train", "≥ 1", [](RunSpec& s) { s.data.train = 0; }},
      {"data.validation", "≥ 1", [](RunSpec& s) { s.data.validation = -5; }},
      {"data.split_seed", "≥ 0", [](RunSpec& s) { s.data.split_seed = -1; }},
      {"data.labels", "odd-even", [](RunSpec& s) { s.data.labels = LabelRule::as_given; }},
      {"data.labels", "digit images", [](RunSpec& s) { s.data.labels = LabelRule::two_values; }},
      {"run.vary_split",
       "fixes the split",
       [](RunSpec& s) {
         s.run.vary_split = true;
         s.data.source = DataSource::libsvm;
         s.data.path = "train.svm";
         s.data.validation_path = "valid.svm";
       }},
      {"data.path", "training file", [](RunSpec& s) { s.data.source = DataSource::libsvm; }},
      {"data.validation_path",
       "must be empty",
       [](RunSpec& s) { s.data.validation_path = "valid.svm"; }},
      {"method[3].minibatch", "≤ 5000", [](RunSpec& s) { s.methods[2].minibatch = 5001; }},
      {"data.sparse.features", "≥ 4", [](RunSpec& s) { sparse(s).features = 3; }},
      {"data.sparse.features", "≤ 10000000", [](RunSpec& s) { sparse(s).features = 10'000'001; }},
      {"data.sparse.nonzeros", "≥ 1", [](RunSpec& s) { sparse(s).nonzeros = 0; }},
      {"data.sparse.nonzeros", "≤ 2500", [](RunSpec& s) { sparse(s).nonzeros = 2501; }},
      {"data.sparse.noise", "≤ 0.5", [](RunSpec& s) { sparse(s).noise = 0.6; }},
      {"data.sparse.seed", "≥ 0", [](RunSpec& s) { sparse(s).seed = -1; }},
      {"data.labels",
       "must be left out",
       [](RunSpec& s) {
         sparse(s);
         s.data.labels = LabelRule::odd_even;
       }},
      {"data.validation",
       "≤ 2147483647",
       [](RunSpec& s) {
         sparse(s);
         s.data.train = s.data.validation = 2'000'000'000;
       }},
  };
}

std::vector<BadSpec> bad_vector_lambdas() {
  return {
      {"problem.lambda.epsilon",
       "lower end first",
       [](RunSpec& s) {
         s.problem.kind = ProblemKind::logistic_multi;
         s.problem.lambda = RandomLambda{2.0, -2.0, 1};
       }},
      {"problem.lambda.epsilon[2]",
       "≤ 27",
       [](RunSpec& s) {
         s.problem.kind = ProblemKind::logistic_multi;
         s.problem.lambda = RandomLambda{0.0, 800.0, 1};
       }},
      {"problem.lambda.path",
       "name a file",
       [](RunSpec& s) {
         s.problem.kind = ProblemKind::logistic_multi;
         s.problem.lambda = LambdaFile{};
       }},
      {"problem.lambda[1][2]",
       "> 0",
       [](RunSpec& s) {
         s.problem.kind = ProblemKind::logistic_multi;
         s.problem.lambda = std::vector<std::vector<double>>{{1.0, -1.0}};
       }},
      {"problem.lambda[1]",
       "one number per column",
       [](RunSpec& s) {
         s.problem.kind = ProblemKind::logistic_multi;
         s.problem.lambda = std::vector<std::vector<double>>{{}};
       }},
  };
}

TEST(Validation, AcceptsGoodSpecs) {
  EXPECT_EQ(to_string(validate(quadratic_spec())), "");
  EXPECT_EQ(to_string(validate(logistic_spec())), "");
  RunSpec multi = logistic_spec();
  multi.problem.kind = ProblemKind::logistic_multi;
  multi.problem.lambda = RandomLambda{};
  multi.run.vary_split = true;
  EXPECT_EQ(to_string(validate(multi)), "");
  RunSpec two_phase = quadratic_spec();
  two_phase.methods[1].step.kind = StepKind::two_phase;
  two_phase.methods[1].step.eta = 0.0;  // means 1/(1 + sigma2)
  EXPECT_EQ(to_string(validate(two_phase)), "");
}

TEST(Validation, ReportsEachDefectAtItsFieldAndNothingElse) {
  for (const auto& [base, table] : {std::pair{quadratic_spec(), bad_lambdas()},
                                    std::pair{quadratic_spec(), bad_quadratics()},
                                    std::pair{quadratic_spec(), bad_runs()},
                                    std::pair{quadratic_spec(), bad_methods()},
                                    std::pair{quadratic_spec(), bad_steps()},
                                    std::pair{logistic_spec(), bad_data()},
                                    std::pair{logistic_spec(), bad_vector_lambdas()}}) {
    for (const BadSpec& bad : table) {
      RunSpec spec = base;
      bad.spoil(spec);
      const std::vector<SpecIssue> issues = validate(spec);
      EXPECT_TRUE(has(issues, bad.field, bad.text))
          << bad.field << " / " << bad.text << "\ngot: " << to_string(issues);
      for (const SpecIssue& issue : issues) {
        // A minibatch also has to fit a population spoilt on purpose; no other field may appear.
        EXPECT_EQ(issue.field, bad.field) << issue.to_string();
        EXPECT_FALSE(issue.violated.empty());
        EXPECT_FALSE(issue.remedy.empty());
        EXPECT_EQ(issue.to_string().back(), '.');
      }
    }
  }
}

TEST(Validation, ReportsAllDefectsAtOnce) {
  RunSpec spec = quadratic_spec();
  spec.problem.lambda = std::vector<double>{-1.0, kNaN};
  spec.run.iterations = 0;
  spec.run.replicas = 0;
  spec.methods[1].step.eta = -0.5;
  const std::vector<SpecIssue> issues = validate(spec);
  EXPECT_EQ(issues.size(), 5U) << to_string(issues);
  EXPECT_TRUE(has(issues, "problem.lambda[1]", "-1"));
  EXPECT_TRUE(has(issues, "problem.lambda[2]", "nan"));
  EXPECT_TRUE(has(issues, "run.iterations", "= 0"));
  EXPECT_TRUE(has(issues, "run.replicas", "= 0"));
  EXPECT_TRUE(has(issues, "method[2].step.eta", "method[2].step.eta = -0.5: must be > 0. Use"));
}

TEST(Validation, AgainstDataChecksMinibatchesAndTheLengthOfLambda) {
  RunSpec spec = logistic_spec();
  EXPECT_TRUE(validate_against_data(spec, 50, 3).empty());
  std::vector<SpecIssue> issues = validate_against_data(spec, 49, 3);
  EXPECT_TRUE(has(issues, "method[2].minibatch", "≤ 49"));
  EXPECT_TRUE(has(issues, "method[3].minibatch", "≤ 49"));
  EXPECT_EQ(issues.size(), 2U);  // the batch method has no minibatch

  spec.problem.kind = ProblemKind::logistic_multi;
  spec.problem.lambda = std::vector<std::vector<double>>{{1.0, 1.0, 1.0}, {1.0, 1.0}};
  issues = validate_against_data(spec, 5000, 3);
  ASSERT_EQ(issues.size(), 1U);
  EXPECT_TRUE(has(issues, "problem.lambda[2]", "must hold 3"));
}

TEST(MethodLabel, NamesSettingsAndStaysUnique) {
  RunSpec spec = quadratic_spec();
  EXPECT_EQ(method_labels(spec), (std::vector<std::string>{"Batch", "SID const η = 1", "SID dec"}));
  spec.methods[1].step.eta = 0.25;
  EXPECT_EQ(method_label(spec, 1), "SID const η = 0.25");

  spec.methods.push_back(spec.methods[1]);
  spec.methods[3].minibatch = 20;
  spec.methods.push_back(spec.methods[2]);
  spec.methods[4].step.beta_factor = 4.0;
  EXPECT_EQ(method_label(spec, 1), "SID const η = 0.25, b = 10");
  EXPECT_EQ(method_label(spec, 3), "SID const η = 0.25, b = 20");
  EXPECT_EQ(method_label(spec, 2), "SID dec");
  EXPECT_EQ(method_label(spec, 4), "SID dec, β = 4/(1−q²)");

  spec.methods.push_back(spec.methods[4]);  // equal in everything
  EXPECT_EQ(method_label(spec, 5), "SID dec, β = 4/(1−q²) (2)");
  spec.methods[0].name = "SID dec";  // a given name wins over a made one
  EXPECT_EQ(method_label(spec, 0), "SID dec");
  EXPECT_EQ(method_label(spec, 2), "SID dec (2)");
  EXPECT_TRUE(validate(spec).empty());
}

TEST(MethodLabel, TellsSamplingAndBudgetApart) {
  RunSpec spec = logistic_spec();
  spec.methods = {spec.methods[2], spec.methods[2]};
  spec.methods[1].sampling = Sampling::reshuffle;
  EXPECT_EQ(method_labels(spec), (std::vector<std::string>{"SID dec, iid", "SID dec, reshuffled"}));
  spec.methods[1] = spec.methods[0];
  spec.methods[1].k = 10;
  EXPECT_EQ(method_labels(spec), (std::vector<std::string>{"SID dec", "SID dec, k = 10"}));
}

TEST(Validation, ExactConditionalMeansNeedIndependentMinibatches) {
  RunSpec spec = test::small_logistic();
  spec.methods = {test::constant(0.1)};
  spec.methods[0].sampling = Sampling::reshuffle;
  EXPECT_TRUE(validate(spec).empty());
  spec.run.decomposition = DecompositionRoute::nested;
  EXPECT_TRUE(validate(spec).empty());
  spec.run.decomposition = DecompositionRoute::conditional_mean;
  ASSERT_EQ(validate(spec).size(), 1U);
  EXPECT_EQ(validate(spec)[0].field, "method[1].sampling");
  spec.methods[0].sampling = Sampling::without_replacement;
  EXPECT_TRUE(validate(spec).empty());
}

TEST(Validation, NoiseTurnsClassesAndNoOtherLabels) {
  RunSpec spec = test::small_logistic();
  spec.methods = {test::constant(0.1)};
  spec.data.label_noise = 0.3;
  EXPECT_TRUE(validate(spec).empty());
  // Ridge regression takes the numbers of a text file as they stand.
  spec.problem.kind = ProblemKind::ridge;
  ASSERT_EQ(validate(spec).size(), 1U);
  EXPECT_EQ(validate(spec)[0].field, "data.label_noise");
  spec.data.labels = LabelRule::two_values;
  EXPECT_TRUE(validate(spec).empty());
}

}  // namespace
}  // namespace sid
