#include "bench/many_points.hpp"

#include <cmath>
#include <string>

#include "sid/random/stream.hpp"

namespace sid::bench {

RunSpec many_points_spec() {
  RunSpec spec;
  spec.title = "Twenty curves";
  spec.problem.quadratic.dim = 2;
  spec.problem.quadratic.samples = 50;
  spec.run.iterations = kPoints;
  spec.run.checkpoints = {.spacing = CheckpointSpec::Spacing::linear, .count = kPoints, .list = {}};
  spec.run.replicas = 8;
  for (std::int64_t m = 0; m < kCurves; ++m) {
    MethodSpec method;
    method.name = "Method " + std::to_string(m + 1);
    method.minibatch = 1;
    method.step.kind = m % 2 == 0 ? StepKind::constant : StepKind::decreasing;
    method.step.eta = 0.5 / static_cast<double>(m + 1);
    method.k = 1;
    spec.methods.push_back(method);
  }
  return spec;
}

ManyPoints make_many_points() {
  ManyPoints made;
  made.spec = many_points_spec();
  made.bench = prepare_bench(made.spec).value();
  made.snapshot.spec = made.spec;
  made.snapshot.bench = made.bench;
  made.snapshot.status = RunStatus::finished;
  const auto resolved = resolve_methods(made.spec, *made.bench, made.bench->panels[0]);
  for (std::size_t m = 0; m < resolved.size(); ++m) {
    Stream noise({.seed = 1, .role = Role::lower_level, .replica = static_cast<std::uint32_t>(m)});
    MethodCurve curve;
    curve.method = m;
    curve.label = resolved[m].label;
    curve.checkpoints = resolved[m].checkpoints;
    curve.checkpoints_done = kPoints;
    curve.replicas = 8;
    for (const Checkpoint& at : curve.checkpoints) {
      const double power = 0.3 + 0.06 * static_cast<double>(m);
      const double mean =
          std::pow(static_cast<double>(at.t), -power) * std::exp(0.2 * noise.normal());
      CurvePoint point;
      point.at = at;
      point.replicas = 8;
      point.hypergradient = {mean, 2.0 * mean, 0.5 * mean, mean / 1.5, mean * 1.5};
      point.lower = point.linear = point.hypergradient;
      curve.points.push_back(point);
    }
    made.snapshot.curves.push_back(std::move(curve));
  }
  return made;
}

}  // namespace sid::bench
