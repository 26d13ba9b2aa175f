#include "sid/math/contract.hpp"

#include <string>

#include <gtest/gtest.h>

#include "sid/math/result.hpp"

namespace sid {
namespace {

TEST(Contract, ThrowsWithSentenceConditionAndPlace) {
  const int batch = 0;
  try {
    SID_EXPECTS(batch >= 1, "A minibatch is not empty.");
    FAIL() << "A broken precondition went unnoticed.";
  } catch (const ContractViolation& violation) {
    const std::string text = violation.what();
    EXPECT_NE(text.find("A minibatch is not empty."), std::string::npos) << text;
    EXPECT_NE(text.find("batch >= 1"), std::string::npos) << text;
    // The place as in the sources, not where they lay when they were compiled.
    EXPECT_NE(text.find("; tests/core/math/contract_test.cpp:"), std::string::npos) << text;
  }
}

TEST(Contract, EvaluatesItsConditionOnce) {
  int count = 0;
  SID_EXPECTS(++count == 1, "The condition holds.");
  EXPECT_EQ(count, 1);
}

TEST(Error, PrintsPlaceAndMessageOnOneLine) {
  EXPECT_EQ(to_string(Error{ErrorCode::bad_input, "'n/a' is not a number.", "wine.csv:118:4"}),
            "wine.csv:118:4: 'n/a' is not a number.");
  EXPECT_EQ(to_string(Error{ErrorCode::stopped, "Stopped.", ""}), "Stopped.");
  const Result<int> failed = fail(ErrorCode::not_found, "There is no such file.", "a.csv");
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace sid
