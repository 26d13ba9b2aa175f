#include "sid/problem/linear_error_block.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stop_token>
#include <vector>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"
#include "sid/problem/hessian.hpp"
#include "sid/random/stream.hpp"

namespace sid {
namespace {

enum class Kind { bytes, floats, sparse };

/// Correlated features that are zero in more than half of the places, some rows altogether.
FeatureMatrix features(Kind kind, Index rows, Index cols, Stream& stream) {
  std::vector<double> values;
  for (Index i = 0; i < rows; ++i) {
    const bool empty = i % 17 == 5;
    double level = stream.normal();
    for (Index j = 0; j < cols; ++j) {
      level = 0.9 * level + 0.4 * stream.normal();
      values.push_back(empty ? 0.0 : std::min(2.5, std::max(0.0, level - 0.2)));
    }
  }
  if (kind == Kind::bytes) {
    DenseBytes m{rows, cols, 0.01, {}};
    for (const double x : values) m.bytes.push_back(static_cast<std::uint8_t>(100.0 * x));
    return FeatureMatrix(std::move(m));
  }
  if (kind == Kind::floats) {
    DenseFloat m{rows, cols, {}};
    for (const double x : values) m.values.push_back(static_cast<float>(x - 0.3));
    return FeatureMatrix(std::move(m));
  }
  return make_features(rows, cols, std::move(values));
}

std::shared_ptr<const DataProblemFamily> family_of(Kind kind,
                                                   Index rows,
                                                   Index cols,
                                                   LossKind loss) {
  Stream stream({.seed = static_cast<std::uint64_t>(rows + cols)});
  auto data = std::make_shared<TrainValidation>();
  for (Dataset* set : {&data->train, &data->validation}) {
    set->features = features(kind, rows, cols, stream);
    set->labels = Vector(rows);
    for (double& y : set->labels) y = stream.sign();
  }
  return DataProblemFamily::make(std::move(data), {.lower = {.kind = loss}, .upper = {}}).value();
}

/// Several points near and far, at several lambda; each point with its own vector to compare.
struct Scene {
  std::shared_ptr<const DataProblemFamily> family;
  std::vector<std::shared_ptr<const DataProblem>> problems;
  std::vector<Reference> references;
  std::vector<Vector> w, v, c;
  std::vector<LinearErrorTask> tasks;

  Scene(Kind kind, Index rows, Index cols, LossKind loss, std::size_t count)
      : family(family_of(kind, rows, cols, loss)), w(count), v(count), c(count) {
    for (const double lambda : {1e-4, 1e-2, 1.0}) {
      problems.push_back(family->at(lambda, AlphaRule::optimal).value());
      references.push_back(problems.back()->solve_reference());
    }
    Stream stream({.seed = count});
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t p = k * k % problems.size();
      const double place = k % 5 == 0 ? 0.0 : k % 5 == 4 ? 30.0 : stream.uniform();
      w[k] = place * references[p].w;
      v[k] = c[k] = Vector(cols);
      for (double& x : v[k]) x = stream.normal();
      problems[p]->upper_gradient(w[k], c[k]);
      tasks.push_back({problems[p].get(), &references[p], &w[k], &v[k], &c[k]});
    }
  }
  FullPasses passes() const {
    return {*family, std::make_shared<const BlockRows>(family->train().features)};
  }
};

// Rows beyond one piece, columns that do not fill vectors, one system to more than a strip.
TEST(LinearErrorBlock, GivesTheBitsOfEachSystemAlone) {
  int solved = 0, left = 0;
  for (const Kind kind : {Kind::bytes, Kind::floats, Kind::sparse}) {
    for (const LossKind loss : {LossKind::logistic, LossKind::squares}) {
      for (const std::size_t count : {1U, 2U, 5U, 19U}) {
        const Scene scene(kind, 290, 37, loss, count);
        FullPasses passes = scene.passes();
        for (const double accuracy : {1e-3, 1e-9}) {
          const auto together = linear_system_squared_errors(passes, scene.tasks, accuracy);
          ASSERT_EQ(together.size(), count);
          EXPECT_EQ(linear_system_squared_errors(passes, scene.tasks, accuracy, {}, 1), together)
              << "eight at a time";
          for (std::size_t k = 0; k < count; ++k) {
            const LinearErrorTask& task = scene.tasks[k];
            const Result<double> alone =
                task.problem->linear_system_squared_error(*task.w,
                                                          *task.v,
                                                          {.relative_residual = accuracy,
                                                           .near = task.near,
                                                           .upper_gradient = task.upper_gradient});
            ASSERT_TRUE(alone);
            ++(together[k] ? solved : left);
            if (!together[k]) continue;
            EXPECT_EQ(std::bit_cast<std::uint64_t>(*together[k]),
                      std::bit_cast<std::uint64_t>(*alone))
                << "system " << k << " of " << count;
          }
        }
      }
    }
  }
  EXPECT_GT(solved, 200);
  EXPECT_LT(left, 100);
}

TEST(LinearErrorBlock, LeavesToItselfWhatHasNoAnchor) {
  Scene scene(Kind::sparse, 60, 9, LossKind::logistic, 4);
  scene.tasks[2].near = nullptr;
  FullPasses passes = scene.passes();
  const auto errors = linear_system_squared_errors(passes, scene.tasks, 1e-3);
  EXPECT_FALSE(errors[2]);
  for (const std::size_t k : {0U, 1U, 3U}) {
    EXPECT_TRUE(errors[k]);
    EXPECT_EQ(errors[k], linear_system_squared_errors(passes, {&scene.tasks[k], 1}, 1e-3)[0]) << k;
  }
  EXPECT_TRUE(linear_system_squared_errors(passes, {}, 1e-3).empty());
}

TEST(LinearErrorBlock, IsEmptyWhenStopped) {
  const Scene scene(Kind::bytes, 60, 9, LossKind::logistic, 4);
  FullPasses passes = scene.passes();
  std::stop_source stop;
  stop.request_stop();
  for (const auto& e : linear_system_squared_errors(passes, scene.tasks, 1e-3, stop.get_token())) {
    EXPECT_FALSE(e);
  }
  EXPECT_THROW(linear_system_squared_errors(passes, scene.tasks, 0.0), ContractViolation);
}

TEST(HessianPreconditioner, GivesEachColumnOfAStripTheBitsOfItsOwnSolution) {
  Stream stream({.seed = 5});
  for (Index d = 1; d <= 43; ++d) {
    Matrix a(d, d);
    for (double& x : a.reshaped()) x = stream.normal();
    HessianPreconditioner m;
    ASSERT_TRUE(m.set_from_matrix(a * a.transpose() + Matrix::Identity(d, d), {}));
    ColumnBlock strip(d, kStripWidth);
    Matrix columns(d, kStripWidth);
    for (double& x : columns.reshaped()) x = stream.normal();
    for (Index c = 0; c < kStripWidth; ++c) strip.set(c, columns.col(c));
    const Index used = 1 + d % kStripWidth;
    m.apply_to_strip(strip.strip(0), used);
    for (Index c = 0; c < used; ++c) {
      Vector alone, shared(d);
      m.apply(columns.col(c), alone);
      strip.get(c, shared);
      for (Index i = 0; i < d; ++i) ASSERT_EQ(shared[i], alone[i]) << d << " columns";
      // And it is the solution.
      const Vector residual = a * (a.transpose() * alone) + alone - columns.col(c);
      EXPECT_LT(residual.norm(), 1e-9 * (1.0 + a.squaredNorm()) * alone.norm());
    }
  }
  HessianPreconditioner diagonal;
  diagonal.set_diagonal(Vector::Ones(3));
  ColumnBlock strip(3, kStripWidth);
  EXPECT_THROW(diagonal.apply_to_strip(strip.strip(0), 3), ContractViolation);
}

}  // namespace
}  // namespace sid
