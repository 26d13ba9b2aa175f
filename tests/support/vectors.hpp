#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sid/math/types.hpp"

/// Reference numbers of tests/data/theory-vectors.json, computed by an independent implementation
/// and checked there in 40-digit arithmetic.
namespace sid::testing {

using Json = nlohmann::json;

/// The whole file, parsed once per test program.
const Json& theory_vectors();

/// A JSON number, or one of the strings "inf", "-inf", "nan" that stand for what JSON lacks.
double number(const Json& value);

/// A flat array of numbers; a single number gives one entry.
std::vector<double> numbers(const Json& values);

Vector vector(const Json& values);

/// An array of rows of equal length.
Matrix matrix(const Json& rows);

/// |actual - expected| <= tolerance * |expected|; equal infinities agree; an expected zero asks
/// for |actual| <= tolerance.
::testing::AssertionResult agree_relative(const char* actual_text,
                                          const char* expected_text,
                                          const char*,
                                          double actual,
                                          double expected,
                                          double tolerance);

/// Largest difference of entries, relative to the largest expected entry.
::testing::AssertionResult agree_relative_vector(const char* actual_text,
                                                 const char* expected_text,
                                                 const char*,
                                                 const Vector& actual,
                                                 const Vector& expected,
                                                 double tolerance);

}  // namespace sid::testing

#define EXPECT_REL(actual, expected, tolerance) \
  EXPECT_PRED_FORMAT3(::sid::testing::agree_relative, actual, expected, tolerance)
#define ASSERT_REL(actual, expected, tolerance) \
  ASSERT_PRED_FORMAT3(::sid::testing::agree_relative, actual, expected, tolerance)
/// For Vectors: relative to the largest expected entry.
#define EXPECT_VECTOR_REL(actual, expected, tolerance) \
  EXPECT_PRED_FORMAT3(::sid::testing::agree_relative_vector, actual, expected, tolerance)
