#include "support/vectors.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <stdexcept>

namespace sid::testing {

const Json& theory_vectors() {
  static const Json vectors = [] {
    const std::string path = std::string(SID_TEST_DATA) + "/theory-vectors.json";
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot open " + path);
    return Json::parse(file);
  }();
  return vectors;
}

double number(const Json& value) {
  if (value.is_string()) {
    const std::string text = value.get<std::string>();
    if (text == "inf") return std::numeric_limits<double>::infinity();
    if (text == "-inf") return -std::numeric_limits<double>::infinity();
    if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
    throw std::runtime_error("not a number: " + text);
  }
  return value.get<double>();
}

std::vector<double> numbers(const Json& values) {
  if (!values.is_array()) return {number(values)};
  std::vector<double> out;
  out.reserve(values.size());
  for (const Json& value : values) out.push_back(number(value));
  return out;
}

Vector vector(const Json& values) {
  const std::vector<double> flat = numbers(values);
  return Eigen::Map<const Vector>(flat.data(), static_cast<Index>(flat.size()));
}

Matrix matrix(const Json& rows) {
  Matrix out(static_cast<Index>(rows.size()),
             rows.empty() ? 0 : static_cast<Index>(rows[0].size()));
  for (Index i = 0; i < out.rows(); ++i) {
    out.row(i) = vector(rows[static_cast<std::size_t>(i)]).transpose();
  }
  return out;
}

::testing::AssertionResult agree_relative(const char* actual_text,
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

::testing::AssertionResult agree_relative_vector(const char* actual_text,
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
