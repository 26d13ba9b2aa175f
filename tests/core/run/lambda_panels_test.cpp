#include "sid/run/lambda_panels.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "sid/math/contract.hpp"

#include "support/temporary_folder.hpp"

namespace sid {
namespace {

ProblemSpec multi(LambdaSpec lambda) {
  ProblemSpec problem;
  problem.kind = ProblemKind::logistic_multi;
  problem.lambda = std::move(lambda);
  return problem;
}

class LambdaFileTest : public ::testing::Test {
 protected:
  void write(const std::string& text) { folder_.write("lambda.csv", text); }
  Result<std::vector<LambdaPanel>> read(Index columns) {
    return lambda_panels(multi(LambdaFile{path()}), columns);
  }

  std::string path() const { return folder_.file("lambda.csv"); }

  test::TemporaryFolder folder_;
};

TEST(LambdaPanels, NumbersAreOnePanelEach) {
  ProblemSpec problem;
  problem.lambda = std::vector<double>{0.1, 10.0};
  const auto panels = lambda_panels(problem, 7);
  ASSERT_TRUE(panels);
  ASSERT_EQ(panels->size(), 2U);
  EXPECT_EQ((*panels)[0].label, "0.1");
  EXPECT_EQ((*panels)[1].lambda, Vector::Constant(1, 10.0));
  const auto repeated = lambda_panels(multi(std::vector<double>{0.1}), 7);
  EXPECT_EQ((*repeated)[0].lambda, Vector::Constant(7, 0.1));
}

TEST(LambdaPanels, RandomOnesFollowTheSeedAndStayInTheirRange) {
  const ProblemSpec problem = multi(RandomLambda{-2.0, 2.0, 5});
  const Vector first = (*lambda_panels(problem, 50))[0].lambda;
  EXPECT_EQ(first, (*lambda_panels(problem, 50))[0].lambda);
  EXPECT_NE(first, (*lambda_panels(problem, 50, 1))[0].lambda);
  EXPECT_GE(first.minCoeff(), std::exp(-2.0));
  EXPECT_LE(first.maxCoeff(), std::exp(2.0));
  EXPECT_GT(first.maxCoeff() / first.minCoeff(), 5.0);
}

TEST(LambdaPanels, RandomOnesOfReplicasAreThoseOfNoOtherSeed) {
  const auto drawn = [](std::int64_t seed, std::int64_t replica) {
    return (*lambda_panels(multi(RandomLambda{-2.0, 2.0, seed}), 5, replica))[0].lambda;
  };
  for (std::int64_t replica = 1; replica < 4; ++replica) {
    for (std::int64_t seed = 5; seed < 10; ++seed) {
      EXPECT_NE(drawn(5, replica), drawn(seed, 0)) << replica << " " << seed;
    }
  }
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  EXPECT_NE(drawn(kLargest, 1), drawn(kLargest, 0));
  EXPECT_THROW(drawn(1, -1), ContractViolation);
  EXPECT_THROW(drawn(1, std::int64_t{1} << 32), ContractViolation);
}

TEST_F(LambdaFileTest, ReadsOnePanelALine) {
  write("# three coordinates\n0.1, 0.2; 0.3\n\n5\r\n1e-3\t2 3\n");
  const auto panels = read(3);
  ASSERT_TRUE(panels) << to_string(panels.error());
  ASSERT_EQ(panels->size(), 3U);
  EXPECT_EQ((*panels)[0].lambda, (Vector(3) << 0.1, 0.2, 0.3).finished());
  EXPECT_EQ((*panels)[1].lambda, Vector::Constant(3, 5.0));
  EXPECT_EQ((*panels)[2].label, "2");
}

TEST_F(LambdaFileTest, SaysWhatIsWrongAndWhere) {
  write("0.1,0.2\n0.1,abc\n");
  auto panels = read(2);
  ASSERT_FALSE(panels);
  EXPECT_EQ(panels.error().place, path() + ":2:5");
  EXPECT_NE(panels.error().message.find("'abc'"), std::string::npos);
  write("0.1,0.2,0.3\n");
  panels = read(2);
  ASSERT_FALSE(panels);
  EXPECT_NE(panels.error().message.find("3 numbers"), std::string::npos);
  for (const char* bad : {"-1", "0", "nan", "inf", "1e308", "1e-300", "1e999"}) {
    write(bad);
    EXPECT_FALSE(read(1)) << bad;
  }
  write("");
  EXPECT_FALSE(read(1));
  EXPECT_EQ(lambda_panels(multi(LambdaFile{"/no/such/file"}), 1).error().code,
            ErrorCode::not_found);
}

TEST_F(LambdaFileTest, IsAFileOfLimitedSize) {
  const auto folder = lambda_panels(multi(LambdaFile{folder_.path()}), 1);
  ASSERT_FALSE(folder);
  EXPECT_NE(folder.error().message.find("folder"), std::string::npos) << folder.error().message;
  // Blank, so that nothing but its size is wrong with it.
  write("1\n" + std::string(static_cast<std::size_t>(kMaxLambdaFileBytes) - 2, ' '));
  EXPECT_TRUE(read(1)) << to_string(read(1).error());
  write("1\n" + std::string(static_cast<std::size_t>(kMaxLambdaFileBytes) - 1, ' '));
  const auto large = read(1);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().place, path());
  EXPECT_NE(large.error().message.find(std::to_string(kMaxLambdaFileBytes)), std::string::npos);
}

TEST_F(LambdaFileTest, SaysEverythingInSentences) {
  for (const char* bad : {"0.1,abc", "-1", "1 2 3", "", "# nothing"}) {
    write(bad);
    const auto panels = read(2);
    ASSERT_FALSE(panels) << bad;
    EXPECT_TRUE(panels.error().message.ends_with('.')) << panels.error().message;
  }
}

TEST_F(LambdaFileTest, HoldsAtMost64Panels) {
  std::string text;
  for (int i = 0; i < 65; ++i) text += "1\n";
  write(text);
  ASSERT_FALSE(read(1));
  EXPECT_EQ(read(1).error().place, path() + ":65");
}

}  // namespace
}  // namespace sid
