#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <string>

#include "sid/run/run_spec.hpp"

namespace sid::test {

/// Specs drawn over the whole space that the file format can hold, most of them senseless as
/// experiments: what is written must be read back all the same.
class RandomSpec {
 public:
  explicit RandomSpec(std::uint64_t seed) : engine_(seed) {}

  RunSpec next() {
    RunSpec spec;
    if (coin()) spec.title = text();
    spec.problem.kind = static_cast<ProblemKind>(below(7));
    spec.problem.lambda = lambda();
    if (coin()) spec.problem.lower_loss = LossScale::sum;
    if (coin()) spec.problem.upper_loss = LossScale::mean;
    if (coin()) spec.problem.alpha = static_cast<AlphaRule>(below(2));
    if (coin()) spec.problem.upper = static_cast<UpperLevel>(below(3));
    if (coin()) spec.problem.huber_delta = number();
    if (coin()) spec.problem.weight_decay = number();
    if (coin()) {
      spec.problem.quadratic = {
          whole(), number(), number(), number(), number(), number(), whole(), whole()};
    }
    if (coin()) {
      spec.problem.equilibrium = {whole(), number(), number(), number(), whole(), whole()};
    }
    if (coin()) {
      spec.data = {static_cast<DataSource>(below(5)),
                   text(),
                   text(),
                   whole(),
                   whole(),
                   whole(),
                   {},
                   0.0,
                   {}};
      if (coin()) spec.data.labels = static_cast<LabelRule>(below(3));
      if (coin()) spec.data.label_noise = number();
      if (coin()) spec.data.sparse = {whole(), whole(), number(), whole()};
    }
    spec.run.iterations = whole();
    if (coin()) {
      spec.run.checkpoints.spacing = CheckpointSpec::Spacing::list;
      for (int i = below(5); i >= 0; --i) spec.run.checkpoints.list.push_back(whole());
    } else {
      spec.run.checkpoints.spacing = static_cast<CheckpointSpec::Spacing>(below(2));
      spec.run.checkpoints.count = whole();
    }
    spec.run.replicas = whole();
    spec.run.seed = whole();
    spec.run.vary_split = coin();
    if (coin()) {
      spec.run.decomposition = static_cast<DecompositionRoute>(below(3));
      spec.run.inner_replicas = whole();
    }
    spec.run.certificate = coin();
    for (int i = below(4); i >= 0; --i) spec.methods.push_back(method());
    spec.ladder = static_cast<Ladder>(below(3));
    if (coin()) spec.outer = outer();
    return spec;
  }

 private:
  OuterSpec outer() {
    OuterSpec out;
    if (coin()) out.coordinate = static_cast<OuterCoordinate>(below(2));
    if (coin()) out.step = number();
    if (coin()) out.decay = number();
    if (coin()) out.low = number();
    if (coin()) out.high = number();
    out.steps = whole();
    if (coin()) out.start = number();
    if (coin()) out.t = whole();
    if (coin()) out.k = whole();
    out.warm_start = coin();
    if (coin()) out.replicas = whole();
    return out;
  }
  int below(int count) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(count)); }
  bool coin() { return below(2) == 0; }
  std::int64_t whole() {
    // Any 64-bit value now and then, small ones mostly.
    if (below(4) == 0) return static_cast<std::int64_t>(engine_());
    return below(10000);
  }
  double number() {
    switch (below(6)) {
      case 0:
        return 0.0;
      case 1:
        return 1e308;
      case 2:
        return -5e-324;
      case 3:
        return below(100);
      default:
        return std::ldexp(static_cast<double>(engine_() >> 11), below(120) - 110);
    }
  }
  std::string text() {
    static const char* kPieces[] = {"a",    "B", " ", "\"", "\\",   "\n", "\t", "λ", "ε₁", ";",
                                    "#",    "=", ",", "~",  ":",    "%",  "'",  "[", "0",  "\x7F",
                                    "\x01", "|", "/", "+",  "日本", "😀",  "-",  "_"};
    std::string out;
    for (int i = below(8); i > 0; --i) out += kPieces[below(28)];
    return out;
  }
  LambdaSpec lambda() {
    const auto numbers = [this] {
      std::vector<double> values;
      for (int i = below(4); i >= 0; --i) values.push_back(number());
      return values;
    };
    switch (below(4)) {
      case 0:
        return numbers();
      case 1: {
        std::vector<std::vector<double>> panels;
        for (int i = below(3); i >= 0; --i) panels.push_back(numbers());
        return panels;
      }
      case 2:
        return RandomLambda{number(), number(), whole()};
      default: {
        LambdaFile file;
        file.path = text();
        file.path += 'x';  // never empty
        return file;
      }
    }
  }
  StepSpec step() {
    StepSpec out;
    out.kind = static_cast<StepKind>(below(4));
    if (coin()) out.eta = number();
    if (coin()) out.beta = number();
    if (coin()) out.beta_factor = number();
    if (coin()) out.gamma_factor = number();
    if (coin()) out.switch_at = whole();
    if (coin()) {
      out.gamma = number();
    } else {
      out.gamma_theorem = coin();
    }
    return out;
  }
  MethodSpec method() {
    MethodSpec out;
    if (coin()) out.name = text();
    out.kind = static_cast<MethodKind>(below(10));
    if (coin()) out.minibatch = whole();
    out.sampling = static_cast<Sampling>(below(3));
    out.step = step();
    if (coin()) out.linear_step = step();
    if (coin()) out.t = whole();
    if (coin()) out.k = whole();
    if (coin()) out.jacobian_samples = whole();
    if (coin()) out.step_factor = number();
    if (coin()) out.refresh_probability = number();
    if (coin()) out.copies = whole();
    if (coin()) out.mixing = number();
    if (coin()) out.lower_solver = LowerIteration::accelerated;
    if (coin()) out.linear_solver = LinearIteration::heavy_ball;
    if (coin()) out.lower_tolerance = number();
    if (coin()) out.linear_tolerance = number();
    return out;
  }

  std::mt19937_64 engine_;
};

}  // namespace sid::test
