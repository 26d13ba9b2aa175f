#include "sid/problem/second_moments.hpp"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/minibatch_kernels.hpp"

#include "support/data_vectors.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::data_problem;
using testing::Json;
using testing::matrix;
using testing::number;
using testing::theory_vectors;
using testing::vector;

constexpr double kTolerance = 1e-11;

std::vector<double> schedule(const Json& first, std::size_t count, double alpha, bool decreasing) {
  std::vector<double> steps;
  for (std::size_t k = 0; k < count; ++k) {
    const double slower = decreasing ? 1.0 + 0.1 * static_cast<double>(k) : 1.0;
    const double eta = number(first[0]) / slower;
    if (k < first.size()) {
      EXPECT_REL(eta, number(first[k]), 1e-14);
    }
    steps.push_back(alpha * eta);
  }
  return steps;
}

double factor_of(const DataProblem& problem, const OracleSettings& settings) {
  return variance_factor(settings.sampling, problem.sample_count(), settings.minibatch);
}

class SecondMoments : public ::testing::TestWithParam<std::string> {
 protected:
  const Json& json() const { return theory_vectors()["data_problems"][GetParam()]; }
  std::shared_ptr<const DataProblem> problem_of(const Json& entry) const {
    const bool optimal = entry["rule"].get<std::string>() == "opt";
    return data_problem(GetParam(), optimal ? AlphaRule::optimal : AlphaRule::inverse_smoothness);
  }
};
INSTANTIATE_TEST_SUITE_P(AllProblems,
                         SecondMoments,
                         ::testing::Values("P1", "P2", "P3", "P4", "P5"),
                         [](const auto& test) { return test.param; });

// The linear system at a w that is no solution.
TEST_P(SecondMoments, OfTheLinearSystemAgree) {
  const Vector w = vector(json()["at_point"]["w"]);
  for (const Json& entry : json()["cases"]) {
    const auto problem = problem_of(entry);
    const Vector v = problem->solve_linear_system(w);
    const double f_b = factor_of(*problem, testing::oracle_settings(entry["constants"]));
    const auto curvature = CurvatureMoments::make(*problem, w);
    const auto offsets =
        OffsetMoments::make(*problem, *curvature, linear_offsets(*problem, *curvature, v));
    for (const bool decreasing : {false, true}) {
      const Json& e = entry["v_bounds"]["exact"][decreasing ? "dec" : "const"];
      const std::vector<double> steps = schedule(e["etas_first"], 50, problem->alpha(), decreasing);
      ErrorRecursion recursion(*curvature, *offsets, f_b, -v);
      EXPECT_REL(recursion.mean_square(), number(e["mse"][0]), kTolerance);
      recursion.advance(std::span(steps).first(1));
      EXPECT_REL(recursion.mean_square(), number(e["mse"][1]), kTolerance);
      recursion.advance(std::span(steps).subspan(1, 4));
      EXPECT_REL(recursion.mean_square(), number(e["mse"][2]), kTolerance);
      const Vector mean = v + recursion.mean();
      EXPECT_VECTOR_REL(mean, vector(e["mean_k5"]), kTolerance);
      const Matrix second = recursion.covariance() + mean * mean.transpose();
      EXPECT_LT((second - matrix(e["P_k5"])).norm(), kTolerance * second.norm());
      recursion.advance(std::span(steps).subspan(5));
      EXPECT_REL(recursion.mean_square(), number(e["mse"][3]), kTolerance);
    }
  }
}

TEST_P(SecondMoments, OfRidgeRegressionAgree) {
  int compared = 0;
  for (const Json& entry : json()["cases"]) {
    if (!entry.contains("w_exact_ridge")) continue;
    const Json& e = entry["w_exact_ridge"];
    const auto problem = problem_of(entry);
    const Vector w = problem->solve_reference().w;
    const double f_b = factor_of(*problem, testing::oracle_settings(entry["constants"]));
    const auto curvature = CurvatureMoments::make(*problem, w);
    const auto offsets = OffsetMoments::make(*problem, *curvature, lower_offsets(*problem, w));
    ErrorRecursion recursion(*curvature, *offsets, f_b, -w);
    std::size_t row = 0, taken = 0;
    for (const std::size_t t : {0u, 1u, 5u, 50u}) {
      recursion.advance(std::vector<double>(t - taken, number(e["eta"]) * problem->alpha()));
      taken = t;
      EXPECT_REL(recursion.mean_square(), number(e["mse"][row++]), kTolerance);
    }
    EXPECT_LT((recursion.mean() - vector(e["m_50"])).norm(), 1e-9 * recursion.mean().norm());
    const Matrix second = recursion.covariance() + recursion.mean() * recursion.mean().transpose();
    EXPECT_LT((second - matrix(e["P_50"])).norm(), kTolerance * second.norm());
    ++compared;
  }
  EXPECT_EQ(compared, GetParam() == "P3" || GetParam() == "P4" ? 6 : 0);
}

// Every sequence of minibatches in turn.
using Minibatch = std::vector<std::int32_t>;

std::vector<Minibatch> minibatches(std::int32_t n, int b, bool with_replacement) {
  std::vector<Minibatch> all{{}};
  for (int i = 0; i < b; ++i) {
    std::vector<Minibatch> longer;
    for (const Minibatch& batch : all) {
      const std::int32_t first = with_replacement || batch.empty() ? 0 : batch.back() + 1;
      for (std::int32_t row = first; row < n; ++row) {
        longer.push_back(batch);
        longer.back().push_back(row);
      }
    }
    all = std::move(longer);
  }
  return all;
}

struct Moments {
  Vector mean;
  Matrix second;
};

Moments enumerate(const Vector& start,
                  const std::vector<Minibatch>& choices,
                  const std::vector<double>& steps,
                  const Vector& solution,
                  const std::function<void(const Minibatch&, double, Vector&)>& take) {
  Moments out{Vector::Zero(start.size()), Matrix::Zero(start.size(), start.size())};
  double count = 0.0;
  const std::function<void(std::size_t, const Vector&)> visit = [&](std::size_t t,
                                                                    const Vector& x) {
    if (t == steps.size()) {
      const Vector e = x - solution;
      out.mean += e;
      out.second += e * e.transpose();
      count += 1.0;
      return;
    }
    for (const Minibatch& batch : choices) {
      Vector next = x;
      take(batch, steps[t], next);
      visit(t + 1, next);
    }
  };
  visit(0, start);
  return {out.mean / count, out.second / count};
}

void expect_enumerated(const ErrorRecursion& recursion, const Moments& exact) {
  EXPECT_LT((recursion.mean() - exact.mean).norm(), 1e-13 * (1.0 + exact.mean.norm()));
  const Matrix second = recursion.covariance() + recursion.mean() * recursion.mean().transpose();
  EXPECT_LT((second - exact.second).norm(), 1e-13 * (1.0 + exact.second.norm()));
  EXPECT_REL(recursion.mean_square(), exact.second.trace(), 1e-12);
}

class Enumerated : public ::testing::TestWithParam<DataProblemShape> {
 protected:
  // n differs from d; d = 5 > n makes products by rows cheaper than the formed fourth moments.
  void expect(Index n, Index d, int b, bool with_replacement) const {
    const auto problem = testing::random_problem(
        {.rows = n, .columns = d, .validation_rows = 7, .shape = GetParam()});
    const OracleSettings settings{
        .minibatch = b,
        .sampling = with_replacement ? Sampling::iid : Sampling::without_replacement};
    const double f_b = factor_of(*problem, settings);
    const double alpha = problem->alpha();
    const std::vector<double> etas{0.7, 0.5, 0.9};
    std::vector<double> steps;
    steps.reserve(etas.size());
    for (const double eta : etas) steps.push_back(alpha * eta);
    const auto choices = minibatches(static_cast<std::int32_t>(n), b, with_replacement);
    const Reference r = problem->solve_reference();
    const auto curvature = CurvatureMoments::make(*problem, r.w);
    MinibatchKernels kernels(*problem, b);

    Vector c(d);
    problem->upper_gradient(r.w, c);
    kernels.freeze(r.w);
    const auto linear =
        OffsetMoments::make(*problem, *curvature, linear_offsets(*problem, *curvature, r.v));
    ErrorRecursion v(*curvature, *linear, f_b, -r.v);
    v.advance(steps);
    expect_enumerated(v,
                      enumerate(Vector::Zero(d),
                                choices,
                                etas,
                                r.v,
                                [&](const Minibatch& batch, double eta, Vector& x) {
                                  kernels.linear_step(batch, c, alpha, eta, x);
                                }));

    if (GetParam().lower.kind != LossKind::squares) return;
    const auto lower = OffsetMoments::make(*problem, *curvature, lower_offsets(*problem, r.w));
    ErrorRecursion w(*curvature, *lower, f_b, -r.w);
    w.advance(steps);
    expect_enumerated(w,
                      enumerate(Vector::Zero(d),
                                choices,
                                steps,
                                r.w,
                                [&](const Minibatch& batch, double step, Vector& x) {
                                  kernels.lower_step(batch, step, x);
                                }));
  }
};
INSTANTIATE_TEST_SUITE_P(AllShapes, Enumerated, ::testing::ValuesIn(testing::all_shapes()));

TEST_P(Enumerated, SingleExamples) {
  expect(4, 3, 1, true);
  expect(3, 5, 1, true);
}

TEST_P(Enumerated, PairsWithReplacement) {
  expect(4, 2, 2, true);
}

TEST_P(Enumerated, PairsWithoutReplacement) {
  expect(4, 3, 2, false);
  expect(3, 5, 2, false);
}

TEST_P(Enumerated, TheWholeDataHasNoNoise) {
  expect(4, 3, 4, false);
  const auto problem = testing::random_problem({.rows = 4, .columns = 3, .shape = GetParam()});
  const Reference r = problem->solve_reference();
  const auto curvature = CurvatureMoments::make(*problem, r.w);
  const auto offsets = OffsetMoments::make(*problem, *curvature, lower_offsets(*problem, r.w));
  ErrorRecursion w(*curvature, *offsets, 0.0, -r.w);
  w.advance(std::vector<double>(2000, problem->alpha()));
  EXPECT_EQ(w.covariance(), Matrix::Zero(3, 3));
  EXPECT_LT(w.mean_square(), 1e-12 * r.w.squaredNorm());
}

// Both ways to hold the fourth moments give the same map.
TEST(CurvatureMoments, ApplyTheirMapToAnyMatrix) {
  for (const auto& [n, d] : {std::pair<Index, Index>{6, 5}, {40, 5}}) {
    const auto problem = testing::random_problem({.rows = n, .columns = d, .shape = {}});
    const Vector w = Vector::LinSpaced(d, -1.0, 1.0);
    const auto moments = CurvatureMoments::make(*problem, w);
    const Matrix x = testing::training_rows(*problem);
    Matrix p = x.transpose() * x.leftCols(d);
    p = (p + p.transpose()).eval();
    Matrix expected = Matrix::Zero(d, d);
    for (Index i = 0; i < n; ++i) {
      const Vector row = x.row(i).transpose();
      const double a = moments->curvature()[i];
      expected += a * a * row.dot(p * row) / static_cast<double>(n) * row * row.transpose();
    }
    CurvatureMoments::Scratch scratch;
    Vector packed;
    Matrix out(d, d);
    moments->apply_fourth(p, scratch, packed);
    CurvatureMoments::unpack(packed, out);
    EXPECT_LT((out - expected).norm(), 1e-13 * expected.norm());
    EXPECT_LT((moments->hessian() - testing::hessian_at(*problem, w)).norm(), 1e-13);
  }
}

TEST(CurvatureMoments, StopAndKnowWhatIsTooLarge) {
  std::stop_source source;
  source.request_stop();
  const auto small = testing::random_problem({.shape = {}});
  const Vector w = Vector::Zero(small->lower_dim());
  EXPECT_EQ(CurvatureMoments::make(*small, w, source.get_token()), nullptr);
  const auto moments = CurvatureMoments::make(*small, w);
  EXPECT_EQ(OffsetMoments::make(*small, *moments, lower_offsets(*small, w), source.get_token()),
            nullptr);
  EXPECT_TRUE(CurvatureMoments::affordable(*small));
  const auto large = testing::random_problem({.rows = 3000, .columns = 80, .shape = {}});
  EXPECT_FALSE(CurvatureMoments::affordable(*large));
  EXPECT_THROW((void)CurvatureMoments::make(*large, Vector::Zero(80)), ContractViolation);
}

}  // namespace
}  // namespace sid
