// What figures make of methods other than SID and batch steps.

#include <cmath>
#include <set>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/figure/build_figure.hpp"

#include "core/figure/scene.hpp"

namespace sid {
namespace {

using testing::find;
using ::testing::HasSubstr;
using testing::method;
using ::testing::Not;
using testing::Scene;

RunSpec deterministic_spec() {
  RunSpec spec = testing::small_spec();
  spec.methods = {method("ITD", MethodKind::itd, StepKind::constant),
                  method("FP", MethodKind::batch, StepKind::constant),
                  method("CG", MethodKind::aid_cg, StepKind::constant)};
  for (MethodSpec& m : spec.methods) m.minibatch = MethodSpec{}.minibatch;
  return spec;
}

TEST(MethodKindStyles, TellNeighboursApart) {
  for (const auto& kinds : {std::vector{MethodKind::itd, MethodKind::batch, MethodKind::aid_cg},
                            std::vector{MethodKind::sid, MethodKind::saga, MethodKind::svrg},
                            std::vector{MethodKind::sid, MethodKind::fp_km, MethodKind::neumann},
                            std::vector{MethodKind::itd,
                                        MethodKind::aid_cg,
                                        MethodKind::aid_cgnr,
                                        MethodKind::saga,
                                        MethodKind::stochastic_itd}}) {
    RunSpec spec = testing::small_spec();
    spec.methods.clear();
    for (const MethodKind kind : kinds)
      spec.methods.push_back(method("", kind, StepKind::constant));
    std::set<int> colours;
    std::set<Marker> markers;
    for (const MethodStyle& style : method_styles(spec)) {
      colours.insert(style.colour);
      markers.insert(style.marker);
    }
    EXPECT_EQ(colours.size(), kinds.size());
    EXPECT_EQ(markers.size(), kinds.size());
  }
}

TEST(MethodKindFigures, LeaveOutTheLinearSystemThatAMethodDoesNotHave) {
  Scene scene(deterministic_spec());
  MethodCurve& itd = scene.curve(0);
  itd.linear_system = false;
  for (CurvePoint& point : itd.points) point.linear = {testing::kNan, 0.0, 0.0, 0.0, 0.0};
  FigureOptions options;
  options.quantities = {Quantity::linear_system};
  const Figure figure = scene.build(options);
  ASSERT_NE(find(figure.panels[0], "0/measured"), nullptr);
  EXPECT_TRUE(find(figure.panels[0], "0/measured")->y.empty());
  EXPECT_FALSE(find(figure.panels[0], "1/measured")->y.empty());
  EXPECT_EQ(figure.panels[0].gaps, 0);
  EXPECT_EQ(find(figure.legend, "0/measured")->note, "solves no linear system");
}

TEST(MethodKindFigures, DrawCertifiedErrorsAsBoundsOfTheirMethod) {
  Scene scene(deterministic_spec());
  EXPECT_EQ(find(scene.build().panels[0], "2/certified"), nullptr);
  for (CurvePoint& point : scene.curve(2).points) {
    point.certificate = MeanEstimate{.mean = 7.0 * point.hypergradient.mean};
  }
  const Figure figure = scene.build();
  const Series* certified = find(figure.panels[0], "2/certified");
  ASSERT_NE(certified, nullptr);
  EXPECT_EQ(certified->role, SeriesRole::bound);
  EXPECT_EQ(certified->colour, find(figure.panels[0], "2/measured")->colour);
  EXPECT_EQ(certified->y.back(), 7.0 * scene.curve(2).points.back().hypergradient.mean);
  EXPECT_EQ(find(figure.panels[0], "1/certified"), nullptr);
  FigureOptions without;
  without.bounds = false;
  EXPECT_EQ(find(scene.build(without).panels[0], "2/certified"), nullptr);
  // A mean over the runs that are left is no bound of what diverged.
  scene.curve(2).points.back().diverged = 1;
  EXPECT_TRUE(std::isnan(find(scene.build().panels[0], "2/certified")->y.back()));
}

TEST(MethodKindCaptions, SayHowManyExamplesAStepTakes) {
  RunSpec spec = deterministic_spec();
  EXPECT_THAT(Scene(spec).build().caption, Not(HasSubstr("Minibatches")));
  spec.methods.push_back(method("FP-KM", MethodKind::fp_km, StepKind::constant));
  EXPECT_THAT(Scene(spec).build().caption, HasSubstr("Minibatches of 10, drawn independently."));
}

}  // namespace
}  // namespace sid
