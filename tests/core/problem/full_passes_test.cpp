#include "sid/problem/full_passes.hpp"

#include <memory>
#include <stop_token>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/hessian.hpp"
#include "sid/random/stream.hpp"

namespace sid {
namespace {

enum class Kind { bytes, floats, doubles, sparse };

FeatureMatrix features(Kind kind, Index rows, Index cols, Stream& stream) {
  if (kind == Kind::bytes) {
    DenseBytes m{rows, cols, 1.0 / 255.0, {}};
    for (Index i = 0; i < rows * cols; ++i) {
      const bool zero = i / cols % 7 == 3 || stream.uniform() < 0.7;  // some rows altogether
      m.bytes.push_back(zero ? std::uint8_t{0}
                             : static_cast<std::uint8_t>(stream.index_below(256)));
    }
    return FeatureMatrix(std::move(m));
  }
  std::vector<double> values(static_cast<std::size_t>(rows * cols));
  for (double& x : values) {
    x = kind == Kind::sparse && stream.uniform() < 0.9 ? 0.0 : stream.normal();
    if (kind == Kind::floats) x = static_cast<double>(static_cast<float>(x));
  }
  return make_features(rows, cols, std::move(values));
}

std::shared_ptr<const DataProblemFamily> family_of(
    Kind kind, Index rows, Index cols, const DataProblemShape& shape, Stream& stream) {
  auto data = std::make_shared<TrainValidation>();
  for (Dataset* set : {&data->train, &data->validation}) {
    set->features = features(kind, rows, cols, stream);
    set->labels = Vector(rows);
    for (double& y : set->labels) y = stream.sign();
  }
  return DataProblemFamily::make(std::move(data), shape).value();
}

// Values, so that zeros of either sign agree.
void expect_column(const ColumnBlock& block, Index c, const Vector& expected) {
  Vector column(block.rows());
  block.get(c, column);
  for (Index i = 0; i < expected.size(); ++i) ASSERT_EQ(column[i], expected[i]) << "entry " << i;
}

/// Every function against DataProblem, for `columns` problems and points of `family`.
void compare(const std::shared_ptr<const DataProblemFamily>& family,
             Index columns,
             Stream& stream) {
  const Index d = family->dim(), n = family->train().rows();
  FullPasses passes(*family, std::make_shared<const BlockRows>(family->train().features));
  std::vector<std::shared_ptr<const DataProblem>> owned;
  std::vector<const DataProblem*> problems;
  // Larger than they need be: what lies beyond the problems stays out of it.
  ColumnBlock w(d, columns + 9), u(d, columns + 9), out(d, columns + 9), weights(n, columns + 9);
  std::vector<Vector> points(static_cast<std::size_t>(columns), Vector(d)), vectors = points;
  for (Index c = 0; c < columns; ++c) {
    Vector lambda(family->lambda_size());
    for (double& x : lambda) x = 0.1 + stream.uniform();
    owned.push_back(family->at(lambda, AlphaRule::optimal).value());
    problems.push_back(owned.back().get());
    for (double& x : points[static_cast<std::size_t>(c)]) x = stream.normal();
    for (double& x : vectors[static_cast<std::size_t>(c)]) x = stream.normal();
    w.set(c, points[static_cast<std::size_t>(c)]);
    u.set(c, vectors[static_cast<std::size_t>(c)]);
  }
  Vector expected(d);
  ASSERT_TRUE(passes.lower_gradients(problems, w, out, {}));
  for (Index c = 0; c < columns; ++c) {
    const auto k = static_cast<std::size_t>(c);
    problems[k]->lower_gradient(points[k], expected);
    expect_column(out, c, expected);
  }
  ASSERT_TRUE(passes.hessian_weights(problems, w, weights, {}));
  ASSERT_TRUE(passes.hessian_products(problems, weights, u, out, {}));
  for (Index c = 0; c < columns; ++c) {
    const auto k = static_cast<std::size_t>(c);
    expect_column(weights, c, problems[k]->hessian_weights(points[k]));
    problems[k]->hessian_vector(points[k], vectors[k], expected);
    expect_column(out, c, expected);
  }
}

TEST(FullPasses, GiveEachColumnTheBitsOfItsOwnProblem) {
  const ExampleLoss logistic{LossKind::logistic}, squares{LossKind::squares};
  const std::vector<DataProblemShape> shapes = {
      {.lower = logistic, .upper = logistic},
      {.lower = squares, .hyperparameter = Hyperparameter::per_coordinate, .upper = squares},
      {.lower = logistic,
       .hyperparameter = Hyperparameter::example_weights,
       .weight_decay = 0.1,
       .upper = logistic}};
  Stream stream({.seed = 8});
  for (const DataProblemShape& shape : shapes) {
    for (const Kind kind : {Kind::bytes, Kind::floats, Kind::doubles, Kind::sparse}) {
      // One row, less than a piece of 256, exactly one and more.
      for (const Index rows : {1, 40, 256, 259}) {
        const auto family = family_of(kind, rows, 13, shape, stream);
        for (const Index columns : {1, 8, 11}) {
          SCOPED_TRACE(::testing::Message() << rows << " rows, " << columns << " columns");
          compare(family, columns, stream);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

TEST(FullPasses, StopAndRefuseWhatDoesNotFit) {
  Stream stream({.seed = 9});
  const auto family = family_of(Kind::sparse, 30, 5, {}, stream);
  const auto other = family_of(Kind::sparse, 30, 5, {}, stream);
  const auto mine = family->at(1.0, AlphaRule::optimal).value();
  const auto theirs = other->at(1.0, AlphaRule::optimal).value();
  FullPasses passes(*family, std::make_shared<const BlockRows>(family->train().features));
  std::stop_source stop;
  stop.request_stop();
  ColumnBlock w(5, 2), out(5, 2), weights(30, 2), narrow(5, 1);
  const std::vector<const DataProblem*> two{mine.get(), mine.get()};
  EXPECT_FALSE(passes.lower_gradients(two, w, out, stop.get_token()));
  EXPECT_FALSE(passes.hessian_weights(two, w, weights, stop.get_token()));
  EXPECT_FALSE(passes.hessian_products(two, weights, w, out, stop.get_token()));
  EXPECT_THROW(passes.lower_gradients(two, narrow, out, {}), ContractViolation);
  EXPECT_THROW(passes.hessian_weights(two, w, out, {}), ContractViolation);
  EXPECT_THROW(passes.lower_gradients({}, w, out, {}), ContractViolation);
  const std::vector<const DataProblem*> mixed{mine.get(), theirs.get()};
  EXPECT_THROW(passes.lower_gradients(mixed, w, out, {}), ContractViolation);
  const FeatureMatrix small = make_features(2, 5, std::vector<double>(10, 1.0));
  EXPECT_THROW(FullPasses(*family, std::make_shared<const BlockRows>(small)), ContractViolation);
}

}  // namespace
}  // namespace sid
