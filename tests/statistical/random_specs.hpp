#pragma once

// Random small problems of every family, with random settings.

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include "sid/random/stream.hpp"
#include "sid/run/method_kind.hpp"

#include "support/temporary_folder.hpp"

namespace sid::test {

constexpr int kProblems = 120;  ///< of the comparisons with bounds

/// Draws settings; one stream a problem.
class Draw {
 public:
  explicit Draw(std::uint32_t problem)
      : stream_({.seed = 4711, .role = Role::data, .replica = problem, .checkpoint = 0}) {}

  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(
                     stream_.index_below(static_cast<std::uint64_t>(high - low + 1)));
  }
  double uniform(double low, double high) { return low + (high - low) * stream_.uniform(); }
  double log_uniform(double low, double high) {
    return std::exp(uniform(std::log(low), std::log(high)));
  }
  double normal() { return stream_.normal(); }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[stream_.index_below(values.size())];
  }

 private:
  Stream stream_;
};

/// n points in d dimensions, correlated with their labels, some columns mostly zero.
inline std::string data_file(Draw& draw, const TemporaryFolder& folder, int number) {
  const std::int64_t rows = draw.whole(16, 40), columns = draw.whole(2, 6);
  const double signal = draw.uniform(0.0, 1.0);
  std::ostringstream out;
  for (std::int64_t i = 0; i < rows; ++i) {
    const double label = i % 3 == 0 ? -1.0 : 1.0;
    out << label;
    for (std::int64_t j = 1; j <= columns; ++j) {
      if (j % 4 == 0 && draw.uniform(0.0, 1.0) < 0.5) continue;
      out << ' ' << j << ':' << signal * label + draw.normal() / static_cast<double>(j);
    }
    out << '\n';
  }
  return folder.write("random" + std::to_string(number) + ".svm", out.str());
}

inline MethodSpec random_method(Draw& draw, std::int64_t most, bool finite_population) {
  MethodSpec method;
  method.minibatch = draw.whole(1, most);
  if (finite_population) {
    method.sampling = draw.one_of({Sampling::iid, Sampling::without_replacement});
  }
  method.jacobian_samples = draw.whole(0, 4);
  method.step.kind = draw.one_of(
      {StepKind::constant, StepKind::decreasing, StepKind::two_phase, StepKind::bound_optimal});
  method.step.eta = draw.log_uniform(0.02, 1.0);
  method.step.gamma_theorem = draw.whole(0, 1) == 1;
  if (method.step.kind == StepKind::two_phase) {
    method.step.eta = draw.one_of({0.0, 0.05});
    if (draw.whole(0, 1) == 1) method.step.switch_at = draw.whole(1, 100);
  }
  if (draw.whole(0, 2) == 0) {
    method.linear_step.emplace();
    method.linear_step->eta = draw.log_uniform(0.02, 0.5);
  }
  if (draw.whole(0, 2) == 0) method.k = draw.whole(5, 200);
  return method;
}

inline RunSpec random_spec(int number, const TemporaryFolder& folder) {
  Draw draw(static_cast<std::uint32_t>(number));
  RunSpec spec;
  spec.problem.kind = draw.one_of({ProblemKind::quadratic,
                                   ProblemKind::ridge,
                                   ProblemKind::ridge_multi,
                                   ProblemKind::logistic,
                                   ProblemKind::logistic_multi,
                                   ProblemKind::data_weights});
  spec.problem.alpha = draw.one_of({AlphaRule::optimal, AlphaRule::inverse_smoothness});
  spec.problem.lambda = std::vector<double>{draw.log_uniform(0.05, 3.0)};
  spec.problem.upper_loss = draw.one_of({LossScale::sum, LossScale::mean});
  const bool quadratic = spec.problem.kind == ProblemKind::quadratic;
  if (quadratic) {
    QuadraticSpec& q = spec.problem.quadratic;
    q.dim = draw.whole(1, 5);
    q.condition = draw.log_uniform(1.0, 30.0);
    q.noise_multiplicative = draw.uniform(0.0, 0.8);
    q.noise_additive = draw.uniform(0.0, 1.0);
    q.noise_lambda = draw.one_of({0.0, 0.5});
    q.seed = number;
  } else {
    spec.problem.upper =
        draw.one_of({UpperLevel::logistic, UpperLevel::squares, UpperLevel::pseudo_huber});
    spec.problem.huber_delta = draw.log_uniform(0.2, 2.0);
    spec.problem.weight_decay = draw.log_uniform(0.05, 1.0);
    spec.data.source = DataSource::libsvm;
    spec.data.path = data_file(draw, folder, number);
    spec.data.labels = LabelRule::two_values;
    spec.data.train = draw.whole(5, 10);
    spec.data.validation = draw.whole(3, 6);
    spec.data.label_noise = spec.problem.kind == ProblemKind::data_weights ? 0.3 : 0.0;
  }
  spec.run.iterations = draw.whole(40, 250);
  spec.run.checkpoints.count = 6;
  spec.run.replicas = 80;
  spec.run.seed = number;
  spec.run.decomposition =
      draw.one_of({DecompositionRoute::nested, DecompositionRoute::conditional_mean});
  const std::int64_t most = quadratic ? 6 : spec.data.train;
  for (int m = 0; m < 3; ++m) {
    MethodSpec method = random_method(draw, most, !quadratic);
    method.name = "method " + std::to_string(m);
    spec.methods.push_back(method);
  }
  spec.ladder = draw.one_of({Ladder::paper, Ladder::sharpened});
  return spec;
}

/// The neighbouring methods with random settings in place of those of random_spec.
inline RunSpec neighbours_spec(int number, const TemporaryFolder& folder) {
  RunSpec spec = random_spec(number, folder);
  Draw draw(static_cast<std::uint32_t>(kProblems + number));
  const MethodSpec plain = spec.methods.front();
  spec.methods.clear();
  for (const MethodKind kind : {MethodKind::batch,
                                MethodKind::itd,
                                MethodKind::aid_cg,
                                MethodKind::aid_cgnr,
                                MethodKind::saga,
                                MethodKind::svrg,
                                MethodKind::neumann,
                                MethodKind::fp_km,
                                MethodKind::stochastic_itd,
                                MethodKind::inexact}) {
    const MethodTraits traits = traits_of(kind);
    if (traits.components && spec.problem.kind == ProblemKind::quadratic) continue;
    MethodSpec method;
    method.kind = kind;
    method.name = "method " + std::to_string(spec.methods.size());
    method.minibatch = plain.minibatch;
    method.sampling = plain.sampling;
    method.jacobian_samples = draw.whole(0, 3);
    method.step.eta = traits.random ? draw.log_uniform(0.02, 1.0) : draw.one_of({1.0, 0.5});
    if (traits.random && draw.whole(0, 1) == 1) method.step.kind = StepKind::decreasing;
    method.step_factor = draw.log_uniform(0.1, 1.0);
    method.refresh_probability = draw.one_of({0.0, 0.3});
    method.copies = draw.whole(1, 4);
    method.mixing = draw.log_uniform(0.05, 1.0);
    // Deterministic ones go on for long enough to meet the rounding level.
    method.t = traits.random ? draw.whole(40, 150) : 30;
    if (kind == MethodKind::neumann) {
      method.k = draw.whole(1, 20);
      method.linear_step.emplace().eta = draw.log_uniform(0.01, 1.0);
    }
    if (kind == MethodKind::inexact) {
      method.lower_solver = static_cast<LowerIteration>(draw.whole(0, 2));
      method.linear_solver = static_cast<LinearIteration>(draw.whole(0, 2));
      if (draw.whole(0, 1) == 1) method.lower_tolerance = draw.log_uniform(1e-4, 1.0);
      if (draw.whole(0, 1) == 1) method.linear_tolerance = draw.log_uniform(1e-4, 1.0);
    }
    spec.methods.push_back(with_own_settings(method));
  }
  return spec;
}

}  // namespace sid::test
