#include "sid/run/lambda_panels.hpp"

#include <algorithm>
#include <cctype>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sid/data/file_bytes.hpp"
#include "sid/math/contract.hpp"
#include "sid/math/elementary.hpp"
#include "sid/math/numbers.hpp"
#include "sid/random/stream.hpp"
#include "sid/run/problem_kind.hpp"
#include "sid/run/validation.hpp"

namespace sid {

namespace {

using Panels = std::vector<LambdaPanel>;

Vector as_vector(const std::vector<double>& values) {
  return Eigen::Map<const Vector>(values.data(), static_cast<Index>(values.size()));
}

bool separates(char c) {
  return c == ',' || c == ';' || std::isspace(static_cast<unsigned char>(c)) != 0;
}

Result<std::vector<double>> parse_line(std::string_view line,
                                       const LambdaRange& range,
                                       const std::string& place) {
  std::vector<double> values;
  std::size_t begin = 0;
  while (begin < line.size()) {
    if (separates(line[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < line.size() && !separates(line[end])) ++end;
    const std::string_view word = line.substr(begin, end - begin);
    const std::optional<double> value = parse_double(word);
    const std::string where = fmt::format("{}:{}", place, begin + 1);
    if (!value) {
      return fail(
          ErrorCode::bad_input,
          fmt::format("'{}' is not a number; write one number per coordinate.", word.substr(0, 40)),
          where);
    }
    if (!range.contains(*value)) {
      return fail(ErrorCode::bad_input,
                  fmt::format("λ = {} must lie in [{}, {}]; choose a value there.",
                              word.substr(0, 40),
                              format_shortest(range.low),
                              format_shortest(range.high)),
                  where);
    }
    values.push_back(*value);
    begin = end;
  }
  return values;
}

/// One panel from the numbers of a line.
Result<LambdaPanel> panel_of(const std::vector<double>& values,
                             Index entries,
                             std::size_t number,
                             const std::string& place) {
  if (values.size() != 1 && std::cmp_not_equal(values.size(), entries)) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("The line holds {} numbers, but the problem has {} coordinates of λ; write one "
                    "number for each, or one for all.",
                    values.size(),
                    entries),
        place);
  }
  if (std::cmp_greater_equal(number, kMaxPanels)) {
    return fail(ErrorCode::bad_input,
                fmt::format("This is more than {} panels; split the file.", kMaxPanels),
                place);
  }
  return LambdaPanel{
      values.size() == 1 ? Vector::Constant(entries, values.front()) : as_vector(values),
      std::to_string(number)};
}

Result<Panels> read_file(const std::string& path, const LambdaRange& range, Index entries) {
  Result<std::string> bytes = read_bytes(path, kMaxLambdaFileBytes);
  if (!bytes) return tl::unexpected<Error>(std::move(bytes.error()));
  std::string_view text = *bytes;
  Panels panels;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with('#')) continue;
    const std::string place = fmt::format("{}:{}", path, number);
    Result<std::vector<double>> values = parse_line(line, range, place);
    if (!values) return tl::unexpected<Error>(std::move(values.error()));
    if (values->empty()) continue;
    Result<LambdaPanel> panel = panel_of(*values, entries, panels.size(), place);
    if (!panel) return tl::unexpected<Error>(std::move(panel.error()));
    panels.push_back(std::move(*panel));
  }
  if (panels.empty()) {
    return fail(
        ErrorCode::bad_input, "There is no number in the file; write one panel a line.", path);
  }
  return panels;
}

Vector random_lambda(const ProblemSpec& problem, Index entries, std::int64_t replica) {
  const auto& random = std::get<RandomLambda>(problem.lambda);
  const bool exponential = lambda_regularises(problem.kind);
  SID_EXPECTS(replica >= 0 && replica <= std::numeric_limits<std::uint32_t>::max(),
              "replica must be in [0, 2^32)");
  Stream stream({.seed = static_cast<std::uint64_t>(random.seed),
                 .role = Role::initial_point,
                 .replica = static_cast<std::uint32_t>(replica),
                 .checkpoint = 0});
  Vector lambda(entries);
  const double width = random.epsilon_high - random.epsilon_low;
  for (Index i = 0; i < entries; ++i) {
    const double epsilon = random.epsilon_low + width * stream.uniform();
    lambda(i) = exponential ? portable_exp(epsilon) : epsilon;
  }
  return lambda;
}

}  // namespace

LambdaRange lambda_range(ProblemKind kind) {
  if (lambda_regularises(kind)) return {.low = kSmallestScale, .high = kLargestScale};
  return {.low = -kLargestWeight, .high = kLargestWeight};
}

Result<Panels> lambda_panels(const ProblemSpec& problem, Index entries, std::int64_t replica) {
  Panels panels;
  if (const auto* scalars = std::get_if<std::vector<double>>(&problem.lambda)) {
    for (const double value : *scalars) {
      panels.push_back({Vector::Constant(entries, value), format_shortest(value)});
    }
  } else if (const auto* vectors = std::get_if<std::vector<std::vector<double>>>(&problem.lambda)) {
    for (const std::vector<double>& values : *vectors) {
      if (std::cmp_not_equal(values.size(), entries)) {
        return fail(
            ErrorCode::bad_input,
            fmt::format("The vector has {} numbers, but the problem has {} coordinates of λ; write "
                        "one number for each.",
                        values.size(),
                        entries),
            fmt::format("problem.lambda[{}]", panels.size() + 1));
      }
      panels.push_back({as_vector(values), std::to_string(panels.size())});
    }
  } else if (std::holds_alternative<RandomLambda>(problem.lambda)) {
    panels.push_back({random_lambda(problem, entries, replica), "0"});
  } else {
    return read_file(
        std::get<LambdaFile>(problem.lambda).path, lambda_range(problem.kind), entries);
  }
  return panels;
}

}  // namespace sid
