#include "sid/figure/outer_figure.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "sid/figure/write_figure.hpp"
#include "sid/run/outer_run.hpp"

namespace sid {
namespace {

RunSpec loop_spec() {
  RunSpec spec;
  spec.title = "a loop";
  spec.problem.quadratic.dim = 4;
  spec.problem.lambda = std::vector<double>{0.02};
  MethodSpec batch;
  batch.kind = MethodKind::batch;
  MethodSpec sid;
  sid.minibatch = 1;
  sid.step.eta = 0.3;
  spec.methods = {batch, sid};
  spec.outer.emplace();
  spec.outer->steps = 20;
  spec.outer->t = 50;
  spec.outer->replicas = 4;
  return spec;
}

const Series* find(const PlotPanel& plot, const std::string& key) {
  const auto found = std::find_if(
      plot.series.begin(), plot.series.end(), [&](const Series& s) { return s.key == key; });
  return found == plot.series.end() ? nullptr : &*found;
}

TEST(OuterFigure, PlotsWhatTheSnapshotHolds) {
  const auto run = run_outer(loop_spec());
  ASSERT_EQ(run->status, RunStatus::finished) << run->message;
  const Figure figure = build_outer_figure(*run, {.tangents_at = 0});
  ASSERT_EQ(figure.panels.size(), 3U);
  for (std::size_t m = 0; m < 2; ++m) {
    const Series* const error = find(figure.panels[0], std::to_string(m) + "/error");
    ASSERT_NE(error, nullptr);
    ASSERT_EQ(error->y.size(), 21U);
    for (std::size_t s = 0; s < 21; ++s) {
      EXPECT_EQ(error->y[s], run->curves[m].points[s].distance_squared.mean);
      EXPECT_EQ(error->x[s], run->curves[m].points[s].samples / 200.0) << "epochs of n = 200";
    }
  }
  // Four tangents of two ends and a gap, through f at the start and with the estimated slopes.
  const Series* const cloud = find(figure.panels[1], "1/tangents");
  ASSERT_NE(cloud, nullptr);
  ASSERT_EQ(cloud->x.size(), 12U);
  for (std::size_t r = 0; r < 4; ++r) {
    const OuterReplica& replica = run->curves[1].replicas[r];
    const double rise = cloud->y[3 * r + 1] - cloud->y[3 * r];
    const double run_of_theta = std::log(cloud->x[3 * r + 1]) - std::log(cloud->x[3 * r]);
    EXPECT_NEAR(rise / run_of_theta, replica.gradient[0], 1e-9 * std::abs(replica.gradient[0]));
    EXPECT_NEAR(0.5 * (cloud->y[3 * r] + cloud->y[3 * r + 1]), replica.value[0], 1e-9);
    EXPECT_TRUE(std::isnan(cloud->y[3 * r + 2]));
  }
  const Series* const path = find(figure.panels[2], "exact");
  ASSERT_NE(path, nullptr);
  EXPECT_EQ(path->x.back(), 20.0);
  for (const PlotPanel& plot : figure.panels) {
    EXPECT_LT(plot.x.min, plot.x.max);
    EXPECT_LT(plot.y.min, plot.y.max);
    EXPECT_FALSE(plot.x.ticks.empty());
    EXPECT_TRUE(plot.note.empty()) << plot.note;
  }
  EXPECT_EQ(figure.legend.size(), 5U) << "two methods, exact curves, the tangent, the optimum";
}

TEST(OuterFigure, EveryFormatIsWritten) {
  const auto run = run_outer(loop_spec());
  const Figure figure = build_outer_figure(*run);
  for (const char* name : kFigureFormats) {
    FigureFileOptions options;
    options.format = *parse_figure_format(name);
    const auto bytes = render_figure(figure, options);
    ASSERT_TRUE(bytes) << name << ": " << to_string(bytes.error());
    EXPECT_FALSE(bytes->empty());
  }
}

TEST(OuterFigure, SaysWhatItWaitsFor) {
  OuterSnapshot run;
  run.message = "Preparing the problem.";
  const Figure figure = build_outer_figure(run);
  ASSERT_EQ(figure.panels.size(), 1U);
  EXPECT_EQ(figure.panels[0].note, "Preparing the problem.");
}

TEST(OuterFigure, SeveralLambdasHaveNoCurveOfF) {
  RunSpec spec = loop_spec();
  spec.problem.kind = ProblemKind::logistic_multi;
  spec.data.train = spec.data.validation = 60;
  spec.methods[1].minibatch = 5;
  spec.outer->steps = 3;
  spec.outer->t = 10;
  spec.outer->replicas = 2;
  std::stop_source source;
  const auto run = run_outer(spec,
                             {.publishes_per_second = 1e9},
                             source.get_token(),
                             [&](const std::shared_ptr<const OuterSnapshot>& snapshot) {
                               if (snapshot->problem) source.request_stop();
                             });
  const Figure figure = build_outer_figure(*run);
  ASSERT_EQ(figure.panels.size(), 2U);
  EXPECT_EQ(figure.panels[1].note, "No outer step yet.");
}

}  // namespace
}  // namespace sid
