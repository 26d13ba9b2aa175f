#include "sid/app/state/plot_handles.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/app/state/handle_drag.hpp"
#include "sid/figure/build_figure.hpp"

#include "app/driver.hpp"

namespace sid::app {
namespace {

using ::testing::HasSubstr;

/// Theory and plots of a spec without a window.
struct Stage {
  EvaluatedTheory theory;
  FigureOptions options;
  std::size_t method = 1;

  explicit Stage(const RunSpec& spec) {
    options.quantities = {Quantity::hypergradient, Quantity::lower_level, Quantity::linear_system};
    set(spec);
  }
  void set(const RunSpec& spec) {
    theory.spec = spec;
    const auto bench = prepare_bench(spec);
    ASSERT_TRUE(bench);
    theory.bench = *bench;
    theory.methods.clear();
    for (const Panel& panel : theory.bench->panels) {
      theory.methods.push_back(resolve_methods(spec, *theory.bench, panel));
    }
    theory.curves = evaluate_theory(spec, *theory.bench);
  }
  PlotPanel plot(const std::string& id) const {
    const Figure figure =
        build_figure(theory.spec, theory.bench.get(), nullptr, theory.curves, options);
    for (const PlotPanel& plot : figure.panels) {
      if (plot.id == id) return plot;
    }
    ADD_FAILURE() << "no plot " << id;
    return {};
  }
  std::vector<PlotHandle> all(const std::string& id) const {
    return plot_handles({theory, 0, method, options.x_unit}, plot(id));
  }
  std::optional<PlotHandle> find(const std::string& id, HandleKind kind) const {
    for (const PlotHandle& handle : all(id)) {
      if (handle.kind == kind) return handle;
    }
    return std::nullopt;
  }
};

RunSpec two_phase() {
  RunSpec spec = start_spec();
  spec.methods[2].step.kind = StepKind::two_phase;
  spec.methods[2].step.eta = 0.3;
  spec.methods[2].step.switch_at = 120;
  return spec;
}

TEST(PlotHandles, StandAtTheEndOfTheDrawnFloor) {
  const Stage stage(start_spec());
  for (const auto& [id, curve] : {std::pair{"lower", "floor_lower"},
                                  std::pair{"linear", "floor_linear"},
                                  std::pair{"mse", "floor_constant"}}) {
    SCOPED_TRACE(id);
    const auto handle = stage.find(id, HandleKind::step_size);
    ASSERT_TRUE(handle);
    const TheoryCurve* const floor = stage.theory.curves[0][1].find(curve);
    ASSERT_NE(floor, nullptr);
    EXPECT_EQ(handle->y, floor->values.back());
    EXPECT_EQ(handle->x, stage.theory.methods[0][1].checkpoints.back().epochs);
    EXPECT_EQ(handle->key, "method[2].step.eta");
    EXPECT_EQ(handle->name(), std::string("handle/") + id + "/method[2].step.eta");
    EXPECT_EQ(handle->value, 0.5);
    EXPECT_NEAR(handle->position_of(0.5) / handle->y, 1.0, 1e-12) << "the formula of the line";
  }
}

TEST(PlotHandles, PlacesAndValuesBelongTogether) {
  Stage stage(two_phase());
  for (const XUnit unit : {XUnit::epochs, XUnit::iterations}) {
    stage.options.x_unit = unit;
    for (const std::size_t method : {std::size_t{1}, std::size_t{2}}) {
      stage.method = method;
      for (const char* id : {"mse", "lower", "linear"}) {
        for (const PlotHandle& handle : stage.all(id)) {
          SCOPED_TRACE(handle.name());
          for (const double share : {0.05, 0.3, 0.9}) {
            const double value = handle.low * std::pow(handle.high / handle.low, share);
            const double place = handle.position_of(value);
            EXPECT_NEAR(handle.value_at(place) / value, 1.0, 1e-8) << value;
          }
          EXPECT_EQ(handle.value_at(-1e9), handle.low);
          EXPECT_NEAR(handle.value_at(1e30) / handle.high, 1.0, 1e-8);
          const double nan = std::numeric_limits<double>::quiet_NaN();
          EXPECT_EQ(settled_value(handle, handle.value_at(nan), false), handle.value);
        }
      }
    }
  }
}

TEST(PlotHandles, TheFloorGoesToWhereTheHandleWasDragged) {
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
    RunSpec spec = start_spec();
    spec.ladder = ladder;
    spec.methods[1].step.eta = 0.01;
    Stage stage(spec);
    for (const char* id : {"lower", "linear", "mse"}) {
      SCOPED_TRACE(id);
      const auto handle = stage.find(id, HandleKind::step_size);
      ASSERT_TRUE(handle);
      const double wanted = 0.5 * handle->y;
      Stage moved(with_handle_value(spec, *handle, handle->value_at(wanted)));
      const auto after = moved.find(id, HandleKind::step_size);
      ASSERT_TRUE(after);
      EXPECT_NEAR(after->y / wanted, 1.0, 1e-6);
    }
  }
}

TEST(PlotHandles, StopAtTheLimitWhereTheLineEnds) {
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened}) {
    RunSpec spec = start_spec();
    spec.ladder = ladder;
    spec.methods[1].step.eta = 0.01;
    const Stage stage(spec);
    const auto handle = stage.find("lower", HandleKind::step_size);
    ASSERT_TRUE(handle);
    const double top = settled_value(*handle, handle->value_at(1e300), false);
    EXPECT_EQ(top, handle->high);
    const Stage at_limit(with_handle_value(spec, *handle, top));
    EXPECT_TRUE(at_limit.theory.curves[0][1].find("floor_lower")->drawn()) << top;
    const Stage beyond(with_handle_value(spec, *handle, 1.02 * top));
    EXPECT_FALSE(beyond.theory.curves[0][1].find("floor_lower")->drawn()) << top;
    EXPECT_FALSE(beyond.find("lower", HandleKind::step_size));
    EXPECT_THAT(handle_chip(*handle, 0.01), HasSubstr("η = 0.01, limit "));
  }
}

TEST(PlotHandles, AreNotThereWhereNoFloorIsDrawn) {
  Stage stage(start_spec());
  stage.method = 0;
  EXPECT_FALSE(stage.find("lower", HandleKind::step_size)) << "exact gradients";
  stage.method = 2;
  EXPECT_FALSE(stage.find("lower", HandleKind::step_size)) << "decreasing steps";
  stage.method = 1;
  stage.options.hidden.insert("1/floor_lower");
  EXPECT_FALSE(stage.find("lower", HandleKind::step_size)) << "switched off";
  EXPECT_TRUE(stage.find("linear", HandleKind::step_size));
  stage.options.hidden.clear();
  stage.options.limits["lower"].y = AxisLimits{1e3, 1e6};
  EXPECT_FALSE(stage.find("lower", HandleKind::step_size)) << "outside the axes";
  stage.options.y_value = YValue::looseness;
  EXPECT_FALSE(stage.find("linear", HandleKind::step_size)) << "bound ÷ error";
  stage.method = 7;
  EXPECT_TRUE(stage.all("mse").empty());
}

TEST(PlotHandles, OfAZoomedAxisStandAtItsEdge) {
  Stage stage(start_spec());
  stage.options.limits["lower"].x = AxisLimits{1.0, 5.0};
  const auto handle = stage.find("lower", HandleKind::step_size);
  ASSERT_TRUE(handle);
  EXPECT_EQ(handle->x, 5.0);
}

TEST(PlotHandles, TheLinearSystemsOwnStepIsDraggedInItsPlot) {
  RunSpec spec = start_spec();
  spec.methods[1].linear_step.emplace().eta = 0.2;
  const Stage stage(spec);
  EXPECT_FALSE(stage.find("linear", HandleKind::step_size));
  const auto own = stage.find("linear", HandleKind::linear_step_size);
  ASSERT_TRUE(own);
  EXPECT_EQ(own->key, "method[2].linear_step.eta");
  const RunSpec changed = with_handle_value(spec, *own, 0.1);
  EXPECT_EQ(changed.methods[1].linear_step->eta, 0.1);
  EXPECT_EQ(changed.methods[1].step.eta, 0.5);
  const auto main = stage.find("mse", HandleKind::step_size);
  ASSERT_TRUE(main);
  EXPECT_NEAR(main->position_of(0.5) / main->y, 1.0, 1e-12);
}

TEST(PlotHandles, TheSwitchStandsAtItsStep) {
  Stage stage(two_phase());
  stage.method = 2;
  EXPECT_FALSE(stage.find("linear", HandleKind::switch_point));
  for (const char* id : {"mse", "lower"}) {
    const auto handle = stage.find(id, HandleKind::switch_point);
    ASSERT_TRUE(handle);
    EXPECT_EQ(handle->value, 120.0);
    EXPECT_NEAR(handle->x, 2.0 * 120.0 * 10.0 / 200.0, 1e-9) << "t = k, 10 of 200 samples a step";
    const RunSpec moved = with_handle_value(two_phase(), *handle, 40.0);
    EXPECT_EQ(moved.methods[2].step.switch_at, 40);
    EXPECT_EQ(value_of_handle(moved, *handle), 40.0);
    RunSpec automatic = two_phase();
    automatic.methods[2].step.switch_at.reset();
    EXPECT_EQ(value_of_handle(automatic, *handle), 120.0);
    EXPECT_EQ(settled_value(*handle, handle->value_at(1e9), false), 500.0);
    EXPECT_EQ(handle_chip(*handle, 40.0), "switch at t = 40");
  }
  stage.options.x_unit = XUnit::iterations;
  EXPECT_EQ(stage.find("mse", HandleKind::switch_point)->x, 120.0);
  RunSpec never = two_phase();
  never.methods[2].step.switch_at = 1'000'000;
  stage.set(never);
  const auto handle = stage.find("mse", HandleKind::switch_point);
  ASSERT_TRUE(handle);
  EXPECT_EQ(handle->x, 500.0) << "where the budget ends";
  EXPECT_EQ(handle_chip(*handle, handle->value), "no switch before the end");
}

TEST(PlotHandles, TheBudgetStandsWhereItEnds) {
  Stage stage(start_spec());
  const auto budget = stage.find("mse", HandleKind::budget);
  ASSERT_TRUE(budget);
  EXPECT_EQ(budget->key, "run.iterations");
  EXPECT_NEAR(budget->x, 50.0, 1e-9);
  EXPECT_NEAR(budget->position_of(1000), 100.0, 1e-9);
  EXPECT_EQ(with_handle_value(start_spec(), *budget, 700.0).run.iterations, 700);
  EXPECT_FALSE(stage.find("lower", HandleKind::budget));
  stage.method = 0;  // Batch follows the others
  EXPECT_EQ(stage.find("mse", HandleKind::budget)->x, budget->x);
  RunSpec own = start_spec();
  own.methods[1].t = 200;
  own.methods[1].k = 100;
  stage.set(own);
  stage.method = 1;
  const auto t = stage.find("mse", HandleKind::own_budget);
  ASSERT_TRUE(t);
  EXPECT_EQ(t->key, "method[2].t");
  EXPECT_EQ(t->value, 200.0);
  EXPECT_NEAR(t->x, 300.0 * 10.0 / 200.0, 1e-9);
  EXPECT_NEAR(t->position_of(400), 500.0 * 10.0 / 200.0, 1e-9) << "k stays";
  EXPECT_EQ(with_handle_value(own, *t, 300.0).methods[1].t, 300);
  stage.options.limits["mse"].x = AxisLimits{0.1, 5.0};
  EXPECT_FALSE(stage.find("mse", HandleKind::own_budget)) << "outside the axes";
}

TEST(PlotHandles, ListedCheckpointsHoldTheBudget) {
  RunSpec spec = start_spec();
  spec.run.checkpoints.spacing = CheckpointSpec::Spacing::list;
  spec.run.checkpoints.list = {1, 10, 300, 500};
  const Stage stage(spec);
  const auto budget = stage.find("mse", HandleKind::budget);
  ASSERT_TRUE(budget);
  EXPECT_EQ(settled_value(*budget, 3.0, false), 500.0);
}

TEST(PlotHandles, SettleOnNumbersThatCanBeRead) {
  const Stage stage(start_spec());
  const auto eta = stage.find("lower", HandleKind::step_size);
  const auto budget = stage.find("mse", HandleKind::budget);
  ASSERT_TRUE(eta && budget);
  EXPECT_EQ(settled_value(*eta, 0.123456, false), 0.123);
  EXPECT_EQ(settled_value(*eta, 0.123456, true), 0.12346);
  EXPECT_EQ(settled_value(*budget, 1234.4, false), 1200.0);
  EXPECT_EQ(settled_value(*budget, 1234.4, true), 1234.0);
  EXPECT_EQ(settled_value(*budget, 0.2, false), 1.0);
  EXPECT_EQ(settled_value(*budget, 1e300, false), 1e6);
  EXPECT_EQ(settled_value(*budget, std::nan(""), true), 500.0);
}

TEST(PlotHandles, NextValuesMoveAlwaysAndStayInside) {
  const Stage stage(start_spec());
  PlotHandle budget = *stage.find("mse", HandleKind::budget);
  EXPECT_EQ(nudged_value(budget, true, false), 550.0);
  EXPECT_EQ(nudged_value(budget, true, true), 505.0);
  EXPECT_EQ(nudged_value(budget, false, false), 450.0);
  budget.value = 2.0;
  EXPECT_EQ(nudged_value(budget, true, false), 3.0);
  EXPECT_EQ(nudged_value(budget, false, false), 1.0);
  budget.value = 1.0;
  EXPECT_EQ(nudged_value(budget, false, false), 1.0);
  PlotHandle eta = *stage.find("lower", HandleKind::step_size);
  EXPECT_EQ(nudged_value(eta, true, false), 0.525);
  EXPECT_EQ(nudged_value(eta, false, false), 0.476);
  eta.value = eta.high;
  EXPECT_EQ(nudged_value(eta, true, false), eta.high);
}

TEST(PlotHandles, AGrabbedHandleKeepsItsDistanceToThePointer) {
  const Stage stage(start_spec());
  HandleDrag drag;
  drag.handle = *stage.find("mse", HandleKind::budget);
  drag.offset = 3.0;
  const AxisMap axis{AxisScale::log, 1.0, 100.0, 0.0, 200.0};
  const double place = axis.to_point(drag.handle.x);
  EXPECT_EQ(dragged_value(drag, axis, place - 3.0, false), 500.0);
  EXPECT_GT(dragged_value(drag, axis, place + 40.0, false), 700.0);
  EXPECT_EQ(dragged_value(drag, axis, -1e6, false), 1.0);
}

}  // namespace
}  // namespace sid::app
