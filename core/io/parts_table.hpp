#pragma once

#include <string>
#include <vector>

#include "sid/io/curves_table.hpp"
#include "sid/math/result.hpp"
#include "sid/run/snapshot.hpp"

namespace sid {

/// parts.csv: the parts of the mean-square error, equation (11), with jackknife standard errors,
///   method,lambda,t,k,epoch,replicas,mse,mse_se,bias_squared,bias_squared_se,
///   mean_of_variance,mean_of_variance_se,variance_of_mean,variance_of_mean_se
/// Estimates are unbiased and may be negative below the noise. Empty text where the run did not
/// measure them; empty cells where fewer than two replicas are finite (errors: fewer than three).
std::string write_parts_csv(const RunSnapshot& snapshot);

/// conditional.csv: what they are computed from, every replica at every checkpoint,
///   method,lambda,replica,t,k,within,error_1,...,error_m
/// with an estimate of V[estimate | w_t] and the conditional mean minus the hypergradient. Empty
/// text where the run did not measure them.
std::string write_conditional_csv(const RunSnapshot& snapshot);

/// What conditional.csv must hold beside what curves.csv tells.
struct ConditionalFrame {
  std::int64_t dim = 0;          ///< m, the number of error columns
  double inner = 0.0;            ///< as in OuterReplicas
  std::vector<bool> stochastic;  ///< by method: has rows
};

/// Fills `conditional` of the curves of stochastic methods (as read_curves_csv returned them, same
/// `frame`) and computes their points anew. Errors (file:line): another number of error columns,
/// unknown method or lambda, a row without its place in curves.csv, twice, or missing.
Result<void> read_conditional_csv(std::string text,
                                  const std::string& name,
                                  const CurveFrame& frame,
                                  const ConditionalFrame& expected,
                                  std::vector<MethodCurve>& curves);

}  // namespace sid
