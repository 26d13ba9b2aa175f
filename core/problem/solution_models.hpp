#pragma once

#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

#include "sid/problem/hypergradient_jacobian.hpp"
#include "sid/problem/second_moments.hpp"

namespace sid {

/// A value that is made when it is first asked for, then shared. Safe to share between threads.
template <class T>
class Lazy {
 public:
  /// `make` returns std::shared_ptr<const T>, null when stopped; then the next caller tries again.
  template <class Make>
  std::shared_ptr<const T> get(const Make& make) const {
    const std::lock_guard lock(mutex_);
    if (value_ == nullptr) value_ = make();
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const T> value_;
};

/// Noise at the solution for minibatches with a variance factor of one, in eigenvectors of H:
/// S_w = Cov(omega phi' x) and S_v = Cov(omega phi'' (x^T v) x) over examples, and the forms G^T G
/// and B B^T by which errors enter the hypergradient (hypergradient_jacobian.hpp). Entrywise
/// products are meant by *.
struct AdditiveModel {
  Vector eigenvalues;                        ///< of H
  Matrix basis;                              ///< its eigenvectors as columns
  Vector lower_variances, linear_variances;  ///< diagonals of S_w and S_v
  /// AccumulatedNoise::upper_weights of G^T G * S_w and of B B^T * S_v.
  Matrix lower_weights, linear_weights;
  std::shared_ptr<const HypergradientForms> forms;
};
inline constexpr Index kMaxAdditiveDim = 1000;

/// d <= kMaxAdditiveDim. Null when stopped. d = 784, n = 5000: a second or so.
std::shared_ptr<const AdditiveModel> make_additive_model(const DataProblem& problem,
                                                         const Reference& reference,
                                                         const std::stop_token& stop = {});

/// What a reference keeps for linearised errors: none of it depends on minibatches or steps.
struct SolutionModels {
  Lazy<CurvatureMoments> curvature;
  Lazy<OffsetMoments> lower, linear;
  Lazy<HypergradientForms> forms;
  Lazy<AdditiveModel> additive;
  mutable std::mutex edges_mutex;
  /// Variance factor of a minibatch and largest contracting s = eta alpha, for those met so far.
  mutable std::vector<std::pair<double, double>> edges;
};

/// The models of one reference, which are made when needed and kept with it (or in this object
/// where the reference keeps nothing). All are null when stopped. Refers to both arguments.
class ModelsAt {
 public:
  ModelsAt(const DataProblem& problem, const Reference& reference, std::stop_token stop);
  /// Requires CurvatureMoments::affordable(problem).
  std::shared_ptr<const CurvatureMoments> curvature() const;
  std::shared_ptr<const OffsetMoments> lower(const CurvatureMoments& curvature) const;
  std::shared_ptr<const OffsetMoments> linear(const CurvatureMoments& curvature) const;
  std::shared_ptr<const HypergradientForms> forms(const CurvatureMoments& curvature) const;
  std::shared_ptr<const AdditiveModel> additive() const;
  const SolutionModels& shared() const { return *shared_; }

 private:
  const DataProblem& problem_;
  const Reference& reference_;
  std::stop_token stop_;
  SolutionModels own_;
  const SolutionModels* shared_ = nullptr;
};

}  // namespace sid
