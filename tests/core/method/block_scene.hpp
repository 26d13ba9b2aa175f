#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sid/method/sid_block.hpp"
#include "sid/random/stream.hpp"

// Random configurations that share their rows, for tests that compare columns with paths of their
// own.

namespace sid::testing {

enum class Kind { bytes, floats, doubles, sparse };

/// `scale` is that of features stored as doubles.
inline FeatureMatrix features(
    Kind kind, Stream& stream, Index rows, Index cols, double scale = 1.0) {
  if (kind == Kind::bytes) {
    DenseBytes m{rows, cols, 1.0 / 255.0, {}};
    for (Index i = 0; i < rows * cols; ++i) {
      const bool zero = stream.uniform() < 0.7;
      m.bytes.push_back(zero ? std::uint8_t{0}
                             : static_cast<std::uint8_t>(1 + stream.index_below(255)));
    }
    return FeatureMatrix(std::move(m));
  }
  std::vector<double> values(static_cast<std::size_t>(rows * cols));
  for (double& x : values) {
    x = kind == Kind::sparse && stream.uniform() < 0.85 ? 0.0 : stream.normal();
    if (kind == Kind::floats) x = static_cast<double>(static_cast<float>(x));
    if (kind == Kind::doubles) x *= scale;
  }
  return make_features(rows, cols, std::move(values));
}

struct Scene {
  std::shared_ptr<const DataProblemFamily> family;
  SidRows rows;
  std::vector<SidColumn> columns;
  OracleSettings draws;
};

inline StepSizeSchedule random_schedule(Stream& stream) {
  if (stream.uniform() < 0.5) return StepSizeSchedule(ConstantStep{.eta = 0.1 + stream.uniform()});
  return StepSizeSchedule(
      DecreasingStep{.beta = 1.0 + 3.0 * stream.uniform(), .gamma = 2.0 + stream.uniform()});
}

struct SceneSettings {
  Index training_rows = 30;
  /// Of validation features stored as doubles: a large one takes grad_1 E out of range.
  double validation_scale = 1.0;
};

inline Scene make_scene(std::uint64_t seed,
                        Kind kind,
                        const DataProblemShape& shape,
                        Index columns,
                        const SceneSettings& settings = {}) {
  Stream stream(StreamKey{.seed = seed});
  const Index n = settings.training_rows, nv = 17,
              d = static_cast<Index>(1 + stream.index_below(40));
  auto data = std::make_shared<TrainValidation>();
  for (auto [set, rows] : {std::pair{&data->train, n}, std::pair{&data->validation, nv}}) {
    const double scale = set == &data->validation ? settings.validation_scale : 1.0;
    set->features = features(kind, stream, rows, d, scale);
    set->labels = Vector(rows);
    for (double& y : set->labels) y = stream.sign();
  }
  Scene scene;
  scene.family = *DataProblemFamily::make(data, shape);
  scene.rows = {BlockRows::make(scene.family->train().features, {}),
                BlockRows::make(scene.family->validation().features, {})};
  scene.draws.minibatch = static_cast<std::int64_t>(1 + stream.index_below(30));
  scene.draws.sampling = static_cast<Sampling>(stream.index_below(3));
  const bool vectors = stream.uniform() < 0.5;
  for (Index c = 0; c < columns; ++c) {
    Vector lambda(scene.family->lambda_size());
    const double base = std::exp(stream.normal());
    for (double& x : lambda) {
      x = shape.hyperparameter == Hyperparameter::example_weights ? stream.normal()
          : vectors                                               ? std::exp(stream.normal())
                                                                  : base;
    }
    scene.columns.push_back({*scene.family->at(lambda, AlphaRule::optimal),
                             {.lower_step = random_schedule(stream),
                              .linear_step = random_schedule(stream),
                              .jacobian_samples = static_cast<std::int64_t>(stream.index_below(3)),
                              .minibatch = scene.draws.minibatch}});
  }
  return scene;
}

inline std::vector<DataProblemShape> shapes() {
  const ExampleLoss logistic{LossKind::logistic}, squares{LossKind::squares};
  const ExampleLoss huber{.kind = LossKind::pseudo_huber, .delta = 0.5};
  return {{.lower = logistic, .upper = logistic},
          {.lower = squares, .upper = huber},
          {.lower = logistic,
           .hyperparameter = Hyperparameter::per_coordinate,
           .upper = squares,
           .upper_scale = UpperScale::mean},
          {.lower = squares, .hyperparameter = Hyperparameter::per_coordinate, .upper = squares},
          {.lower = logistic,
           .hyperparameter = Hyperparameter::example_weights,
           .weight_decay = 0.1,
           .upper = logistic}};
}

// Values, so that zeros of either sign agree; what is not finite never gets here.
inline void expect_equal(const Vector& a, const Vector& b) {
  ASSERT_EQ(a.size(), b.size());
  for (Index i = 0; i < a.size(); ++i) ASSERT_EQ(a[i], b[i]) << "entry " << i;
}

}  // namespace sid::testing
