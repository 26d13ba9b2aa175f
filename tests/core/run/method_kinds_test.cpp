// Every kind of method through the runner: its own engine, costs, columns and theory.

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/method/stochastic_itd_path.hpp"
#include "sid/run/internal/make_path.hpp"
#include "sid/run/internal/replica_run.hpp"
#include "sid/run/internal/theory_input.hpp"
#include "sid/run/method_kind.hpp"
#include "sid/run/runner.hpp"
#include "sid/run/solver_cost.hpp"

#include "core/run/test_specs.hpp"
#include "support/data_vectors.hpp"

namespace sid {
namespace {

using ::testing::HasSubstr;
using testing::Json;
using testing::number;

constexpr std::array kNeighbours = {MethodKind::itd,
                                    MethodKind::aid_cg,
                                    MethodKind::aid_cgnr,
                                    MethodKind::inexact,
                                    MethodKind::saga,
                                    MethodKind::svrg,
                                    MethodKind::neumann,
                                    MethodKind::fp_km,
                                    MethodKind::stochastic_itd};

MethodSpec of_kind(MethodKind kind, std::int64_t minibatch = 10) {
  MethodSpec method;
  method.kind = kind;
  method.minibatch = minibatch;
  if (traits_of(kind).random) method.step.eta = 0.5;
  return with_own_settings(method);
}

/// All kinds on 60 examples.
RunSpec every_kind() {
  RunSpec spec = test::small_logistic();
  spec.problem.lambda = std::vector<double>{0.3};
  spec.methods = {test::batch(), test::constant(0.5)};
  for (const MethodKind kind : kNeighbours) spec.methods.push_back(of_kind(kind));
  return spec;
}

// --- Against numbers computed elsewhere --------------------------------------------------------

struct Known {
  MethodKind kind;
  const char* error;
  const char* curve;
  const char* bound;
};
constexpr std::array kKnown = {Known{MethodKind::itd, "err_itd", "bound_itd", "itd_bound"},
                               Known{MethodKind::batch, "err_fp", "bound_aid_fp", "aid_fp_bound"},
                               Known{MethodKind::aid_cg, "err_cg", "bound_aid_cg", "aid_cg_bound"}};

class DeterministicMethods : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(AllProblems,
                         DeterministicMethods,
                         ::testing::Values("P1", "P2", "P3", "P4", "P5"),
                         [](const auto& test) { return test.param; });

TEST_P(DeterministicMethods, HaveTheErrorsAndBoundsOfTheReference) {
  const Json& json = testing::theory_vectors()["data_problems"][GetParam()]["deterministic"];
  Panel panel;
  panel.problem = testing::data_problem(GetParam(), AlphaRule::optimal);
  panel.reference = panel.problem->solve_reference();
  RunSpec spec;
  spec.methods = {MethodSpec{}};
  int rows = 0;
  for (const Known& known : kKnown) {
    for (const Json& row : json["rows"]) {
      ResolvedMethod method;
      method.kind = known.kind;
      method.oracle.minibatch = panel.problem->sample_count();
      method.lower_step = method.linear_step = StepSizeSchedule(ConstantStep{1.0});
      method.jacobian_samples = 0;
      method.checkpoints = {
          {.t = row["t"].get<std::int64_t>(), .k = row["k"].get<std::int64_t>(), .epochs = 1.0}};
      internal::ReplicaRun replica(panel, method, 1, 0, spec.run);
      ReplicaError error;
      ASSERT_TRUE(replica.measure(0, {}, error));
      EXPECT_NEAR(std::sqrt(error.hypergradient), number(row[known.error]), 1e-12);
      TheoryInput input = internal::theory_input(spec, panel, method, 0);
      const MethodTheory theory = evaluate_method_theory(input);
      const TheoryCurve* const bound = theory.find(known.curve);
      ASSERT_NE(bound, nullptr) << known.curve;
      ASSERT_TRUE(bound->drawn()) << bound->reason;
      EXPECT_REL(std::sqrt(bound->values[0]), number(row[known.bound]), 1e-11);
      ++rows;
    }
  }
  EXPECT_GE(rows, 12);
}

// --- Limits that must be met exactly -----------------------------------------------------------

TEST(MethodKinds, WithoutLinearStepsEstimateZero) {
  const RunSpec spec = every_kind();
  const auto bench = prepare_bench(spec);
  ASSERT_TRUE(bench);
  const Panel& panel = (*bench)->panels[0];
  const double start = panel.reference.hypergradient.squaredNorm();
  for (ResolvedMethod method : resolve_methods(spec, **bench, panel)) {
    if (!traits_of(method.kind).linear_system) continue;
    method.checkpoints = {{.t = 5, .k = 0, .epochs = 1.0}};
    internal::ReplicaRun replica(panel, method, 1, 0, spec.run);
    ReplicaError error;
    ASSERT_TRUE(replica.measure(0, {}, error)) << method.label;
    EXPECT_EQ(error.hypergradient, start) << method.label;
  }
}

TEST(MethodKinds, DeterministicOnesAgreeInTheLimit) {
  RunSpec spec = test::small_logistic();
  spec.problem.lambda = std::vector<double>{1.0};
  spec.methods = {test::batch()};
  for (const MethodKind kind :
       {MethodKind::itd, MethodKind::aid_cg, MethodKind::aid_cgnr, MethodKind::inexact}) {
    spec.methods.push_back(of_kind(kind));
  }
  for (MethodSpec& method : spec.methods) method.t = 400;
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  const double size = run.bench->panels[0].reference.hypergradient.squaredNorm();
  for (const MethodCurve& curve : run.curves) {
    EXPECT_EQ(curve.replicas, 1) << curve.label;
    EXPECT_GT(curve.errors.front().hypergradient, 1e-8 * size) << curve.label;
    EXPECT_LT(curve.errors.back().hypergradient, 1e-24 * size) << curve.label;
  }
}

TEST(MethodKinds, ConjugateGradientsEndAfterAsManyStepsAsThereAreDimensions) {
  RunSpec spec = test::small_logistic();  // d = 7
  spec.methods = {test::batch(), of_kind(MethodKind::aid_cg), of_kind(MethodKind::aid_cgnr)};
  for (MethodSpec& method : spec.methods) {
    method.t = 8;
    method.k = 8;
  }
  const RunSnapshot run = run_to_end(spec);
  for (const MethodCurve& curve : run.curves) {
    const double size = run.bench->panels[curve.panel].reference.v.squaredNorm();
    const bool ends = run.spec.methods[curve.method].kind != MethodKind::batch;
    const double left = curve.errors.back().linear / size;
    if (ends) {
      EXPECT_LT(left, 1e-16) << curve.label;
    } else if (curve.panel == 0) {
      EXPECT_GT(left, 1e-10) << curve.label;
    }
  }
}

TEST(MethodKinds, WholeMinibatchesMakeThemDeterministic) {
  RunSpec spec = test::small_logistic();
  spec.problem.lambda = std::vector<double>{1.0};
  spec.methods = {test::batch(), test::constant(1.0), of_kind(MethodKind::fp_km)};
  for (MethodSpec& method : spec.methods) {
    method.t = 12;
    method.step.eta = 1.0;
    if (method.kind == MethodKind::batch) continue;
    method.minibatch = spec.data.train;
    method.sampling = Sampling::without_replacement;
  }
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  const double exact = run.curves[0].errors.back().hypergradient;
  for (const MethodCurve& curve : run.curves) {
    EXPECT_NEAR(curve.errors.back().hypergradient, exact, 1e-9 * exact) << curve.label;
  }
}

TEST(MethodKinds, StochasticDifferentiationOfWholeMinibatchesIsItd) {
  RunSpec spec = test::small_logistic();
  spec.methods = {of_kind(MethodKind::itd), of_kind(MethodKind::stochastic_itd)};
  spec.methods[1].step.eta = 1.0;
  spec.methods[1].minibatch = spec.data.train;
  spec.methods[1].sampling = Sampling::without_replacement;
  for (MethodSpec& method : spec.methods) method.t = 12;
  const RunSnapshot run = run_to_end(spec);
  for (std::size_t panel = 0; panel < 2; ++panel) {
    const double exact = run.curves[2 * panel].errors.back().hypergradient;
    EXPECT_NEAR(run.curves[2 * panel + 1].errors.back().hypergradient, exact, 1e-9 * exact);
  }
}

// --- Costs -------------------------------------------------------------------------------------

/// Mean and standard error of the epochs that paths counted themselves.
struct Counted {
  double mean = 0.0, error = 0.0;
};

Counted counted_epochs(const Panel& panel, const ResolvedMethod& method, int runs) {
  const auto n = static_cast<double>(panel.problem->sample_count());
  std::vector<double> values;
  double sum = 0.0;
  for (int i = 0; i < runs; ++i) {
    const auto path = internal::make_path(panel, method);
    path->start(7, static_cast<std::uint32_t>(i));
    EXPECT_EQ(path->run_to(method.checkpoints.back(), 0, {}), PathStatus::reached);
    const auto* solvers = dynamic_cast<const SolverPath*>(path.get());
    const auto* reverse = dynamic_cast<const StochasticItdPath*>(path.get());
    const std::int64_t samples = solvers != nullptr ? solvers->samples()
                                 : reverse != nullptr
                                     ? reverse->samples()
                                     : path->solver_steps() * panel.problem->sample_count();
    values.push_back(static_cast<double>(samples) / n);
    sum += values.back();
  }
  Counted out{.mean = sum / runs};
  for (const double value : values) out.error += (value - out.mean) * (value - out.mean);
  out.error = std::sqrt(out.error / (runs * std::max(runs - 1, 1)));
  return out;
}

TEST(MethodKinds, CostWhatTheAxisSays) {
  const RunSpec spec = every_kind();
  const auto bench = prepare_bench(spec);
  ASSERT_TRUE(bench);
  const Panel& panel = (*bench)->panels[0];
  for (const ResolvedMethod& method : resolve_methods(spec, **bench, panel)) {
    if (method.kind == MethodKind::aid_cgnr) continue;  // two products a step
    const bool random_cost = method.kind == MethodKind::svrg || method.kind == MethodKind::neumann;
    const Counted counted = counted_epochs(panel, method, random_cost ? 400 : 1);
    const double expected = method.checkpoints.back().epochs;
    // Fixed seeds; a right formula fails with probability 6e-5.
    EXPECT_NEAR(counted.mean, expected, 4.0 * counted.error + 1e-12 * expected) << method.label;
    EXPECT_EQ(counted.error > 0.0, random_cost) << method.label;
  }
}

TEST(MethodKinds, EndAtTheEpochsOfTheLongestMinibatchMethod) {
  RunSpec spec = every_kind();
  spec.run.iterations = 400;
  const auto bench = prepare_bench(spec);
  ASSERT_TRUE(bench);
  const std::int64_t n = (*bench)->sample_count;
  double longest = 0.0;
  const auto methods = resolve_methods(spec, **bench, (*bench)->panels[0]);
  for (const ResolvedMethod& method : methods) {
    if (traits_of(method.kind).minibatches) {
      longest = std::max(longest, method.checkpoints.back().epochs);
    }
  }
  for (const ResolvedMethod& method : methods) {
    for (std::size_t i = 0; i < method.checkpoints.size(); ++i) {
      const Checkpoint& at = method.checkpoints[i];
      EXPECT_EQ(at.epochs, expected_epochs(method, n, at.t, at.k)) << method.label;
      if (i > 0) {
        EXPECT_GT(at.t, method.checkpoints[i - 1].t) << method.label;
      }
    }
    if (traits_of(method.kind).minibatches) continue;
    EXPECT_NEAR(method.checkpoints.back().epochs, longest, 3.0) << method.label;
  }
}

// --- The runner --------------------------------------------------------------------------------

TEST(MethodKinds, RunWithTheSameBitsForOneTwoAndSevenThreads) {
  RunSpec spec = every_kind();
  spec.run.certificate = true;
  spec.run.decomposition = DecompositionRoute::nested;
  const RunSnapshot once = run_to_end(spec, {.threads = 1});
  ASSERT_EQ(once.status, RunStatus::finished) << once.message;
  for (const int threads : {2, 7}) {
    const RunSnapshot again = run_to_end(spec, {.threads = threads});
    ASSERT_EQ(again.curves.size(), once.curves.size());
    for (std::size_t c = 0; c < once.curves.size(); ++c) {
      for (std::size_t i = 0; i < once.curves[c].errors.size(); ++i) {
        const ReplicaError& a = once.curves[c].errors[i];
        const ReplicaError& b = again.curves[c].errors[i];
        EXPECT_EQ(a.hypergradient, b.hypergradient) << once.curves[c].label;
        EXPECT_EQ(a.lower, b.lower);
        if (!once.curves[c].linear_system) continue;
        EXPECT_EQ(a.linear, b.linear);
      }
      EXPECT_EQ(once.curves[c].certificates, again.curves[c].certificates);
    }
  }
}

TEST(MethodKinds, LeaveOutWhatTheyDoNotHave) {
  RunSpec spec = every_kind();
  spec.run.certificate = true;
  spec.run.decomposition = DecompositionRoute::nested;
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  EXPECT_THAT(run.message, ::testing::Not(HasSubstr("missing")));
  for (const MethodCurve& curve : run.curves) {
    const MethodTraits traits = traits_of(spec.methods[curve.method].kind);
    EXPECT_EQ(curve.replicas, traits.random ? spec.run.replicas : 1) << curve.label;
    EXPECT_EQ(curve.linear_system, traits.linear_system) << curve.label;
    EXPECT_EQ(curve.certificates.size(), curve.errors.size()) << curve.label;
    EXPECT_EQ(curve.conditional.empty(), !traits.repeats) << curve.label;
    for (const ReplicaError& error : curve.errors) {
      EXPECT_TRUE(std::isfinite(error.hypergradient)) << curve.label;
      EXPECT_EQ(std::isfinite(error.linear), traits.linear_system) << curve.label;
    }
    for (const CurvePoint& point : curve.points) {
      EXPECT_EQ(point.parts.has_value(), traits.repeats) << curve.label;
      EXPECT_TRUE(point.certificate) << curve.label;
    }
  }
}

TEST(MethodKinds, HaveTheConditionalMeanThatRepetitionsShow) {
  const RunSpec spec = every_kind();
  const auto bench = prepare_bench(spec);
  ASSERT_TRUE(bench);
  const Panel& panel = (*bench)->panels[0];
  int compared = 0;
  for (const ResolvedMethod& method : resolve_methods(spec, **bench, panel)) {
    const auto solver = internal::make_conditional_mean(panel, method);
    EXPECT_EQ(solver != nullptr, traits_of(method.kind).repeats) << method.label;
    if (solver == nullptr) continue;
    const auto path = internal::make_path(panel, method);
    path->start(11, 0);
    const Checkpoint at{.t = 20, .k = 15};
    ASSERT_EQ(path->run_to(at, 0, {}), PathStatus::reached);
    Vector exact(panel.problem->lower_dim());
    ASSERT_EQ(
        solver
            ->solve({.key = {}, .w = path->w(), .c = path->upper_gradient(), .k = at.k}, exact, {})
            .status,
        PathStatus::reached);
    constexpr int kRepetitions = 3000;
    Vector sum = Vector::Zero(exact.size());
    double squares = 0.0;
    for (std::uint32_t j = 1; j <= kRepetitions; ++j) {
      ASSERT_EQ(path->repeat(j, {}), PathStatus::reached);
      sum += path->v();
      squares += (path->v() - exact).squaredNorm();
    }
    // E||mean - exact||^2 is the variance over the number of repetitions.
    const double distance = (sum / kRepetitions - exact).squaredNorm();
    EXPECT_LT(distance, 10.0 * squares / kRepetitions / kRepetitions) << method.label;
    EXPECT_GT(squares, 0.0) << method.label;
    ++compared;
  }
  EXPECT_EQ(compared, 5);
}

TEST(MethodKinds, CertifyEveryRun) {
  for (const ProblemKind kind :
       {ProblemKind::ridge, ProblemKind::logistic, ProblemKind::logistic_multi}) {
    RunSpec spec = every_kind();
    spec.problem.kind = kind;
    spec.run.certificate = true;
    const RunSnapshot run = run_to_end(spec);
    ASSERT_EQ(run.status, RunStatus::finished) << run.message;
    for (const MethodCurve& curve : run.curves) {
      ASSERT_EQ(curve.certificates.size(), curve.errors.size()) << curve.label;
      for (std::size_t i = 0; i < curve.certificates.size(); ++i) {
        EXPECT_TRUE(std::isfinite(curve.certificates[i])) << curve.label;
        EXPECT_LE(curve.errors[i].hypergradient, curve.certificates[i]) << curve.label;
      }
    }
  }
}

/// The same w_t and v_k with one sample of the derivative in lambda and with all of it: the
/// certificates differ by the distance of the two estimates.
TEST(MethodKinds, CertifyEstimatesWithSampledDerivatives) {
  RunSpec spec = test::small_logistic();
  spec.problem.kind = ProblemKind::data_weights;
  spec.problem.lambda = std::vector<double>{0.0};
  spec.problem.weight_decay = 0.3;
  spec.methods = {test::constant(0.5), test::constant(0.5)};
  spec.methods[0].name = "sampled";
  spec.methods[1].name = "exact";
  spec.methods[1].jacobian_samples = 0;
  spec.run.certificate = true;
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  const MethodCurve& sampled = run.curves[0];
  const MethodCurve& exact = run.curves[1];
  ASSERT_EQ(sampled.certificates.size(), exact.certificates.size());
  for (std::size_t i = 0; i < sampled.certificates.size(); ++i) {
    ASSERT_EQ(sampled.errors[i].linear, exact.errors[i].linear) << "the same v";
    EXPECT_LE(sampled.errors[i].hypergradient, sampled.certificates[i]);
    EXPECT_LE(exact.errors[i].hypergradient, exact.certificates[i]);
    // |sampled - exact| >= the difference of their errors.
    const double apart =
        std::sqrt(sampled.errors[i].hypergradient) - std::sqrt(exact.errors[i].hypergradient);
    const double more = std::sqrt(sampled.certificates[i]) - std::sqrt(exact.certificates[i]);
    EXPECT_GT(more, 0.0);
    EXPECT_GE(more, apart - 1e-12);
  }
}

/// The certified value is that of the value beside it: a mean over repetitions given w_t.
TEST(MethodKinds, CertifyTheMeanOverRepetitions) {
  RunSpec spec = every_kind();
  spec.problem.lambda = std::vector<double>{10.0};
  spec.run.certificate = true;
  RunSpec nested = spec;
  nested.run.decomposition = DecompositionRoute::nested;
  nested.run.inner_replicas = 4;
  const RunSnapshot once = run_to_end(spec);
  const RunSnapshot run = run_to_end(nested);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  ASSERT_EQ(run.curves.size(), once.curves.size());
  for (std::size_t c = 0; c < run.curves.size(); ++c) {
    const MethodCurve& curve = run.curves[c];
    const bool repeats = traits_of(spec.methods[curve.method].kind).repeats;
    for (std::size_t i = 0; i < curve.certificates.size(); ++i) {
      EXPECT_LE(curve.errors[i].hypergradient, curve.certificates[i]) << curve.label;
    }
    EXPECT_EQ(curve.certificates == once.curves[c].certificates, !repeats) << curve.label;
  }
}

// --- Theory ------------------------------------------------------------------------------------

TEST(MethodKinds, HaveABoundOrSayWhyNot) {
  RunSpec spec = every_kind();
  const auto bench = prepare_bench(spec);
  ASSERT_TRUE(bench);
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened, Ladder::prediction}) {
    spec.ladder = ladder;
    const auto theory = evaluate_theory(spec, **bench);
    for (std::size_t m = 0; m < spec.methods.size(); ++m) {
      const MethodKind kind = spec.methods[m].kind;
      const bool known = kind != MethodKind::fp_km && kind != MethodKind::stochastic_itd;
      int drawn = 0, primary = 0;
      for (const TheoryCurve& curve : theory[0][m].curves) {
        if (curve.quantity != Quantity::hypergradient || curve.kind != CurveKind::bound) continue;
        drawn += curve.drawn() ? 1 : 0;
        primary += curve.primary ? 1 : 0;
        EXPECT_TRUE(curve.drawn() || !curve.reason.empty()) << curve.id;
      }
      EXPECT_EQ(primary, ladder == Ladder::prediction ? 0 : 1) << kind_word(kind);
      if (ladder == Ladder::sharpened && !traits_of(kind).random) {
        EXPECT_GT(drawn, 0) << kind_word(kind);
      }
      if (!known) {
        EXPECT_EQ(drawn, 0) << kind_word(kind);
        EXPECT_FALSE(theory[0][m].find("bound_3_4")->reason.empty());
      }
    }
  }
}

TEST(MethodKinds, SayThatAStepIsBeyondTheProvedRate) {
  RunSpec spec = every_kind();
  spec.methods = {of_kind(MethodKind::saga)};
  spec.methods[0].step_factor = 1.5;
  const auto bench = prepare_bench(spec);
  ASSERT_TRUE(bench);
  const MethodTheory theory = evaluate_theory(spec, **bench)[0][0];
  EXPECT_THAT(theory.find("bound_lower")->reason, HasSubstr("1/(2L_max + 4L_max0)"));
  EXPECT_FALSE(theory.find("bound_3_4")->drawn());
  bool mended = false;
  for (const AssumptionCheck& check : theory.checks) {
    mended = mended || (check.id == "step" && check.verdict == Verdict::fails &&
                        check.remedy_key == "step_factor" && check.remedy_value == 1.0);
  }
  EXPECT_TRUE(mended);
}

}  // namespace
}  // namespace sid
