// The kinds of methods in the window: adding one, changing one, what its rows show.

#include <array>
#include <string>

#include <GLFW/glfw3.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/app/state/spec_edits.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/validation.hpp"

#include "app/driver.hpp"
#include "core/run/test_specs.hpp"

namespace sid::app {
namespace {

constexpr std::array kAll = {MethodKind::batch,
                             MethodKind::sid,
                             MethodKind::itd,
                             MethodKind::aid_cg,
                             MethodKind::aid_cgnr,
                             MethodKind::inexact,
                             MethodKind::saga,
                             MethodKind::svrg,
                             MethodKind::neumann,
                             MethodKind::fp_km,
                             MethodKind::stochastic_itd};

RunSpec one_method() {
  RunSpec spec = test::small_logistic();
  spec.problem.lambda = std::vector<double>{0.3};
  spec.methods = {test::constant(0.5)};
  return spec;
}

Driver make(const RunSpec& spec) {
  return Driver({.spec = spec, .preset = "", .height = 1600.0F, .autorun = true});
}

TEST(MethodKindsInTheWindow, EveryKindCanBeAddedAndRuns) {
  for (const MethodKind kind : kAll) {
    const std::string name(kind_name(kind));
    SCOPED_TRACE(name);
    Driver driver = make(one_method());
    driver.until_done();
    driver.click("add-method");
    driver.frames(2);
    driver.click("add-method/" + name);
    driver.frames(3);
    ASSERT_EQ(driver.spec().methods.size(), 2U);
    EXPECT_EQ(driver.spec().methods[1].kind, kind);
    EXPECT_TRUE(validate(driver.spec()).empty()) << to_string(validate(driver.spec()));
    EXPECT_EQ(driver.bench().state().view.method, 1U);
    driver.until_done();
    const auto& run = driver.bench().session().snapshot();
    ASSERT_NE(run, nullptr);
    EXPECT_EQ(run->status, RunStatus::finished) << run->message;
    ASSERT_EQ(run->curves.size(), 2U);
    EXPECT_FALSE(run->curves[1].points.empty());
    const MethodTraits traits = traits_of(kind);
    const auto row = [](const char* key) { return std::string("method[2].") + key; };
    EXPECT_EQ(driver.shown(row("minibatch")), traits.minibatches);
    EXPECT_EQ(driver.shown(row("sampling")), traits.minibatches);
    EXPECT_EQ(driver.shown(row("jacobian_samples")), traits.jacobian_samples);
    EXPECT_EQ(driver.shown(row("step.eta")), traits.lower_step);
    EXPECT_EQ(driver.shown(row("rule")), traits.lower_step && traits.random);
    EXPECT_EQ(driver.shown(row("step_factor")), is_variance_reduced(kind));
    EXPECT_EQ(driver.shown(row("refresh_probability")), kind == MethodKind::svrg);
    EXPECT_EQ(driver.shown(row("copies")), kind == MethodKind::neumann);
    EXPECT_EQ(driver.shown(row("mixing")), kind == MethodKind::fp_km);
    EXPECT_EQ(driver.shown(row("lower_solver")), traits.lower_solver);
    EXPECT_EQ(driver.shown(row("linear_solver")), traits.linear_solver);
    EXPECT_EQ(driver.shown(row("lower_tolerance")), traits.linear_solver);
    EXPECT_EQ(driver.shown(row("linear_tolerance")), traits.linear_solver);
  }
}

TEST(MethodKindsInTheWindow, AKindIsChosenInItsRowAndUndone) {
  Driver driver = make(one_method());
  driver.until_done();
  const RunSpec before = driver.spec();
  driver.click("method[1].kind");
  driver.frames(2);
  driver.click("method[1].kind/AID-CG");
  driver.frames(3);
  EXPECT_EQ(driver.spec().methods[0].kind, MethodKind::aid_cg);
  EXPECT_TRUE(validate(driver.spec()).empty()) << to_string(validate(driver.spec()));
  driver.until_done();
  driver.key(GLFW_KEY_Z, false, true);
  driver.frames(2);
  EXPECT_EQ(driver.spec(), before);
}

TEST(MethodKindsInTheWindow, FiniteSumsAreGreyOnTheTeachingProblem) {
  RunSpec spec = test::small_quadratic();
  Driver driver = make(spec);
  driver.until_done();
  driver.click("add-method");
  driver.frames(2);
  EXPECT_EQ(driver.value("add-method/SAGA"), "disabled");
  EXPECT_EQ(driver.value("add-method/AID-CG"), "off");
  driver.click("add-method/SAGA");
  driver.frames(2);
  EXPECT_EQ(driver.spec().methods.size(), spec.methods.size());
}

TEST(MethodKindsInTheWindow, RunsAreCertifiedOnRequest) {
  Driver driver = make(one_method());
  driver.until_done();
  EXPECT_EQ(driver.bench().session().snapshot()->curves[0].certificates.size(), 0U);
  driver.click("certificate");
  driver.frames(2);
  EXPECT_TRUE(driver.spec().run.certificate);
  driver.until_done();
  const MethodCurve& curve = driver.bench().session().snapshot()->curves[0];
  ASSERT_FALSE(curve.points.empty());
  ASSERT_TRUE(curve.points.back().certificate);
  EXPECT_GT(curve.points.back().certificate->mean, curve.points.back().hypergradient.mean);
}

TEST(MethodKindEdits, ChangeOfKindKeepsWhatBothHave) {
  RunSpec spec = one_method();
  spec.methods[0].name = "mine";
  spec.methods[0].sampling = Sampling::without_replacement;
  for (const MethodKind kind : kAll) {
    const RunSpec changed = with_kind(spec, 0, kind);
    EXPECT_TRUE(validate(changed).empty()) << to_string(validate(changed));
    if (kind == MethodKind::sid) {
      EXPECT_EQ(changed, spec);
      continue;
    }
    EXPECT_EQ(changed.methods[0].name, "");
    if (traits_of(kind).minibatches) {
      EXPECT_EQ(changed.methods[0].minibatch, 10);
      EXPECT_EQ(changed.methods[0].sampling, Sampling::without_replacement);
      EXPECT_EQ(changed.methods[0].step.eta, 0.5);
    }
  }
}

TEST(MethodKindEdits, ToTheTeachingProblemFiniteSumsBecomeSid) {
  RunSpec spec = one_method();
  spec = with_new_method(spec, MethodKind::saga);
  spec = with_new_method(spec, MethodKind::stochastic_itd);
  spec = with_problem(spec, ProblemKind::quadratic);
  for (const MethodSpec& method : spec.methods) EXPECT_EQ(method.kind, MethodKind::sid);
  EXPECT_TRUE(validate(spec).empty()) << to_string(validate(spec));
}

}  // namespace
}  // namespace sid::app
