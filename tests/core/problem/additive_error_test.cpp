#include "sid/problem/additive_error.hpp"

#include <algorithm>
#include <stop_token>
#include <vector>

#include <gtest/gtest.h>

#include "support/listed_steps.hpp"
#include "support/random_problem.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

using testing::listed_steps;
using testing::single_steps;

std::vector<double> mixed_steps() {
  std::vector<double> etas(200, 0.6);
  for (int i = 0; i < 300; ++i) etas.push_back(0.6 / (1.0 + 0.05 * i));
  return etas;
}

std::vector<double> other_steps() {
  std::vector<double> etas = mixed_steps();
  for (double& eta : etas) eta *= 0.75;
  return etas;
}

struct Direct {
  Vector mean;
  Matrix covariance;
};

// In the given coordinates, without eigenvectors.
Direct direct(const Matrix& hessian,
              const Matrix& noise,
              const Vector& solution,
              const std::vector<double>& etas,
              double alpha,
              std::int64_t count) {
  const Index d = solution.size();
  Direct out{-solution, Matrix::Zero(d, d)};
  for (std::int64_t t = 0; t < count; ++t) {
    const double s = alpha * etas[static_cast<std::size_t>(t)];
    const Matrix shrink = Matrix::Identity(d, d) - s * hessian;
    out.mean = (shrink * out.mean).eval();
    out.covariance = (shrink * out.covariance * shrink + s * s * noise).eval();
  }
  return out;
}

Matrix covariance_over_examples(const Matrix& x, const Vector& offsets) {
  const auto n = static_cast<double>(x.rows());
  const Matrix rows = offsets.asDiagonal() * x;
  const Vector mean = rows.colwise().mean().transpose();
  return rows.transpose() * rows / n - mean * mean.transpose();
}

Matrix whole(const QuadraticForm& form) {
  if (form.root.size() > 0) return form.root * form.root.transpose();
  return form.matrix;
}

class AdditiveError : public ::testing::TestWithParam<DataProblemShape> {
 protected:
  void SetUp() override {
    problem_ = testing::random_problem({.rows = 31, .columns = 10, .shape = GetParam()});
    reference_ = problem_->solve_reference();
    model_ = make_additive_model(*problem_, reference_);
  }
  void expect(const IterationError& e, const Direct& d, const QuadraticForm& form) const {
    EXPECT_VECTOR_REL(e.mean, d.mean, 1e-10);
    EXPECT_REL(e.mean_square, d.mean.squaredNorm() + d.covariance.trace(), 1e-11);
    EXPECT_REL(e.from_variance, (whole(form) * d.covariance).trace(), 1e-11);
  }
  std::shared_ptr<const DataProblem> problem_;
  Reference reference_;
  std::shared_ptr<const AdditiveModel> model_;
};
INSTANTIATE_TEST_SUITE_P(AllShapes, AdditiveError, ::testing::ValuesIn(testing::all_shapes()));

TEST_P(AdditiveError, AgreesWithTheRecursionInOtherCoordinates) {
  const double f_b = 0.3, alpha = problem_->alpha();
  const Matrix x = testing::training_rows(*problem_);
  const Matrix hessian = testing::hessian_at(*problem_, reference_.w);
  const Vector a =
      problem_->hessian_weights(reference_.w) * static_cast<double>(problem_->sample_count());
  const Matrix lower_noise = f_b * covariance_over_examples(x, problem_->slopes(x * reference_.w));
  const Matrix linear_noise = f_b * covariance_over_examples(x, a.cwiseProduct(x * reference_.v));
  // Equal steps or not for both iterations, targets in any order for the second one.
  const std::vector<std::int64_t> t{0, 1, 70, 150, 333, 333, 500}, k{500, 3, 0, 90, 333, 250, 1};
  for (const bool same : {true, false}) {
    const std::vector<double> first = mixed_steps(), second = same ? first : other_steps();
    const std::vector<std::int64_t>& targets = same ? t : k;
    const ExactQuery query{.lower_steps = listed_steps(first),
                           .linear_steps = listed_steps(second),
                           .t = t,
                           .k = targets};
    const auto errors = additive_errors(*model_, reference_, alpha, f_b, query);
    ASSERT_TRUE(errors.has_value());
    for (std::size_t i = 0; i < t.size(); ++i) {
      SCOPED_TRACE(i);
      expect(errors->lower[i],
             direct(hessian, lower_noise, reference_.w, first, alpha, t[i]),
             model_->forms->from_lower());
      expect(errors->linear[i],
             direct(hessian, linear_noise, reference_.v, second, alpha, targets[i]),
             model_->forms->from_linear());
    }
  }
}

TEST_P(AdditiveError, RunsOfEqualStepsAreTakenAtOnce) {
  const std::vector<std::int64_t> t{120, 200, 480};
  const auto errors = [&](const StepSizes& steps) {
    return *additive_errors(*model_,
                            reference_,
                            problem_->alpha(),
                            1.0,
                            {.lower_steps = steps, .linear_steps = steps, .t = t, .k = t});
  };
  const IterationErrors at_once = errors(listed_steps(mixed_steps()));
  const IterationErrors one_by_one = errors(single_steps(mixed_steps()));
  for (std::size_t i = 0; i < t.size(); ++i) {
    EXPECT_REL(at_once.lower[i].mean_square, one_by_one.lower[i].mean_square, 1e-11);
    EXPECT_REL(at_once.linear[i].from_variance, one_by_one.linear[i].from_variance, 1e-11);
  }
}

// Taken together or apart, an iteration's errors have the same bits.
TEST_P(AdditiveError, DoesNotDependOnWhatTheOtherIterationDoes) {
  const std::vector<std::int64_t> t{5, 90, 400}, k{5, 90, 401};
  std::vector<double> etas = mixed_steps();
  const auto lower = [&](const std::vector<std::int64_t>& targets) {
    return additive_errors(*model_,
                           reference_,
                           problem_->alpha(),
                           0.5,
                           {.lower_steps = listed_steps(etas),
                            .linear_steps = listed_steps(etas),
                            .t = t,
                            .k = targets})
        ->lower;
  };
  const auto together = lower(t), apart = lower(k);
  for (std::size_t i = 0; i < t.size(); ++i) {
    EXPECT_EQ(together[i].mean_square, apart[i].mean_square);
    EXPECT_EQ(together[i].from_variance, apart[i].from_variance);
  }
}

TEST_P(AdditiveError, Stops) {
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(make_additive_model(*problem_, reference_, source.get_token()), nullptr);
  const std::vector<std::int64_t> t{5};
  EXPECT_FALSE(additive_errors(*model_,
                               reference_,
                               1.0,
                               1.0,
                               {.lower_steps = listed_steps(mixed_steps()),
                                .linear_steps = listed_steps(mixed_steps()),
                                .t = t,
                                .k = t,
                                .stop = source.get_token()})
                   .has_value());
}

// Ten million steps are compared before any is taken.
TEST(AdditiveErrors, StopWhileStepsAreCompared) {
  const auto problem = testing::random_problem({.rows = 31, .columns = 10, .shape = {}});
  const Reference reference = problem->solve_reference();
  const auto model = make_additive_model(*problem, reference);
  std::stop_source source;
  int pieces = 0;
  const StepSizes steps{.fill =
                            [&](std::int64_t, std::span<double> out) {
                              std::fill(out.begin(), out.end(), 0.5);
                              ++pieces;
                              source.request_stop();
                            },
                        .equal_from = [](std::int64_t) { return std::int64_t{1}; }};
  const std::vector<std::int64_t> t{10'000'000};
  EXPECT_FALSE(
      additive_errors(
          *model,
          reference,
          1.0,
          1.0,
          {.lower_steps = steps, .linear_steps = steps, .t = t, .k = t, .stop = source.get_token()})
          .has_value());
  EXPECT_LE(pieces, 4);
}

TEST(AdditiveWork, CountsRunsAsTheyAreTaken) {
  const std::vector<std::int64_t> t{200, 500};
  const ExactQuery runs{.lower_steps = listed_steps(mixed_steps()),
                        .linear_steps = single_steps(mixed_steps()),
                        .t = t,
                        .k = t};
  EXPECT_EQ(additive_work(12, runs), 0.5 * 20.0 * 20.0 * (64.0 + 300.0 + 500.0));
}

}  // namespace
}  // namespace sid
