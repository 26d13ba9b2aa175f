#pragma once

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sid/figure/build_figure.hpp"

namespace sid::testing {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

inline MethodSpec method(const char* name, MethodKind kind, StepKind step) {
  MethodSpec m;
  m.name = name;
  m.kind = kind;
  m.minibatch = 10;
  m.step.kind = step;
  return m;
}

inline RunSpec small_spec(std::vector<double> lambda = {0.5}) {
  RunSpec spec;
  spec.title = "Test";
  spec.problem.lambda = std::move(lambda);
  spec.problem.alpha = AlphaRule::inverse_smoothness;
  spec.run.iterations = 100;
  spec.run.checkpoints.count = 10;
  spec.run.replicas = 8;
  spec.methods = {method("Batch", MethodKind::batch, StepKind::constant),
                  method("Const", MethodKind::sid, StepKind::constant),
                  method("Dec", MethodKind::sid, StepKind::decreasing)};
  return spec;
}

/// A spec with its bench and hand-made theory and measurements.
struct Scene {
  RunSpec spec;
  std::shared_ptr<const ProblemBench> bench;
  std::vector<std::vector<MethodTheory>> theory;
  RunSnapshot snapshot;

  explicit Scene(RunSpec s = small_spec()) : spec(std::move(s)) {
    bench = prepare_bench(spec).value();
    snapshot.spec = spec;
    snapshot.bench = bench;
    snapshot.status = RunStatus::finished;
    for (std::size_t p = 0; p < bench->panels.size(); ++p) {
      theory.emplace_back();
      const auto resolved = resolve_methods(spec, *bench, bench->panels[p]);
      for (std::size_t m = 0; m < resolved.size(); ++m) {
        theory.back().emplace_back();
        MethodCurve curve;
        curve.panel = p;
        curve.method = m;
        curve.label = resolved[m].label;
        curve.checkpoints = resolved[m].checkpoints;
        curve.replicas = m == 0 ? 1 : 8;
        for (const Checkpoint& at : curve.checkpoints) {
          CurvePoint point;
          point.at = at;
          point.replicas = curve.replicas;
          const double mean = 1.0 / (1.0 + static_cast<double>(at.t));
          point.hypergradient = {mean, 2.0 * mean, 0.5 * mean, mean / 1.5, mean * 1.5};
          point.lower = point.linear = point.hypergradient;
          curve.points.push_back(point);
        }
        snapshot.curves.push_back(curve);
      }
    }
  }

  MethodCurve& curve(std::size_t m, std::size_t p = 0) {
    return snapshot.curves[p * spec.methods.size() + m];
  }

  /// Adds a theory curve that is `factor` times the measured mean.
  TheoryCurve& add(std::size_t m, const char* id, CurveKind kind, double factor) {
    TheoryCurve c;
    c.id = id;
    c.label = kind == CurveKind::bound ? "Theorem 3.4" : id;
    c.kind = kind;
    c.verdict = Verdict::holds;
    c.primary = true;
    for (const CurvePoint& p : curve(m).points) c.values.push_back(factor * p.hypergradient.mean);
    theory[0][m].curves.push_back(c);
    return theory[0][m].curves.back();
  }

  Figure build(const FigureOptions& options = {}) const {
    return build_figure(spec, bench.get(), &snapshot, theory, options);
  }
};

inline const Series* find(const PlotPanel& panel, const std::string& key) {
  for (const Series& s : panel.series) {
    if (s.key == key) return &s;
  }
  return nullptr;
}

inline const LegendRow* find(const std::vector<LegendRow>& rows, const std::string& key) {
  for (const LegendRow& r : rows) {
    if (r.series_id == key) return &r;
  }
  return nullptr;
}

}  // namespace sid::testing
