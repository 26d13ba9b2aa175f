#include "sid/run/sweep.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <mutex>
#include <set>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include "sid/run/method_kind.hpp"
#include "sid/run/runner.hpp"

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

RunSpec teaching_spec() {
  RunSpec spec;
  spec.problem.quadratic.dim = 3;
  spec.run.iterations = 120;
  spec.run.checkpoints.count = 6;
  spec.run.replicas = 12;
  MethodSpec batch;
  batch.kind = MethodKind::batch;
  MethodSpec sid;
  sid.minibatch = 10;
  sid.step.eta = 0.3;
  spec.methods = {batch, sid};
  return spec;
}

/// A few rows of logistic regression.
RunSpec data_spec() {
  RunSpec spec = test::small_logistic();
  spec.problem.lambda = std::vector<double>{0.1};
  spec.methods = teaching_spec().methods;
  return spec;
}

SweepAxis axis(const std::string& key, std::vector<double> values, const RunSpec& spec) {
  SweepAxis out = known_sweep_axis(key, spec, 1).value();
  out.values = std::move(values);
  return out;
}

SweepRequest request(RunSpec spec, std::vector<double> eta, std::vector<double> minibatch) {
  SweepRequest out;
  out.method = 1;
  out.x = axis("eta", std::move(eta), spec);
  out.y = axis("minibatch", std::move(minibatch), spec);
  out.spec = std::move(spec);
  return out;
}

/// The run of a cell's settings.
RunSpec cell_spec(const SweepRequest& r, std::size_t column, std::size_t row) {
  return r.x.set(r.y.set(r.spec, r.y.values[row]).value(), r.x.values[column]).value();
}

std::vector<std::uint64_t> bits(const SweepSnapshot& sweep) {
  std::vector<std::uint64_t> out;
  const auto add = [&](double value) { out.push_back(std::bit_cast<std::uint64_t>(value)); };
  for (const SweepCell& cell : sweep.cells) {
    for (const SweepValue& value : cell.values) {
      add(value.mean);
      add(value.low);
      add(value.high);
      out.push_back(value.diverged ? 1 : 0);
    }
  }
  for (const SweepEdge& edge : sweep.edges) {
    for (const double x : edge.x) add(x);
    for (const double y : edge.y) add(y);
  }
  return out;
}

const SweepEdge* find_edge(const SweepSnapshot& sweep, const std::string& id) {
  const auto found = std::find_if(
      sweep.edges.begin(), sweep.edges.end(), [&](const SweepEdge& e) { return e.id == id; });
  return found == sweep.edges.end() ? nullptr : &*found;
}

TEST(Sweep, HasTheExactErrorOfEveryCell) {
  const SweepRequest r = request(teaching_spec(), {0.05, 0.2, 0.6}, {1.0, 7.0});
  const auto done = sweep(r);
  ASSERT_EQ(done->status, RunStatus::finished) << done->message;
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t column = 0; column < 3; ++column) {
      const RunSpec spec = cell_spec(r, column, row);
      const auto bench = prepare_bench(spec).value();
      const auto theory = evaluate_theory(spec, *bench);
      const MethodTheory& method = theory[0][1];
      const SweepCell& cell = done->cells[row * 3 + column];
      EXPECT_TRUE(cell.exact);
      EXPECT_EQ(cell.t, 120);
      const auto close = [](double a, double b) { EXPECT_NEAR(a, b, 1e-12 * std::abs(b)); };
      close(cell.value(Quantity::hypergradient).mean, method.find("exact")->values.back());
      close(cell.value(Quantity::lower_level).mean, method.find("exact_lower")->values.back());
      close(cell.value(Quantity::linear_system).mean, method.find("exact_linear")->values.back());
    }
  }
}

TEST(Sweep, HasTheBitsOfARunWhereItMeasures) {
  const SweepRequest r = request(data_spec(), {0.2, 0.9}, {2.0, 5.0});
  const auto done = sweep(r);
  ASSERT_EQ(done->status, RunStatus::finished) << done->message;
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t column = 0; column < 2; ++column) {
      const RunSnapshot run = run_to_end(cell_spec(r, column, row));
      const CurvePoint& last = run.curves[1].points.back();
      const SweepCell& cell = done->cells[row * 2 + column];
      EXPECT_FALSE(cell.exact);
      EXPECT_EQ(cell.replicas, 3);
      EXPECT_EQ(cell.t, last.at.t);
      EXPECT_EQ(cell.value(Quantity::hypergradient).mean, last.hypergradient.mean);
      EXPECT_EQ(cell.value(Quantity::hypergradient).low, last.hypergradient.ci_low);
      EXPECT_EQ(cell.value(Quantity::hypergradient).high, last.hypergradient.ci_high);
      EXPECT_EQ(cell.value(Quantity::lower_level).mean, last.lower.mean);
      EXPECT_EQ(cell.value(Quantity::linear_system).mean, last.linear.mean);
    }
  }
}

TEST(Sweep, HasTheBitsOfARunWithNestedReplicasAndOfBatchSteps) {
  RunSpec spec = data_spec();
  spec.run.decomposition = DecompositionRoute::nested;
  const SweepRequest r = request(spec, {0.4}, {3.0});
  EXPECT_EQ(sweep(r)->cells[0].value(Quantity::hypergradient).mean,
            run_to_end(cell_spec(r, 0, 0)).curves[1].points.back().hypergradient.mean);
  SweepRequest batch;
  batch.spec = data_spec();
  batch.method = 0;
  batch.x = known_sweep_axis("eta", batch.spec, 0).value();
  batch.x.values = {0.5, 1.0};
  batch.y = known_sweep_axis("lambda", batch.spec, 0).value();
  batch.y.values = {0.1, 1.0};
  const auto done = sweep(batch);
  ASSERT_EQ(done->status, RunStatus::finished) << done->message;
  EXPECT_TRUE(done->edges.empty());
  for (std::size_t i = 0; i < 4; ++i) {
    const RunSpec one =
        batch.x.set(batch.y.set(batch.spec, batch.y.values[i / 2]).value(), batch.x.values[i % 2])
            .value();
    EXPECT_EQ(done->cells[i].value(Quantity::hypergradient).mean,
              run_to_end(one).curves[0].points.back().hypergradient.mean);
  }
}

/// SID's exact moments and limits are not those of its neighbours.
TEST(Sweep, MeasuresOtherKindsAsARunDoes) {
  for (const MethodKind kind : {MethodKind::itd,
                                MethodKind::aid_cg,
                                MethodKind::aid_cgnr,
                                MethodKind::saga,
                                MethodKind::svrg,
                                MethodKind::neumann,
                                MethodKind::fp_km,
                                MethodKind::stochastic_itd}) {
    SCOPED_TRACE(kind_word(kind));
    const MethodTraits traits = traits_of(kind);
    SweepRequest r;
    r.spec = traits.components ? data_spec() : teaching_spec();
    MethodSpec method = r.spec.methods[1];
    method.kind = kind;
    r.spec.methods[1] = with_own_settings(method);
    r.method = 1;
    r.x = axis(traits.lower_step ? "eta" : "t", {}, r.spec);
    r.x.values = traits.lower_step ? std::vector<double>{0.2, 0.4} : std::vector<double>{3.0, 7.0};
    r.y = axis("lambda", {0.3, 0.6}, r.spec);
    const auto done = sweep(r);
    ASSERT_EQ(done->status, RunStatus::finished) << done->message;
    EXPECT_TRUE(done->edges.empty());
    for (std::size_t i = 0; i < 4; ++i) {
      const RunSnapshot run = run_to_end(cell_spec(r, i % 2, i / 2));
      ASSERT_EQ(run.status, RunStatus::finished) << run.message;
      const CurvePoint& last = run.curves[1].points.back();
      const SweepCell& cell = done->cells[i];
      EXPECT_FALSE(cell.exact && traits.random);
      EXPECT_EQ(cell.t, last.at.t);
      EXPECT_EQ(cell.value(Quantity::hypergradient).mean, last.hypergradient.mean);
      EXPECT_EQ(cell.value(Quantity::lower_level).mean, last.lower.mean);
    }
  }
}

TEST(Sweep, HasTheSameBitsForAnyNumberOfThreads) {
  for (const RunSpec& spec : {teaching_spec(), data_spec()}) {
    const SweepRequest r = request(spec, {0.1, 0.3, 0.9, 2.5}, {1.0, 4.0, 9.0});
    const auto one = bits(*sweep(r, nullptr, {.threads = 1}));
    EXPECT_EQ(one, bits(*sweep(r, nullptr, {.threads = 2})));
    EXPECT_EQ(one, bits(*sweep(r, nullptr, {.threads = 7})));
  }
}

TEST(Sweep, VisitsEveryCellOnceAndCoarseOnesFirst) {
  for (const auto& [columns, rows] :
       {std::pair<std::size_t, std::size_t>{48, 12}, {1, 1}, {9, 3}}) {
    const SweepOrder order = sweep_order(columns, rows);
    EXPECT_EQ(std::set<std::size_t>(order.cells.begin(), order.cells.end()).size(), columns * rows);
    EXPECT_EQ(order.cells.size(), columns * rows);
    std::size_t begin = 0, stride = 8;
    for (const std::size_t level : order.levels) {
      for (std::size_t i = begin; i < begin + level; ++i) {
        EXPECT_EQ(order.cells[i] % columns % stride, 0U);
        EXPECT_EQ(order.cells[i] / columns % stride, 0U);
      }
      begin += level;
      stride /= 2;
    }
  }
}

TEST(Sweep, PublishesWhatItHas) {
  const SweepRequest r = request(teaching_spec(), {0.1, 0.2, 0.3}, {1.0, 2.0});
  std::vector<std::size_t> done;
  std::mutex mutex;
  const auto last = sweep(r, nullptr, {.threads = 2, .publishes_per_second = 1e9}, {}, [&](auto s) {
    const std::lock_guard lock(mutex);
    const auto known = std::count_if(s->cells.begin(), s->cells.end(), [](const SweepCell& c) {
      return c.state != SweepState::pending;
    });
    EXPECT_EQ(static_cast<std::size_t>(known), s->cells_done);
    done.push_back(s->cells_done);
  });
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
  EXPECT_EQ(done.back(), 6U);
  EXPECT_EQ(last->cells_done, 6U);
}

TEST(Sweep, KeepsItsCellsWhereStopped) {
  std::stop_source stop;
  SweepRequest r =
      request(teaching_spec(), {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0}, {1.0, 2.0});
  r.x.set = [&stop, set = r.x.set](const RunSpec& spec, double value) {
    if (value == 0.2) stop.request_stop();  // a column of the finest grid alone
    return set(spec, value);
  };
  const auto done = sweep(r, nullptr, {.threads = 1}, stop.get_token());
  EXPECT_EQ(done->status, RunStatus::stopped);
  EXPECT_EQ(done->cells_done, 5U) << "every other column of the first row";
  EXPECT_EQ(done->cells[0].state, SweepState::done);
  const auto before = sweep(r, nullptr, {}, stop.get_token());
  EXPECT_EQ(before->status, RunStatus::stopped);
  EXPECT_EQ(before->cells_done, 0U);
}

TEST(Sweep, DivergesBeyondTheEdgeOfStabilityAndNowhereElse) {
  for (const Quantity quantity :
       {Quantity::hypergradient, Quantity::lower_level, Quantity::linear_system}) {
    RunSpec spec = teaching_spec();
    spec.problem.quadratic.noise_multiplicative = 0.9;
    std::vector<double> eta;
    for (int i = 0; i < 40; ++i) eta.push_back(0.05 * std::pow(80.0, i / 39.0));
    SweepRequest r = request(spec, eta, {1.0, 3.0, 30.0});
    r.quantity = quantity;
    const auto done = sweep(r);
    const SweepEdge* const edge = find_edge(*done, "stability");
    ASSERT_NE(edge, nullptr);
    EXPECT_EQ(edge->label, "exact stability");
    ASSERT_EQ(edge->y, r.y.values);
    for (std::size_t i = 0; i < done->cells.size(); ++i) {
      const bool beyond = eta[i % 40] >= edge->x[i / 40];
      EXPECT_EQ(done->cells[i].value(quantity).diverged, beyond) << i;
    }
    // The error does what the edge says: it settles just below, and grows just above.
    for (std::size_t row = 0; row < 3; ++row) {
      const auto error = [&](double step, std::int64_t t) {
        RunSpec one = r.y.set(spec, r.y.values[row]).value();
        one.methods[1].step.eta = step;
        one.methods[1].t = one.methods[1].k = t;
        SweepRequest single = request(one, {step}, {r.y.values[row]});
        single.quantity = quantity;
        return sweep(single)->cells[0].value(quantity).mean;
      };
      EXPECT_NEAR(error(0.97 * edge->x[row], 40000) / error(0.97 * edge->x[row], 20000), 1.0, 1e-3);
      const double ratio = error(1.03 * edge->x[row], 8000) / error(1.03 * edge->x[row], 4000);
      EXPECT_TRUE(ratio > 10.0 || std::isnan(ratio)) << ratio;
    }
  }
}

TEST(Sweep, NestsTheThreeEdges) {
  const SweepRequest r = request(teaching_spec(), {0.1, 1.0}, {1.0, 10.0, 100.0});
  const auto done = sweep(r);
  const SweepEdge* const paper = find_edge(*done, "paper");
  const SweepEdge* const sharpened = find_edge(*done, "sharpened");
  const SweepEdge* const stable = find_edge(*done, "stability");
  ASSERT_TRUE(paper && sharpened && stable);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_GT(paper->x[i], 0.0);
    EXPECT_LE(paper->x[i], sharpened->x[i]);
    EXPECT_LE(sharpened->x[i], stable->x[i]);
  }
  EXPECT_TRUE(paper->bound && sharpened->bound && !stable->bound);
  // With the axes swapped the same edges run the other way.
  SweepRequest swapped = r;
  std::swap(swapped.x, swapped.y);
  EXPECT_EQ(find_edge(*sweep(swapped), "stability")->y, stable->x);
}

TEST(Sweep, MeasuresStepsInUnitsOfTheirLimit) {
  RunSpec spec = teaching_spec();
  SweepRequest r = request(spec, {0.5}, {1.0, 10.0});
  r.x = axis("eta_factor", {0.5, 1.0}, spec);
  const auto done = sweep(r);
  ASSERT_EQ(done->status, RunStatus::finished) << done->message;
  const SweepEdge* const sharpened = find_edge(*done, "sharpened");
  ASSERT_NE(sharpened, nullptr);
  for (const double x : sharpened->x) EXPECT_DOUBLE_EQ(x, 1.0);
  // The cell at 1 is the cell at the limit.
  const auto plain = sweep(request(spec, {0.1}, {1.0, 10.0}));
  const double limit = find_edge(*plain, "sharpened")->x[1];
  EXPECT_EQ(done->cells[3].value(Quantity::hypergradient).mean,
            sweep(request(spec, {limit}, {10.0}))->cells[0].value(Quantity::hypergradient).mean);
}

TEST(Sweep, VariesTheHyperparameter) {
  for (const RunSpec& spec : {teaching_spec(), data_spec()}) {
    SweepRequest r = request(spec, {0.3}, {5.0});
    r.y = axis("lambda", {0.05, 0.5}, spec);
    const auto done = sweep(r);
    ASSERT_EQ(done->status, RunStatus::finished) << done->message;
    EXPECT_NE(done->cells[0].value(Quantity::hypergradient).mean,
              done->cells[1].value(Quantity::hypergradient).mean);
    const RunSpec one = r.y.set(r.x.set(spec, 0.3).value(), 0.5).value();
    SweepRequest alone = request(one, {0.3}, {static_cast<double>(one.methods[1].minibatch)});
    EXPECT_EQ(done->cells[1].value(Quantity::hypergradient).mean,
              sweep(alone)->cells[0].value(Quantity::hypergradient).mean);
  }
}

TEST(Sweep, SaysWhyACellCannotBeHad) {
  RunSpec spec = teaching_spec();
  const SweepRequest r = request(spec, {0.3}, {10.0, 100000.0});
  const auto done = sweep(r);
  EXPECT_EQ(done->status, RunStatus::finished);
  EXPECT_EQ(done->cells[0].state, SweepState::done);
  EXPECT_EQ(done->cells[1].state, SweepState::refused);
  EXPECT_NE(done->cells[1].why.find("minibatch"), std::string::npos) << done->cells[1].why;
  const auto none = sweep(request(spec, {0.3}, {100000.0}));
  EXPECT_EQ(none->status, RunStatus::failed);
  spec.run.replicas = 0;
  EXPECT_EQ(sweep(request(spec, {0.3}, {10.0}))->status, RunStatus::failed);
}

TEST(Sweep, RefusesAxesThatChangeEachOther) {
  const RunSpec spec = teaching_spec();
  const auto swept = [&](SweepAxis x, SweepAxis y) {
    SweepRequest r;
    r.spec = spec;
    r.method = 1;
    r.x = std::move(x);
    r.y = std::move(y);
    return sweep(r);
  };
  const SweepAxis split = axis("split", {0.2, 0.5, 0.8}, spec);
  const SweepAxis t = axis("t", {10.0, 20.0}, spec), k = axis("k", {10.0, 20.0}, spec);
  for (const auto& [x, y] : {std::pair{split, t}, {t, split}, {split, k}, {k, split}}) {
    const auto done = swept(x, y);
    EXPECT_TRUE(done->refused);
    EXPECT_EQ(done->message, x.key + " and " + y.key + " change each other; choose others.");
    EXPECT_EQ(done->cells_done, 0U);
  }
  const SweepAxis eta = axis("eta", {0.1, 0.2}, spec);
  EXPECT_TRUE(swept(eta, axis("eta_factor", {0.5, 1.0}, spec))->refused);
  EXPECT_EQ(swept(t, k)->status, RunStatus::finished);
  EXPECT_EQ(swept(eta, split)->status, RunStatus::finished);
  EXPECT_EQ(swept(axis("lambda", {0.1, 0.2}, spec), eta)->status, RunStatus::finished);
}

TEST(Sweep, SaysWhichHyperparametersThereAre) {
  RunSpec spec = teaching_spec();
  spec.problem.lambda = std::vector<double>{0.1, 0.5, 2.0};
  SweepRequest r = request(spec, {0.1, 0.2}, {1.0, 2.0});
  r.panel = 1;
  const auto done = sweep(r);
  EXPECT_EQ(done->status, RunStatus::finished) << done->message;
  EXPECT_EQ(done->panel_label, "λ = 0.5");
  EXPECT_EQ(done->panels, 3U);
  r.panel = 3;
  const auto beyond = sweep(r);
  EXPECT_TRUE(beyond->refused);
  EXPECT_EQ(beyond->message, "There are 3 hyperparameters; --panel is 1 to 3.");
  r.panel = 0;
  r.y = axis("lambda", {0.1, 0.2}, spec);
  EXPECT_EQ(sweep(r)->panel_label, "") << "an axis sets it";
}

TEST(Sweep, KeepsItsCellsWhereItFails) {
  SweepRequest r = request(teaching_spec(), {0.1, 0.2, 0.3}, {1.0, 2.0});
  r.x.set = [set = r.x.set](const RunSpec& spec, double value) {
    if (value == 0.2) throw std::runtime_error("no memory");
    return set(spec, value);
  };
  const auto done = sweep(r);
  EXPECT_EQ(done->status, RunStatus::failed);
  EXPECT_FALSE(done->refused) << "nothing is wrong with what was asked for";
  EXPECT_NE(done->message.find("no memory"), std::string::npos);
  EXPECT_EQ(done->cells_done, 2U) << "those of the coarser grids";
}

/// Benches of other problems are kept for a while only.
TEST(Sweep, HasTheSameBitsHoweverManyProblemsItVisits) {
  const RunSpec spec = teaching_spec();
  std::vector<double> lambda;
  for (int i = 1; i <= 11; ++i) lambda.push_back(0.1 * i);
  SweepRequest r = request(spec, {0.1, 0.2, 0.3}, {1.0});
  r.y = axis("lambda", lambda, spec);
  const auto up = sweep(r);
  ASSERT_EQ(up->status, RunStatus::finished) << up->message;
  SweepRequest turned = r;
  std::swap(turned.x, turned.y);
  const auto across = sweep(turned);
  ASSERT_EQ(across->status, RunStatus::finished) << across->message;
  for (std::size_t i = 0; i < 33; ++i) {
    EXPECT_EQ(up->cells[i].value(Quantity::hypergradient).mean,
              across->cells[i % 3 * 11 + i / 3].value(Quantity::hypergradient).mean);
  }
}

TEST(Sweep, CountsOverflowAsDivergence) {
  RunSpec spec = data_spec();
  spec.run.iterations = 400;
  const auto done = sweep(request(spec, {0.3, 900.0}, {1.0}));
  EXPECT_FALSE(done->cells[0].value(Quantity::lower_level).diverged);
  EXPECT_TRUE(done->cells[1].value(Quantity::hypergradient).diverged);
  EXPECT_TRUE(std::isnan(done->cells[1].value(Quantity::hypergradient).mean));
}

}  // namespace
}  // namespace sid
