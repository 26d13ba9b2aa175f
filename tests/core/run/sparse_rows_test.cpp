#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "sid/data/sparse_examples.hpp"
#include "sid/problem/data_problem.hpp"
#include "sid/problem/training_geometry.hpp"
#include "sid/run/runner.hpp"

#include "core/run/test_specs.hpp"
#include "support/temporary_folder.hpp"

namespace sid {
namespace {

/// Generated rows with more columns than any d x d matrix is formed for (4000, for eigenvalues).
RunSpec wide_spec() {
  RunSpec spec = test::small_logistic();
  spec.problem.lambda = std::vector<double>{0.01, 0.1};
  spec.data = {};
  spec.data.source = DataSource::sparse;
  spec.data.train = 230;
  spec.data.validation = 90;
  spec.data.sparse = {.features = 4400, .nonzeros = 12, .noise = 0.1, .seed = 5};
  spec.run.iterations = 200;
  return spec;
}

/// The same rows and labels in other storage.
template <class Storage>
Dataset stored_as(const Dataset& data, Storage storage) {
  return make_dataset(FeatureMatrix(std::move(storage)), data.labels, data.description);
}

Dataset as_dense(const Dataset& data, Index columns) {
  DenseDouble out{data.rows(), columns, {}};
  for (Index i = 0; i < data.rows(); ++i) {
    for (Index j = 0; j < columns; ++j) {
      out.values.push_back(j < data.cols() ? data.features.at(i, j) : 0.0);
    }
  }
  return stored_as(data, std::move(out));
}

/// With columns in which no row has an entry.
Dataset widened(const Dataset& data, Index columns) {
  SparseRows out = std::get<SparseRows>(data.features.storage());
  out.cols = columns;
  return stored_as(data, std::move(out));
}

std::shared_ptr<const DataProblem> problem_of(Dataset train, Dataset validation) {
  auto parts = std::make_shared<TrainValidation>();
  parts->train = std::move(train);
  parts->validation = std::move(validation);
  return (*DataProblemFamily::make(std::move(parts), {}))->at(0.02, AlphaRule::optimal).value();
}

TEST(SparseRuns, FinishWithACertifiedReferenceAboveTheLargestMatrixFormed) {
  const RunSpec spec = wide_spec();
  ASSERT_GT(spec.data.sparse.features, TrainingGeometry::kGramLimit);
  const RunSnapshot run = run_to_end(spec, {.threads = 1});
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  ASSERT_NE(run.bench, nullptr);
  EXPECT_EQ(
      run.bench->data_description,
      "synthetic sparse rows, 320 of 4400 columns with 12 entries on average, noise 0.1, seed "
      "5");
  for (const Panel& panel : run.bench->panels) {
    EXPECT_EQ(dynamic_cast<const DataProblem&>(*panel.problem).geometry().gram.size(), 0);
    EXPECT_TRUE(panel.reference.converged);
    EXPECT_LT(panel.reference.certificate, 1e-6 * panel.reference.hypergradient.norm());
  }
  const RunSnapshot again = run_to_end(spec, {.threads = 2});
  ASSERT_EQ(again.curves.size(), run.curves.size());
  for (std::size_t c = 0; c < run.curves.size(); ++c) {
    const MethodCurve& curve = run.curves[c];
    ASSERT_FALSE(curve.points.empty());
    EXPECT_TRUE(std::isfinite(curve.points.back().hypergradient.mean)) << c;
    EXPECT_EQ(curve.points.back().hypergradient.mean,
              again.curves[c].points.back().hypergradient.mean)
        << c;
  }
}

// Without the d x d matrix, L is an upper bound by Lanczos; with it, an eigenvalue.
TEST(SparseRuns, AgreeWithDenseRowsAndWithAFormedMatrix) {
  const SparseExamples how{.features = 60, .nonzeros = 6, .noise = 0.1, .seed = 3};
  const TrainValidation parts = *split_sparse_examples(140, 50, 1, how);
  const Index wide = TrainingGeometry::kGramLimit + 40;
  const auto dense = problem_of(as_dense(parts.train, 60), as_dense(parts.validation, 60));
  const auto sparse = problem_of(parts.train, parts.validation);
  const auto free = problem_of(widened(parts.train, wide), widened(parts.validation, wide));
  EXPECT_EQ(free->geometry().gram.size(), 0);
  EXPECT_EQ(sparse->geometry().gram.size(), 60 * 60);
  const Reference expected = dense->solve_reference();
  for (const auto& problem : {sparse, free}) {
    EXPECT_NEAR(problem->curvature().L, dense->curvature().L, 1e-6 * dense->curvature().L);
    EXPECT_GE(problem->curvature().L, dense->curvature().L * (1.0 - 1e-12));
    EXPECT_EQ(problem->curvature().tau, 0.02);
    const Reference found = problem->solve_reference();
    ASSERT_TRUE(found.converged);
    EXPECT_NEAR(found.w.head(60).norm(), expected.w.norm(), 1e-10 * expected.w.norm());
    EXPECT_NEAR(found.hypergradient[0],
                expected.hypergradient[0],
                1e-9 * std::abs(expected.hypergradient[0]));
    EXPECT_LE(std::abs(found.hypergradient[0] - expected.hypergradient[0]),
              found.certificate + expected.certificate + 1e-12);
  }
}

TEST(SparseRuns, TakeRowsWithoutEntries) {
  const test::TemporaryFolder folder;
  // Every fourth row is empty, in the training part and in the validation part.
  std::string text;
  for (int i = 0; i < 90; ++i) {
    text += i % 2 == 0 ? "+1" : "-1";
    if (i % 4 != 3) {
      text += " " + std::to_string(1 + i % 5) + ":" + std::to_string(0.1 * (1 + i % 7));
      text += " 4500:" + std::to_string(i % 2 == 0 ? 0.5 : -0.25);
    }
    text += "\n";
  }
  RunSpec spec = test::small_logistic();
  spec.data.path = folder.write("gaps.svm", text);
  spec.data.train = 61;
  spec.data.validation = 29;
  const RunSnapshot run = run_to_end(spec, {.threads = 1});
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  for (const MethodCurve& curve : run.curves) {
    EXPECT_TRUE(std::isfinite(curve.points.back().hypergradient.mean));
    EXPECT_LT(curve.points.back().hypergradient.mean, curve.points.front().hypergradient.mean);
  }
}

TEST(SparseRuns, HaveOneLambdaAColumnWithoutAMatrix) {
  RunSpec spec = wide_spec();
  spec.problem.kind = ProblemKind::logistic_multi;
  spec.problem.lambda = RandomLambda{.epsilon_low = -3.0, .epsilon_high = -1.0, .seed = 4};
  spec.run.replicas = 2;
  const RunSnapshot run = run_to_end(spec, {.threads = 1});
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;
  EXPECT_EQ(run.bench->panels[0].reference.hypergradient.size(), 4400);
  EXPECT_TRUE(run.bench->panels[0].reference.converged);
}

}  // namespace
}  // namespace sid
