#include "sid/problem/hypergradient_jacobian.hpp"

#include <string>

#include <Eigen/Cholesky>
#include <gtest/gtest.h>

#include "support/data_vectors.hpp"
#include "support/random_problem.hpp"

namespace sid {
namespace {

using testing::Json;

// G column by column.
Matrix jacobian_of(const DataProblem& problem, const Reference& r) {
  const HypergradientJacobian jacobian(problem, r.w, r.q);
  const Eigen::LLT<Matrix> hessian(testing::hessian_at(problem, r.w));
  Matrix out(problem.upper_dim(), problem.lower_dim());
  for (Index j = 0; j < out.cols(); ++j) {
    const Vector x = Vector::Unit(out.cols(), j);
    const Vector solved = hessian.solve(jacobian.upper_minus_third(problem, x));
    out.col(j) = -jacobian.cross_change(problem, x) - jacobian.cross_transpose(problem, solved);
  }
  return out;
}

TEST(HypergradientJacobian, AgreesOnEveryProblem) {
  int compared = 0;
  for (const auto& [name, json] : testing::theory_vectors()["data_problems"].items()) {
    for (const Json& entry : json["cases"]) {
      const auto problem = testing::data_problem(name, AlphaRule::optimal);
      const Matrix expected = testing::matrix(entry["LIN"]["G"]);
      const Matrix actual = jacobian_of(*problem, problem->solve_reference());
      ASSERT_EQ(actual.rows(), expected.rows());
      EXPECT_LT((actual - expected).norm(), 1e-11 * expected.norm()) << name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 30);
}

class HypergradientForm : public ::testing::TestWithParam<DataProblemShape> {
 protected:
  void SetUp() override {
    problem_ = testing::random_problem({.rows = 17, .columns = 4, .shape = GetParam()});
    reference_ = problem_->solve_reference();
  }
  std::optional<HypergradientForms> forms(const std::stop_token& stop = {}) const {
    const Eigen::LLT<Matrix> factor(testing::hessian_at(*problem_, reference_.w));
    return HypergradientForms::make(
        *problem_,
        HypergradientJacobian(*problem_, reference_.w, reference_.q),
        [&](Matrix& x) {
          factor.solveInPlace(x);
          return true;
        },
        stop);
  }
  std::shared_ptr<const DataProblem> problem_;
  Reference reference_;
};
INSTANTIATE_TEST_SUITE_P(AllShapes, HypergradientForm, ::testing::ValuesIn(testing::all_shapes()));

// g(w) = -C(w)^T H(w)^-1 grad_1 E(w) by fourth-order differences.
TEST_P(HypergradientForm, JacobianIsTheDerivative) {
  const Index d = problem_->lower_dim();
  const auto g = [&](const Vector& w) {
    const Vector v = problem_->solve_linear_system(w);
    Vector out(problem_->upper_dim());
    problem_->cross_transpose(w, (-problem_->alpha() * v).eval(), out);
    return out;
  };
  const Matrix jacobian = jacobian_of(*problem_, reference_);
  for (Index j = 0; j < d; ++j) {
    const double h = 1e-3;
    const Vector x = h * Vector::Unit(d, j);
    const Vector& w = reference_.w;
    const Vector slope =
        (8.0 * (g(w + x) - g(w - x)) - (g(w + 2.0 * x) - g(w - 2.0 * x))) / (12.0 * h);
    EXPECT_LT((slope - jacobian.col(j)).norm(), 1e-8 * (1.0 + jacobian.norm()));
  }
}

TEST_P(HypergradientForm, FormsAreSquaresOfTheJacobians) {
  const auto made = forms();
  ASSERT_TRUE(made.has_value());
  const Index d = problem_->lower_dim();
  const Matrix g = jacobian_of(*problem_, reference_);
  Matrix b_transposed(problem_->upper_dim(), d);  // B^T = -alpha C^T
  for (Index j = 0; j < d; ++j) {
    problem_->cross_transpose(
        reference_.w, (-problem_->alpha() * Vector::Unit(d, j)).eval(), b_transposed.col(j));
  }
  const auto whole = [](const QuadraticForm& form) -> Matrix {
    if (form.root.size() > 0) return form.root * form.root.transpose();
    return form.matrix;
  };
  const Matrix lower = g.transpose() * g, linear = b_transposed.transpose() * b_transposed;
  EXPECT_LT((whole(made->from_lower()) - lower).norm(), 1e-12 * lower.norm());
  EXPECT_LT((whole(made->from_linear()) - linear).norm(), 1e-12 * linear.norm());
  const Vector e = Vector::LinSpaced(d, -1.0, 2.0), u = Vector::LinSpaced(d, 0.3, -0.7);
  EXPECT_VECTOR_REL(made->apply(*problem_, e, u), (g * e + b_transposed * u).eval(), 1e-12);
}

TEST_P(HypergradientForm, Stops) {
  if (problem_->upper_dim() == 1) return;  // one system, polled by the solver
  std::stop_source source;
  source.request_stop();
  EXPECT_FALSE(forms(source.get_token()).has_value());
}

}  // namespace
}  // namespace sid
