#include "sid/run/decomposition.hpp"

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sid/math/contract.hpp"

namespace sid {
namespace {

struct Case {
  Matrix estimates;
  Index inner = 0;
  Vector truth;
  nlohmann::json expected;
};

std::vector<Case> cases() {
  std::ifstream file(std::string(SID_TEST_DATA) + "/theory-vectors.json");
  const nlohmann::json all = nlohmann::json::parse(file).at("estimators");
  std::vector<Case> out;
  for (const auto& c : all) {
    const auto& g = c.at("G_R_K_m");
    Case one;
    const std::size_t k = g[0].size();
    const std::size_t m = g[0][0].size();
    one.inner = static_cast<Index>(k);
    one.estimates.resize(static_cast<Index>(m), static_cast<Index>(g.size() * k));
    one.truth.resize(static_cast<Index>(m));
    for (std::size_t i = 0; i < m; ++i) {
      one.truth(static_cast<Index>(i)) = c.at("true")[i].get<double>();
      for (std::size_t r = 0; r < g.size(); ++r) {
        for (std::size_t j = 0; j < k; ++j) {
          one.estimates(static_cast<Index>(i), static_cast<Index>(r * k + j)) =
              g[r][j][i].get<double>();
        }
      }
    }
    one.expected = c;
    out.push_back(one);
  }
  return out;
}

TEST(Decomposition, MeetsTheReferenceValuesAndTheirStandardErrors) {
  int checked = 0;
  for (const Case& c : cases()) {
    if (c.inner < 2) continue;
    const Decomposition d = decompose_error(c.estimates, c.inner, c.truth);
    const auto& value = c.expected.at("result");
    EXPECT_NEAR(d.value.mean_square_error, value.at("mse").get<double>(), 1e-14);
    EXPECT_NEAR(d.value.bias_squared, value.at("bias2").get<double>(), 1e-14);
    EXPECT_NEAR(d.value.mean_of_variance, value.at("EV").get<double>(), 1e-14);
    EXPECT_NEAR(d.value.variance_of_mean, value.at("VE").get<double>(), 1e-14);
    EXPECT_NEAR(d.between, value.at("SB").get<double>(), 1e-14);
    EXPECT_NEAR(d.within, value.at("SW").get<double>(), 1e-14);
    const auto& se = c.expected.at("jackknife_se");
    EXPECT_NEAR(d.standard_error.mean_square_error, se.at("mse").get<double>(), 1e-13);
    EXPECT_NEAR(d.standard_error.bias_squared, se.at("bias2").get<double>(), 1e-13);
    EXPECT_NEAR(d.standard_error.mean_of_variance, se.at("EV").get<double>(), 1e-13);
    EXPECT_NEAR(d.standard_error.variance_of_mean, se.at("VE").get<double>(), 1e-13);
    ++checked;
  }
  EXPECT_EQ(checked, 2);
}

TEST(Decomposition, PartsAddUpToTheMeanSquareError) {
  for (const Case& c : cases()) {
    const ErrorParts p = decompose_error(c.estimates, c.inner, c.truth).value;
    EXPECT_NEAR(
        p.bias_squared + p.mean_of_variance + p.variance_of_mean, p.mean_square_error, 1e-14);
  }
}

TEST(Decomposition, OneInnerReplicaLeavesTheVariancesUndetermined) {
  Matrix g(1, 3);
  g << 1.0, 2.0, 4.0;
  const Vector truth = Vector::Constant(1, 2.0);
  const Decomposition d = decompose_error(g, 1, truth);
  EXPECT_TRUE(std::isnan(d.value.mean_of_variance));
  EXPECT_TRUE(std::isnan(d.value.variance_of_mean));
  EXPECT_NEAR(d.value.mean_square_error, 5.0 / 3.0, 1e-15);
  // mean 7/3, S_B = 7/3: bias^2 = 1/9 - 7/9.
  EXPECT_NEAR(d.value.bias_squared, -2.0 / 3.0, 1e-14);
  EXPECT_TRUE(std::isfinite(d.standard_error.bias_squared));
}

TEST(Decomposition, RefusesShapesThatAreNotReplicas) {
  const Matrix g = Matrix::Ones(2, 5);
  const Vector truth = Vector::Zero(2);
  EXPECT_THROW(decompose_error(g, 2, truth), ContractViolation);
  EXPECT_THROW(decompose_error(g, 0, truth), ContractViolation);
  EXPECT_THROW(decompose_error(g, 5, truth), ContractViolation);
  EXPECT_THROW(decompose_error(g, 1, Vector::Zero(3)), ContractViolation);
}

}  // namespace
}  // namespace sid
