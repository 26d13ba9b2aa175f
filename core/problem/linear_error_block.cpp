#include "sid/problem/linear_error_block.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "sid/math/contract.hpp"
#include "sid/problem/conjugate_gradients.hpp"
#include "sid/problem/data_constants.hpp"
#include "sid/problem/linear_error.hpp"

namespace sid {

namespace {

/// Fewer products than these are taken one by one: a strip takes as long as two or three.
constexpr std::size_t kFewest = 3;

/// A system that is being solved.
struct Solve {
  std::size_t number = 0;  // of its task
  const DataProblem* problem = nullptr;
  const HessianPreconditioner* preconditioner = nullptr;
  Vector weights;  // n
  int exponent = 0;
  ConjugateGradientsSteps steps;
};

class Solves {
 public:
  using Wants = ConjugateGradientsSteps::Wants;

  Solves(FullPasses& passes, std::stop_token stop) : passes_(passes), stop_(std::move(stop)) {}

  /// The right-hand sides of the tasks with these numbers, which have anchors, and what each of
  /// them begins with. False when stopped.
  bool begin(std::span<const LinearErrorTask> tasks,
             std::span<const std::size_t> numbers,
             double accuracy);
  /// False when stopped.
  bool run();

  std::span<const Solve> all() const { return all_; }

 private:
  bool multiply();
  void precondition();
  void precondition_together(const std::vector<Solve*>& solves);
  ColumnBlock& weights(const std::vector<Solve*>& solves);

  FullPasses& passes_;
  std::stop_token stop_;
  std::vector<Solve> all_;
  std::vector<Solve*> weighted_;  // whose weights are in the block
  ColumnBlock weights_;
};

std::vector<const DataProblem*> problems_of(const std::vector<Solve*>& solves) {
  std::vector<const DataProblem*> out;
  out.reserve(solves.size());
  for (const Solve* solve : solves) out.push_back(solve->problem);
  return out;
}

const DataSolutionCache* cache_of(const LinearErrorTask& task) {
  if (task.near == nullptr) return nullptr;
  return dynamic_cast<const DataSolutionCache*>(task.near->cache.get());
}

/// The tasks that may be solved together: nothing is computed for the others.
std::vector<std::size_t> with_anchors(std::span<const LinearErrorTask> tasks) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const DataSolutionCache* cache = cache_of(tasks[i]);
    if (cache != nullptr && cache->anchors.at_solution().dense()) out.push_back(i);
  }
  return out;
}

bool Solves::begin(std::span<const LinearErrorTask> tasks,
                   std::span<const std::size_t> numbers,
                   double accuracy) {
  const Index d = passes_.family().dim(), n = passes_.family().train().rows();
  const auto size = static_cast<Index>(numbers.size());
  const auto task_of = [&](Index c) -> const LinearErrorTask& {
    return tasks[numbers[static_cast<std::size_t>(c)]];
  };
  std::vector<const DataProblem*> problems;
  ColumnBlock points(d, size), products(d, size), curvatures(n, size);
  for (Index c = 0; c < size; ++c) {
    const LinearErrorTask& task = task_of(c);
    problems.push_back(task.problem);
    points.set(c, *task.w);
  }
  if (!passes_.hessian_weights(problems, points, curvatures, stop_)) return false;
  for (Index c = 0; c < size; ++c) points.set(c, *task_of(c).v);
  if (!passes_.hessian_products(problems, curvatures, points, products, stop_)) return false;
  all_.reserve(numbers.size());
  for (Index c = 0; c < size; ++c) {
    const LinearErrorTask& task = task_of(c);
    const DataProblem& problem = *task.problem;
    Vector own(n), b(d);
    curvatures.get(c, own);
    const Anchor anchor = cache_of(task)->anchors.nearest(problem, own, stop_);
    if (stop_.stop_requested()) return false;
    if (anchor.preconditioner == nullptr) continue;
    products.get(c, b);
    b -= *task.upper_gradient / problem.alpha();
    const int exponent = bring_to_unit_size(b);
    const LinearErrorLimits limits;
    const bool can_factor = problem.lower_dim() <= limits.direct_columns;
    all_.push_back({.number = numbers[static_cast<std::size_t>(c)],
                    .problem = &problem,
                    .preconditioner = anchor.preconditioner,
                    .weights = std::move(own),
                    .exponent = exponent,
                    .steps = ConjugateGradientsSteps(
                        b,
                        {.by_preconditioner = accuracy * anchor.trust,
                         .by_residual = accuracy * problem.curvature().tau},
                        can_factor ? products_worth_a_factor(problem) : limits.products,
                        Vector::Zero(d),
                        stop_)});
  }
  return true;
}

bool Solves::run() {
  const auto goes_on = [](const Solve& solve) { return solve.steps.wants() != Wants::nothing; };
  while (std::any_of(all_.begin(), all_.end(), goes_on)) {
    precondition();
    if (!multiply() || stop_.stop_requested()) return false;
  }
  return true;
}

void Solves::precondition() {
  std::vector<Solve*> waiting;
  for (Solve& solve : all_) {
    if (solve.steps.wants() == Wants::preconditioning) waiting.push_back(&solve);
  }
  const auto by_factor = [](const Solve* a, const Solve* b) {
    return std::less<>()(a->preconditioner, b->preconditioner);
  };
  std::stable_sort(waiting.begin(), waiting.end(), by_factor);
  for (std::size_t first = 0; first < waiting.size();) {
    std::vector<Solve*> same;
    while (first < waiting.size() && same.size() < static_cast<std::size_t>(kStripWidth) &&
           (same.empty() || same.front()->preconditioner == waiting[first]->preconditioner)) {
      same.push_back(waiting[first++]);
    }
    precondition_together(same);
  }
}

/// At most eight with one preconditioner.
void Solves::precondition_together(const std::vector<Solve*>& solves) {
  const HessianPreconditioner& preconditioner = *solves.front()->preconditioner;
  if (!preconditioner.dense() || solves.size() < 2) {
    for (Solve* solve : solves) {
      preconditioner.apply(solve->steps.argument(), solve->steps.answer());
      solve->steps.go_on();
    }
    return;
  }
  ColumnBlock strip(passes_.family().dim(), kStripWidth);
  for (std::size_t c = 0; c < solves.size(); ++c) {
    strip.set(static_cast<Index>(c), solves[c]->steps.argument());
  }
  preconditioner.apply_to_strip(strip.strip(0), static_cast<Index>(solves.size()));
  for (std::size_t c = 0; c < solves.size(); ++c) {
    strip.get(static_cast<Index>(c), solves[c]->steps.answer());
    solves[c]->steps.go_on();
  }
}

/// The weights of these systems in a block, which stays as long as it has the same ones.
ColumnBlock& Solves::weights(const std::vector<Solve*>& solves) {
  if (weighted_ != solves) {
    weighted_ = solves;
    weights_ = ColumnBlock(passes_.family().train().rows(), static_cast<Index>(solves.size()));
    for (std::size_t c = 0; c < solves.size(); ++c) {
      weights_.set(static_cast<Index>(c), solves[c]->weights);
    }
  }
  return weights_;
}

bool Solves::multiply() {
  std::vector<Solve*> waiting;
  for (Solve& solve : all_) {
    if (solve.steps.wants() == Wants::product) waiting.push_back(&solve);
  }
  if (waiting.size() < kFewest) {
    Vector scratch;
    for (Solve* solve : waiting) {
      WeightedRows(passes_.family().train().features, solve->weights, solve->problem->regulariser())
          .multiply(solve->steps.argument(), scratch, solve->steps.answer());
      solve->steps.go_on();
    }
    return true;
  }
  const auto size = static_cast<Index>(waiting.size());
  ColumnBlock arguments(passes_.family().dim(), size), answers(arguments.rows(), size);
  for (Index c = 0; c < size; ++c) {
    arguments.set(c, waiting[static_cast<std::size_t>(c)]->steps.argument());
  }
  if (!passes_.hessian_products(
          problems_of(waiting), weights(waiting), arguments, answers, stop_)) {
    return false;
  }
  for (Index c = 0; c < size; ++c) {
    ConjugateGradientsSteps& steps = waiting[static_cast<std::size_t>(c)]->steps;
    answers.get(c, steps.answer());
    steps.go_on();
  }
  return true;
}

}  // namespace

std::vector<std::optional<double>> linear_system_squared_errors(
    FullPasses& passes,
    std::span<const LinearErrorTask> tasks,
    double relative_residual,
    const std::stop_token& stop,
    std::size_t most_weights) {
  SID_EXPECTS(relative_residual > 0.0, "the relative residual must be positive");
  for (const LinearErrorTask& task : tasks) {
    SID_EXPECTS(task.problem != nullptr && task.w != nullptr && task.v != nullptr &&
                    task.upper_gradient != nullptr,
                "a system has a point, a vector to compare and a right-hand side");
  }
  std::vector<std::optional<double>> out(tasks.size());
  const std::vector<std::size_t> numbers = with_anchors(tasks);
  // Whole strips: one costs as much with one column as with eight.
  constexpr auto kStrip = static_cast<std::size_t>(kStripWidth);
  const auto rows = static_cast<std::size_t>(passes.family().train().rows());
  const std::size_t together =
      std::max<std::size_t>(
          most_weights / (sizeof(double) * std::max<std::size_t>(rows, 1)) / kStrip, 1) *
      kStrip;
  for (std::size_t first = 0; first < numbers.size(); first += together) {
    const std::size_t count = std::min(together, numbers.size() - first);
    Solves solves(passes, stop);
    // As in data_linear_system_squared_error: the error is nearly orthogonal to the iterate.
    if (!solves.begin(tasks, std::span(numbers).subspan(first, count), 3.0 * relative_residual) ||
        !solves.run()) {
      return std::vector<std::optional<double>>(tasks.size());
    }
    for (const Solve& solve : solves.all()) {
      const double squared = std::ldexp(solve.steps.x().squaredNorm(), 2 * solve.exponent);
      if (solve.steps.result().converged && std::isfinite(squared)) out[solve.number] = squared;
    }
  }
  return out;
}

}  // namespace sid
