#include "sid/method/variance_reduced_steps.hpp"

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/random/stream.hpp"

#include "support/data_vectors.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::Json;

constexpr std::array kProblems = {"P1", "P2", "P3", "P4", "P5"};
constexpr double kTolerance = 1e-11;

const Json& trace_of(const std::string& name) {
  return testing::theory_vectors()["data_problems"][name]["variance_reduced"];
}

// The reference file's SAGA remembers whole gradients s_i x_i + D w, ours the numbers s_i alone,
// with D w exact. The directions differ by D (mean_j w_j - w_i), w_j being w when example j was
// last drawn: with that added after each step, the runs are the same.
TEST(VarianceReducedSteps, SagaFollowsTheReferenceTraceOfWholeGradients) {
  for (const char* name : kProblems) {
    SCOPED_TRACE(name);
    const Json& trace = trace_of(name);
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const auto oracle = problem->make_component_oracle();
    const double gamma = testing::number(trace["gamma"]);
    const auto examples = trace["idx"].get<std::vector<std::int32_t>>();
    const Index d = problem->lower_dim();
    Vector w = Vector::Zero(d);
    Matrix drawn_at = Matrix::Zero(d, static_cast<Index>(oracle->count()));
    oracle->pose_lower_level();
    VarianceReducedSteps steps(*oracle, VarianceReduction::saga);
    steps.start_lower_level(w);
    for (std::size_t t = 0; t < examples.size(); ++t) {
      const Vector before = w;
      steps.step(examples[t], false, gamma, w);
      const Vector lag = drawn_at.rowwise().mean() - drawn_at.col(examples[t]);
      w -= gamma * problem->regulariser().cwiseProduct(lag);
      drawn_at.col(examples[t]) = before;
      EXPECT_VECTOR_REL(w, testing::vector(trace["saga_w"][t]), kTolerance);
    }
    EXPECT_EQ(steps.evaluations(), oracle->count() + static_cast<std::int64_t>(examples.size()));
  }
}

TEST(VarianceReducedSteps, LooplessSvrgFollowsTheReferenceTrace) {
  for (const char* name : kProblems) {
    SCOPED_TRACE(name);
    const Json& trace = trace_of(name);
    const auto problem = testing::data_problem(name, AlphaRule::optimal);
    const auto oracle = problem->make_component_oracle();
    const auto examples = trace["idx"].get<std::vector<std::int32_t>>();
    const auto coins = trace["coins"].get<std::vector<int>>();
    Vector w = Vector::Zero(problem->lower_dim());
    oracle->pose_lower_level();
    VarianceReducedSteps steps(*oracle, VarianceReduction::loopless_svrg);
    steps.start_lower_level(w);
    std::int64_t expected = oracle->count();
    for (std::size_t t = 0; t < examples.size(); ++t) {
      steps.step(examples[t], coins[t] != 0, testing::number(trace["gamma"]), w);
      EXPECT_VECTOR_REL(w, testing::vector(trace["lsvrg_w"][t]), kTolerance);
      expected += 2 + (coins[t] != 0 ? oracle->count() : 0);
      EXPECT_EQ(steps.evaluations(), expected);
    }
  }
}

/// Both methods written with whole vectors and dense matrices, on grad F(x) = A_i x - c per
/// example.
class PlainMethod {
 public:
  PlainMethod(std::vector<Matrix> A, Vector c, Vector shared, VarianceReduction kind)
      : A_(std::move(A)), c_(std::move(c)), D_(std::move(shared)), kind_(kind) {}

  void start(const Vector& x) {
    table_.clear();
    for (const Matrix& a : A_) table_.emplace_back(a * x);
  }
  void step(std::size_t i, bool coin, double gamma, Vector& x) {
    Vector mean = Vector::Zero(x.size());
    for (const Vector& entry : table_) mean += entry / static_cast<double>(table_.size());
    const Vector now = A_[i] * x;
    const Vector old = x;
    x -= gamma * (now - table_[i] + mean + D_.cwiseProduct(x) - c_);
    if (kind_ == VarianceReduction::saga) table_[i] = now;
    if (kind_ == VarianceReduction::loopless_svrg && coin) start(old);
  }

 private:
  std::vector<Matrix> A_;
  Vector c_, D_;
  VarianceReduction kind_;
  std::vector<Vector> table_;
};

TEST(VarianceReducedSteps, LinearSystemAgreesWithTheMethodsWrittenWithVectors) {
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape});
    SCOPED_TRACE(problem->name());
    const auto oracle = problem->make_component_oracle();
    const Index d = problem->lower_dim();
    const Matrix rows = testing::training_rows(*problem);
    const double alpha = problem->alpha();
    const Vector w = Vector::LinSpaced(d, -0.5, 0.8), c = Vector::LinSpaced(d, 1.0, -2.0);
    const Vector weights =
        static_cast<double>(problem->sample_count()) * problem->hessian_weights(w);
    std::vector<Matrix> A;
    for (Index i = 0; i < rows.rows(); ++i) {
      A.emplace_back(alpha * weights[i] * rows.row(i).transpose() * rows.row(i));
    }
    for (const auto kind : {VarianceReduction::saga, VarianceReduction::loopless_svrg}) {
      for (const bool from_zero : {true, false}) {
        Vector v = from_zero ? Vector::Zero(d).eval() : Vector::LinSpaced(d, 2.0, 3.0).eval();
        Vector expected = v;
        PlainMethod plain(A, c, alpha * problem->regulariser(), kind);
        plain.start(expected);
        oracle->pose_linear_system(w);
        VarianceReducedSteps steps(*oracle, kind);
        steps.start_linear_system(v, alpha, c);
        EXPECT_EQ(steps.evaluations(), from_zero ? 0 : oracle->count());
        Stream stream({.seed = 3});
        for (int k = 0; k < 60; ++k) {
          const auto i = static_cast<std::int32_t>(stream.index_below(23));
          const bool coin = stream.uniform() < 0.2;
          steps.step(i, coin, 0.1 / alpha, v);
          plain.step(static_cast<std::size_t>(i), coin, 0.1 / alpha, expected);
        }
        EXPECT_VECTOR_REL(v, expected, 1e-12);
      }
    }
  }
}

TEST(VarianceReducedSteps, AreAgainExactAfterAnotherStart) {
  const auto problem = testing::data_problem("P1", AlphaRule::optimal);
  const auto run = [&](VarianceReducedSteps& steps, ComponentOracle& oracle) {
    Vector w = Vector::Zero(problem->lower_dim());
    oracle.pose_lower_level();
    steps.start_lower_level(w);
    for (std::int32_t i = 0; i < 8; ++i) steps.step(i, i == 5, 0.1, w);
    return w;
  };
  for (const auto kind : {VarianceReduction::saga, VarianceReduction::loopless_svrg}) {
    const auto oracle = problem->make_component_oracle();
    VarianceReducedSteps steps(*oracle, kind);
    const Vector first = run(steps, *oracle);
    Vector v = Vector::Zero(first.size());
    oracle->pose_linear_system(first);
    steps.start_linear_system(v, problem->alpha(), first);
    for (std::int32_t i = 0; i < 8; ++i) steps.step(i, i == 3, 0.1, v);
    EXPECT_EQ(run(steps, *oracle), first) << "what another subproblem left behind is gone";
  }
}

TEST(VarianceReducedSteps, StandStillAtTheSolutionWhateverIsDrawn) {
  // The noise vanishes with the distance: a table at w* and the point w* are left unchanged.
  for (const DataProblemShape& shape : testing::all_shapes()) {
    const auto problem = testing::random_problem({.shape = shape});
    const Reference r = problem->solve_reference();
    const auto oracle = problem->make_component_oracle();
    for (const auto kind : {VarianceReduction::saga, VarianceReduction::loopless_svrg}) {
      Vector w = r.w;
      oracle->pose_lower_level();
      VarianceReducedSteps steps(*oracle, kind);
      steps.start_lower_level(w);
      for (std::int32_t i = 0; i < 23; ++i) steps.step(i, i % 7 == 0, 0.1, w);
      EXPECT_LT((w - r.w).norm(), 1e-13 * (1.0 + r.w.norm())) << problem->name();
    }
  }
}

TEST(VarianceReducedSteps, LimitIsAtLeastTheTextbookOne) {
  const Curvature c{.D_max = 0.5, .L_max0 = 2.0, .L_max = 2.5};
  EXPECT_DOUBLE_EQ(variance_reduced_step_limit(c), 1.0 / 13.0);
  EXPECT_GT(variance_reduced_step_limit(c), 1.0 / (6.0 * 2.5));
}

TEST(VarianceReducedSteps, RefuseVectorsOfAnotherLength) {
  const auto problem = testing::data_problem("P1", AlphaRule::optimal);
  const auto oracle = problem->make_component_oracle();
  VarianceReducedSteps steps(*oracle, VarianceReduction::saga);
  EXPECT_THROW(steps.start_lower_level(Vector::Zero(2)), ContractViolation);
  EXPECT_THROW(steps.start_linear_system(Vector::Zero(3), 1.0, Vector::Zero(2)), ContractViolation);
}

}  // namespace
}  // namespace sid
