#pragma once

namespace sid {

/// In what coordinate the outer loop moves.
enum class OuterCoordinate {
  logarithm,  ///< theta = log lambda, for hyperparameters that are positive scales
  lambda,     ///< theta = lambda, for weights of examples
};

}  // namespace sid
