// Whole runs, from the text of a spec and of two LIBSVM files to the errors of every method,
// against another implementation of the methods (tests/data/independent-runs.json).
//
// Deterministic methods: errors are distances, and both sides round. The distances agree to a
// relative 1e-10, or to 2e-14 of what they are distances from where they are as small as that;
// conjugate gradients, which amplify rounding, to 1e-12 of it.
// Random methods: means over 1600 runs here and 20 000 there, which share no random numbers. A
// right program with other seeds fails one comparison, |z| < 5, with probability 6e-7 (normal limit
// of means of skewed values; the largest of the 72 is 1.9).

#include <cmath>
#include <fstream>
#include <map>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "sid/io/spec_file.hpp"
#include "sid/run/runner.hpp"

#include "support/temporary_folder.hpp"
#include "support/vectors.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::number;

const Json& fixture() {
  static const Json json = [] {
    std::ifstream file(SID_TEST_DATA "/independent-runs.json");
    return Json::parse(file);
  }();
  return json;
}

std::string text_of(const Json& lines) {
  std::string out;
  for (const Json& line : lines) out += line.get<std::string>() + '\n';
  return out;
}

/// Points of a run by the name of the method and t.
using Points = std::map<std::pair<std::string, std::int64_t>, CurvePoint>;

Points points_of(const RunSnapshot& run) {
  Points out;
  for (const MethodCurve& curve : run.curves) {
    for (const CurvePoint& point : curve.points) {
      out[{run.spec.methods[curve.method].name, point.at.t}] = point;
    }
  }
  return out;
}

/// |sqrt(actual) - sqrt(expected)| for squared distances from something of which `rounding` is
/// what arithmetic hides.
void expect_distance(double actual, const Json& expected, double rounding) {
  const double distance = std::sqrt(number(expected));
  EXPECT_NEAR(std::sqrt(actual), distance, 1e-10 * distance + rounding);
}

void expect_mean(const MeanEstimate& actual, const Json& mean, const Json& error, double& largest) {
  const double z = std::abs(actual.mean - number(mean)) / std::hypot(actual.sem, number(error));
  EXPECT_LT(z, 5.0) << "here " << actual.mean << ", there " << number(mean);
  largest = std::max(largest, z);
}

class IndependentRuns : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(AllCases, IndependentRuns, ::testing::Range(0, 3));

TEST_P(IndependentRuns, HaveTheSameErrors) {
  const Json& json = fixture()["cases"][static_cast<std::size_t>(GetParam())];
  SCOPED_TRACE(json["name"].get<std::string>());
  const test::TemporaryFolder folder;
  auto document = parse_spec(text_of(json["spec"]), "independent.toml");
  ASSERT_TRUE(document) << to_string(document.error().front());
  RunSpec spec = document->spec;
  spec.data.path = folder.write("train.svm", text_of(json["train"]));
  spec.data.validation_path = folder.write("validation.svm", text_of(json["validation"]));
  const RunSnapshot run = run_to_end(spec);
  ASSERT_EQ(run.status, RunStatus::finished) << run.message;

  const Panel& panel = run.bench->panels.front();
  const double scale = panel.hypergradient_scale;
  const Vector exact = testing::vector(json["hypergradient"]);
  EXPECT_VECTOR_REL(Vector(scale * panel.reference.hypergradient), exact, 1e-12);
  EXPECT_REL(panel.problem->curvature().L / scale, number(json["L"]), 1e-12);
  EXPECT_REL(panel.problem->curvature().tau / scale, number(json["tau"]), 1e-12);

  const Points points = points_of(run);
  for (const Json& row : json["deterministic"]) {
    SCOPED_TRACE(row.dump());
    const auto found = points.find({row["method"].get<std::string>(), row["t"].get<int>()});
    ASSERT_NE(found, points.end());
    const CurvePoint& point = found->second;
    const double rounding = row["method"] == "aid-cg" ? 1e-12 : 2e-14;
    expect_distance(point.hypergradient.mean, row["squared_error"], rounding * exact.norm());
    expect_distance(point.lower.mean, row["lower_squared_error"], 2e-14 * panel.reference.w.norm());
    if (!row.contains("linear_squared_error")) continue;
    EXPECT_EQ(point.at.k, point.at.t);
    expect_distance(
        point.linear.mean, row["linear_squared_error"], rounding * panel.reference.v.norm());
  }
  double largest = 0.0;
  for (const Json& row : json["stochastic"]) {
    SCOPED_TRACE(row.dump());
    const auto found = points.find({row["method"].get<std::string>(), row["t"].get<int>()});
    ASSERT_NE(found, points.end());
    expect_mean(found->second.hypergradient, row["mse"], row["sem"], largest);
    expect_mean(found->second.lower, row["lower_mse"], row["lower_sem"], largest);
  }
  RecordProperty("largest_z", std::to_string(largest));
}

}  // namespace
}  // namespace sid
