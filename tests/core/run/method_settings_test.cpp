// Which settings each kind of method has, and what is said of the others.

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/run/method_kind.hpp"
#include "sid/run/validation.hpp"

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

TEST(MethodSettings, NamesSettingsThatAKindDoesNotHave) {
  struct Case {
    MethodKind kind;
    const char* field;
    const char* words;
    std::function<void(MethodSpec&)> give;
  };
  const Case cases[] = {
      {MethodKind::itd, "minibatch", "the whole data", [](auto& m) { m.minibatch = 7; }},
      {MethodKind::itd, "step", "the plain map", [](auto& m) { m.step.eta = 0.5; }},
      {MethodKind::itd, "k", "no linear system", [](auto& m) { m.k = 5; }},
      {MethodKind::aid_cg,
       "linear_step",
       "its own steps",
       [](auto& m) { m.linear_step.emplace(); }},
      {MethodKind::aid_cg,
       "jacobian_samples",
       "exact derivative",
       [](auto& m) { m.jacobian_samples = 0; }},
      {MethodKind::aid_cg,
       "lower_solver",
       "inexact",
       [](auto& m) { m.lower_solver = LowerIteration::accelerated; }},
      {MethodKind::itd,
       "linear_solver",
       "inexact",
       [](auto& m) { m.linear_solver = LinearIteration::heavy_ball; }},
      {MethodKind::batch, "lower_tolerance", "inexact", [](auto& m) { m.lower_tolerance = 0.1; }},
      {MethodKind::itd, "linear_tolerance", "inexact", [](auto& m) { m.linear_tolerance = 0.1; }},
      {MethodKind::inexact, "step", "steps of their own", [](auto& m) { m.step.eta = 0.5; }},
      {MethodKind::inexact,
       "linear_step",
       "its own steps",
       [](auto& m) { m.linear_step.emplace(); }},
      {MethodKind::inexact,
       "lower_tolerance",
       "must be > 0",
       [](auto& m) { m.lower_tolerance = -0.5; }},
      {MethodKind::inexact,
       "linear_tolerance",
       "must be > 0",
       [](auto& m) { m.linear_tolerance = 0.0; }},
      {MethodKind::saga, "minibatch", "one example a step", [](auto& m) { m.minibatch = 7; }},
      {MethodKind::saga, "step", "step_factor", [](auto& m) { m.step.eta = 0.5; }},
      {MethodKind::saga,
       "refresh_probability",
       "svrg",
       [](auto& m) { m.refresh_probability = 0.5; }},
      {MethodKind::stochastic_itd, "k", "no linear system", [](auto& m) { m.k = 5; }},
      {MethodKind::batch, "copies", "neumann", [](auto& m) { m.copies = -3; }},
      {MethodKind::batch, "mixing", "fp-km", [](auto& m) { m.mixing = 0.5; }},
      {MethodKind::batch, "step_factor", "saga", [](auto& m) { m.step_factor = 0.5; }},
      {MethodKind::batch,
       "refresh_probability",
       "svrg",
       [](auto& m) { m.refresh_probability = 0.5; }},
      {MethodKind::sid, "copies", "neumann", [](auto& m) { m.copies = 2; }},
      {MethodKind::sid, "mixing", "fp-km", [](auto& m) { m.mixing = 0.5; }},
      {MethodKind::sid, "step_factor", "saga", [](auto& m) { m.step_factor = 0.5; }}};
  for (const Case& c : cases) {
    RunSpec spec = test::small_logistic();
    MethodSpec method;
    method.kind = c.kind;
    method.minibatch = 10;
    spec.methods = {with_own_settings(method)};
    EXPECT_TRUE(validate(spec).empty()) << to_string(validate(spec));
    c.give(spec.methods[0]);
    const auto issues = validate(spec);
    ASSERT_EQ(issues.size(), 1U) << c.field << to_string(issues);
    EXPECT_EQ(issues[0].field, std::string("method[1].") + c.field);
    EXPECT_NE(issues[0].to_string().find(c.words), std::string::npos) << issues[0].to_string();
  }
}

TEST(MethodSettings, KeepsOwnSettingsInTheirRanges) {
  struct Case {
    MethodKind kind;
    const char* field;
    std::function<void(MethodSpec&)> give;
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Case cases[] = {
      {MethodKind::saga, "step_factor", [](auto& m) { m.step_factor = 0.0; }},
      {MethodKind::saga, "step_factor", [&](auto& m) { m.step_factor = nan; }},
      {MethodKind::svrg, "refresh_probability", [](auto& m) { m.refresh_probability = 1.5; }},
      {MethodKind::svrg, "refresh_probability", [](auto& m) { m.refresh_probability = -0.1; }},
      {MethodKind::saga, "jacobian_samples", [](auto& m) { m.jacobian_samples = -1; }},
      {MethodKind::svrg, "jacobian_samples", [](auto& m) { m.jacobian_samples = -1; }},
      {MethodKind::neumann, "copies", [](auto& m) { m.copies = 0; }},
      {MethodKind::neumann,
       "linear_step.kind",
       [](auto& m) { m.linear_step.emplace().kind = StepKind::decreasing; }},
      {MethodKind::fp_km, "mixing", [](auto& m) { m.mixing = 0.0; }},
      {MethodKind::fp_km, "mixing", [](auto& m) { m.mixing = 1.01; }}};
  for (const Case& c : cases) {
    RunSpec spec = test::small_logistic();
    MethodSpec method;
    method.kind = c.kind;
    method.minibatch = 10;
    spec.methods = {with_own_settings(method)};
    c.give(spec.methods[0]);
    const auto issues = validate(spec);
    ASSERT_EQ(issues.size(), 1U) << c.field << to_string(issues);
    EXPECT_EQ(issues[0].field, std::string("method[1].") + c.field);
  }
}

TEST(MethodSettings, FiniteSumsNeedData) {
  for (const MethodKind kind : {MethodKind::saga, MethodKind::svrg, MethodKind::stochastic_itd}) {
    RunSpec spec = test::small_quadratic();
    MethodSpec method;
    method.kind = kind;
    spec.methods = {with_own_settings(method)};
    ASSERT_EQ(validate(spec).size(), 1U) << to_string(validate(spec));
    EXPECT_EQ(validate(spec)[0].field, "method[1].kind");
    EXPECT_NE(validate(spec)[0].to_string().find("mean over examples"), std::string::npos);
  }
}

TEST(MethodSettings, PathsThatAreKeptHaveToFit) {
  RunSpec spec = test::small_quadratic();
  MethodSpec method;
  method.kind = MethodKind::itd;
  method.t = kMaxIterations;
  spec.methods = {method};
  spec.problem.quadratic.dim = 30;
  ASSERT_EQ(validate(spec).size(), 1U) << to_string(validate(spec));
  EXPECT_EQ(validate(spec)[0].field, "method[1].t");
  EXPECT_NE(validate(spec)[0].to_string().find("MiB"), std::string::npos);
  spec.methods[0].t = 1000;
  EXPECT_TRUE(validate(spec).empty());

  spec = test::small_logistic();
  spec.methods[0].kind = MethodKind::stochastic_itd;
  spec.methods[0].minibatch = 10;
  spec.methods[0].t = 1'000'000;
  EXPECT_TRUE(validate(spec).empty()) << to_string(validate(spec));
  EXPECT_TRUE(validate_against_data(spec, 60, 7).empty());
  EXPECT_EQ(validate_against_data(spec, 60, 7000).size(), 1U);
}

/// All panels and methods advance side by side, and with varying splits all replicas of ITD.
TEST(MethodSettings, PathsOfAllPanelsAndMethodsHaveToFitTogether) {
  RunSpec spec = test::small_logistic();
  MethodSpec method;
  method.kind = MethodKind::itd;
  method.t = 10'000'000;
  spec.methods = {method};
  spec.run.replicas = 32;
  spec.problem.lambda = std::vector<double>{1.0};
  const auto issues = [&] { return validate_against_data(spec, 60, 7); };
  EXPECT_TRUE(issues().empty()) << to_string(issues());
  spec.problem.lambda = std::vector<double>{1.0, 2.0, 3.0, 4.0};
  ASSERT_EQ(issues().size(), 1U);
  EXPECT_EQ(issues()[0].field, "method[1].t");
  EXPECT_NE(issues()[0].to_string().find("4 paths"), std::string::npos);
  spec.problem.lambda = std::vector<double>{1.0};
  spec.run.vary_split = true;
  ASSERT_EQ(issues().size(), 1U);
  EXPECT_NE(issues()[0].to_string().find("32 paths"), std::string::npos);
  spec.run.vary_split = false;
  spec.methods.assign(4, method);
  ASSERT_EQ(issues().size(), 1U);
  EXPECT_NE(issues()[0].to_string().find("methods before"), std::string::npos);
}

TEST(MethodSettings, PathsOfNoLengthAreReportedOnce) {
  for (const std::int64_t t : {std::int64_t{0}, std::int64_t{-5}}) {
    RunSpec spec = test::small_quadratic();
    MethodSpec method;
    method.kind = MethodKind::itd;
    method.t = t;
    spec.methods = {method};
    ASSERT_EQ(validate(spec).size(), 1U) << to_string(validate(spec));
    EXPECT_EQ(validate(spec)[0].field, "method[1].t");
  }
}

TEST(MethodSettings, NameEveryKind) {
  RunSpec spec = test::small_logistic();
  spec.methods.clear();
  for (const MethodKind kind : {MethodKind::itd,
                                MethodKind::aid_cg,
                                MethodKind::aid_cgnr,
                                MethodKind::saga,
                                MethodKind::svrg,
                                MethodKind::neumann,
                                MethodKind::fp_km,
                                MethodKind::stochastic_itd,
                                MethodKind::inexact,
                                MethodKind::inexact,
                                MethodKind::inexact,
                                MethodKind::itd,
                                MethodKind::saga}) {
    MethodSpec method;
    method.kind = kind;
    spec.methods.push_back(with_own_settings(method));
  }
  spec.methods.back().step_factor = 0.5;
  for (const std::size_t i : {9U, 10U}) {
    spec.methods[i].lower_solver = LowerIteration::heavy_ball;
    spec.methods[i].linear_solver = LinearIteration::conjugate_gradients;
  }
  spec.methods[10].linear_tolerance = 1e-3;
  spec.methods[11].lower_solver = LowerIteration::accelerated;
  EXPECT_EQ(method_labels(spec),
            (std::vector<std::string>{"ITD",
                                      "AID-CG",
                                      "AID-CGNR",
                                      "SAGA, γ × 1",
                                      "L-SVRG",
                                      "Neumann const η = 1",
                                      "FP-KM const η = 1",
                                      "Stochastic ITD const η = 1",
                                      "Gradient × gradient",
                                      "Heavy ball × CG",
                                      "Heavy ball × CG, residual ≤ 0.001",
                                      "ITD accelerated",
                                      "SAGA, γ × 0.5"}));
}

}  // namespace
}  // namespace sid
