// SidPath on the teaching problem with listed signs in place of random ones.

#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "sid/method/sid_path.hpp"
#include "sid/problem/teaching_oracle.hpp"

#include "support/teaching_vectors.hpp"

namespace sid {
namespace {

using testing::Json;
using testing::matrix;
using testing::number;
using testing::TeachingCase;
using testing::vector;

constexpr double kTolerance = 1e-11;

/// Signs of the reference trace: rows in order for w, in reverse order for v, one row for the final
/// derivative. A row has (for h, for lambda, for b) of each coordinate.
class ListedSigns final : public StochasticOracle {
 public:
  explicit ListedSigns(const TeachingCase& tc)
      : p_(tc.parameters),
        rows_(matrix((*tc.json)["trace"]["signs"])),
        zeta_((*tc.json)["trace"]["zeta_row"].get<Index>()) {}

  void start(const StreamKey& key) override {
    role_ = key.role;
    played_ = 0;
  }
  void lower_level_step(VectorRef w, double step) override {
    EXPECT_EQ(role_, Role::lower_level);
    teaching_lower_step(p_, signs(played_++), step, w);
  }
  void freeze(const ConstVectorRef&) override {}
  void linear_system_step(VectorRef v, const ConstVectorRef& c, double alpha, double eta) override {
    EXPECT_EQ(role_, Role::linear_system);
    teaching_linear_step(p_, signs(rows_.rows() - 1 - played_++), c, alpha, eta, v);
  }
  void cross_transpose(const ConstVectorRef& w,
                       const ConstVectorRef& v,
                       std::int64_t samples,
                       VectorRef out) override {
    EXPECT_EQ(role_, Role::jacobian_product);
    EXPECT_EQ(samples, 1);
    const Vector noise = (1.0 + p_.noise_lambda * signs(zeta_).lambda.array()).matrix();
    out(0) = noise.cwiseProduct(w).dot(v);
  }

 private:
  SignAverages signs(Index row) const {
    const Matrix per_coordinate = rows_.row(row).reshaped(3, p_.h.size());
    return {per_coordinate.row(0).transpose(),
            per_coordinate.row(1).transpose(),
            per_coordinate.row(2).transpose()};
  }

  TeachingParameters p_;
  Matrix rows_;
  Index zeta_;
  Role role_ = Role::data;
  Index played_ = 0;
};

TEST(SidPathOnTheTeachingProblem, FollowsTheReferenceSigns) {
  int traces = 0;
  for (const TeachingCase& tc : testing::teaching_cases()) {
    if (!tc.json->contains("trace")) continue;
    SCOPED_TRACE(tc.name);
    ++traces;
    const Json& trace = (*tc.json)["trace"];
    const TeachingProblem problem(tc.parameters, tc.rule);
    const StepSizeSchedule step(ConstantStep{number(trace["eta"])});
    SidPath path(problem,
                 std::make_unique<ListedSigns>(tc),
                 std::make_unique<ListedSigns>(tc),
                 {.lower_step = step, .linear_step = step});
    path.start(1, 0);
    const auto rows = static_cast<std::int64_t>(trace["w"].size());
    for (std::int64_t t = 1; t <= rows; ++t) {
      const auto index = static_cast<std::uint32_t>(t - 1);
      ASSERT_EQ(path.run_to({.t = t, .k = rows}, index, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(path.w(), vector(trace["w"][index]), kTolerance);
    }
    EXPECT_VECTOR_REL(path.v(), vector(trace["v"].back()), kTolerance);
    EXPECT_REL(path.hypergradient()(0), number(trace["hypergrad"]), kTolerance);
    // v after fewer steps, at the last w.
    for (std::int64_t k = 1; k < rows; ++k) {
      const auto index = static_cast<std::uint32_t>(rows + k);
      ASSERT_EQ(path.run_to({.t = rows, .k = k}, index, {}), PathStatus::reached);
      EXPECT_VECTOR_REL(path.v(), vector(trace["v"][static_cast<std::size_t>(k - 1)]), kTolerance);
    }
  }
  EXPECT_EQ(traces, 4) << "two problems with two rules";
}

}  // namespace
}  // namespace sid
