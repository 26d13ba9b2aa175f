#pragma once

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <stdexcept>
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
inline const Json& theory_vectors() {
  static const Json vectors = [] {
    const std::string path = std::string(SID_TEST_DATA) + "/theory-vectors.json";
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot open " + path);
    return Json::parse(file);
  }();
  return vectors;
}

/// A JSON number, or one of the strings "inf", "-inf", "nan" that stand for what JSON lacks.
inline double number(const Json& value) {
  if (value.is_string()) {
    const std::string text = value.get<std::string>();
    if (text == "inf") return std::numeric_limits<double>::infinity();
    if (text == "-inf") return -std::numeric_limits<double>::infinity();
    if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
    throw std::runtime_error("not a number: " + text);
  }
  return value.get<double>();
}

/// A flat array of numbers; a single number gives one entry.
inline std::vector<double> numbers(const Json& values) {
  if (!values.is_array()) return {number(values)};
  std::vector<double> out;
  out.reserve(values.size());
  for (const Json& value : values) out.push_back(number(value));
  return out;
}

inline Vector vector(const Json& values) {
  const std::vector<double> flat = numbers(values);
  return Eigen::Map<const Vector>(flat.data(), static_cast<Index>(flat.size()));
}

/// An array of rows of equal length.
inline Matrix matrix(const Json& rows) {
  Matrix out(static_cast<Index>(rows.size()),
             rows.empty() ? 0 : static_cast<Index>(rows[0].size()));
  for (Index i = 0; i < out.rows(); ++i) {
    out.row(i) = vector(rows[static_cast<std::size_t>(i)]).transpose();
  }
  return out;
}

/// |actual - expected| <= tolerance * |expected|; equal infinities agree; an expected zero asks
/// for |actual| <= tolerance.
inline ::testing::AssertionResult agree_relative(const char* actual_text,
                                                 const char* expected_text,
                                                 const char*,
                                                 double actual,
                                                 double expected,
                                                 double tolerance) {
  if (actual == expected) return ::testing::AssertionSuccess();
  const double scale = expected == 0.0 ? 1.0 : std::abs(expected);
  const double defect = std::abs(actual - expected) / scale;
  if (defect <= tolerance) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << actual_text << " = " << ::testing::PrintToString(actual) << ", expected "
         << expected_text << " = " << ::testing::PrintToString(expected) << ", relative difference "
         << defect << " > " << tolerance;
}

/// Largest difference of entries, relative to the largest expected entry.
inline ::testing::AssertionResult agree_relative_vector(const char* actual_text,
                                                        const char* expected_text,
                                                        const char*,
                                                        const Vector& actual,
                                                        const Vector& expected,
                                                        double tolerance) {
  if (actual.size() != expected.size()) {
    return ::testing::AssertionFailure() << actual_text << " has " << actual.size() << " entries, "
                                         << expected_text << " has " << expected.size();
  }
  if (actual.size() == 0) return ::testing::AssertionSuccess();
  const double largest = expected.cwiseAbs().maxCoeff();
  const double scale = largest == 0.0 ? 1.0 : largest;
  const double defect = (actual - expected).cwiseAbs().maxCoeff() / scale;
  if (defect <= tolerance) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << actual_text << " = " << actual.transpose() << ", expected " << expected_text << " = "
         << expected.transpose() << ", relative difference " << defect << " > " << tolerance;
}

}  // namespace sid::testing

#define EXPECT_REL(actual, expected, tolerance) \
  EXPECT_PRED_FORMAT3(::sid::testing::agree_relative, actual, expected, tolerance)
#define ASSERT_REL(actual, expected, tolerance) \
  ASSERT_PRED_FORMAT3(::sid::testing::agree_relative, actual, expected, tolerance)
/// For Vectors: relative to the largest expected entry.
#define EXPECT_VECTOR_REL(actual, expected, tolerance) \
  EXPECT_PRED_FORMAT3(::sid::testing::agree_relative_vector, actual, expected, tolerance)
