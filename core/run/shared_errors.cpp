#include "sid/run/internal/shared_errors.hpp"

#include <utility>

#include "sid/math/contract.hpp"

namespace sid::internal {

SharedErrors::SharedErrors(std::shared_ptr<const SidBlock> block,
                           std::vector<const DataProblem*> problems,
                           std::vector<const Reference*> near,
                           std::shared_ptr<const BlockRows> train)
    : sid_(std::move(block)),
      problems_(std::move(problems)),
      near_(std::move(near)),
      passes_(problems_.front()->family(), std::move(train)) {}

SharedErrors::SharedErrors(std::shared_ptr<const BatchBlock> block,
                           std::vector<const DataProblem*> problems,
                           std::vector<const Reference*> near,
                           std::shared_ptr<const BlockRows> train)
    : batch_(std::move(block)),
      problems_(std::move(problems)),
      near_(std::move(near)),
      passes_(problems_.front()->family(), std::move(train)) {}

std::optional<double> SharedErrors::at(std::size_t column,
                                       std::size_t index,
                                       double relative_residual,
                                       const std::stop_token& stop) {
  SID_EXPECTS(column < problems_.size(), "a column lies inside the block");
  if (index < first_ || index - first_ >= count_) solve(index, relative_residual, stop);
  return errors_[(index - first_) * problems_.size() + column];
}

const SidBlock::Column& SharedErrors::state(std::size_t column, std::size_t index) const {
  const auto c = static_cast<Index>(column);
  return sid_ ? sid_->column(c) : batch_->column(c, index);
}

void SharedErrors::solve(std::size_t first, double relative_residual, const std::stop_token& stop) {
  // Those of a batch block that have been passed are not asked for any more.
  const std::size_t end = sid_ ? first + 1 : batch_->known().first + batch_->known().count;
  errors_.assign((end - first) * problems_.size(), std::nullopt);
  first_ = first;
  count_ = end - first;
  std::vector<LinearErrorTask> tasks;
  std::vector<std::size_t> places;
  for (std::size_t i = first; i < end; ++i) {
    for (std::size_t c = 0; c < problems_.size(); ++c) {
      const SidBlock::Column& at = state(c, i);
      if (at.status != PathStatus::reached) continue;
      tasks.push_back({.problem = problems_[c],
                       .near = near_[c],
                       .w = &at.w,
                       .v = &at.v,
                       .upper_gradient = &at.upper_gradient});
      places.push_back((i - first) * problems_.size() + c);
    }
  }
  const std::vector<std::optional<double>> found =
      linear_system_squared_errors(passes_, tasks, relative_residual, stop);
  for (std::size_t k = 0; k < places.size(); ++k) errors_[places[k]] = found[k];
  if (stop.stop_requested()) count_ = 0;
}

}  // namespace sid::internal
