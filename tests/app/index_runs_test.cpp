#include "sid/app/state/index_runs.hpp"

#include <gtest/gtest.h>

namespace sid::app {
namespace {

/// "V*[b], σ₁": indices in brackets.
std::string marked(std::string_view utf8) {
  std::string out;
  for (const IndexRun& run : index_runs(utf8)) {
    EXPECT_FALSE(run.text.empty());
    out += run.lowered ? "[" + run.text + "]" : run.text;
  }
  return out;
}

TEST(IndexRuns, LowerWhatFollowsTheUnderscoreOfASymbol) {
  EXPECT_EQ(marked("L_E = 8.25"), "L[E] = 8.25");
  EXPECT_EQ(marked("V*_b, σ₁"), "V*[b], σ₁");
  EXPECT_EQ(marked("L_Φ̂²/(1−q)²"), "L[Φ̂]²/(1−q)²");
  EXPECT_EQ(marked("η_t = β/(γ + t)"), "η[t] = β/(γ + t)");
  EXPECT_EQ(marked("(a_10)s_dv"), "(a[10])s[dv]");
  EXPECT_EQ(marked("Φ̂_b"), "Φ̂[b]");
  EXPECT_EQ(marked("2(4L_Φ²+m₂)"), "2(4L[Φ]²+m₂)");
  EXPECT_EQ(marked("η_(t+1) = η_t·(1 − 0.1·η_t)"), "η[t+1] = η[t]·(1 − 0.1·η[t])");
  EXPECT_EQ(marked("w_(t−1)"), "w[t−1]");
}

TEST(IndexRuns, LeaveNamesAlone) {
  EXPECT_EQ(marked("method[1].jacobian_samples"), "method[1].jacobian_samples");
  EXPECT_EQ(marked("a_b_c"), "a_b_c");
  EXPECT_EQ(marked("L_"), "L_");
  EXPECT_EQ(marked("_E"), "_E");
  EXPECT_EQ(marked("2_E"), "2_E");
  EXPECT_EQ(marked("η_("), "η_(");
  EXPECT_EQ(marked("η_()"), "η_()");
  EXPECT_EQ(marked("η_(t, k)"), "η_(t, k)");
  EXPECT_EQ(marked("η_(t"), "η_(t");
  EXPECT_EQ(marked("no index here, ‖w(λ)‖"), "no index here, ‖w(λ)‖");
  EXPECT_TRUE(index_runs("").empty());
}

}  // namespace
}  // namespace sid::app
