#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "sid/data/feature_matrix.hpp"
#include "sid/math/types.hpp"

namespace sid {

/// Labelled examples: row i of `features` with label y_i. Immutable by convention once built.
struct Dataset {
  FeatureMatrix features;   ///< n rows, d columns
  Vector labels;            ///< n; in {-1,+1} for classification, any real for regression
  std::string description;  ///< "MNIST t10k, odd against even", for captions and run.json
  std::string fingerprint;  ///< hex digest of features and labels; equal data, equal digest

  Index rows() const { return features.rows(); }
  Index cols() const { return features.cols(); }
};

/// The lower-level (training) and upper-level (validation) examples of one experiment.
struct TrainValidation {
  Dataset train;
  Dataset validation;  ///< same number of columns as train
};

/// Sixteen hex digits of a 64-bit hash (not cryptographic) of storage, sizes, entries and labels.
/// Equal data in equal storage give equal digests on machines of one byte order.
std::string fingerprint_of(const FeatureMatrix& features, const Vector& labels);

/// A Dataset with its fingerprint. Requires one label a row.
Dataset make_dataset(FeatureMatrix features, Vector labels, std::string description);
/// The same, or nothing if `stop` asked for a stop, which is looked at once a megabyte.
std::optional<Dataset> make_dataset(FeatureMatrix features,
                                    Vector labels,
                                    std::string description,
                                    const std::stop_token& stop);

/// `train` and `validation` disjoint random parts of `all` of the given sizes: a permutation drawn
/// from (seed, Role::data), its first rows for training, the next for validation.
/// Requires train >= 0, validation >= 0, train + validation <= all.rows() <= 2^31-1.
TrainValidation split(const Dataset& all, Index train, Index validation, std::uint64_t seed);

}  // namespace sid
