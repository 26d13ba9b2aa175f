#include "sid/method/sid_path.hpp"

#include <utility>

namespace sid {

SidPath::SidPath(const BilevelProblem& problem,
                 std::unique_ptr<StochasticOracle> lower_oracle,
                 const std::shared_ptr<StochasticOracle>& linear_oracle,
                 const SidSettings& settings)
    : SolverPath(problem,
                 std::make_unique<StochasticLowerSolver>(
                     problem, std::move(lower_oracle), settings.minibatch, settings.lower_step),
                 std::make_unique<StochasticLinearSolver>(
                     problem, linear_oracle, settings.minibatch, settings.linear_step),
                 JacobianSampling{linear_oracle, settings.jacobian_samples}) {}

}  // namespace sid
