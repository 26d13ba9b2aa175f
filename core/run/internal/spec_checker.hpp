#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/math/numbers.hpp"
#include "sid/run/validation.hpp"

namespace sid::internal {

/// Collects issues; each check adds at most one.
class SpecChecker {
 public:
  void add(std::string field, std::string value, std::string violated, std::string remedy) {
    issues_.push_back({.field = std::move(field),
                       .value = std::move(value),
                       .violated = std::move(violated),
                       .remedy = std::move(remedy)});
  }

  /// low < value <= high.
  void above(const std::string& field, double value, double low, double high, std::string remedy) {
    if (!std::isfinite(value)) {
      add(field, format_shortest(value), "must be a finite number", std::move(remedy));
    } else if (!(value > low)) {
      add(field, format_shortest(value), "must be > " + format_shortest(low), std::move(remedy));
    } else if (value > high) {
      add(field, format_shortest(value), "must be ≤ " + format_shortest(high), std::move(remedy));
    }
  }

  /// low <= value <= high.
  void within(const std::string& field, double value, double low, double high, std::string remedy) {
    if (!std::isfinite(value)) {
      add(field, format_shortest(value), "must be a finite number", std::move(remedy));
    } else if (value < low) {
      add(field, format_shortest(value), "must be ≥ " + format_shortest(low), std::move(remedy));
    } else if (value > high) {
      add(field, format_shortest(value), "must be ≤ " + format_shortest(high), std::move(remedy));
    }
  }

  void within(const std::string& field,
              std::int64_t value,
              std::int64_t low,
              std::int64_t high,
              std::string remedy) {
    if (value < low) {
      add(field, std::to_string(value), fmt::format("must be ≥ {}", low), std::move(remedy));
    } else if (value > high) {
      add(field, std::to_string(value), fmt::format("must be ≤ {}", high), std::move(remedy));
    }
  }

  void seed(const std::string& field, std::int64_t value) {
    within(
        field, value, 0, std::numeric_limits<std::int64_t>::max(), "Use any whole number from 0.");
  }

  /// A text that stands in tables, legends and on terminals.
  void text(const std::string& field, const std::string& text, std::size_t most_bytes) {
    const bool clean = std::none_of(text.begin(), text.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    if (!clean) {
      add(field, "", "must not hold line breaks or control characters", "Retype it.");
    } else if (text.size() > most_bytes) {
      add(field,
          fmt::format("{} bytes", text.size()),
          fmt::format("must have at most {} bytes", most_bytes),
          "Shorten it.");
    }
  }

  std::vector<SpecIssue> take() { return std::move(issues_); }

 private:
  std::vector<SpecIssue> issues_;
};

inline std::string quoted(std::string_view text) {
  return fmt::format("\"{}\"", text);
}

inline std::string indexed(const std::string& name, std::size_t position) {
  return fmt::format("{}[{}]", name, position + 1);
}

}  // namespace sid::internal
