#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sid/problem/exact_moments.hpp"

namespace sid::testing {

/// Step sizes from a list; asking for more than it has throws std::out_of_range.
inline StepSizes listed_steps(std::vector<double> etas) {
  return {.fill =
              [etas](std::int64_t first, std::span<double> out) {
                for (std::size_t i = 0; i < out.size(); ++i) {
                  out[i] = etas.at(static_cast<std::size_t>(first) + i);
                }
              },
          .equal_from =
              [etas](std::int64_t t) {
                auto end = static_cast<std::size_t>(t) + 1;
                while (end < etas.size() && etas[end] == etas.at(static_cast<std::size_t>(t)))
                  ++end;
                return static_cast<std::int64_t>(end) - t;
              }};
}

/// The same, without saying which of them are equal: every step is taken by itself.
inline StepSizes single_steps(std::vector<double> etas) {
  StepSizes steps = listed_steps(std::move(etas));
  steps.equal_from = [](std::int64_t) { return std::int64_t{1}; };
  return steps;
}

}  // namespace sid::testing
