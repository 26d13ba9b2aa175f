#include "sid/theory/noise_constants.hpp"

#include <gtest/gtest.h>

#include "sid/theory/internal/setting.hpp"

namespace sid {
namespace {

ProblemConstants all_different() {
  ProblemConstants c;
  c.q = 0.5;
  c.alpha = 2.0;
  c.norm_w = 3.0;
  c.norm_v = 7.0;
  c.L_E = 6.0;
  c.remark_4_2 = true;
  c.sigma1_prime_paper = 10.0;
  c.sigma1_prime = 4.0;
  c.sigma2_prime = 0.25;
  c.sigma2_theorem43 = 100.0;
  c.sigma1_w_theorem43 = 55.0;
  c.sigma1_v_theorem51 = 77.0;
  c.sigma1_v_global = 5.0;
  c.sigma2_v_global = 2.0;
  c.norm_v_squared_sup = 90.0;
  return c;
}

void expect_map(const SourcedNoise& noise, const NoisyContraction& map, const char* source) {
  EXPECT_EQ(noise.map.q, map.q);
  EXPECT_EQ(noise.map.sigma1, map.sigma1);
  EXPECT_EQ(noise.map.sigma2, map.sigma2);
  EXPECT_EQ(noise.map.initial, map.initial);
  EXPECT_EQ(noise.source, source);
}

TEST(NoiseConstants, AreThoseOfTheLadder) {
  ProblemConstants c = all_different();
  expect_map(lower_level_noise(c, Ladder::paper), {0.5, 40.0, 0.0, 9.0}, "Remark 4.2");
  expect_map(lower_level_noise(c, Ladder::sharpened), {0.5, 16.0, 0.25, 9.0}, "sharper σ₂");
  expect_map(lower_level_noise(c, Ladder::prediction), {0.5, 16.0, 0.25, 9.0}, "sharper σ₂");
  expect_map(linear_system_noise(c, Ladder::paper), {0.5, 77.0, 100.0, 144.0}, "Theorem 4.3");
  expect_map(linear_system_noise(c, Ladder::sharpened), {0.5, 5.0, 2.0, 90.0}, "sharper σ₂");
  c.remark_4_2 = false;
  expect_map(lower_level_noise(c, Ladder::paper), {0.5, 55.0, 100.0, 9.0}, "Theorem 4.3");
}

TEST(NoiseConstants, FeedTheBounds) {
  TheoryInput input;
  input.constants = all_different();
  const internal::Setting setting = internal::make_setting(input);
  for (const Ladder ladder : {Ladder::paper, Ladder::sharpened, Ladder::prediction}) {
    const SourcedNoise lower = lower_level_noise(input.constants, ladder);
    expect_map(setting.lower.ladder_noise(ladder), lower.map, lower.source.c_str());
    const SourcedNoise linear = linear_system_noise(input.constants, ladder);
    expect_map(setting.linear.ladder_noise(ladder), linear.map, linear.source.c_str());
  }
}

}  // namespace
}  // namespace sid
