#include "sid/run/run_comparison.hpp"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sid/run/runner.hpp"

#include "core/run/test_specs.hpp"

namespace sid {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::shared_ptr<const RunSnapshot> finished(const RunSpec& spec) {
  return std::make_shared<const RunSnapshot>(run_to_end(spec, {.threads = 1}));
}

RunSpec quick() {
  RunSpec spec = test::small_quadratic();
  spec.run.iterations = 30;
  spec.run.checkpoints.count = 4;
  spec.run.replicas = 6;
  return spec;
}

std::vector<ComparedRun> as_runs(const std::vector<std::shared_ptr<const RunSnapshot>>& snapshots) {
  std::vector<ComparedRun> runs;
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    runs.push_back({run_letter(i), "", snapshots[i].get(), nullptr});
  }
  return runs;
}

RunComparison compare(const std::vector<std::shared_ptr<const RunSnapshot>>& snapshots) {
  return compare_runs(as_runs(snapshots), Quantity::hypergradient, RatioAxis::epochs);
}

TEST(RunComparison, ARunBesideItselfHasRatiosOfOne) {
  const auto run = finished(quick());
  const RunComparison c = compare({run, run});
  ASSERT_EQ(c.rows.size(), 3U);
  for (const ComparedRow& row : c.rows) {
    for (const double value : row.cells[1].ratio.ratio) EXPECT_EQ(value, 1.0);
    EXPECT_EQ(row.cells[1].last_ratio(), row.cells[1].curve->points.size() - 1);
  }
  EXPECT_THAT(c.remarks, IsEmpty());
  EXPECT_THAT(c.ratio_remarks, ElementsAre(HasSubstr("replica by replica")));
}

TEST(RunComparison, RatiosAreQuotientsOfTheLastMeans) {
  RunSpec other = quick();
  other.methods[1].step.eta = 0.25;
  const auto a = finished(quick()), b = finished(other);
  const RunComparison c = compare({a, b});
  for (const ComparedRow& row : c.rows) {
    const double mine = row.cells[1].curve->points.back().hypergradient.mean;
    const double theirs = row.cells[0].curve->points.back().hypergradient.mean;
    EXPECT_DOUBLE_EQ(row.cells[1].ratio.ratio.back(), mine / theirs);
  }
  EXPECT_THAT(c.remarks, ElementsAre(HasSubstr("Matched by place")));
  EXPECT_THAT(c.remarks[0], HasSubstr("SID const η = 0.25 of B with SID const η = 0.5 of A"));
}

TEST(RunComparison, OtherSeedsAreIndependent) {
  RunSpec other = quick();
  other.run.seed += 1;
  const RunComparison c = compare({finished(quick()), finished(other)});
  EXPECT_THAT(c.ratio_remarks, ElementsAre(HasSubstr("as of independent runs")));
}

TEST(RunComparison, ComparesTheHyperparametersInCommon) {
  RunSpec two = quick(), three = quick();
  two.problem.lambda = std::vector<double>{0.5, 1.0};
  three.problem.lambda = std::vector<double>{2.0, 1.0, 0.5};
  const RunComparison c = compare({finished(two), finished(three)});
  ASSERT_EQ(c.lambdas.size(), 2U);
  EXPECT_EQ(c.lambdas[0].title, "λ = 0.5");
  EXPECT_EQ(c.lambdas[0].panels, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(c.lambdas[1].panels, (std::vector<std::size_t>{1, 1}));
  EXPECT_THAT(c.remarks, Contains(HasSubstr("left out: 1 of B")));
  EXPECT_EQ(c.rows.size(), 6U);
}

TEST(RunComparison, SingleHyperparametersAreComparedWhateverTheyAre) {
  RunSpec other = quick();
  other.problem.lambda = std::vector<double>{1.5};
  const RunComparison c = compare({finished(quick()), finished(other)});
  ASSERT_EQ(c.lambdas.size(), 1U);
  EXPECT_EQ(c.lambdas[0].title, "λ = 0.5 (A), 1.5 (B)");
  EXPECT_THAT(c.remarks, ElementsAre("The runs are at different λ = 0.5 (A), 1.5 (B)."));
}

TEST(RunComparison, SaysThatProblemsDiffer) {
  RunSpec other = quick();
  other.problem.quadratic.condition = 9.0;
  const RunComparison c = compare({finished(quick()), finished(other), finished(quick())});
  EXPECT_THAT(c.remarks, Contains(HasSubstr("B is of another problem than A")));
}

TEST(RunComparison, TakesRunsWithoutAnyPoint) {
  const auto run = finished(quick());
  RunSnapshot empty;
  empty.spec = quick();
  std::vector<ComparedRun> runs = as_runs({run, run});
  runs[1].snapshot = &empty;
  const RunComparison c = compare_runs(runs, Quantity::hypergradient, RatioAxis::epochs);
  EXPECT_TRUE(c.lambdas.empty());
  EXPECT_TRUE(c.rows.empty());
  EXPECT_TRUE(compare_runs({}, Quantity::hypergradient, RatioAxis::epochs).rows.empty());
}

TEST(RunComparison, OneRandomReplicaHasNoInterval) {
  RunSpec single = quick();
  single.run.replicas = 1;
  for (const bool first : {false, true}) {
    const auto one = finished(single), six = finished(quick());
    const RunComparison c = first ? compare({one, six}) : compare({six, one});
    for (const ComparedRow& row : c.rows) {
      const bool random = row.cells[0].curve->method != 0;  // the first is the batch method
      const ErrorRatio& ratio = row.cells[1].ratio;
      EXPECT_TRUE(std::isfinite(ratio.ratio.back()));
      EXPECT_EQ(std::isnan(ratio.high.back()), random) << row.cells[0].label;
    }
    EXPECT_THAT(c.ratio_remarks,
                ElementsAre("No interval of B ÷ A where one of them has one replica."));
  }
}

TEST(RunComparison, MatchesVectorsByTheirEntries) {
  const auto panel = [](std::vector<double> entries) {
    Panel p;
    p.lambda = Eigen::Map<const Vector>(entries.data(), static_cast<Index>(entries.size()));
    p.label = "0";
    return p;
  };
  EXPECT_TRUE(same_lambda(panel({1.0, 2.0}), panel({1.0, 2.0})));
  EXPECT_FALSE(same_lambda(panel({1.0, 2.0}), panel({3.0, 4.0})));
  EXPECT_TRUE(same_lambda(panel({0.5}), panel({0.5, 0.5})));
  EXPECT_FALSE(same_lambda(panel({0.5}), panel({0.5, 0.6})));
  EXPECT_FALSE(same_lambda(panel({}), panel({})));

  // One run at the vectors [1, 2] and [3, 4], the other at [3, 4] and [5, 6].
  const auto made = [&](std::vector<Panel> panels) {
    RunSpec spec = quick();
    spec.problem.lambda = std::vector<double>{0.5, 1.0};
    auto run = std::make_shared<RunSnapshot>(*finished(spec));
    auto bench = std::make_shared<ProblemBench>(*run->bench);
    for (std::size_t i = 0; i < panels.size(); ++i) {
      bench->panels[i].lambda = panels[i].lambda;
      bench->panels[i].label = std::to_string(i);
    }
    run->bench = bench;
    return std::shared_ptr<const RunSnapshot>(run);
  };
  const auto a = made({panel({1.0, 2.0}), panel({3.0, 4.0})});
  const auto b = made({panel({3.0, 4.0}), panel({5.0, 6.0})});
  const RunComparison c = compare({a, b});
  ASSERT_EQ(c.lambdas.size(), 1U);
  EXPECT_EQ(c.lambdas[0].panels, (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(c.lambdas[0].title, "λ, vector 1 (A), 0 (B)");
  const RunComparison other = compare({a, made({panel({5.0, 6.0}), panel({7.0, 8.0})})});
  EXPECT_EQ(other.lambdas.size(), 2U);
  EXPECT_THAT(other.remarks, Contains(HasSubstr("in the order of their lists")));
}

}  // namespace
}  // namespace sid
