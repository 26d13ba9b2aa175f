#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sid/data/label_rule.hpp"
#include "sid/method/solver_choice.hpp"
#include "sid/problem/bilevel_problem.hpp"
#include "sid/random/minibatch_sampler.hpp"
#include "sid/run/outer_spec.hpp"
#include "sid/theory/report.hpp"

namespace sid {

enum class ProblemKind {
  quadratic,       ///< teaching problem with exact answer (problem/teaching_problem.hpp)
  ridge,           ///< least squares, one lambda
  ridge_multi,     ///< least squares, one lambda per coordinate
  logistic,        ///< logistic regression, one lambda
  logistic_multi,  ///< logistic regression, one lambda per coordinate
  data_weights,    ///< data hyper-cleaning: example i has weight sigmoid(lambda_i)
  equilibrium,     ///< fixed point of a tanh network (problem/equilibrium_problem.hpp)
};
/// Upper-level loss of problems with data; the quadratic problem has its own.
enum class UpperLevel { logistic, squares, pseudo_huber };
enum class LossScale { mean, sum };

/// lambda = exp(epsilon), epsilon uniform in [low, high], one per coordinate.
struct RandomLambda {
  double epsilon_low = -2.0;
  double epsilon_high = 2.0;
  std::int64_t seed = 1;
  bool operator==(const RandomLambda&) const = default;
};
struct LambdaFile {
  std::string path;  ///< CSV, one panel a line
  bool operator==(const LambdaFile&) const = default;
};
/// Hyperparameters in the convention of `lower_loss`. One panel each.
///   scalars: one lambda a panel; kinds with many repeat it
/// Kind data_weights takes lambda_i = epsilon_i from RandomLambda, without the exponential: its
/// lambda is any real number, and does not depend on the convention.
using LambdaSpec = std::variant<std::vector<double>,               // scalars
                                std::vector<std::vector<double>>,  // vectors
                                RandomLambda,
                                LambdaFile>;

/// Parameters of the teaching problem. h_i are log-spaced so that (max h)/(min h) = condition and
/// max h = smoothness.
struct QuadraticSpec {
  std::int64_t dim = 10;
  double condition = 20.0;
  double smoothness = 2.0;
  double noise_multiplicative = 0.3;  ///< s_m in [0, 1)
  double noise_additive = 0.3;        ///< s_a >= 0
  double noise_lambda = 0.0;          ///< s_lambda in [0, 1): couples noise to lambda, m2 > 0
  std::int64_t samples = 200;         ///< nominal n: one batch step costs this many samples
  std::int64_t seed = 1;              ///< draws b and w-bar
  bool operator==(const QuadraticSpec&) const = default;
};

/// Parameters of the equilibrium problem, problem/equilibrium_problem.hpp.
struct EquilibriumSpec {
  std::int64_t dim = 10;      ///< d, units of the network
  double contraction = 0.8;   ///< q in (0, 1)
  double spread = 0.5;        ///< how much components differ, >= 0; 0: all are the same
  double huber_delta = 1.0;   ///< width of the pseudo-Huber upper level, > 0
  std::int64_t samples = 50;  ///< n, components of the map
  std::int64_t seed = 1;      ///< draws the components and the target
  bool operator==(const EquilibriumSpec&) const = default;
};

struct ProblemSpec {
  ProblemKind kind = ProblemKind::quadratic;
  LambdaSpec lambda = std::vector<double>{0.5};
  LossScale lower_loss = LossScale::mean;
  LossScale upper_loss = LossScale::sum;
  std::optional<AlphaRule> alpha;   ///< default: optimal; quadratic: inverse_smoothness
  std::optional<UpperLevel> upper;  ///< default: squares for ridge kinds, else logistic
  double huber_delta = 1.0;         ///< width of the pseudo-Huber loss, > 0
  double weight_decay =
      0.01;  ///< c > 0 of c ||w||^2/2, in the convention of lower_loss; data_weights
  QuadraticSpec quadratic;
  EquilibriumSpec equilibrium;
  bool operator==(const ProblemSpec&) const = default;
};

/// Generated sparse rows, data/sparse_examples.hpp; their number is train + validation.
struct SparseSpec {
  std::int64_t features = 10'000;  ///< d
  std::int64_t nonzeros = 50;      ///< per row, on average
  double noise = 0.05;             ///< probability in [0, 1/2] that a label is turned
  std::int64_t seed = 1;           ///< draws the rule and the rows
  bool operator==(const SparseSpec&) const = default;
};

enum class DataSource { digits, mnist, libsvm, csv, sparse };
struct DataSpec {
  DataSource source = DataSource::digits;
  std::string path;             ///< mnist: folder with IDX files; libsvm, csv: training file
  std::string validation_path;  ///< libsvm, csv: validation file; then no split is made
  std::int64_t train = 5000;
  std::int64_t validation = 5000;
  std::int64_t split_seed = 1;
  /// As asked for; nothing: images odd against even, and text files by what they hold
  /// (load_data.hpp), as they stand for ridge regression.
  std::optional<LabelRule> labels;
  double label_noise = 0.0;  ///< fraction in [0, 1] of training labels turned into their opposite
  SparseSpec sparse;         ///< of the source `sparse`
  bool operator==(const DataSpec&) const = default;
};

struct CheckpointSpec {
  enum class Spacing { log, linear, list };
  Spacing spacing = Spacing::log;
  std::int64_t count = 40;
  std::vector<std::int64_t> list;
  bool operator==(const CheckpointSpec&) const = default;
};

/// How the parts of the mean-square error, equation (11), are measured; see decomposition.hpp.
enum class DecompositionRoute {
  none,
  nested,  ///< inner_replicas independent (v_k, zeta) for every w_t
  /// E[estimate | w_t] exactly, by k steps with the whole data. Needs minibatches independent of
  /// each other: not for reshuffled ones.
  conditional_mean,
};

struct RunSettings {
  std::int64_t iterations = 3000;
  CheckpointSpec checkpoints;
  std::int64_t replicas = 32;
  std::int64_t seed = 2021;
  bool vary_split = false;
  DecompositionRoute decomposition = DecompositionRoute::none;
  std::int64_t inner_replicas = 2;  ///< K >= 2; nested
  /// Also a bound of every run's own error at every checkpoint, from w_t, v_k and the estimate alone
  /// (error_certificate.hpp): one gradient and two products more, and a linear solve without v_k.
  bool certificate = false;
  bool operator==(const RunSettings&) const = default;
};

/// What estimates the hypergradient; method_kind.hpp says which settings each kind has.
enum class MethodKind {
  batch,           ///< approximate implicit differentiation by fixed-point iterations (AID-FP)
  sid,             ///< stochastic implicit differentiation, Algorithm 1
  itd,             ///< iterative differentiation, reverse mode
  aid_cg,          ///< implicit differentiation, linear system by conjugate gradients
  aid_cgnr,        ///< the same by conjugate gradients on the normal equations
  saga,            ///< both subproblems by SAGA
  svrg,            ///< both subproblems by loopless SVRG
  neumann,         ///< lower level of SID, Neumann series of random length
  fp_km,           ///< lower level of SID, mixed fixed-point iteration (FP-KM)
  stochastic_itd,  ///< iterative differentiation of the stochastic iterates
  inexact,         ///< a choice of solvers for w and v, to steps or to tolerances
};
enum class StepKind {
  constant,
  decreasing,
  two_phase,
  bound_optimal,  ///< each step the best one for the bound; has no settings
};

/// Step sizes as the user writes them; resolved to a StepSizeSchedule once q and the noise
/// constants are known. Absolute values win over factors.
struct StepSpec {
  StepKind kind = StepKind::constant;
  double eta = 1.0;                       ///< constant; two-phase: 0 means 1/(1+σ₂)
  std::optional<double> beta, gamma;      ///< absolute
  double beta_factor = 2.0;               ///< beta = beta_factor / (1 - q^2)
  double gamma_factor = 1.0;              ///< gamma = gamma_factor * beta
  bool gamma_theorem = false;             ///< gamma = beta (1 + sigma2) of the chosen constants
  std::optional<std::int64_t> switch_at;  ///< two-phase; default: switch_time()
  bool operator==(const StepSpec&) const = default;
};

struct MethodSpec {
  std::string name;  ///< unique; empty: made from the settings
  MethodKind kind = MethodKind::sid;
  std::int64_t minibatch = 50;
  Sampling sampling = Sampling::iid;
  StepSpec step;
  std::optional<StepSpec> linear_step;  ///< schedule of the linear system; default: `step`
  std::optional<std::int64_t> t, k;     ///< last checkpoint; default: run.iterations
  std::int64_t jacobian_samples = 1;    ///< J; 0: exact derivative of Phi in lambda
  /// saga, svrg: gamma over 1/(2 L_max + 4 L_max0), the largest step with a proved rate.
  double step_factor = 1.0;
  double refresh_probability = 0.0;  ///< svrg: p in (0, 1]; 0: 1/n
  std::int64_t copies = 1;           ///< neumann: S >= 1 independent series that are averaged
  double mixing = 0.1;               ///< fp-km: a in (0, 1]
  LowerIteration lower_solver = LowerIteration::gradient;     ///< inexact, itd
  LinearIteration linear_solver = LinearIteration::gradient;  ///< inexact
  /// inexact: the steps for w end where ||grad_1 l(w)||/tau <= lower_tolerance, and those for v
  /// where ||alpha H(w) v - grad_1 E(w)|| <= linear_tolerance; t and k are the most steps then.
  std::optional<double> lower_tolerance, linear_tolerance;
  bool operator==(const MethodSpec&) const = default;
};

/// One experiment, completely. A plain value: equal specs give equal bits.
struct RunSpec {
  std::string title;
  ProblemSpec problem;
  DataSpec data;
  RunSettings run;
  std::vector<MethodSpec> methods;
  std::optional<OuterSpec> outer;     ///< nothing: the defaults, where the loop is asked for
  Ladder ladder = Ladder::sharpened;  ///< [theory] constants = "paper" | "sharpened" | "prediction"
  bool operator==(const RunSpec&) const = default;
};

}  // namespace sid
