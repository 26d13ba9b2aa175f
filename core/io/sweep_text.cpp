#include "sid/io/sweep_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sid/io/nearest_word.hpp"
#include "sid/io/spec_file.hpp"
#include "sid/math/numbers.hpp"
#include "sid/run/method_label.hpp"

namespace sid {

namespace {

constexpr const char* kForm = "write it as KEY=FROM..TO:COUNT:log, for example eta=1e-3..2:48:log";
constexpr std::size_t kLongestText = 200;

/// The parts of an axis text that were given.
struct AxisText {
  std::string key;
  std::optional<double> from, to;
  std::optional<std::int64_t> count;
  std::optional<bool> log;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

tl::unexpected<Error> wrong(const std::string& what, std::string_view text) {
  return fail(ErrorCode::bad_input, what, std::string(text.substr(0, kLongestText)));
}

/// "1e-3..2".
Result<void> read_range(std::string_view range, std::string_view text, AxisText& out) {
  const std::size_t dots = range.find("..");
  if (dots == std::string_view::npos) {
    return wrong(fmt::format("'{}' is not a range; {}.", range, kForm), text);
  }
  const auto end = [&](std::string_view word, std::optional<double>& value) -> Result<void> {
    value = parse_double(trimmed(word));
    if (value && std::isfinite(*value)) return {};
    return wrong(fmt::format("'{}' is not a finite number; {}.", word, kForm), text);
  };
  if (auto from = end(range.substr(0, dots), out.from); !from) return from;
  return end(range.substr(dots + 2), out.to);
}

/// "48", "log" or "linear".
Result<void> read_option(std::string_view word, std::string_view text, AxisText& out) {
  if (word == "log" || word == "linear") {
    out.log = word == "log";
    return {};
  }
  if (const auto count = parse_int(word)) {
    if (*count < 1 || *count > kMaxSweepValues) {
      return wrong(
          fmt::format("{} values are asked for; it must be 1 to {}.", *count, kMaxSweepValues),
          text);
    }
    out.count = *count;
    return {};
  }
  return wrong(
      fmt::format("'{}' is neither a number of values nor log or linear; {}.", word, kForm), text);
}

Result<AxisText> read_text(std::string_view text) {
  AxisText out;
  const std::size_t equals = text.find('=');
  std::string_view rest = equals == std::string_view::npos ? text : text.substr(equals + 1);
  bool first = true;
  const bool range = equals != std::string_view::npos;
  if (range) out.key = std::string(trimmed(text.substr(0, equals)));
  while (true) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const std::string_view word = trimmed(rest.substr(0, colon));
    Result<void> read;
    if (!first) {
      read = read_option(word, text, out);
    } else if (range) {
      read = read_range(word, text, out);
    } else {
      out.key = std::string(word);
    }
    if (!read) return tl::unexpected(read.error());
    first = false;
    if (colon == rest.size()) break;
    rest.remove_prefix(colon + 1);
  }
  if (out.key.empty()) return wrong(fmt::format("names no key; {}.", kForm), text);
  return out;
}

std::string setting(const std::string& key, double value) {
  return key + '=' + format_shortest(value);
}

/// An axis over any key of the spec that holds a number; the spec reader judges it.
Result<SweepAxis> key_axis(const AxisText& asked, const RunSpec& spec, std::string_view text) {
  const double low = asked.from.value_or(1.0);
  const std::array<std::string, 1> first = {setting(asked.key, low)};
  const auto tried = apply_overrides(spec, first);
  const bool plain = asked.key.find_first_of(".[") == std::string::npos;
  if (!tried && plain) {
    return wrong(fmt::format("there is no axis '{}'; {} Any key of a spec that is a number will do "
                             "too, such as run.iterations.",
                             asked.key,
                             suggestion(asked.key, known_sweep_keys())),
                 text);
  }
  SweepAxis axis;
  axis.key = axis.label = axis.symbol = asked.key;
  // A key that takes 2 but not 2.5 holds whole numbers.
  const double half = std::floor(low) + 0.5;
  const std::array<std::string, 1> between = {setting(asked.key, half)};
  axis.whole = !apply_overrides(spec, between);
  if (!tried && axis.whole) {
    const std::array<std::string, 1> rounded = {setting(asked.key, std::round(low))};
    const auto again = apply_overrides(spec, rounded);
    if (!again) return wrong(asked.key + ": " + again.error().front().message, text);
  } else if (!tried) {
    return wrong(asked.key + ": " + tried.error().front().message, text);
  }
  axis.set = [key = asked.key](const RunSpec& from, double value) -> Result<RunSpec> {
    const std::array<std::string, 1> change = {setting(key, value)};
    auto changed = apply_overrides(from, change);
    if (!changed) return tl::unexpected(changed.error().front());
    return std::move(*changed);
  };
  return axis;
}

}  // namespace

Result<SweepAxis> parse_sweep_axis(std::string_view text,
                                   const RunSpec& spec,
                                   std::size_t method,
                                   std::int64_t count) {
  const Result<AxisText> asked = read_text(text);
  if (!asked) return tl::unexpected(asked.error());
  const auto& known = known_sweep_keys();
  const bool named = std::find(known.begin(), known.end(), asked->key) != known.end();
  if (!named && !asked->from) {
    // Without a range nothing but a known key has one.
    if (asked->key.find_first_of(".[") != std::string::npos) {
      return wrong(fmt::format("'{}' needs a range; {}.", asked->key, kForm), text);
    }
    return wrong(
        fmt::format("there is no axis '{}'; {}", asked->key, suggestion(asked->key, known)), text);
  }
  Result<SweepAxis> axis =
      named ? known_sweep_axis(asked->key, spec, method) : key_axis(*asked, spec, text);
  if (!axis) {
    Error error = axis.error();
    if (error.place.empty()) error.place = std::string(text.substr(0, kLongestText));
    return tl::unexpected(std::move(error));
  }
  SweepRange range = usual_range(asked->key, spec, method, count);
  if (asked->from) {
    range.from = *asked->from;
    range.to = *asked->to;
    range.log = range.from > 0.0 && range.to >= 10.0 * range.from && axis->log;
  }
  range.count = asked->count.value_or(count);
  range.log = asked->log.value_or(range.log);
  Result<std::vector<double>> values = sweep_values(range, axis->whole);
  if (!values) return wrong(values.error().message, text);
  axis->values = std::move(*values);
  axis->log = range.log;
  return axis;
}

Result<std::size_t> parse_sweep_method(const std::string& text, const RunSpec& spec) {
  const std::vector<std::string> labels = method_labels(spec);
  const auto found = std::find(labels.begin(), labels.end(), text);
  if (found != labels.end()) return static_cast<std::size_t>(found - labels.begin());
  const auto number = parse_int(text);
  if (number && *number >= 1 && *number <= static_cast<std::int64_t>(labels.size())) {
    return static_cast<std::size_t>(*number - 1);
  }
  if (number) {
    return fail(
        ErrorCode::bad_input,
        fmt::format("there is no method {}; methods count from 1 to {}.", *number, labels.size()),
        "--method");
  }
  return fail(
      ErrorCode::bad_input,
      fmt::format(
          "there is no method '{}'; {}", text.substr(0, kLongestText), suggestion(text, labels)),
      "--method");
}

}  // namespace sid
