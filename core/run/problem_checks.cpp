#include "sid/run/internal/problem_checks.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sid/data/sparse_examples.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/internal/equilibrium_checks.hpp"
#include "sid/run/lambda_panels.hpp"
#include "sid/run/load_data.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/validation.hpp"

namespace sid::internal {

namespace {

using Checker = SpecChecker;

/// Largest |epsilon| of lambda = exp(epsilon): exp(27) = 5.3e11 is below kLargestScale.
constexpr double kLargestEpsilon = 27.0;
constexpr std::int64_t kMaxQuadraticDim = 10'000;

void check_scale(Checker& check, const std::string& field, double value, const char* remedy) {
  if (std::isfinite(value) && value <= 0.0) {
    check.add(field, format_shortest(value), "must be > 0", remedy);
  } else {
    check.within(field, value, kSmallestScale, kLargestScale, remedy);
  }
}

constexpr const char* kLambdaRemedy =
    "The lower level is strongly convex only for positive λ; use a value such as 0.1.";

/// False where there are too many to look at each: comparing them in pairs would take for ever.
bool check_panel_count(Checker& check, std::size_t panels) {
  if (panels == 0) {
    check.add("problem.lambda", "[]", "must hold at least one value", "Write lambda = [0.1].");
  } else if (std::cmp_greater(panels, kMaxPanels)) {
    check.add("problem.lambda",
              fmt::format("{} entries", panels),
              fmt::format("must hold at most {} entries, one panel each", kMaxPanels),
              "Split the experiment into several files.");
    return false;
  }
  return true;
}

/// One visitor per form of lambda.
struct LambdaCheck {
  Checker& check;
  ProblemKind kind;

  void operator()(const std::vector<double>& scalars) const {
    if (!check_panel_count(check, scalars.size())) return;
    for (std::size_t i = 0; i < scalars.size(); ++i) {
      check_lambda(indexed("problem.lambda", i), scalars[i]);
      const auto same =
          std::find(scalars.begin(), scalars.begin() + static_cast<Index>(i), scalars[i]);
      if (same == scalars.begin() + static_cast<Index>(i)) continue;
      check.add(
          indexed("problem.lambda", i),
          format_shortest(scalars[i]),
          fmt::format("equals {}",
                      indexed("problem.lambda", static_cast<std::size_t>(same - scalars.begin()))),
          "Remove one: tables tell panels apart by their λ.");
    }
  }

  void operator()(const std::vector<std::vector<double>>& vectors) const {
    require_vectors("a list of vectors");
    if (!check_panel_count(check, vectors.size())) return;
    for (std::size_t i = 0; i < vectors.size(); ++i) {
      const std::string field = indexed("problem.lambda", i);
      if (vectors[i].empty()) {
        check.add(field, "[]", fmt::format("must hold {}", per_entry()), "Fill it in.");
      }
      for (std::size_t j = 0; j < vectors[i].size(); ++j) {
        check_lambda(indexed(field, j), vectors[i][j]);
      }
    }
  }

  void operator()(const RandomLambda& random) const {
    require_vectors("{ epsilon = [low, high], seed = 1 }");
    const bool exponential = lambda_regularises(kind);
    const char* remedy = exponential ? "λ = exp(ε); a range such as [-2, 2] is usual."
                                     : "λ = ε; a range such as [-2, 2] is usual.";
    const double largest = exponential ? kLargestEpsilon : kLargestWeight;
    const std::string field = "problem.lambda.epsilon";
    check.within(indexed(field, 0), random.epsilon_low, -largest, largest, remedy);
    check.within(indexed(field, 1), random.epsilon_high, -largest, largest, remedy);
    if (random.epsilon_low > random.epsilon_high) {
      check.add(field,
                fmt::format("[{}, {}]",
                            format_shortest(random.epsilon_low),
                            format_shortest(random.epsilon_high)),
                "must have its lower end first",
                "Swap the two numbers.");
    }
    check.seed("problem.lambda.seed", random.seed);
  }

  void operator()(const LambdaFile& file) const {
    require_vectors("{ path = ... }");
    if (file.path.empty()) {
      check.add("problem.lambda.path",
                R"("")",
                "must name a file",
                "Give the path of a CSV file with one panel a line.");
    }
  }

  void check_lambda(const std::string& field, double value) const {
    if (lambda_regularises(kind)) {
      check_scale(check, field, value, kLambdaRemedy);
    } else {
      check.within(
          field,
          value,
          -kLargestWeight,
          kLargestWeight,
          kind == ProblemKind::equilibrium
              ? "λ shifts the input of every unit, which saturates; use a value such as 0.5."
              : "Example i has the weight 1/(1 + exp(−λ_i)); 0 gives one half.");
    }
  }

  const char* per_entry() const {
    return lambda_shape(kind) == LambdaShape::per_example ? "one number per training example"
                                                          : "one number per column of the data";
  }

  void require_vectors(const std::string& form) const {
    if (lambda_shape(kind) != LambdaShape::one) return;
    check.add("problem.lambda",
              form,
              "must be one number or a list of numbers for this kind of problem",
              "Use kind = \"logistic-multi\" or \"ridge-multi\" for one λ per coordinate, "
              "\"data-weights\" for one per example.");
  }
};

void check_quadratic(Checker& check, const QuadraticSpec& quadratic) {
  const std::string at = "problem.quadratic.";
  check.within(at + "dim", quadratic.dim, 1, kMaxQuadraticDim, "Use a dimension such as 10.");
  check.within(at + "condition",
               quadratic.condition,
               1.0,
               kLargestScale,
               "It is (largest curvature)/(smallest curvature); use a value such as 20.");
  check_scale(check,
              at + "smoothness",
              quadratic.smoothness,
              "It is the largest curvature of the data term; use a value such as 2.");
  const auto noise = [&](const char* name, double value) {
    if (std::isfinite(value) && value >= 1.0) {
      check.add(at + name,
                format_shortest(value),
                "must be < 1",
                "It scales curvatures by 1 ± its value, which must stay positive; use 0.3.");
    } else {
      check.within(at + name, value, 0.0, 1.0, "Use a value in [0, 1).");
    }
  };
  noise("noise_multiplicative", quadratic.noise_multiplicative);
  check.within(at + "noise_additive",
               quadratic.noise_additive,
               0.0,
               kLargestScale,
               "It is a standard deviation; use a value such as 0.3.");
  noise("noise_lambda", quadratic.noise_lambda);
  check.within(at + "samples",
               quadratic.samples,
               1,
               kMaxSamples,
               "It is the nominal number of samples that one batch step costs; use 200.");
  check.seed(at + "seed", quadratic.seed);
}

void check_sparse(Checker& check, const DataSpec& data) {
  const SparseSpec& sparse = data.sparse;
  check.within("data.sparse.features",
               sparse.features,
               4,
               kMaxSparseFeatures,
               "It is the number of columns; use 10000.");
  if (sparse.features >= 4) {
    check.within("data.sparse.nonzeros",
                 sparse.nonzeros,
                 1,
                 std::min(sparse.features, kMaxSparseFeatures) / 4,
                 "It is the mean number of entries in a row, at most a quarter of the columns.");
  }
  check.within("data.sparse.noise",
               sparse.noise,
               0.0,
               0.5,
               "It is the probability that a label is turned; use 0.05.");
  check.seed("data.sparse.seed", sparse.seed);
  if (data.labels) {
    check.add("data.labels",
              quoted(name_of(*data.labels)),
              "must be left out for sparse rows, which come with classes",
              "Remove it.");
  }
  if (data.train >= 1 && data.validation >= 1 && data.train <= kMaxSparseRows &&
      data.validation <= kMaxSparseRows && data.train + data.validation > kMaxSparseRows) {
    check.add("data.validation",
              std::to_string(data.validation),
              fmt::format("train + validation must be ≤ {}", kMaxSparseRows),
              "Use fewer rows.");
  }
}

void check_data(Checker& check, const RunSpec& spec) {
  const ProblemSpec& problem = spec.problem;
  const DataSpec& data = spec.data;
  const bool text = data.source == DataSource::libsvm || data.source == DataSource::csv;
  if (text && data.path.empty()) {
    check.add("data.path",
              R"("")",
              "must name the training file",
              R"(Write path = "train.svm", or choose source = "digits".)");
  }
  if (!text && !data.validation_path.empty()) {
    check.add("data.validation_path",
              data.validation_path,
              "must be empty for this source, which is split instead",
              R"(Remove it, or choose source = "libsvm" or "csv".)");
  }
  if (!text || data.validation_path.empty()) {
    check.within("data.train", data.train, 1, kMaxSamples, "Use a number of rows such as 5000.");
    check.within(
        "data.validation", data.validation, 1, kMaxSamples, "Use a number of rows such as 5000.");
  }
  check.seed("data.split_seed", data.split_seed);
  if (data.source == DataSource::sparse) {
    check_sparse(check, data);
  } else if (data.labels == LabelRule::as_given && (!text || !is_regression(problem.kind))) {
    check.add("data.labels",
              quoted(name_of(*data.labels)),
              text ? "is for ridge regression only" : "must be \"odd-even\" for digit images",
              "odd-even: odd labels are +1; two-values: the larger of two labels is +1.");
  } else if (!text && data.labels == LabelRule::two_values) {
    check.add("data.labels",
              quoted(name_of(*data.labels)),
              "must be \"odd-even\" for digit images",
              "Ten digits are not two values.");
  }
  check.within("data.label_noise",
               data.label_noise,
               0.0,
               1.0,
               "It is the fraction of training labels that are turned; use 0.3.");
  if (data.label_noise > 0.0 && label_rule(spec) == LabelRule::as_given) {
    check.add("data.label_noise",
              format_shortest(data.label_noise),
              "must be 0 where labels are real numbers",
              "Remove it, or choose classes with data.labels.");
  }
}

void check_levels(Checker& check, const ProblemSpec& problem) {
  if (upper_level(problem) == UpperLevel::pseudo_huber) {
    check_scale(check,
                "problem.huber_delta",
                problem.huber_delta,
                "It is the residual at which the loss turns linear; use 1.");
  }
  if (problem.kind == ProblemKind::data_weights) {
    check_scale(check,
                "problem.weight_decay",
                problem.weight_decay,
                "The lower level is strongly convex only with weight decay; use 0.01.");
  }
}

}  // namespace

void check_problem(SpecChecker& check, const RunSpec& spec) {
  const ProblemSpec& problem = spec.problem;
  std::visit(LambdaCheck{check, problem.kind}, problem.lambda);
  if (problem.kind == ProblemKind::equilibrium) {
    check_equilibrium(check, problem);
    return;
  }
  if (!has_data(problem.kind)) {
    check_quadratic(check, problem.quadratic);
    return;
  }
  check_levels(check, problem);
  check_data(check, spec);
}

}  // namespace sid::internal
