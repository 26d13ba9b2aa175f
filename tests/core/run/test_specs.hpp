#pragma once

#include <sstream>
#include <string>

#include "sid/random/stream.hpp"
#include "sid/run/run_spec.hpp"

#include "support/temporary_folder.hpp"

namespace sid::test {

inline MethodSpec batch() {
  MethodSpec method;
  method.kind = MethodKind::batch;
  return method;
}

inline MethodSpec constant(double eta, std::int64_t minibatch = 10) {
  MethodSpec method;
  method.minibatch = minibatch;
  method.step.eta = eta;
  return method;
}

inline MethodSpec decreasing(std::int64_t minibatch = 10) {
  MethodSpec method;
  method.minibatch = minibatch;
  method.step.kind = StepKind::decreasing;
  return method;
}

/// Teaching problem, batch, constant and decreasing steps: a fraction of a second.
inline RunSpec small_quadratic() {
  RunSpec spec;
  spec.problem.quadratic.dim = 4;
  spec.problem.quadratic.condition = 5.0;
  spec.run.iterations = 120;
  spec.run.checkpoints.count = 8;
  spec.run.replicas = 12;
  spec.methods = {batch(), constant(0.5), decreasing()};
  return spec;
}

/// A LIBSVM file of 120 labelled points in 7 dimensions with overlapping classes.
inline std::string small_data_file() {
  static const TemporaryFolder folder;
  static const std::string path = [] {
    std::ostringstream out;
    Stream stream({.seed = 99, .role = Role::data, .replica = 0, .checkpoint = 0});
    for (int i = 0; i < 120; ++i) {
      const double label = stream.sign();
      out << label;
      for (int j = 1; j <= 7; ++j) out << ' ' << j << ':' << label * 0.3 + stream.normal() / j;
      out << '\n';
    }
    return folder.write("small.svm", out.str());
  }();
  return path;
}

/// Logistic regression on 60 + 40 of these points.
inline RunSpec small_logistic() {
  RunSpec spec = small_quadratic();
  spec.problem.kind = ProblemKind::logistic;
  spec.problem.lambda = std::vector<double>{0.1, 1.0};
  spec.data.source = DataSource::libsvm;
  spec.data.path = small_data_file();
  spec.data.train = 60;
  spec.data.validation = 40;
  spec.run.iterations = 40;
  spec.run.checkpoints.count = 5;
  spec.run.replicas = 3;
  return spec;
}

}  // namespace sid::test
