#pragma once

#include <cstdint>
#include <memory>

#include "sid/method/solver_path.hpp"

namespace sid {

struct NeumannSettings {
  std::int64_t copies = 1;     ///< S >= 1, independent estimates that are averaged
  double eta = 1.0;            ///< > 0; eta alpha is the step of one factor
  std::int64_t minibatch = 1;  ///< examples a minibatch of the oracle, for samples()
};

/// The truncated Neumann series with a random number of factors (Ghadimi and Wang, 2018):
///   v = (1/S) sum_s k eta (I - eta alpha H_{B_P}) ... (I - eta alpha H_{B_1}) c,
/// P uniform on {0, ..., k-1}, drawn anew for every copy s, B_j independent minibatches. k = 0
/// gives v = 0.
///
/// What is known. Given w, E[v] = eta sum_{p<k} (I - eta alpha H)^p c: exactly the k-th iterate of
/// the full-batch fixed-point iteration with constant step eta from v_0 = 0, so the bias is at most
/// max(|1 - eta alpha tau|, |1 - eta alpha L|)^k ||v(w)||. Its second moment is that of one long
/// product times k and does not vanish as k grows: E||v||^2 <= k eta^2 ||c||^2 sum_{p<k} chi^p for
/// one copy, chi the second-moment contraction of a factor. More copies divide the variance by S.
///
/// Draws: the lengths P on the stream linear_choice, the minibatches of all copies one after the
/// other on linear_system; S (k-1)/2 minibatches on average.
class NeumannSeries final : public LinearSolver {
 public:
  NeumannSeries(const BilevelProblem& problem,
                std::unique_ptr<StochasticOracle> oracle,
                const NeumannSettings& settings);

  /// `steps` of the result counts factors; where one overflowed, it is the factor's number.
  LinearSolve solve(const LinearTask& task, VectorRef v, const std::stop_token& stop) override;
  std::int64_t samples() const override { return samples_; }

 private:
  std::unique_ptr<StochasticOracle> oracle_;
  NeumannSettings settings_;
  double alpha_;
  Vector zero_, product_;  // d
  std::int64_t samples_ = 0;
};

}  // namespace sid
